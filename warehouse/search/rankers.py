"""The rankers of a search: each gives every document a score, by words or by meaning."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from warehouse.search.collapse import collapse_ranked
from warehouse.search.fusion import best, fuse
from warehouse.search.index_reader import SearchIndex
from warehouse.search.lexical import ENOUGH
from warehouse.search.means import means_of
from warehouse.search.query_terms import QueryTerms, TermForms
from warehouse.search.stored_meaning import StoredMeaning

Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

# Passages that the words ranker reads: nDCG@10 .7205 with 200, .7217 with 500, .7212 with 1,000.
DEPTH = 500
# Documents by words whose vectors are read from a store.
BY_WORDS = 150
WORD_RANKERS = ("words", "document", "title", "citations")


@dataclass(frozen=True, slots=True)
class RankerScores:
    """The rankers' scores: of each document by ranker, and of each passage by words and by meaning.

    `nearest` is the cosine of each document's nearest passage, which decides what matches; rows of tables have their full cosine.
    """

    documents: Mapping[str, Scores]
    passages: Mapping[str, Scores]
    nearest: Scores | None = None


class Rankers:
    """Runs the rankers over one release."""

    def __init__(self, tables: SearchIndex) -> None:
        self._tables = tables
        self.wording = TermForms(tables.lexical)
        self.stored: StoredMeaning | None = None
        if tables.store is not None:
            self.stored = StoredMeaning(tables.store, tables.starts, tables.floor, tables.passage_weights)

    def query_terms(self, text: str) -> QueryTerms:
        """Return the words of a query to search for."""
        return self.wording.read(text)

    def by_words(self, words: QueryTerms, keep: Mask | None, k: int, citations: bool) -> RankerScores:
        """Run the rankers `words`, `document`, `title` and, unless turned off, `citations`."""
        tables = self._tables
        passage_scores = np.zeros(len(tables.passage_documents), np.float32)
        documents = {name: np.zeros(len(tables.rows), np.float32) for name in ("words", "document", "title")}
        if citations and tables.counts["cited_documents"]:
            documents["citations"] = np.zeros(len(tables.rows), np.float32)
        if words.is_empty:
            return RankerScores(documents, {"words": passage_scores})
        query = self.wording.in_passages(words)
        rows, scores = tables.lexical.search("passages", query, max(DEPTH, 5 * k), keep)
        scores *= tables.passage_weights[rows]
        order = np.argsort(-scores, kind="stable")
        rows, scores = rows[order], scores[order]
        passage_scores[rows] = scores
        found, of_found = collapse_ranked(rows, scores, tables.passage_documents)
        documents["words"][found] = of_found
        queries = {
            "document": self.wording.in_documents(words),
            "title": self.wording.in_field("title", words),
            "citations": self.wording.in_field("cited", words),
        }
        for ranker in documents.keys() - {"words"}:
            rows, scores = tables.lexical.search("documents", queries[ranker], max(DEPTH, k), keep, max(ENOUGH, k))
            documents[ranker][rows] = scores
        return RankerScores(documents, {"words": passage_scores})

    def by_meaning(self, vector: Scores) -> RankerScores:
        """Run the rankers `meaning` (the best passage) and `centroid` (the mean of all passages)."""
        tables = self._tables
        vectors = tables.vectors
        assert vectors is not None, "the archive has no vectors to search by meaning"
        starts = tables.starts[:-1]
        # Row by row on one processor: as fast as a product on all of them, and leaves a processor for the search by words.
        cosines = np.vecdot(vectors, vector)
        passages = cosines * tables.passage_weights
        best, nearest, centroid = (np.zeros(len(tables.rows), np.float32) for _ in range(3))
        best[: len(starts)] = np.maximum.reduceat(passages, starts) if len(starts) else 0
        nearest[: len(starts)] = np.maximum.reduceat(cosines, starts) if len(starts) else 0
        centroid[: len(starts)] = np.vecdot(self.centroids, vector)
        return RankerScores({"meaning": best, "centroid": centroid}, {"meaning": passages}, nearest)

    def near(
        self, vector: Scores, keep: Mask | None, where: str | None
    ) -> Callable[[RankerScores | None], RankerScores]:
        """Search by meaning, within the filters `keep` or, for a store, `where`; return a function that gives the scores.

        It takes the scores by words, if there are any: a store is also asked for the vectors of the best documents by words.
        """
        stored = self.stored
        if stored is None:
            exact = self.by_meaning(vector)
            return lambda _: exact
        found = stored.candidates(vector, where, keep)

        def score(by_words: RankerScores | None) -> RankerScores:
            rows = (
                found.documents
                if by_words is None
                else np.union1d(found.documents, self._best_by_words(by_words, keep))
            )
            size = len(self._tables.rows)
            passages, best, nearest, centroid = stored.score(vector, replace(found, documents=rows), size)
            return RankerScores({"meaning": best, "centroid": centroid}, {"meaning": passages}, nearest)

        return score

    def _best_by_words(self, found: RankerScores, keep: Mask | None) -> Rows:
        fused = fuse(found.documents)
        rows = best(fused if keep is None else np.where(keep, fused, -np.inf), BY_WORDS)
        return rows[rows < len(self._tables.starts) - 1]

    def centroid(self, row: int) -> Scores | None:
        """Return the mean of a document's vectors, normalised, None if it has no passages."""
        if row >= len(self._tables.starts) - 1:
            return None
        found: Scores = self.centroids[row] if self.stored is None else self.stored.centroid(row)
        return found

    @cached_property
    def centroids(self) -> npt.NDArray[np.float32]:
        """The mean of each document's vectors, normalised (0 without vectors)."""
        vectors = self._tables.vectors
        assert vectors is not None, "the archive has no vectors to search by meaning"
        return means_of(vectors, self._tables.starts[:-1])
