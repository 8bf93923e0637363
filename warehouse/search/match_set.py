"""The match set: every document that a question is about, so that totals, facets and dates cover all of it.

By words, a document matches if it contains words with half of the query's weight; by meaning, if one of its passages is nearer
than the archive's floor (`similarity_floor.py`), unless the query is an exact name. If nothing is near, the words alone decide for
names and phrases, and a person's full name among other words matches the documents that name the person. A document must meet the
conditions of the query's syntax in any case.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from warehouse.search.exact_names import documents_named
from warehouse.search.identifiers import are_exact
from warehouse.search.index_reader import SearchIndex
from warehouse.search.query_syntax import ParsedQuery
from warehouse.search.query_terms import QueryTerms, TermForms
from warehouse.search.rankers import RankerScores
from warehouse.search.request import Request

Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Scores = npt.NDArray[np.float32]

# The least share of a query's idf in the words of a matching document; slightly less than half, since sums are rounded.
LEAST_SHARE = 0.5 - 1e-9
# How much nearer than the floor a document must be if no document has any of the query's words: queries off the archive's
# subject have such words (83 of 180 off-topic queries half of their weight, none of 200 readers' questions).
DOUBT = 0.1
# Words whose documents are cached: a few megabytes.
MOST_WORDS = 4096
_NO_ROWS = np.zeros(0, np.int64)
_FIGURE = re.compile(r"[\d_]")


@dataclass(frozen=True, slots=True)
class Evidence:
    """How well the archive covers a query's words.

    `shares` is each document's share of the words' weight; `unknown` are the words that no document has, and `doubt` their share;
    `is_unheard` is true if names that no document has (`77ab0c19de5f`) carry half of the weight.
    """

    shares: npt.NDArray[np.float64]
    unknown: tuple[str, ...]
    doubt: float
    is_unheard: bool


class Matcher:
    """Finds the match sets of one release."""

    def __init__(self, tables: SearchIndex, forms: TermForms) -> None:
        self._tables = tables
        self._forms = forms
        self._with_stem = lru_cache(MOST_WORDS)(self._read_stem)
        self._with_name = lru_cache(MOST_WORDS)(lambda name: np.concatenate(documents_named(tables, name)))

    def matches(
        self, asked: Request, mode: str, evidence: Evidence, words: QueryTerms, found: RankerScores, keep: Mask | None
    ) -> Mask:
        """Return the match set: which documents the question is about."""
        parsed, size = asked.parsed, len(self._tables.rows)
        allowed = np.ones(size, bool) if keep is None else keep
        if not parsed.free:
            return allowed if asked.is_cut else np.zeros(size, bool)
        matches = self.by_words(evidence) if mode != "meaning" else np.zeros(size, bool)
        if mode == "meaning" or (mode == "hybrid" and not are_exact(words.asked_for)):
            assert found.nearest is not None, "both modes search by meaning"
            near = self.by_meaning(evidence, found.nearest)
            if mode == "hybrid" and not near.any() and not self._stands_alone(parsed, words):
                return self._with_person(parsed.free) & allowed
            matches |= near
        return matches & allowed

    def has_phrase(self, text: str) -> bool:
        """Return whether a document has several words of a text side by side, those without meaning left out or not."""
        stems = self._tables.lexical.stems(text)
        content = self._forms.read(text).stems
        return len(content) > 1 and (self._has_phrase(stems) or self._has_phrase(content))

    def evidence(self, words: QueryTerms) -> Evidence:
        """Return how well each document covers the query's words."""
        size = len(self._tables.rows)
        found = [(stem, self._with_stem(stem)) for stem in words.stems]
        found += [(name, np.unique(self._with_name(name))) for name in words.compounds]
        weights = [float(np.log1p(size / (1 + len(rows)))) for _, rows in found]
        shares = np.zeros(size)
        total = sum(weights) or 1.0
        unknown = [(word, weight) for (word, rows), weight in zip(found, weights, strict=True) if not len(rows)]
        for (_, rows), weight in zip(found, weights, strict=True):
            shares[rows] += weight / total
        unheard = sum(weight for word, weight in unknown if _FIGURE.search(word))
        return Evidence(
            shares,
            tuple(word for word, _ in unknown),
            sum(weight for _, weight in unknown) / total,
            is_unheard=unheard >= LEAST_SHARE * total,
        )

    def by_words(self, evidence: Evidence) -> Mask:
        """Return which documents match by words."""
        found: Mask = evidence.shares >= LEAST_SHARE
        return found

    def by_meaning(self, evidence: Evidence, cosines: Scores) -> Mask:
        """Return which documents match by meaning; `cosines` are those of each document's nearest passage."""
        floor = self._tables.floor
        if floor is None or evidence.is_unheard:
            return np.zeros(len(cosines), bool)
        near: Mask = cosines.astype(np.float64) >= floor + DOUBT * evidence.doubt
        return near

    def _stands_alone(self, parsed: ParsedQuery, words: QueryTerms) -> bool:
        """Return whether words alone decide if no document is near in meaning: names, required clauses, or an exact phrase."""
        if self._tables.floor is None or words.asked_for or parsed.must:
            return True
        return self.has_phrase(parsed.free)

    def _with_person(self, text: str) -> Mask:
        """Return which documents name a person whose full name is in a text."""
        found = np.zeros(len(self._tables.rows), bool)
        inside = _joined(self._tables.lexical.stems(text))
        for name, ids in self._full_names.items():
            if name in inside:
                found[np.concatenate([self._tables.named["people"].get(id_, _NO_ROWS) for id_ in ids])] = True
        return found

    @cached_property
    def _full_names(self) -> Mapping[str, Sequence[str]]:
        """The people with each name of several words, by its stems."""
        columns = self._tables.names["people"]
        found: dict[str, list[str]] = {}
        for id_, name, aliases in zip(columns["person_id"], columns["name"], columns["aliases"], strict=True):
            for full in (name, *(aliases or ())):
                if " " in full:
                    found.setdefault(_joined(self._tables.lexical.stems(full)), []).append(id_)
        return found

    def _has_phrase(self, stems: Sequence[str]) -> bool:
        lexical = self._tables.lexical
        return bool(len(lexical.search("documents", lexical.phrase("documents", "words", stems), 1)[0]))

    def _read_stem(self, stem: str) -> Rows:
        """Return the rows of the documents with a stem in their text, title or headings."""
        lexical, size = self._tables.lexical, len(self._tables.rows)
        queries = [lexical.term("documents", field, stem) for field in ("words", "headings")]
        return np.unique(np.concatenate([lexical.search("documents", query, size)[0] for query in queries]))


