"""Migrations of a warehouse: numbered files, applied in order, one transaction each, and recorded in `raw.home`.

A new home is made from the current `schema.generated.sql`. A home made by an older program goes through every file it has not seen,
`mNNNN_what_is_true_then.sql`, or `.py` with a function `migrate(connection)`. A file that people have run is never changed.
"""

import datetime as dt
import importlib
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

from warehouse.errors import ArchiveMismatch

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_FILE = re.compile(r"m(?P<number>\d{4})_(?P<name>\w+)\.(?P<kind>sql|py)")


@dataclass(frozen=True, slots=True)
class Migration:
    """A file of this folder; `number` is the schema version it leads to."""

    number: int
    name: str
    file: Traversable

    def apply(self, connection: "DuckDBPyConnection") -> None:
        """Apply the migration to an open warehouse."""
        if self.file.name.endswith(".sql"):
            connection.execute(self.file.read_text(encoding="utf-8"))
        else:
            importlib.import_module(f"{__name__}.{self.file.name.removesuffix('.py')}").migrate(connection)


@cache
def migrations() -> tuple[Migration, ...]:
    """Return all migrations in order; their numbers are 1, 2, 3 and so on."""
    found = [(match, file) for file in resources.files(__name__).iterdir() if (match := _FILE.fullmatch(file.name))]
    ordered = sorted((Migration(int(match["number"]), match["name"], file) for match, file in found), key=_number)
    assert [one.number for one in ordered] == list(range(1, len(ordered) + 1))
    return tuple(ordered)


def bring_up_to_date(connection: "DuckDBPyConnection", place: object) -> None:
    """Create all tables of a new warehouse, or apply the migrations that an older one lacks.

    Raises:
        ArchiveMismatch: a newer program made it.
    """
    newest = len(migrations())
    version = schema_version(connection)
    if version == newest:
        return
    if version is None:
        _in_transaction(
            connection, newest, resources.files("warehouse").joinpath("schema.generated.sql").read_text("utf-8")
        )
        return
    if version > newest:
        raise ArchiveMismatch(
            f"{place} has schema version {version} and this klog knows versions up to {newest}: a newer klog made it. "
            "Install that version, or name another home: klog --home DIR"
        )
    for migration in migrations()[version:]:
        _in_transaction(connection, migration.number, migration)


def schema_version(connection: "DuckDBPyConnection") -> int | None:
    """Return the schema version of an open warehouse: None for an empty file, 0 if the file is older than versions."""
    tables = connection.execute("SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'raw'").fetchone()
    if tables == (0,):
        return None
    row = connection.execute("SELECT value FROM raw.home WHERE name = 'schema_version'").fetchone()
    return int(row[0]) if row else 0


def _in_transaction(connection: "DuckDBPyConnection", version: int, change: str | Migration) -> None:
    connection.execute("BEGIN")
    try:
        if isinstance(change, Migration):
            change.apply(connection)
            at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
            connection.execute(
                "INSERT OR REPLACE INTO raw.home VALUES (?, ?)", [f"migration {version} {change.name}", at]
            )
        else:
            connection.execute(change)
        connection.execute("INSERT OR REPLACE INTO raw.home VALUES ('schema_version', ?)", [str(version)])
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _number(migration: Migration) -> int:
    return migration.number
