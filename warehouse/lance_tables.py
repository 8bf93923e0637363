"""Vectors in Lance tables, on a disk or in an object store; the only file that knows `lancedb`.

The vectors of a release are two tables in one folder: `passages` and `documents`, whose vectors are the means of the passages. Each has
a row number, the row of the document and the columns that are filtered by.
"""

import math
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from warehouse.errors import ArchiveMismatch, ArchiveMissing, StoreFailed, UsageError

Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]
Vectors = npt.NDArray[np.float32]

# Up to so many vectors are read into memory and searched exactly: 384 floats each are 300 MB and a scan takes 20 ms.
MOST_HELD = 200_000
BLOCK_ROWS = 16_384
# Two bits a dimension (RaBitQ) tell the nearest of all well enough that the first 200 have the ten nearest.
BITS, ROUNDS = 2, 20
# The defaults of object stores wait for three minutes.
_PATIENCE = {"client_max_retries": "3", "connect_timeout": "5s"}
# Partitions that are searched: at least so many, and this share of them. Of five million passages of LWN with noise in 202 partitions the
# first 200 found have .971 of the ten nearest at .2 and .991 at .3; of half a million in 64 partitions, .973 and .986.
PROBES, PROBED = 16, 0.4


class VectorTable:
    """A table of vectors, which has as many `rows`."""

    def __init__(self, table: Any, uri: str) -> None:
        self._table = table
        self._uri = uri
        with _named(uri):
            self.rows: int = table.count_rows()
            self.is_indexed = bool(table.list_indices())

    def nearest(self, vector: Scores, k: int, where: str | None = None) -> Rows:
        """Return the rows of the `k` nearest vectors that fulfil the condition, best first.

        Above `MOST_HELD` rows an index finds them, which has the vectors in few bits: of rows about as near some may be missing.
        """
        with _named(self._uri):
            query = self._table.search(vector, vector_column_name="vector").distance_type("dot").limit(k)
            if self.is_indexed:
                query = query.nprobes(max(PROBES, math.ceil(PROBED * _partitions(self.rows))))
            if where:
                query = query.where(where, prefilter=True)
            found = query.select(["row", "_distance"]).to_arrow()
        rows: Rows = found["row"].to_numpy().astype(np.int64)
        return rows

    def take(self, rows: Rows) -> Vectors:
        """Return the vectors of the rows, in their order."""
        if not len(rows):
            return np.zeros((0, self._table.schema.field("vector").type.list_size), np.float32)
        offsets = np.unique(rows)  # as a table gives them; rows lie in the order of their numbers
        with _named(self._uri):
            found = self._table.take_offsets(offsets.tolist()).select(["vector"]).to_arrow()
        return _vectors(found)[np.searchsorted(offsets, rows)]

    def blocks(self) -> Iterator[Vectors]:
        """Yield all vectors in the order of their rows, `BLOCK_ROWS` at a time."""
        for start in range(0, self.rows, BLOCK_ROWS):
            with _named(self._uri):
                found = self._table.search().select(["row", "vector"]).offset(start).limit(BLOCK_ROWS).to_arrow()
            order = np.argsort(found["row"].to_numpy())
            yield _vectors(found)[order]


class VectorStore:
    """The tables of one release, in the folder `uri`, made by the encoder `model`.

    Raises:
        ArchiveMissing: the store has no such tables.
        ArchiveMismatch: they were made by another encoder.
        StoreFailed: the store does not answer.
    """

    def __init__(self, uri: str, model: str | None) -> None:
        self._uri, self._model = uri, model or ""
        self._database = _connect(uri)
        self.passages = self._open("passages")
        self.documents = self._open("documents")

    @property
    def is_large(self) -> bool:
        """Whether the vectors are too many to hold."""
        return self.passages.rows > MOST_HELD

    def _open(self, name: str) -> VectorTable:
        with _named(self._uri):
            is_there = name in self._database.list_tables().tables
            table = self._database.open_table(name) if is_there else None
        if table is None:
            raise ArchiveMissing(
                f"The search store has no table {name} at {self._uri}, where the vectors of this release lie. Bring it back, or "
                "write it again with: klog build --force (where releases are only read: klog pull)"
            )
        model = (table.schema.metadata or {}).get(b"model", b"").decode()
        if model != self._model:
            raise ArchiveMismatch(
                f"The vectors at {self._uri} were made by {model or 'an unknown encoder'}, those of this release by "
                f"{self._model or 'an unknown encoder'}. Write them again with: klog build --force"
            )
        return VectorTable(table, self._uri)


