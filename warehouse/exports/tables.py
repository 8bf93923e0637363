"""Exports: the tables of a release as files, with the metadata by which other tools read them.

DuckDB reads the release without access to any other file, and what it gives is written here, batch by batch.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from warehouse.connection import Connection, DatabaseError, confine_statements, open_apart
from warehouse.errors import QueryRefused, UsageError
from warehouse.exports.metadata import (
    Field,
    Resource,
    croissant,
    data_package,
    read_me,
)
from warehouse.json_values import json_text
from warehouse.releases.publish import Manifest
from warehouse.sql.allowed_statements import allowed_statement

Format = Literal["parquet", "csv", "jsonl"]
FORMATS: tuple[Format, ...] = ("parquet", "csv", "jsonl")
_ROWS = 5_000  # of a batch, so that memory does not grow with the archive
_MEMORY_BYTES = 2 << 30
_ADDRESS = re.compile(r"[\w.+%-]{1,64}@[\w-]+(?:\.[\w-]+)+")
# Columns of names, in which a Message-ID looks like an address of a person.
_NAMES = re.compile(r"(.*_)?(id|ids|key|url|urls|href|hash|digest|with)")
_NAMING_FACTS = ("message_id", "in_reply_to", "references")


@dataclass(frozen=True, slots=True)
class Export:
    """What is exported: a condition on documents, the tables (all if empty), and whether addresses of people stay."""

    format: Format
    tables: tuple[str, ...] = ()
    where: str | None = None
    with_addresses: bool = False


def export_release(release: Path, manifest: Manifest, folder: Path, asked: Export) -> tuple[Resource, ...]:
    """Write the tables of a release into an empty or new folder, with metadata; return what was written.

    Raises:
        UsageError: the folder is not empty, a table does not exist, or the condition is not one on `documents`.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not an empty folder; expected a new one, so that nothing is overwritten.")
    connection = open_apart(release)
    try:
        confine_statements(connection, memory_bytes=_MEMORY_BYTES, threads=1)
        names = _tables(connection, asked.tables)
        selected = _selected(connection, asked.where)
        folder.mkdir(parents=True, exist_ok=True)
        with _whole_or_empty(folder):
            resources = tuple(_write(connection, folder, name, selected, asked) for name in names)
            for name, text in (
                (
                    "datapackage.json",
                    json.dumps(data_package(manifest, resources, asked.where), indent=1, ensure_ascii=False),
                ),
                ("croissant.json", json.dumps(croissant(manifest, resources), indent=1, ensure_ascii=False)),
                ("README.md", read_me(manifest, resources, asked.where, masked=not asked.with_addresses)),
            ):
                (folder / name).write_text(text + "\n", encoding="utf-8")
    finally:
        connection.close()
    return resources


@contextmanager
def _whole_or_empty(folder: Path) -> Iterator[None]:
    """Leave an export that fails or is stopped an empty folder, which can be exported to again."""
    try:
        yield
    except BaseException:
        for path in folder.iterdir():
            path.unlink()
        raise


def _tables(connection: Connection, asked: Sequence[str]) -> list[str]:
    rows = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = 'archive' AND schema_name = 'main' ORDER BY 1"
    ).fetchall()
    there = [row[0] for row in rows]
    unknown = [name for name in asked if name not in there]
    if unknown:
        raise UsageError(f"There is no table {unknown[0][:100]!r}; expected one of {', '.join(there)}.")
    return [name for name in there if not asked or name in asked]


def _selected(connection: Connection, where: str | None) -> str | None:
    """Return the checked statement that gives the ids of the selected documents, None for all."""
    if where is None:
        return None
    try:
        statement = allowed_statement(connection, f"SELECT document_id FROM documents WHERE ({where}\n)")
        row = connection.execute(f"SELECT count(*) FROM ({statement})").fetchone()
    except DatabaseError as error:
        raise QueryRefused(
            f"The condition was refused: {str(error).strip().splitlines()[0]} Expected one on documents, such as "
            "--where \"kind = 'mail'\"."
        ) from error
    if not row or not row[0]:
        raise UsageError("No document meets the condition; nothing was exported.")
    return statement


