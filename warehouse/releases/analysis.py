"""Postings, views and macros of a release, for people who ask in SQL; `analysis.sql` holds and describes them."""

from pathlib import Path

from warehouse.connection import Connection

ANALYSIS = Path(__file__).with_name("analysis.sql")


def add_analysis(connection: Connection, database: str) -> None:
    """Add them to an attached database that holds the marts."""
    row = connection.execute("SELECT current_database()").fetchone()
    assert row is not None
    connection.execute(f"USE {database}")  # their names of tables must not name a database
    try:
        connection.execute(ANALYSIS.read_text(encoding="utf-8"))
    finally:
        connection.execute(f'USE "{row[0]}"')
