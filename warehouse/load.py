"""Loads rows into `raw.*`: each batch is one transaction, and loading it twice changes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from warehouse.connection import Connection
from warehouse.records import DOCUMENT_TABLES, Row


def load_documents(
    connection: Connection,
    batch: Iterable[Mapping[str, list[Row]]],
    *,
    set_aside: Sequence[Row] = (),
    parsed: Mapping[str, str] | None = None,
) -> None:
    """Replace the documents of a batch with all their rows, and record what was set aside.

    Args:
        batch: rows by table, one mapping per document (`warehouse.rows.rows_of`).
        set_aside: rows of `raw.set_aside` for captures that could not be read.
        parsed: the version of the parser by capture id, for all captures of this batch, whether they could be read or not.
    """
    tables: dict[str, list[Row]] = {table: [] for table in DOCUMENT_TABLES}
    for rows in batch:
        for table, found in rows.items():
            tables[table].extend(found)
    names = [row["document_id"] for row in tables["documents"]]
    read_by = [{"capture_id": name, "version": version} for name, version in (parsed or {}).items()]
    with _Transaction(connection):
        _delete(connection, (*DOCUMENT_TABLES, "checked"), names)
        for table in DOCUMENT_TABLES:
            insert(connection, f"raw.{table}", tables[table])
        connection.execute(
            "DELETE FROM raw.set_aside WHERE step = 'parse' AND capture_id IN (SELECT unnest(?))",
            [list(parsed or {})],
        )
        insert(connection, "raw.set_aside", set_aside, replace=True)
        if read_by:
            connection.register("read_by", pa.Table.from_pylist(read_by))
            connection.execute(
                "UPDATE raw.captures SET parsed_with = r.version FROM read_by r WHERE captures.capture_id = r.capture_id"
            )
            connection.unregister("read_by")


def load_tags(connection: Connection, batch: Sequence[Mapping[str, list[Row]]], set_aside: Sequence[Row] = ()) -> None:
    """Replace the mentions and dated statements of documents; their other rows are kept."""
    documents = [row for rows in batch for row in rows["documents"]]
    names = [row["document_id"] for row in documents]
    with _Transaction(connection):
        connection.execute("DELETE FROM raw.checked WHERE document_id IN (SELECT unnest(?))", [names])
        for table in ("mentions", "events"):
            connection.execute(f"DELETE FROM raw.{table} WHERE document_id IN (SELECT unnest(?))", [names])
            insert(connection, f"raw.{table}", [row for rows in batch for row in rows[table]])
        for version in {row["tagged_with"] for row in documents}:
            connection.execute(
                "UPDATE raw.documents SET tagged_with = ? WHERE document_id IN (SELECT unnest(?))", [version, names]
            )
        insert(connection, "raw.set_aside", set_aside, replace=True)


def drop_documents(connection: Connection, names: Sequence[str]) -> None:
    """Delete documents and all their rows."""
    with _Transaction(connection):
        _delete(connection, (*DOCUMENT_TABLES, "checked"), names)


def _delete(connection: Connection, tables: Sequence[str], names: Sequence[str]) -> None:
    """Delete the rows of those documents that are here; a large table is not searched for new ones."""
    rows = connection.execute(
        "SELECT document_id FROM raw.documents WHERE document_id IN (SELECT unnest(?))", [list(names)]
    ).fetchall()
    for table in tables if rows else ():
        connection.execute(
            f"DELETE FROM raw.{table} WHERE document_id IN (SELECT unnest(?))", [[name for (name,) in rows]]
        )


def load_vectors(connection: Connection, hashes: Sequence[str], model: str, vectors: np.ndarray) -> None:
    """Add vectors (float32, one row per hash, no hash twice) made by `model`; existing ones stay unchanged."""
    flat = pa.array(np.ascontiguousarray(vectors, dtype=np.float32).ravel())
    table = pa.table(
        {
            "text_hash": pa.array(hashes, pa.string()),
            "model": pa.array([model] * len(hashes), pa.string()),
            "vector": pa.FixedSizeListArray.from_arrays(flat, vectors.shape[1]),
        }
    )
    missing = "incoming ANTI JOIN raw.vectors USING (text_hash, model)"
    _insert_table(connection, "raw.vectors", table, "", missing)


def insert(connection: Connection, table: str, rows: Sequence[Row], *, replace: bool = False) -> None:
    """Add rows (mappings with the same keys) to a table; with `replace`, overwrite rows with the same primary key."""
    if rows:
        _insert_table(connection, table, pa.Table.from_pylist(list(rows)), "OR REPLACE " if replace else "")


def _insert_table(connection: Connection, table: str, rows: Any, conflict: str, source: str = "incoming") -> None:
    connection.register("incoming", rows)
    try:
        connection.execute(f"INSERT {conflict}INTO {table} BY NAME SELECT * FROM {source}")
    finally:
        connection.unregister("incoming")


class _Transaction:
    """A transaction, rolled back if the block raises."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("BEGIN")

    def __exit__(self, kind: object, *_: object) -> None:
        self._connection.execute("ROLLBACK" if kind else "COMMIT")
