"""Similarity of a query's vector to each passage and document."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from warehouse.search import Search
from warehouse.timeline.statement_index import StatementIndex

Floats32 = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]

_NEAR = 300  # passages whose reports may be about a query without having its words
_LEADING = 12  # documents whose common subject is taken as the query's


@dataclass(frozen=True, slots=True)
class Meaning:
    """Cosines with a query, by row of the statement index.

    Attributes:
        passages: of each passage.
        nearest: of each document's nearest passage.
        kin: of each document with the common subject of the nearest documents.
    """

    passages: Floats32
    nearest: Floats32
    kin: Floats32
    _near: Mask

    def is_near(self, passage: npt.NDArray[np.int32]) -> Mask:
        """Return which of the passages are among the nearest."""
        found: Mask = self._near[passage]
        return found


class MeaningReader:
    """Reads a search's vectors in the order of the statement index."""

    def __init__(self, search: Search, index: StatementIndex) -> None:
        tables = search.tables
        vectors = tables.vectors
        if vectors is None:
            raise ValueError("the search has no vectors; expected one with vectors")
        rows = {tables.passage_ids[row]: row for row in range(len(vectors))}
        order = np.array([rows[name] for name in index.passage_ids], np.int64)
        self._vectors: Floats32 = vectors[order] if not np.array_equal(order, np.arange(len(order))) else vectors
        own = [tables.documents["document_id"][row] for row in tables.passage_documents[order].tolist()]
        self._owners: Rows = np.array([index.document_rows[name] for name in own], np.int64)
        self._days = index.documents["day"]
        centroids = np.zeros((len(index.document_ids), self._vectors.shape[1]), np.float32)
        np.add.at(centroids, self._owners, self._vectors)
        self._centroids: Floats32 = centroids / np.maximum(np.linalg.norm(centroids, axis=1, keepdims=True), 1e-9)

    def read(self, vector: Floats32, last: int) -> Meaning:
        """Return the similarities to the vector of a query; only documents up to the day `last` count as nearest."""
        passages = self._vectors @ vector
        nearest = np.full(len(self._centroids), -1.0, np.float32)
        np.maximum.at(nearest, self._owners, passages)
        in_time = self._days <= last
        near = np.zeros(len(passages), bool)
        near[np.argsort(-np.where(in_time[self._owners], passages, -1.0))[:_NEAR]] = True
        leading = np.argsort(-np.where(in_time, nearest, -1.0))[:_LEADING]
        centre = self._centroids[leading].sum(axis=0)
        return Meaning(passages, nearest, self._centroids @ (centre / max(float(np.linalg.norm(centre)), 1e-9)), near)
