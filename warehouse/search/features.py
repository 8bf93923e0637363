"""Features of a query and a document for the learned ranking."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from tantivy import Occur, Query

from warehouse.records import DatesAsked
from warehouse.search.index_reader import SearchIndex
from warehouse.search.query_terms import QueryTerms, TermForms
from warehouse.search.rankers import RankerScores

Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

RANKERS: Final = ("words", "document", "title", "meaning", "centroid")
# Features that are also given as standard deviations from the mean of a query's candidates: how much a title or a passage holds
# depends on the query's length, and only the difference between candidates tells which is better.
COMPARED: Final = (
    *RANKERS,
    "title holds query", "text holds query", "rarest in text", "headings hold query", "passage holds query",
    "cosine of passage", "cosine of document", "three by meaning",
)  # fmt: skip
_ALONE: Final = (
    *RANKERS,
    *(f"rank of {name}" for name in RANKERS),
    "agreement", "fusion", "rank of fusion",
    "title holds query", "query holds title", "name in title",
    "text holds query", "rarest in text", "name in text", "headings hold query", "headings", "passage holds query",
    "second by meaning", "third by meaning", "second by words", "third by words", "three by meaning",
    "cosine of passage", "cosine of document",
    "length", "date inside", "years off",
)  # fmt: skip
NAMES: Final = (*_ALONE, *(f"{name}, compared" for name in COMPARED))
# Ranks below this one do not matter; ten years off is as wrong as twenty.
DEEPEST = 100
FARTHEST_DAYS = 3650
_LEAST_SPREAD = 1e-6


@dataclass(frozen=True, slots=True)
class Candidates:
    """The document `rows` to order, best first by the fixed fusion of rankers, and their fused scores."""

    rows: Rows
    fused: Scores


class FeatureReader:
    """Reads the features of one release's documents."""

    def __init__(self, tables: SearchIndex, forms: TermForms) -> None:
        self._tables = tables
        self._forms = forms
        self._title = lru_cache(maxsize=20_000)(lambda row: tables.lexical.stems(tables.documents["title"][row]))

    def read(
        self,
        candidates: Candidates,
        found: RankerScores,
        words: QueryTerms,
        dates: DatesAsked | None,
        keep: Mask | None = None,
    ) -> Scores:
        """Return a row of numbers, in the order of `NAMES`, for each candidate; `keep` must include all candidates.

        Rankers' scores are in units of their standard deviation over the documents kept; shares weight words by their idf.
        """
        rows = candidates.rows
        columns = [
            *_by_ranker(found, rows, keep),
            candidates.fused,
            1 / np.log2(2 + np.arange(len(rows))),
            *self._in_titles(rows, words),
            *self._in_texts(rows, words),
            *self._further_passages(rows, found),
            found.documents["meaning"][rows],
            found.documents["centroid"][rows],
            np.log1p([len(self._tables.passages_of(row)) for row in rows.tolist()]),
            *_nearness(self._tables, rows, dates),
        ]
        alone = np.stack([np.asarray(column, np.float32) for column in columns], axis=1)
        compared = alone[:, [_ALONE.index(name) for name in COMPARED]]
        spread = compared.std(axis=0) + np.float32(_LEAST_SPREAD)
        return np.concatenate([alone, (compared - compared.mean(axis=0)) / spread], axis=1)

    def _in_titles(self, rows: Rows, words: QueryTerms) -> list[Sequence[float]]:
        stems_of = self._tables.lexical.stems
        names = [stems_of(name) for name in words.compounds]
        shares = self._shares(words)
        holds_query, held, has_name = [], [], []
        for row in rows.tolist():
            title = self._title(row)
            inside = [stem for stem in title if stem in shares]
            holds_query.append(sum(shares[stem] for stem in dict.fromkeys(inside)))
            held.append(len(inside) / max(1, len(title)))
            has_name.append(float(sum(_holds(title, name) for name in names)))
        return [holds_query, held, has_name]

    def _in_texts(self, rows: Rows, words: QueryTerms) -> list[Scores]:
        tables, shares = self._tables, self._shares(words)
        rarest = dict.fromkeys(sorted(shares, key=lambda stem: -shares[stem])[:2], 0.5)
        names = [
            Query.const_score_query(tables.lexical.term("documents", "whole", name.lower()), 1.0)
            for name in words.compounds
        ]
        headings = [] if words.is_empty else [self._forms.in_field("headings", words)]
        passages = _any(self._constant("passages", "words", shares))
        return [
            self._scored(rows, self._constant("documents", "words", shares)),
            self._scored(rows, self._constant("documents", "words", rarest)),
            self._scored(rows, names),
            self._scored(rows, self._constant("documents", "headings", shares)),
            self._scored(rows, headings),
            self._best_passage(rows, passages) if shares else np.zeros(len(rows), np.float32),
        ]

    def _shares(self, words: QueryTerms) -> dict[str, float]:
        """Return each stem's share of the query's idf."""
        lexical, size = self._tables.lexical, len(self._tables.rows)
        weights = {
            stem: float(np.log(1 + size / (1 + lexical.frequency("documents", "words", stem)))) for stem in words.stems
        }
        total = sum(weights.values())
        return {stem: weight / total for stem, weight in weights.items()}

    def _constant(self, index: str, field: str, weights: Mapping[str, float]) -> list[Query]:
        term = self._tables.lexical.term
        return [Query.const_score_query(term(index, field, stem), weight) for stem, weight in weights.items()]

    def _scored(self, rows: Rows, queries: Sequence[Query]) -> Scores:
        """Return the score of each candidate for any of the queries, 0 if it matches none."""
        scores = np.zeros(len(self._tables.rows), np.float32)
        if queries:
            found, of_found = self._tables.lexical.search(
                "documents", _any(queries), len(rows), self._only(rows), least=len(rows)
            )
            scores[found] = of_found
        return scores[rows]

    def _best_passage(self, rows: Rows, query: Query) -> Scores:
        tables = self._tables
        most = sum(len(tables.passages_of(row)) for row in rows.tolist())
        found, of_found = tables.lexical.search("passages", query, most, self._only(rows), least=most)
        scores = np.zeros(len(tables.rows), np.float32)
        np.maximum.at(scores, tables.passage_documents[found], of_found)
        return scores[rows]

    def _only(self, rows: Rows) -> Mask:
        only = np.zeros(len(self._tables.rows), bool)
        only[rows] = True
        return only

    def _further_passages(self, rows: Rows, found: RankerScores) -> list[npt.NDArray[Any]]:
        """Return the scores of the second and third passage by meaning and by words, and the mean cosine of the best three.

        The scores are in standard deviations of all passages.
        """
        tables = self._tables
        starts = np.append(tables.starts, np.full(len(tables.rows) + 1 - len(tables.starts), tables.starts[-1]))
        places = starts[rows, None] + np.arange(max(1, int((starts[rows + 1] - starts[rows]).max())))
        is_inside = places < starts[rows + 1, None]
        out: list[npt.NDArray[Any]] = []
        for name in ("meaning", "words"):
            scores = found.passages[name]
            every = np.where(is_inside, scores[np.minimum(places, len(scores) - 1)], -np.inf)
            top = np.pad(
                -np.sort(-every, axis=1)[:, :3], ((0, 0), (0, max(0, 3 - every.shape[1]))), constant_values=-np.inf
            )
            there = np.isfinite(top)
            top = np.where(there, top, 0)
            spread = max(float(scores.std()), 1e-9)
            out += [top[:, 1] / spread, top[:, 2] / spread]
            if name == "meaning":
                mean = top.sum(axis=1) / np.maximum(1, there.sum(axis=1))
        return [*out, mean]


