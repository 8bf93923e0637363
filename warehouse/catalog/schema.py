"""The schema that SQL users see, read from the release itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from warehouse.catalog.reader import Catalog


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its DuckDB type; `is_key` if it is part of the key, and the `table.column` that it refers to."""

    name: str
    data_type: str
    description: str
    is_key: bool = False
    refers_to: str | None = None


@dataclass(frozen=True, slots=True)
class TableSchema:
    """A table or view of the release with its columns in order; `rows` is None for a view."""

    name: str
    rows: int | None
    description: str
    columns: tuple[Column, ...]


_KEY = re.compile(r"\bKey: ([\w, ]+?)\.")
_REFERS = re.compile(r"\bRefers to (\w+\.\w+)")


def describe_tables(reader: Catalog) -> tuple[TableSchema, ...]:
    """Return every table and view with its description and columns, by name."""
    columns: dict[str, list[Column]] = {}
    for row in reader.rows(
        """SELECT table_name, column_name, data_type, coalesce(comment, '') AS comment FROM duckdb_columns()
        WHERE schema_name = 'main' AND NOT internal ORDER BY table_name, column_index"""
    ):
        columns.setdefault(row["table_name"], []).append(Column(row["column_name"], row["data_type"], row["comment"]))
    rows = reader.rows(
        """SELECT table_name, estimated_size, coalesce(comment, '') AS comment FROM duckdb_tables()
        WHERE schema_name = 'main' AND NOT internal
        UNION ALL
        SELECT view_name, NULL, coalesce(comment, '') FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal
        ORDER BY table_name"""
    )
    return tuple(
        TableSchema(
            row["table_name"], row["estimated_size"], row["comment"],
            tuple(_with_keys(columns.get(row["table_name"], []), row["comment"])),
        )
        for row in rows
    )  # fmt: skip


def _with_keys(columns: list[Column], description: str) -> Iterator[Column]:
    """Yield the columns with what the descriptions say of keys, which a test compares with the rows."""
    found = _KEY.search(description)
    key = found[1].split(", ") if found else []
    for column in columns:
        refers = _REFERS.search(column.description)
        yield replace(column, is_key=column.name in key, refers_to=refers[1] if refers else None)
