"""The marts of releases in a DuckLake, one snapshot a release: a catalog in PostgreSQL or a DuckDB file, and Parquet files.

A release is written as what differs from the one before, so that `table_changes` of the lake is the difference between releases.

Source: https://ducklake.select/docs/stable/duckdb/introduction (1.0)
"""

import importlib.util
import os
import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from warehouse.connection import Connection, DatabaseError, open_apart
from warehouse.errors import HomeHeld, LakeFailed, UsageError
from warehouse.releases.publish import MARTS, Manifest

_ADDRESS = re.compile(r"ducklake:(?P<postgres>postgres:)?(?P<rest>[^:]\S.*)", re.DOTALL)
_EXPECTED = "expected ducklake:postgres:dbname=NAME host=HOST or ducklake:FILE"
_LOCK = 0x6B6C6F67  # "klog", the number of the advisory lock; one catalog has one writer
_AUTHOR = "klog"


@dataclass(frozen=True, slots=True)
class LakeSnapshot:
    """The snapshot with a release, and how many rows of each mart came and went; `is_new` is False if nothing had changed."""

    number: int
    came: Mapping[str, int]
    went: Mapping[str, int]
    is_new: bool


def publish_to_lake(release: Path, manifest: Manifest, address: str, data: str | None = None) -> LakeSnapshot:
    """Write the marts of a release to a lake as one snapshot, whose commit message is the id of the release.

    Args:
        address: `ducklake:postgres:` and a connection string of libpq without a password, or `ducklake:` and a file.
        data: where the lake's Parquet files lie, a folder or `s3://bucket/folder`; needed for a new lake alone.

    Raises:
        UsageError: the address is none, or has a password.
        HomeHeld: another process writes to the lake.
        LakeFailed: an extension is missing, or the catalog or the files cannot be read or written; the lake stays as it was.
    """
    found = _ADDRESS.fullmatch(address)
    if found is None or found["rest"].startswith(("sqlite:", "mysql:")):
        raise UsageError(f"{address.partition('password')[0]!r} is no lake; {_EXPECTED}.")
    if "password" in address or "://" in address:
        raise UsageError(
            f"A lake's address has no password and is no URL: put it into PGPASSWORD or ~/.pgpass; {_EXPECTED}."
        )
    with closing(open_apart(release)) as connection, closing(connection.cursor()) as holder:
        try:
            _load(connection, "ducklake")
            if found["postgres"]:
                _load(connection, "postgres_scanner")
                _lock(holder, found["rest"])
            _attach(connection, address, data)
            return _write(connection, manifest)
        except DatabaseError as error:
            said = str(error).strip().splitlines()[0].rstrip(".")
            raise LakeFailed(
                f"{address}: {said}. The lake is as it was; mend this, then run the same command again."
            ) from error


def _lock(holder: Connection, postgres: str) -> None:
    """Take the advisory lock of the catalog until the holder is closed.

    Two writers would both see the lake before the other's rows, and write theirs twice.
    """
    holder.execute(f"ATTACH {_quoted(postgres)} AS catalog (TYPE postgres)")
    holder.execute("BEGIN")
    row = holder.execute(
        f"SELECT * FROM postgres_query('catalog', 'SELECT pg_try_advisory_xact_lock({_LOCK})')"
    ).fetchone()
    if row is None or not row[0]:
        raise HomeHeld("Another process writes to the lake; run the same command again when it has ended.")


def _attach(connection: Connection, address: str, data: str | None) -> None:
    if data is not None and urlsplit(data).scheme == "s3":
        _open_s3(connection)
    attach = f"ATTACH {_quoted(address)} AS lake" + (f" (DATA_PATH {_quoted(data)})" if data is not None else "")
    try:
        connection.execute(attach)
    except DatabaseError as error:
        if data is not None or "httpfs" not in str(error):
            raise
        _open_s3(connection)  # where the lake says that its files lie
        connection.execute(attach)
    row = connection.execute("SELECT data_path FROM ducklake_settings('lake')").fetchone()
    if data is None and row is not None and str(row[0]).startswith("s3:"):
        _open_s3(connection)


def _open_s3(connection: Connection) -> None:
    """Let DuckDB read and write S3 with the credentials and the endpoint of the environment."""
    _load(connection, "httpfs")
    endpoint = urlsplit(os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or "")
    given = {
        "KEY_ID": os.environ.get("AWS_ACCESS_KEY_ID"),
        "SECRET": os.environ.get("AWS_SECRET_ACCESS_KEY"),
        "SESSION_TOKEN": os.environ.get("AWS_SESSION_TOKEN"),
        "REGION": os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION"),
        "ENDPOINT": endpoint.netloc,
        "URL_STYLE": "path" if endpoint.netloc else None,
        "USE_SSL": "false" if endpoint.scheme == "http" else None,
    }
    options = "".join(f", {name} {_quoted(value)}" for name, value in given.items() if value)
    connection.execute(f"CREATE OR REPLACE SECRET (TYPE s3{options})")


