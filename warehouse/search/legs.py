"""The legs of a search: each gives every document a score of its own, by words or by meaning."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from tantivy import Occur, Query

from warehouse.lexical import Lexical
from warehouse.ranking.collapse import collapse_all, collapse_ranked
from warehouse.ranking.words import MOST_WORDS, STOP_WORDS, identifiers, is_all_identifiers, telling_words
from warehouse.search.tables import Tables

Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]

# Passages that a leg looks at: past the first thousand none has changed a first ten on the development queries.
DEPTH = 1000
WORD_LEGS = ("words", "document", "title", "citations")


@dataclass(frozen=True, slots=True)
class WantedWords:
    """A query's words: `stems` as the index has them, `names` (identifiers) as typed."""

    stems: tuple[str, ...]
    names: tuple[str, ...]
    is_all_names: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What the legs say: a score of each document by leg, and of each passage by words and by meaning."""

    documents: Mapping[str, Scores]
    passages: Mapping[str, Scores]


class Legs:
    """Runs the legs over one release."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._stop_words = {stem for word in STOP_WORDS for stem in tables.lexical.stems(word)}

    def wanted(self, text: str) -> WantedWords:
        """Return the words of a query that are looked for: of more than `MOST_WORDS` the rarest."""
        lexical = self._tables.lexical
        names = identifiers(text)
        stems = telling_words(lexical.stems(text), self._stop_words)
        if len(stems) > MOST_WORDS:
            stems = sorted(stems, key=lambda stem: lexical.frequency("passages", "words", stem) or 1 << 40)[
                :MOST_WORDS
            ]
        return WantedWords(tuple(stems), tuple(names[:MOST_WORDS]), is_all_identifiers(text))

    def by_words(self, words: WantedWords, keep: Rows | None, wanted: int, citations: bool) -> Found:
        """Legs `words`, `document`, `title` and, unless turned off, `citations`."""
        tables = self._tables
        passage_scores = np.zeros(len(tables.passage_documents), np.float32)
        documents = {name: np.zeros(len(tables.rows), np.float32) for name in ("words", "document", "title")}
        if citations and tables.counts["cited_documents"]:
            documents["citations"] = np.zeros(len(tables.rows), np.float32)
        if not words.stems:
            return Found(documents, {"words": passage_scores})
        query = _any_word(tables.lexical, "passages", "words", words)
        rows, scores = tables.lexical.search("passages", query, max(DEPTH, 25 * wanted), keep)
        passage_scores[rows] = scores
        found, of_found = collapse_ranked(rows, scores, tables.passage_documents)
        documents["words"][found] = of_found
        for leg, field in (("document", "words"), ("title", "title"), ("citations", "cited")):
            if leg in documents:
                query = _any_word(tables.lexical, "documents", field, words)
                rows, scores = tables.lexical.search("documents", query, max(DEPTH, wanted), keep)
                documents[leg][rows] = scores
        return Found(documents, {"words": passage_scores})

    def by_meaning(self, vector: Scores) -> Found:
        """Legs `meaning` (the best passages) and `gist` (the mean of all passages)."""
        tables = self._tables
        vectors = tables.vectors
        assert vectors is not None, "asked for meaning where there are no vectors"
        starts = tables.starts[:-1]
        passages = vectors @ vector
        best = np.zeros(len(tables.rows), np.float32)
        gist = np.zeros(len(tables.rows), np.float32)
        best[: len(starts)] = collapse_all(passages, starts)
        gist[: len(starts)] = self.gists @ vector
        return Found({"meaning": best, "gist": gist}, {"meaning": passages})

    @cached_property
    def gists(self) -> npt.NDArray[np.float32]:
        """The mean of each document's vectors, of length 1 (0 where it has none)."""
        vectors = self._tables.vectors
        assert vectors is not None, "asked for meaning where there are no vectors"
        starts = self._tables.starts[:-1]
        if not len(starts):
            return np.zeros((0, vectors.shape[1]), np.float32)
        sums = np.add.reduceat(vectors, starts, axis=0)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True).astype(np.float32)
        unit: npt.NDArray[np.float32] = sums / np.maximum(lengths, np.float32(1e-9))
        return unit


def _any_word(lexical: Lexical, index: str, field: str, words: WantedWords) -> Query:
    terms = [lexical.term(index, field, stem) for stem in words.stems]
    if field == "words":
        terms += [lexical.term(index, "whole", name.lower()) for name in words.names]
    return Query.boolean_query([(Occur.Should, term) for term in terms])
