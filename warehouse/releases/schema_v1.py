"""The marts under their names of 0.1, as views in the schema `v1` of a release, kept for one version."""

from collections.abc import Iterable

from warehouse.connection import Connection

_OLD_COLUMNS = {
    "events": "* RENAME (kernel_release AS release)",
    "fetches": "* RENAME (target_at AS wanted_at)",
    "mentions": "* REPLACE (if(entity_type = 'kernel_release', 'release', entity_type) AS entity_type)",
    "quality": "* RENAME (words_boilerplate AS words_furniture)",
}


def add_schema_v1(connection: Connection, database: str, tables: Iterable[str]) -> None:
    """Add the schema `v1` to an attached database: a view per table, with the columns' old names."""
    connection.execute(f"CREATE SCHEMA {database}.v1")
    for table in tables:
        columns = _OLD_COLUMNS.get(table, "*")
        connection.execute(f'CREATE VIEW {database}.v1."{table}" AS SELECT {columns} FROM main."{table}"')