def _load(connection: Connection, name: str) -> None:
    """Load an extension: from its package on PyPI if that is installed, else as DuckDB does, from its server."""
    package = importlib.util.find_spec(f"duckdb_extension_{name}")
    row = connection.execute("SELECT version()").fetchone()
    files = [
        Path(place, "extensions", str(row[0] if row else ""), f"{name}.duckdb_extension")
        for place in (package.submodule_search_locations or () if package else ())
    ]
    there = next((path for path in files if path.is_file()), None)
    try:
        if there is None:
            connection.execute(f"INSTALL {name}")
        connection.execute(f"LOAD {_quoted(str(there)) if there else name}")
    except DatabaseError as error:
        version = str(row[0]).lstrip("v") if row else ""
        raise LakeFailed(
            f"DuckDB's extension {name} is not here and could not be downloaded. Where extensions.duckdb.org is not reached: "
            f"pip install duckdb-extension-{name.replace('_', '-')}=={version}"
        ) from error


def _write(connection: Connection, manifest: Manifest) -> LakeSnapshot:
    before = _newest(connection)
    if before[1] == manifest.release_id:
        return LakeSnapshot(before[0], {}, {}, is_new=False)
    came: dict[str, int] = {}
    went: dict[str, int] = {}
    connection.execute("BEGIN")
    try:
        for table in MARTS:
            columns = _columns(connection, "archive", table)
            if columns != _columns(connection, "lake", table):
                went[table] = _create(connection, table, columns)
            else:
                went[table] = _delete_gone(connection, table, columns)
            came[table] = _insert_new(connection, table, columns)
        connection.execute(
            "CALL lake.set_commit_message($author, $message, extra_info => $extra)",
            {
                "author": _AUTHOR,
                "message": manifest.release_id,
                "extra": f'{{"fingerprint": "{manifest.fingerprint}", "schema_version": {manifest.schema_version}}}',
            },
        )
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    number = _newest(connection)[0]
    return LakeSnapshot(number, came, went, is_new=number > before[0])


def _newest(connection: Connection) -> tuple[int, str | None]:
    """Return the number and the message of the lake's newest snapshot; the first one is of the empty lake."""
    row = connection.execute(
        "SELECT snapshot_id, commit_message FROM lake.snapshots() ORDER BY snapshot_id DESC LIMIT 1"
    ).fetchone()
    return (int(row[0]), row[1]) if row else (0, None)


def _columns(connection: Connection, database: str, table: str) -> dict[str, str]:
    """Return the columns of a table with the types that a lake has for them; none if there is no table."""
    rows = connection.execute(
        "SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = $database AND schema_name = 'main' "
        "AND table_name = $table ORDER BY column_index",
        {"database": database, "table": table},
    ).fetchall()
    return {name: re.sub(r"\[\d+\]", "[]", kind) for name, kind in rows}  # lakes have lists, no arrays


def _create(connection: Connection, table: str, columns: Mapping[str, str]) -> int:
    """Make an empty table in the lake, with its comments; return how many rows an older one of other columns had."""
    row = (0,)
    if _columns(connection, "lake", table):
        row = connection.execute(f'SELECT count(*) FROM lake.main."{table}"').fetchone() or row
        connection.execute(f'DROP TABLE lake.main."{table}"')
    declared = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    connection.execute(f'CREATE TABLE lake.main."{table}" ({declared})')
    comments = connection.execute(
        "SELECT NULL, comment FROM duckdb_tables() WHERE database_name = 'archive' AND table_name = $table AND comment IS NOT NULL "
        "UNION ALL SELECT column_name, comment FROM duckdb_columns() WHERE database_name = 'archive' AND schema_name = 'main' "
        "AND table_name = $table AND comment IS NOT NULL",
        {"table": table},
    ).fetchall()
    for column, comment in comments:
        target = f'TABLE lake.main."{table}"' if column is None else f'COLUMN lake.main."{table}"."{column}"'
        connection.execute(f"COMMENT ON {target} IS {_quoted(comment)}")
    return int(row[0])


def _delete_gone(connection: Connection, table: str, columns: Mapping[str, str]) -> int:
    old, new = _rows("lake", table, columns, "rowid AS _id"), _rows("archive", table, columns, "0 AS _id")
    gone = f"SELECT _id FROM ({old}) ANTI JOIN ({new}) USING (_digest, _number)"
    row = connection.execute(f'DELETE FROM lake.main."{table}" WHERE rowid IN ({gone})').fetchone()
    return int(row[0]) if row else 0


def _insert_new(connection: Connection, table: str, columns: Mapping[str, str]) -> int:
    values = ", ".join(f'"{name}"::{kind}' for name, kind in columns.items())
    old, new = _rows("lake", table, columns, "0 AS _id"), _rows("archive", table, columns, "*")
    row = connection.execute(
        f'INSERT INTO lake.main."{table}" SELECT {values} FROM ({new}) ANTI JOIN ({old}) USING (_digest, _number)'
    ).fetchone()
    return int(row[0]) if row else 0


def _rows(database: str, table: str, columns: Mapping[str, str], shown: str) -> str:
    """Return a query for rows with a digest of their values, and a number among equal ones, of which two of three may go."""
    values = ", ".join(f'"{name}" := "{name}"::{kind}' for name, kind in columns.items())
    return (
        "SELECT *, row_number() OVER (PARTITION BY _digest) AS _number FROM "
        f'(SELECT {shown}, md5(to_json(struct_pack({values}))::VARCHAR) AS _digest FROM {database}.main."{table}")'
    )


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