def days_inside(tables: SearchIndex, dates: DatesAsked) -> Mask:
    """Return for each document whether it was published on one of the days."""
    first, last = _ends(dates)
    inside: Mask = (tables.days >= first) & (tables.days <= last)
    return inside


def _ends(dates: DatesAsked) -> tuple[np.datetime64, np.datetime64]:
    first, last = dates.first or dt.date.min, dates.last or dt.date.max
    return np.datetime64(first, "D"), np.datetime64(last, "D")


def _by_ranker(found: RankerScores, rows: Rows, keep: Mask | None) -> list[npt.ArrayLike]:
    """Return each ranker's scores, the discount of its ranks, and how many rankers have the document among their first ten."""
    inside = np.arange(len(found.documents["meaning"])) if keep is None else np.flatnonzero(keep)
    places = np.searchsorted(inside, rows)
    kept = [found.documents[name][inside] for name in RANKERS]
    gains = [_rank_gain(scores, places) for scores in kept]
    in_ten = np.sum([gain > 1 / np.log2(12) for gain in gains], axis=0)
    return [*(_standard(scores)[places] for scores in kept), *gains, in_ten]


def _standard(scores: Scores) -> Scores:
    spread = float(scores.std())
    standard: Scores = (scores - scores.mean()) / np.float32(spread) if spread > 0 else np.zeros_like(scores)
    return standard


def _rank_gain(scores: Scores, rows: Rows) -> Scores:
    """Return 1 / log2(1 + rank), the discount of nDCG.

    0 if the ranker did not find the document or ranked it below `DEEPEST`.
    """
    order = np.sort(scores)[::-1][:DEEPEST]
    rank = np.searchsorted(-order, -scores[rows], side="left") + 1
    gain = 1 / np.log2(1 + rank)
    gain[(rank > DEEPEST) | (scores[rows] <= 0)] = 0
    return gain.astype(np.float32)


def _holds(words: list[str], name: list[str]) -> bool:
    return any(words[place : place + len(name)] == name for place in range(len(words) - len(name) + 1))


def _any(queries: Sequence[Query]) -> Query:
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def _nearness(tables: SearchIndex, rows: Rows, dates: DatesAsked | None) -> list[Scores]:
    """Return whether each document was published on the days that the query names, and how many years off it is."""
    if dates is None:
        return [np.zeros(len(rows), np.float32)] * 2
    days = tables.days[rows]
    first, last = _ends(dates)
    before, after = (first - days).astype(np.float64), (days - last).astype(np.float64)
    years = np.clip(np.where(np.isnat(days), 0, np.maximum(before, after)), 0, FARTHEST_DAYS) / 365
    return [days_inside(tables, dates)[rows].astype(np.float32), years.astype(np.float32)]