def _joined(stems: Sequence[str]) -> str:
    return f" {' '.join(stems)} "


def in_order_of_time(tables: SearchIndex, mask: Mask, *, newest_first: bool) -> Rows:
    """Return the rows of the documents by date, then by id; undated ones come last."""
    rows = np.flatnonzero(mask)
    moments = tables.moments[rows]
    is_dated = ~np.isnat(moments)
    seconds = np.where(is_dated, moments.astype(np.int64), 0)
    order = np.lexsort((tables.id_places[rows], -seconds if newest_first else seconds, ~is_dated))
    return rows[order]


def count_facets(tables: SearchIndex, mask: Mask) -> dict[str, dict[str, int]]:
    """Return how many of the documents have each value of each facet, without values that none has."""
    found: dict[str, dict[str, int]] = {}
    for name in ("kind", "site", "language", "author"):
        codes, values = tables.coded(name)
        found[name] = _commonest(values, np.bincount(codes[mask & (codes >= 0)], minlength=len(values)))
    for name, kind in (("topic", "topics"), ("version", "versions"), ("person", "people")):
        rows, places, values = tables.pairs(kind)
        found[name] = _commonest(values, np.bincount(places[mask[rows]], minlength=len(values)))
    months = tables.days[mask].astype("datetime64[M]")
    found["month"] = _in_order(months)
    found["year"] = _in_order(months.astype("datetime64[Y]"))
    return found


def _commonest(values: Sequence[str], counts: npt.NDArray[np.int64]) -> dict[str, int]:
    places = np.flatnonzero(counts)
    places = places[np.argsort(-counts[places], kind="stable")]
    return {values[place]: count for place, count in zip(places.tolist(), counts[places].tolist(), strict=True)}


def _in_order(times: npt.NDArray[np.datetime64]) -> dict[str, int]:
    values, counts = np.unique(times[~np.isnat(times)], return_counts=True)
    return dict(zip(np.datetime_as_string(values).tolist(), counts.tolist(), strict=True))