def _write(connection: Connection, folder: Path, table: str, selected: str | None, asked: Export) -> Resource:
    columns = connection.execute(
        "SELECT column_name, data_type, coalesce(comment, '') FROM duckdb_columns() "
        "WHERE database_name = 'archive' AND schema_name = 'main' AND table_name = ? ORDER BY column_index",
        [table],
    ).fetchall()
    comment = connection.execute(
        "SELECT coalesce(comment, '') FROM duckdb_tables() "
        "WHERE database_name = 'archive' AND schema_name = 'main' AND table_name = ?",
        [table],
    ).fetchone()
    names = [name for name, _, _ in columns]
    values = ", ".join(_value(name, kind, asked.format) for name, kind, _ in columns)
    rows = f'SELECT {values} FROM main."{table}"'
    if selected is not None:
        rows += _belonging_to(selected, table, names)
    reader = connection.execute(rows).to_arrow_reader(_ROWS)
    path = folder / f"{table}.{asked.format}"
    masked = (batch if asked.with_addresses else _masked(batch) for batch in reader)
    written = _WRITERS[asked.format](path, reader.schema, masked)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Resource(
        name=table,
        path=path.name,
        format=asked.format,
        rows=written,
        bytes=path.stat().st_size,
        sha256=digest,
        description=comment[0] if comment else "",
        fields=tuple(Field(name, kind, about) for name, kind, about in columns),
    )


def _belonging_to(selected: str, table: str, names: Sequence[str]) -> str:
    """Return the clause that leaves the rows of a table that belong to selected documents; a table without documents stays whole."""
    captured = f"(kind, key) IN (SELECT (kind, key) FROM documents WHERE document_id IN ({selected}))"
    if "document_id" in names:
        return f" WHERE document_id IN ({selected})"
    if {"kind", "key"} <= set(names):
        return f" WHERE {captured}"
    if "capture_id" in names:
        return f" WHERE capture_id IN (SELECT capture_id FROM captures WHERE {captured})"
    if table == "link_checks":
        return f" WHERE url IN (SELECT split_part(href, '#', 1) FROM links WHERE document_id IN ({selected}))"
    return ""


def _value(name: str, kind: str, written: Format) -> str:
    """Return the expression of a column: text formats have times as in ISO 8601, and CSV has lists as JSON."""
    column = f'"{name}"'
    if written != "parquet" and kind == "TIMESTAMP":
        return f"strftime({column}, '%Y-%m-%dT%H:%M:%S') AS {column}"
    if written == "csv" and kind.endswith("]"):
        return f"to_json({column})::VARCHAR AS {column}"
    return f"{column}::VARCHAR AS {column}" if kind == "JSON" else column


def _write_parquet(path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> int:
    rows = 0
    with pa.parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)
            rows += batch.num_rows
    return rows


def _write_csv(path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> int:
    rows = 0
    with pa.csv.CSVWriter(path, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
            rows += batch.num_rows
    return rows


def _write_jsonl(path: Path, _schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> int:
    rows = 0
    with path.open("w", encoding="utf-8") as file:
        for batch in batches:
            for row in batch.to_pylist():
                file.write(json_text(row) + "\n")
                rows += 1
    return rows


_WRITERS: dict[Format, Callable[[Path, pa.Schema, Iterable[pa.RecordBatch]], int]] = {
    "parquet": _write_parquet,
    "csv": _write_csv,
    "jsonl": _write_jsonl,
}


def _masked(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return a batch with mail addresses of people as asterisks, as many as characters, so that ranges stay right."""
    columns = []
    for field, column in zip(batch.schema, batch.columns, strict=True):
        is_text = pa.types.is_string(field.type) or pa.types.is_list(field.type)
        if not is_text or _NAMES.fullmatch(field.name) or "@" not in str(column.to_pylist()):
            columns.append(column)
        else:
            mask = _mask_facts if field.name == "facts" else _mask
            columns.append(pa.array([mask(value) for value in column.to_pylist()], field.type))
    return pa.record_batch(columns, schema=batch.schema)


def _mask(value: Any) -> Any:
    if isinstance(value, str):
        return _ADDRESS.sub(lambda found: "*" * len(found[0]), value)
    return [_mask(one) for one in value] if isinstance(value, list) else value


def _mask_facts(value: str | None) -> str | None:
    if value is None:
        return None
    facts = json.loads(value)
    return json.dumps(
        {name: one if name in _NAMING_FACTS else _mask(one) for name, one in facts.items()}, ensure_ascii=False
    )


def list_captures(connection: Connection, document_ids: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the rows of `captures` of the named documents, in the order of their places."""
    found = connection.execute(
        "SELECT c.* FROM captures c JOIN documents d ON c.kind = d.kind AND c.key = d.key "
        'WHERE list_contains($ids, d.document_id) ORDER BY c.warc, c."offset", c.capture_id',
        {"ids": list(document_ids)},
    )
    names = [column[0] for column in found.description]
    for row in found.fetchall():
        yield dict(zip(names, row, strict=True))
