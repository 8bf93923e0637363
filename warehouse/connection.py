"""The only place that opens DuckDB (dbt aside)."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from warehouse.errors import (
    ArchiveMismatch,
    ArchiveMissing,
    HomeHeld,
    KlogError,
    UsageError,
    WarehouseBroken,
    WarehouseDamaged,
)
from warehouse.html_table import html_table
from warehouse.json_values import json_text
from warehouse.migrations import bring_up_to_date

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from warehouse.home import Home

Connection = duckdb.DuckDBPyConnection
"""An open DuckDB file; all other modules use this name for the type."""

DatabaseError = duckdb.Error
"""The error raised for a statement that fails; all other modules use this name for it."""

RELEASE_SCHEMA = 2
"""Version of a release's contents; raised when readers need a table, column or file that older releases lack."""

# DuckDB's messages for a file that is not a sound database, whatever its permissions and the free disk space.
_DAMAGE = ("not a valid DuckDB database", "Corrupt database file", "Could not read enough bytes", "replaying WAL")
_NEWER = "with version number"  # and for a file that a newer DuckDB wrote

# By default DuckDB joins small row groups into one of 122,880 rows at a checkpoint, in memory: a gigabyte of long texts.
_APPEND_ONLY = "SET max_vacuum_tasks = 0"

# A full disk or a damaged file is not the statement's fault.
_BROKEN = (duckdb.OperationalError, duckdb.InternalError, duckdb.FatalException)


@contextmanager
def open_warehouse(home: "Home") -> Iterator[Connection]:
    """Open the pipeline's own file for writing, with every raw table in place, and close it when the block ends.

    DuckDB keeps the blocks that it reads and writes in memory until then, up to 80 % of the machine's, so a step that adds very many
    rows opens it again now and then.

    Raises:
        HomeHeld: another process has the file open.
        ArchiveMismatch: a newer version of this program, or of DuckDB, made the file.
        WarehouseDamaged: the file is corrupt, when opened or inside the block.
        WarehouseBroken: the file cannot be read or written: the disk is full or permission is denied.
    """
    home.make()
    try:
        connection = duckdb.connect(str(home.warehouse))
    except duckdb.Error as error:
        raise _unopened(home, error) from error
    try:
        connection.execute(_APPEND_ONLY)
        bring_up_to_date(connection, home.warehouse)
        yield connection
    except _BROKEN as error:
        raise _broken(home, error) from error
    finally:
        _close(connection)


def _close(connection: Connection) -> None:
    """Close a connection so that this process can open its file again.

    DuckDB 2.0.1 keeps a statement that a signal interrupted until the next one. If there is none, opening the file never ends.
    """
    try:
        with suppress(duckdb.Error):
            connection.execute("SELECT 1")
    finally:
        connection.close()


def _unopened(home: "Home", error: duckdb.Error) -> KlogError:
    if "lock on file" in str(error):
        return HomeHeld(
            f"{home.warehouse} is open elsewhere: {_first_line(error)}. Close it, then run the command again."
        )
    return _broken(home, error)


def _broken(home: "Home", error: duckdb.Error) -> KlogError:
    said = _first_line(error)
    if _NEWER in said:
        return ArchiveMismatch(f"{home.warehouse} was written by another version of DuckDB: {said}. Install that one.")
    if any(sign in str(error) for sign in _DAMAGE):
        return WarehouseDamaged(
            f"{home.warehouse} is damaged: {said}. A build moves it aside and reads all captures anew: "
            f"klog --home {home.root} build"
        )
    return WarehouseBroken(
        f"{home.warehouse} cannot be read or written: {said}. Free disk space or memory, or give the rights, then run the same command again."
    )


@contextmanager
def read_warehouse(home: "Home") -> Iterator[Connection]:
    """Open the pipeline's own file read-only, whatever its schema version, and close it when the block ends.

    Raises:
        ArchiveMissing: the file does not exist.
        HomeHeld, ArchiveMismatch, WarehouseDamaged, WarehouseBroken: as for `open_warehouse`.
    """
    if not home.warehouse.is_file():
        raise ArchiveMissing(
            f"{home.warehouse} is not there. A build reads all captures anew: klog --home {home.root} build"
        )
    try:
        connection = duckdb.connect(str(home.warehouse), read_only=True)
    except duckdb.Error as error:
        raise _unopened(home, error) from error
    try:
        yield connection
    except _BROKEN as error:
        raise _broken(home, error) from error
    finally:
        _close(connection)


def check_every_value(connection: Connection) -> int:
    """Read every value of every table, so that a corrupt block is found; return the number of tables."""
    tables = connection.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = current_database() ORDER BY ALL"
    ).fetchall()
    for schema, table in tables:
        connection.execute(f'SELECT bit_xor(hash(t)) FROM "{schema}"."{table}" t').fetchall()
    return len(tables)


