"""`klog doctor`: check everything that an archive needs, and name the command that repairs each fault."""

import shutil
import sys
from collections.abc import Callable, Iterator

import click

from flows.cli.context import Context, is_terminal
from flows.cli.exit_codes import FAILED
from flows.cli.terminal import say
from warehouse.captures.check import check_captures, check_files
from warehouse.captures.files import warc_files
from warehouse.connection import Connection, open_release, read_warehouse
from warehouse.encoding.models import BUNDLED_SHA256, find_model, sha256_of_weights
from warehouse.encoding.query_encoder import why_not_onnx
from warehouse.encoding.vectors import stored_encoder, texts_without_vector
from warehouse.errors import KlogError
from warehouse.frontier.ledger import known_captures
from warehouse.releases.publish import changed_files, current_manifest
from warehouse.sql import why_unconfined

FoundFaults = Iterator[str]
MOST_LISTED = 10


@click.command("doctor")
@click.option("--quick", is_flag=True, help="Do not read the records of the capture files.")
@click.pass_obj
def command(context: Context, quick: bool) -> None:
    """Check Python, the encoder, the disk, the warehouse, every capture, every vector and the current release.

    Each fault is printed with the command that repairs it; with a fault the exit code is 1.

    \b
    Example:
      klog --home archive doctor
    """
    checks: dict[str, Callable[[Context], str]] = {
        "python": _check_python,
        "encoder": _check_encoder,
        "disk": _check_disk,
        "warehouse": _check_warehouse,
        "captures": _check_capture_files if quick else _check_captures,
        "vectors": _check_vectors,
        "release": _check_release,
        "sql": _check_sql,
        "contact": _check_contact,
    }
    failed = 0
    for name, check in checks.items():
        try:
            say(f"ok    {name}: {check(context)}")
        except (KlogError, OSError) as error:
            failed += 1
            say(f"FAIL  {name}: {error}")
    sys.exit(FAILED if failed else 0)


def _check_python(_: Context) -> str:
    return f"Python {sys.version.split()[0]}"


def _check_encoder(context: Context) -> str:
    files = find_model(context.settings)
    found = sha256_of_weights(files.folder)
    if files.name == "all-MiniLM-L6-v2" and found != BUNDLED_SHA256:
        raise KlogError(f"{files.folder} has weights {found[:12]}, expected {BUNDLED_SHA256[:12]}; install klog again.")
    reason = why_not_onnx(context.settings)
    questions = f"; questions are encoded by sentence-transformers, because {reason}" if reason else ""
    return f"{files.name}, weights {found[:12]}{questions}"


def _check_disk(context: Context) -> str:
    existing = next(
        path for path in [context.home.root.resolve(), *context.home.root.resolve().parents] if path.exists()
    )
    return f"{shutil.disk_usage(existing).free / 1e9:,.1f} GB free at {existing}"


def _check_warehouse(context: Context) -> str:
    """Read every value of every table, so that a corrupt block is found."""
    with read_warehouse(context.home) as connection:
        tables = connection.execute(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = current_database() ORDER BY ALL"
        ).fetchall()
        for schema, table in tables:
            connection.execute(f'SELECT bit_xor(hash(t)) FROM "{schema}"."{table}" t').fetchall()
        return f"{len(tables)} tables, {_count(connection, 'raw.documents'):,} documents"


def _check_capture_files(context: Context) -> str:
    with read_warehouse(context.home) as connection:
        known = known_captures(connection)
    _raise_found(context, check_files(context.home.captures, known))
    return f"{len(warc_files(context.home.captures))} files, {len(known):,} captures; records not read (--quick)"


def _check_captures(context: Context) -> str:
    files = warc_files(context.home.captures)
    size = sum(path.stat().st_size for path in files)
    with click.progressbar(
        length=size, label="captures", file=sys.stderr, show_pos=False, hidden=not is_terminal()
    ) as bar:
        try:
            with read_warehouse(context.home) as connection:
                known = known_captures(connection)
        except KlogError:  # reported by the check of the warehouse; the files can be checked without it
            known = []
        _raise_found(context, check_captures(context.home.captures, known, bar.update))
    return f"{len(files)} files, {size / 1e6:,.1f} MB, {len(known):,} captures, all intact"


def _raise_found(context: Context, found: FoundFaults) -> None:
    wrong = list(found)
    if wrong:
        more = f"; and {len(wrong) - MOST_LISTED} more" if len(wrong) > MOST_LISTED else ""
        raise KlogError(
            f"{'; '.join(wrong[:MOST_LISTED])}{more}. The text already parsed from them is kept. To fetch these pages again, run: "
            f"klog --home {context.home.root} build --recheck"
        )


def _check_vectors(context: Context) -> str:
    with read_warehouse(context.home) as connection:
        name, _ = stored_encoder(connection, find_model(context.settings), context.settings.precision)
        missing = len(texts_without_vector(connection, name))
        passages = _count(connection, "raw.passages")
    if missing:
        raise KlogError(
            f"{missing:,} texts of {passages:,} passages have no vector of {name}; encode them with: "
            f"klog --home {context.home.root} build"
        )
    return f"all {passages:,} passages have a vector of {name}"


def _check_release(context: Context) -> str:
    manifest = current_manifest(context.home)
    release = context.home.release()
    if manifest is None:
        raise KlogError(f"{release}/release.json cannot be read; publish again: klog --home {context.home.root} build")
    wrong = changed_files(release, manifest)
    if wrong:
        raise KlogError(
            f"{release / wrong[0]} has changed since it was published; publish again: klog --home {context.home.root} build"
        )
    open_release(release).close()
    return f"{manifest.release_id}, {len(manifest.files)} files unchanged"


def _check_sql(_: Context) -> str:
    if reason := why_unconfined():
        raise KlogError(reason)
    return "statements can be confined on this machine"


def _check_contact(context: Context) -> str:
    return context.settings.contact or "KLOG_CONTACT is not set; set it before building from the web"


def _count(connection: Connection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0
