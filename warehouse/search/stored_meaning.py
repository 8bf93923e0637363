"""Ranks by meaning over vectors that are too many to hold: an index finds candidates, whose full vectors give their scores."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from warehouse.search.fusion import best
from warehouse.search.means import means_of

if TYPE_CHECKING:
    from warehouse.lance_tables import VectorStore, VectorTable

Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]
Vectors = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

PASSAGES, DOCUMENTS = 200, 100  # nearest ones that are candidates
# Up to so many passages that pass the filters are all scored: reading their vectors takes no longer than an index with a filter.
FEW = 8_000
# To search without the filters for so many times as many is faster, unless what passes them lies far from the question: of five million
# passages, 3,000 are found in 27 ms, and 200 of a hundredth of them in 66 ms.
ENOUGH, MOST_PASSED_OVER = 0.15, 6_000
SAMPLED = 1_000  # documents, by which mean and spread of all scores are known


@dataclass(frozen=True, slots=True)
class Candidates:
    """Documents that may be nearest, by row in order; all others are less near than `passages` and `centroids`.

    These are rows of passages, and of documents by their centroids, that an index found nearest.
    """

    documents: Rows
    passages: Rows
    centroids: Rows


class StoredMeaning:
    """Scores the documents of one release.

    Args:
        store: the release's vectors.
        starts: the first passage of each document with passages, and their number.
        floor: the similarity floor; no document counts as near whose vectors were not read.
        weights: how much each passage counts.
    """

    def __init__(self, store: "VectorStore", starts: Rows, floor: float | None, weights: Scores) -> None:
        self.store = store
        self._weights = weights
        self._starts = starts
        self._sizes = np.diff(starts)
        self._floor = 1.0 if floor is None else floor

    def candidates(self, vector: Scores, where: str | None = None, keep: Mask | None = None) -> Candidates:
        """Return the documents that may be nearest; `where` and `keep` are one filter, as SQL and as a mask."""
        of_passages = of_documents = 1.0
        if keep is not None:
            keep = keep[: len(self._sizes)]
            passing = int(self._sizes[keep].sum())
            if passing <= FEW:
                return Candidates(np.flatnonzero(keep), np.zeros(0, np.int64), np.zeros(0, np.int64))
            of_passages, of_documents = passing / int(self._starts[-1]), float(keep.mean())
        passages = self._nearest_passages(vector, where, keep, of_passages)
        centroids = self._nearest_documents(vector, where, keep, of_documents)
        return Candidates(np.union1d(self._owners(passages), centroids), passages, centroids)

    def score(self, vector: Scores, found: Candidates, size: int) -> tuple[Scores, Scores, Scores, Scores]:
        """Return the scores of all passages, and of `size` documents by their best passage, by their nearest and by their centroid.

        Those of the documents found and of their passages are exact. All others have those of sampled documents, so that mean and
        spread are those of the release; none of them is above what was found.
        """
        rows, firsts = _passages_of(self._starts, found.documents)
        vectors = self.store.passages.take(rows)
        cosines = np.vecdot(vectors, vector)
        of_rows = cosines * self._weights[rows]
        best_of, nearest = (np.maximum.reduceat(one, firsts) if len(firsts) else one for one in (of_rows, cosines))
        centroid = np.vecdot(means_of(vectors, firsts), vector)
        sample, sample_firsts, sample_centroids = self._sample
        by_passage = np.vecdot(sample, vector)
        by_best = np.maximum.reduceat(by_passage, sample_firsts)
        by_centroid = np.vecdot(sample_centroids, vector)
        passages_below = min(self._floor, float(cosines[np.searchsorted(rows, found.passages)].min(initial=1)))
        centroids_below = float(centroid[np.searchsorted(found.documents, found.centroids)].min(initial=1))
        count = len(self._starts) - 1
        without = np.zeros(size - count, np.float32)  # documents without passages
        by_best, by_nearest = (
            _filled(by_best, passages_below, count, found.documents, one) for one in (best_of, nearest)
        )
        by_centroid = _filled(by_centroid, centroids_below, count, found.documents, centroid)
        return (
            _filled(by_passage, passages_below, int(self._starts[-1]), rows, of_rows),
            np.concatenate([by_best, without]),
            np.concatenate([by_nearest, without]),
            np.concatenate([by_centroid, without]),
        )

    def centroid(self, document: int) -> Vectors:
        """Return the mean of a document's vectors, normalised."""
        found: Vectors = self.store.documents.take(np.array([document]))[0]
        return found

    def _owners(self, passages: Rows) -> Rows:
        return np.searchsorted(self._starts, passages, side="right") - 1

    def _nearest_passages(self, vector: Scores, where: str | None, keep: Mask | None, share: float) -> Rows:
        def passing(rows: Rows) -> Rows:
            return rows if keep is None else rows[keep[self._owners(rows)]]

        return _nearest(self.store.passages, vector, PASSAGES, where, passing, share)

    def _nearest_documents(self, vector: Scores, where: str | None, keep: Mask | None, share: float) -> Rows:
        if self.store.documents.is_indexed:

            def passing(rows: Rows) -> Rows:
                return rows if keep is None else rows[keep[rows]]

            return _nearest(self.store.documents, vector, DOCUMENTS, where, passing, share)
        cosines = np.vecdot(self._held_centroids, vector)
        if keep is not None:
            cosines[~keep] = -np.inf
        return best(cosines, DOCUMENTS)

    @cached_property
    def _held_centroids(self) -> Vectors:
        return np.concatenate(list(self.store.documents.blocks()))

    @cached_property
    def _sample(self) -> tuple[Vectors, Rows, Vectors]:
        count = len(self._starts) - 1
        documents = np.unique(np.linspace(0, count - 1, min(count, SAMPLED)).astype(np.int64))
        rows, firsts = _passages_of(self._starts, documents)
        vectors = self.store.passages.take(rows)
        return vectors, firsts, means_of(vectors, firsts)


def _nearest(
    table: "VectorTable", vector: Scores, k: int, where: str | None, passing: Callable[[Rows], Rows], share: float
) -> Rows:
    """Return the rows of the `k` nearest vectors that pass the filters, or of fewer: enough if the table is searched without them."""
    enough = ENOUGH * k / share
    if share < 1 and enough <= MOST_PASSED_OVER:
        rows = passing(table.nearest(vector, math.ceil(enough)))
        if len(rows) >= ENOUGH * k / 2:
            return rows
    return passing(table.nearest(vector, k, where))


def _passages_of(starts: Rows, documents: Rows) -> tuple[Rows, Rows]:
    """Return the rows of the documents' passages, and where those of each document begin among them."""
    sizes = starts[documents + 1] - starts[documents]
    firsts = np.cumsum(sizes) - sizes
    return np.repeat(starts[documents] - firsts, sizes) + np.arange(int(sizes.sum())), firsts


def _filled(sampled: Scores, below: float, size: int, places: Rows, known: Scores) -> Scores:
    """Return the known scores in their places, and in all others the sampled ones that are below a bound, over and over."""
    low = sampled[sampled < below]
    scores = np.resize(low if len(low) else np.nextafter(np.float32(below), np.float32(-1)), size)
    scores[places] = known
    return scores