def open_release(release: Path) -> Connection:
    """Return a published archive, read-only, for our own trusted statements.

    Raises:
        ArchiveMissing: the release has no readable `archive.duckdb`.
        ArchiveMismatch: a newer version of this program published it.
    """
    path = release / "archive.duckdb"
    version = _release_schema(release)
    if version > RELEASE_SCHEMA:
        raise ArchiveMismatch(
            f"{release} has release schema {version} and this klog reads versions up to {RELEASE_SCHEMA}: a newer klog "
            "published it. Install that version to read it."
        )
    if not path.is_file():
        raise ArchiveMissing(f"{path} is not there; a release was expected. Build one with: klog build")
    try:
        return duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise _unreadable(release, error) from error


def _release_schema(release: Path) -> int:
    """Return the schema version recorded in a release; 0 if the release is older than versions, or unfinished."""
    try:
        said = json.loads((release / "release.json").read_text(encoding="utf-8"))
        return int(said.get("schema_version", 0))
    except (OSError, ValueError, AttributeError, TypeError):
        return 0


def _unreadable(release: Path, error: duckdb.Error) -> ArchiveMissing:
    path = release / "archive.duckdb"
    return ArchiveMissing(f"{path} cannot be read: {_first_line(error)}. Build it again with: klog build")


@dataclass(frozen=True, slots=True)
class QueryResult:
    """A query result: column names, rows of plain Python values, and whether the row limit cut it."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    cut: bool

    def as_json(self) -> str:
        """Return a JSON array with one object per row: times as ISO 8601 text, NaN and infinity as null."""
        return json_text(self.as_objects())

    def as_objects(self) -> list[dict[str, Any]]:
        """Return the rows, each as a mapping by column name."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def as_values(self) -> dict[str, Any]:
        """Return the result as values for JSON."""
        return {"columns": self.columns, "rows": self.as_objects(), "cut": self.cut}

    def to_arrow(self) -> "pa.Table":
        """Return an Arrow table; a column whose values have no common Arrow type holds them as text."""
        import pyarrow as pa

        columns = list(zip(*self.rows, strict=True)) if self.rows else [()] * len(self.columns)
        return pa.table({name: _arrow_array(values) for name, values in zip(self.columns, columns, strict=True)})

    def to_pandas(self) -> "pd.DataFrame":
        """Return a pandas data frame."""
        return self.to_arrow().to_pandas()

    def to_polars(self) -> "pl.DataFrame":
        """Return a polars data frame."""
        import polars as pl

        return pl.DataFrame(self.to_arrow())

    def to_relation(self, connection: Connection | None = None) -> duckdb.DuckDBPyRelation:
        """Return a DuckDB relation, by default of a database in memory, to ask further."""
        return (connection or duckdb.connect()).from_arrow(self.to_arrow())

    def _repr_html_(self) -> str:
        """Return the rows as a table for a notebook."""
        notes = [f"Only the first {len(self.rows):,} rows are shown (limit, KLOG_SQL_ROWS)."] if self.cut else []
        return html_table("", self.columns, self.rows, notes)


def open_apart(release: Path) -> Connection:
    """Open a published archive read-only in its own DuckDB instance, for a reader's statement.

    All connections of a process to one file share an instance and its settings: limits set for one statement would apply to
    every other reader, and could be set only once.

    Raises:
        ArchiveMissing: the release has no readable `archive.duckdb`.
    """
    connection = duckdb.connect()
    attach_release(connection, release, "archive")
    connection.execute("USE archive")
    return connection


def open_two_releases(old: Path, new: Path) -> Connection:
    """Open two published archives read-only in one DuckDB instance, as the databases `old` and `new`.

    Raises:
        ArchiveMissing, ArchiveMismatch: as for `open_release`.
        UsageError: it is one archive.
    """
    if old == new:  # which DuckDB does not attach twice
        raise UsageError(f"{old.name} was named twice; expected two releases to compare.")
    connection = duckdb.connect()
    attach_release(connection, old, "old")
    attach_release(connection, new, "new")
    return connection


def attach_release(connection: Connection, release: Path, name: str) -> None:
    """Attach a published archive read-only as the database `name`.

    Raises:
        ArchiveMissing, ArchiveMismatch: as for `open_release`.
    """
    open_release(release).close()
    path = str(release / "archive.duckdb").replace("'", "''")
    try:
        connection.execute(f"ATTACH '{path}' AS {name} (READ_ONLY)")
    except duckdb.Error as error:
        raise _unreadable(release, error) from error


def confine_statements(connection: Connection, *, memory_bytes: int, threads: int) -> None:
    """Limit a statement's resources, and deny it everything DuckDB can: files, network, extensions, Python variables, settings."""
    connection.execute(f"SET memory_limit = '{memory_bytes >> 20}MiB'")
    connection.execute(f"SET threads = {threads}")
    connection.execute("SET max_temp_directory_size = '0MB'")
    connection.execute("SET python_enable_replacements = false")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET autoload_known_extensions = false")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _arrow_array(values: Sequence[Any]) -> "pa.Array":
    import pyarrow as pa

    try:
        return pa.array(values)
    except (pa.ArrowException, OverflowError):  # a HUGEINT, rows of several types
        return pa.array([None if value is None else str(value) for value in values], pa.string())


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0].rstrip(".!")
