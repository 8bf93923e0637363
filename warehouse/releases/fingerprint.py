"""Fingerprint of the warehouse: an equal fingerprint means that there is nothing to build or publish."""

import hashlib
from pathlib import Path

from warehouse.connection import Connection
from warehouse.home import now
from warehouse.releases.analysis import ANALYSIS

# Columns that change on their own are left out.
_LEFT_OUT = {
    "raw.fetches": {"updated_at", "attempts", "retry_at", "last_error"},
    "raw.captures": set(),
    "raw.set_aside": {"tries"},
    "raw.forgotten": {"forgotten_at"},
}
_TABLES = (
    "raw.fetches", "raw.captures", "raw.set_aside", "raw.documents", "raw.issues", "raw.sections", "raw.items",
    "raw.passages", "raw.links", "raw.mentions", "raw.events", "raw.quality", "raw.forgotten",
    "raw.mirrors", "raw.threads", "raw.link_checks",
)  # fmt: skip

_NOT_BUILT_FROM = {"target", "logs", "table_definitions"}  # folders of the dbt project


def fingerprint_of(made_with: str, rows: str, dbt_project: Path) -> str:
    """Return a digest of what `hash_rows` gave, the dbt project's files and everything else that a release is made from."""
    digest = hashlib.sha256(f"{made_with} {rows} {hash_project(dbt_project)}".encode())
    digest.update(ANALYSIS.read_bytes())
    return digest.hexdigest()[:16]


def hash_rows(connection: Connection, encoder: str) -> str:
    """Return a digest of all raw rows that a release is made from; it reads them all.

    The order of rows has no effect. Of vectors, it counts which passages have one by `encoder`, not their floats.
    """
    digest = hashlib.sha256()
    for table in _TABLES:
        columns = [
            f'"{row[0]}"'
            for row in connection.execute(f"DESCRIBE {table}").fetchall()
            if row[0] not in _LEFT_OUT.get(table, set())
        ]
        row = connection.execute(
            f"SELECT count(*), bit_xor(hash({', '.join(columns)})), sum(hash({', '.join(columns)}) % 1000003) FROM {table}"
        ).fetchone()
        digest.update(f"{table} {row}".encode())
    row = connection.execute(
        """
        SELECT count(*), bit_xor(hash(text_hash)), sum(hash(text_hash) % 1000003) FROM raw.vectors
        WHERE model = ? AND text_hash IN (SELECT text_hash FROM raw.passages)
        """,
        [encoder],
    ).fetchone()
    digest.update(f"vectors {row}".encode())
    return digest.hexdigest()


def hash_project(dbt_project: Path) -> str:
    """Return a digest of the files of the dbt project that determine what it builds."""
    digest = hashlib.sha256()
    for path in sorted(dbt_project.rglob("*")):
        folders = path.relative_to(dbt_project).parts
        if path.suffix in {".sql", ".yml", ".csv"} and not _NOT_BUILT_FROM.intersection(folders):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def transformed_fingerprint(connection: Connection) -> str | None:
    """Return the fingerprint that the marts were last built from."""
    row = connection.execute("SELECT value FROM raw.home WHERE name = 'transformed'").fetchone()
    return str(row[0]) if row else None


def check_all_again(connection: Connection, dbt_project: Path) -> None:
    """Forget which documents were checked if the tests are not those that they passed."""
    tests = hash_project(dbt_project)
    if connection.execute("SELECT value FROM raw.home WHERE name = 'checked_by'").fetchone() != (tests,):
        connection.execute("DELETE FROM raw.checked")
        connection.execute("INSERT OR REPLACE INTO raw.home VALUES ('checked_by', ?)", [tests])


def remember_transformed(connection: Connection, fingerprint: str) -> None:
    """Store the fingerprint that the marts were built from, and that all documents passed the tests."""
    connection.execute(
        "INSERT INTO raw.checked SELECT document_id, ? FROM raw.documents ANTI JOIN raw.checked USING (document_id)",
        [now()],
    )
    connection.execute("INSERT OR REPLACE INTO raw.home VALUES ('transformed', ?)", [fingerprint])