def write_table(
    uri: str, name: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch], model: str | None
) -> VectorTable:
    """Write a table from batches, one by one, with an index above `MOST_HELD` rows."""
    database = _connect(uri)
    schema = schema.with_metadata({"model": model or ""})
    with _named(uri):
        named = (one.replace_schema_metadata(schema.metadata) for one in batches)
        table = database.create_table(name, data=pa.RecordBatchReader.from_batches(schema, named), schema=schema)
        rows = table.count_rows()
        if rows > MOST_HELD:
            few_bits = _lancedb().index.IvfRq(
                distance_type="dot", num_partitions=_partitions(rows), num_bits=BITS, max_iterations=ROUNDS
            )
            table.create_index("vector", config=few_bits)
            # Without them each question reads the columns that it filters by whole.
            for field in schema:
                if field.name not in ("row", "vector"):
                    table.create_index(field.name, config=_scalar_index(field.type))
    return VectorTable(table, uri)


def _partitions(rows: int) -> int:
    """Return the number of partitions of so many vectors: more take longer to build, fewer leave more to search."""
    return math.ceil(0.09 * math.sqrt(rows))


def _scalar_index(kind: pa.DataType) -> Any:
    """Return the index for a column to filter by: its values are few texts, lists of names, or numbers and days."""
    index = _lancedb().index
    if pa.types.is_list(kind):
        return index.LabelList()
    return index.Bitmap() if pa.types.is_string(kind) else index.BTree()


def check_folder(uri: str) -> None:
    """Raise StoreFailed unless the tables of a folder can be listed."""
    database = _connect(uri)
    with _named(uri):
        database.list_tables()


def remove_tables(uri: str) -> None:
    """Remove the tables of a folder, and the folder of a disk if nothing else lies in it.

    Raises:
        StoreFailed: the store does not answer.
    """
    database = _connect(uri)
    with _named(uri):
        database.drop_all_tables()
    with suppress(OSError):
        Path(uri).rmdir()


def schema_of(dimension: int, columns: Mapping[str, pa.DataType]) -> pa.Schema:
    """Return the schema of a table: row, document, columns to filter by, and vectors in half precision."""
    return pa.schema(
        [("row", pa.int32()), ("document", pa.int32()), *columns.items(), ("vector", pa.list_(pa.float16(), dimension))]
    )


def as_column(vectors: npt.NDArray[Any]) -> pa.Array:
    """Return vectors as a column of a table."""
    return pa.FixedSizeListArray.from_arrays(pa.array(vectors.astype(np.float16).ravel()), vectors.shape[1])


def _vectors(found: pa.Table) -> Vectors:
    column = found["vector"].combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks)
    flat: npt.NDArray[np.float16] = column.flatten().to_numpy()
    return flat.reshape(len(column), -1).astype(np.float32)


def _lancedb() -> ModuleType:
    os.environ.setdefault("LANCE_CPU_THREADS", str(os.cpu_count() or 1))  # by itself it leaves two cores idle
    try:
        import lancedb
        import lancedb.index
    except ImportError as error:
        raise UsageError(
            "A search store (KLOG_SEARCH_STORE) needs the package lancedb. Install it with: "
            "pip install 'kernel-log-archive[cluster]'"
        ) from error
    return lancedb


def _connect(uri: str) -> Any:
    lancedb = _lancedb()
    with _named(uri):
        return lancedb.connect(
            uri, storage_options={**_PATIENCE, "allow_http": "true" if _is_plain_http() else "false"}
        )


def _is_plain_http() -> bool:
    """Return whether the environment names an endpoint without TLS, as of a store of one's own."""
    return any(os.environ.get(name, "").startswith("http://") for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT"))


@contextmanager
def _named(uri: str) -> Iterator[None]:
    """Name the store in its errors; lancedb raises ValueError if an object store does not answer."""
    try:
        yield
    except (RuntimeError, OSError, ValueError) as error:
        reason = str(error).strip().partition("\n")[0][:300].rstrip(".")
        raise StoreFailed(
            f"The search store {uri} cannot be used: {reason}. Look at its address (KLOG_SEARCH_STORE) and its credentials "
            "(AWS_ENDPOINT, AWS_ACCESS_KEY_ID and others), then run the same command again."
        ) from error
