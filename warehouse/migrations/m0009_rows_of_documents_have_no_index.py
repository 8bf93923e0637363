"""Tables of documents had primary keys. DuckDB writes the end of a table with one again at each checkpoint, up to 122,880 rows.

Loading replaces whole documents, and staging tests the keys.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_TABLES = ("documents", "issues", "sections", "items", "passages", "links", "mentions", "events", "quality")


def migrate(connection: "DuckDBPyConnection") -> None:
    """Write each table again, without its key."""
    for table in _TABLES:
        columns = connection.execute(
            "SELECT column_name, data_type, is_nullable FROM duckdb_columns() "
            "WHERE schema_name = 'raw' AND table_name = ? ORDER BY column_index",
            [table],
        ).fetchall()
        defined = ", ".join(f'"{name}" {kind}{"" if nullable else " NOT NULL"}' for name, kind, nullable in columns)
        connection.execute(f"CREATE TABLE raw.unindexed ({defined})")
        connection.execute(f"INSERT INTO raw.unindexed SELECT * FROM raw.{table}")
        connection.execute(f"DROP TABLE raw.{table}")
        connection.execute(f"ALTER TABLE raw.unindexed RENAME TO {table}")
