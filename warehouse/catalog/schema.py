"""The schema that SQL users see, read from the release itself."""

from dataclasses import dataclass

from warehouse.catalog.reader import Catalog


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its DuckDB type."""

    name: str
    data_type: str
    description: str


@dataclass(frozen=True, slots=True)
class TableSchema:
    """A table or view of the release with its columns in order; `rows` is None for a view."""

    name: str
    rows: int | None
    description: str
    columns: tuple[Column, ...]


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
        TableSchema(row["table_name"], row["estimated_size"], row["comment"], tuple(columns.get(row["table_name"], ())))
        for row in rows
    )
