"""Query terms: the stems, names and pairs that a query's words are searched as."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tantivy import Occur, Query

from warehouse.search.identifiers import identifiers, names_asked_for, without
from warehouse.search.lexical import Lexical
from warehouse.stop_words import FUNCTION_WORDS, names_in_capitals

# Words of a query that are searched; a longer query is a text, and its rarest words represent its subject.
MOST_WORDS = 64
# The gain of two words that are adjacent as in the query, as a share of their BM25 as one word. Gains .005 nDCG@10 in whole
# documents; twice as much gains less, and adding it in passages gains nothing.
SIDE_BY_SIDE = 0.5


@dataclass(frozen=True, slots=True)
class QueryTerms:
    """A query's words: `stems` as in the index, `names` (identifiers) as typed, `pairs` of adjacent stems.

    `compounds` are the names of several parts (`paravirt_ops`, `2.6.29-rc7`): they are searched whole, and their parts are not among
    the stems. `asked_for` contains the names if the query consists only of names; `in_capitals` those, also among other words, that
    only capitals tell from function words ("CAN bus").
    """

    stems: tuple[str, ...]
    names: tuple[str, ...]
    compounds: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    asked_for: tuple[str, ...]
    in_capitals: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is no word to search for."""
        return not self.stems and not self.compounds


class TermForms:
    """Parses queries into terms, and makes index queries of them."""

    def __init__(self, lexical: Lexical) -> None:
        self._lexical = lexical
        self._stop_words = {stem for word in FUNCTION_WORDS for stem in lexical.stems(word)}

    def read(self, text: str) -> QueryTerms:
        """Return the words of `text` to search for; stop words only if there are no others."""
        lexical = self._lexical
        names = identifiers(text)[:MOST_WORDS]
        in_capitals = sorted(names_in_capitals(text))
        stop_words = self._stop_words - {stem for name in in_capitals for stem in lexical.stems(name)}
        compounds = [name for name in names if len(lexical.stems(name)) > 1]
        stems = lexical.stems(without(text, compounds) if compounds else text)
        content_stems = [stem for stem in dict.fromkeys(stems) if stem not in stop_words]
        if not content_stems and not compounds:
            content_stems = list(dict.fromkeys(stems))
        if len(content_stems) > MOST_WORDS:
            content_stems = self._rarest(content_stems)
        inside = {pair for name in compounds for pair in pairwise(lexical.stems(name))}
        pairs = [
            pair for pair in pairwise(lexical.stems(text)) if pair not in inside and not stop_words.intersection(pair)
        ]
        return QueryTerms(
            stems=tuple(content_stems),
            names=tuple(names),
            compounds=tuple(compounds),
            pairs=tuple(dict.fromkeys(pairs))[:MOST_WORDS],
            asked_for=tuple(names_asked_for(text)[:MOST_WORDS]),
            in_capitals=tuple(map(str.upper, in_capitals)),
        )

    def in_passages(self, words: QueryTerms) -> Query:
        """Return a query for passages with any of the words."""
        return _any(self._words("passages", words))

    def in_documents(self, words: QueryTerms) -> Query:
        """Return a query for documents with any of the words; adjacent ones count more."""
        pairs = [self._lexical.phrase("documents", "words", pair) for pair in words.pairs]
        return _any(self._words("documents", words) + [Query.boost_query(pair, SIDE_BY_SIDE) for pair in pairs])

    def in_field(self, field: str, words: QueryTerms) -> Query:
        """Return a query for documents with any of the words in a stemmed field.

        A name of several parts is searched as a phrase.
        """
        lexical = self._lexical
        names = [lexical.phrase("documents", field, lexical.stems(name)) for name in words.compounds]
        return _any([*(lexical.term("documents", field, stem) for stem in words.stems), *names])

    def _words(self, index: str, words: QueryTerms) -> list[Query]:
        lexical = self._lexical
        whole = [lexical.term(index, "whole", name.lower()) for name in words.compounds]
        return [*(lexical.term(index, "words", stem) for stem in words.stems), *whole]

    def _rarest(self, stems: Sequence[str]) -> list[str]:
        known = {stem: self._lexical.frequency("passages", "words", stem) for stem in stems}
        return (
            sorted((stem for stem in stems if known[stem]), key=lambda stem: known[stem])[:MOST_WORDS]
            or list(stems)[:1]
        )


def _any(queries: Sequence[Query]) -> Query:
    return Query.boolean_query([(Occur.Should, query) for query in queries])
