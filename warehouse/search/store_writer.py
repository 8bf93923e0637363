"""Writes the vectors of a release into a search store, with the columns that filters ask for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from warehouse.lance_tables import VectorTable, as_column, schema_of, write_table
from warehouse.search.means import unit
from warehouse.vector_store import StoredVectors

Rows = npt.NDArray[np.integer[Any]]
Vectors = npt.NDArray[np.floating[Any]]

TEXTS: Final = ("kind", "site", "language", "author")
LISTS: Final = ("topics", "versions", "people")
COLUMNS: Final = {
    **dict.fromkeys(TEXTS, pa.string()),
    "day": pa.date32(),
    **dict.fromkeys(LISTS, pa.list_(pa.string())),
}


def filter_columns(
    documents: Mapping[str, Sequence[Any]], named: Mapping[str, Mapping[str, Sequence[int]]]
) -> pa.Table:
    """Return what filters ask of each document, by row; arguments are those of `documents.json`."""
    days = [text[:10] if text else None for text in documents["published_at"]]
    columns: dict[str, pa.Array] = {name: pa.array(documents[name], pa.string()) for name in TEXTS}
    columns["day"] = pa.array(np.array([day or "NaT" for day in days], "datetime64[D]"), pa.date32())
    for kind in LISTS:
        of_rows: list[list[str]] = [[] for _ in days]
        for name, rows in named[kind].items():
            for row in rows:
                of_rows[row].append(name)
        columns[kind] = pa.array(of_rows, COLUMNS[kind])
    return pa.table(columns)


def write_vectors(
    of: StoredVectors, blocks: Iterable[Vectors], dimension: int, owners: Rows, columns: pa.Table
) -> None:
    """Write both tables from the vectors of the passages, block by block; `owners` are the rows of their documents.

    Raises:
        StoreFailed: the store does not answer.
        UsageError: the package lancedb is missing.
    """
    schema = schema_of(dimension, COLUMNS)
    passages = write_table(of.uri, "passages", schema, _batches(schema, blocks, owners, columns), of.model)
    centroids = _batches(schema, _centroids(passages, owners), np.unique(owners), columns)
    write_table(of.uri, "documents", schema, centroids, of.model)


def _batches(schema: pa.Schema, blocks: Iterable[Vectors], owners: Rows, columns: pa.Table) -> Iterator[pa.RecordBatch]:
    row = 0
    for vectors in blocks:
        inside = owners[row : row + len(vectors)]
        asked = columns.take(pa.array(inside)).combine_chunks()
        arrays = [pa.array(np.arange(row, row + len(inside)), pa.int32()), pa.array(inside, pa.int32())]
        arrays += [one.chunk(0) if one.num_chunks else pa.array([], one.type) for one in asked.columns]
        yield pa.record_batch([*arrays, as_column(vectors)], schema=schema)
        row += len(vectors)


def _centroids(passages: VectorTable, owners: Rows) -> Iterator[Vectors]:
    """Yield the mean of each document's vectors, normalised; a document whose passages go on is finished with the next block."""
    start, left = 0, None
    for vectors in passages.blocks():
        inside = owners[start : start + len(vectors)]
        firsts = np.flatnonzero(np.diff(inside, prepend=-1))
        sums = np.add.reduceat(vectors, firsts, axis=0)
        if left is not None and start and owners[start - 1] == inside[0]:
            sums[0] += left
        elif left is not None:
            sums = np.concatenate([left[None], sums])
        left = sums[-1]
        start += len(vectors)
        if len(sums) > 1:
            yield unit(sums[:-1])
    if left is not None:
        yield unit(left[None])
