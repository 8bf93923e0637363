"""The shortcut for a home that is up to date: report at once, without starting Prefect, which takes seconds.

A complete run stores a digest of everything that a run depends on. While the digest is unchanged, a run would change nothing.
"""

import hashlib
import re
from importlib.metadata import requires, version
from pathlib import Path
from typing import Any

from dbt_models import PROJECT
from flows.origins import is_place
from flows.start import open_run
from flows.steps.discover import due_feeds
from flows.steps.report import record_run, summarise
from flows.steps.run import Run
from flows.steps.transform import feeds_word
from warehouse.captures.places import stored_sizes
from warehouse.connection import Connection, open_warehouse
from warehouse.encoding.models import find_model
from warehouse.encoding.vectors import stored_encoder
from warehouse.errors import KlogError
from warehouse.frontier.ledger import due_addresses
from warehouse.frontier.message_ids import numbers_to_resolve
from warehouse.frontier.parse_queue import has_things_to_try_again
from warehouse.home import now
from warehouse.releases.fingerprint import fingerprint_of, hash_rows
from warehouse.releases.publish import changed_files, current_manifest

_CODE = ("flows", "warehouse")
_PACKAGE = "kernel-log-archive"
_REMEMBERED = "settled"


def report_if_settled(home: Path, sources: tuple[str, ...], addresses: Path | None) -> dict[str, Any] | None:
    """Return the report of a build that has nothing to do, and write its row; None if there is work to do.

    Raises:
        HomeHeld, ArchiveMismatch, UsageError: as for a run.
    """
    if not (home / "warehouse.duckdb").is_file() or not (home / "current").exists():
        return None
    with open_run(home, sources, addresses=addresses, begins=False) as run:
        with open_warehouse(run.home) as connection:
            if not _is_settled(connection, run):
                return None
            manifest = current_manifest(run.home)
            run.release_id = manifest.release_id if manifest else None
            run.counts |= {"fetched": 0, "parsed": 0, "vectors_new": 0, "published": 0}
            rows = summarise(connection, run)
        paused = record_run(run, "done")
        return {"run_id": run.run_id, "rows": rows, "counts": run.counts, "seconds": run.seconds, "paused": paused}


def remember_settled(run: Run) -> None:
    """Remember the state of the home after a complete run."""
    with open_warehouse(run.home) as connection:
        made_with = _made_with(connection, run)
        word = "unsettled" if made_with is None else f"{made_with} {run.rows or _rows(connection, run)}"
        connection.execute("INSERT OR REPLACE INTO raw.home VALUES (?, ?)", [_REMEMBERED, word])


def _is_settled(connection: Connection, run: Run) -> bool:
    row = connection.execute("SELECT value FROM raw.home WHERE name = ?", [_REMEMBERED]).fetchone()
    made_with, _, rows = row[0].partition(" ") if row else ("", "", "")
    # What is read at once comes first: reading all rows of a large archive takes minutes.
    if not rows or made_with != _made_with(connection, run) or rows != _rows(connection, run):
        return False
    manifest = current_manifest(run.home)
    return manifest is not None and not changed_files(run.home.current, manifest)


def _rows(connection: Connection, run: Run) -> str:
    encoder, _ = stored_encoder(connection, find_model(run.settings), run.settings.precision)
    return hash_rows(connection, encoder)


def _made_with(connection: Connection, run: Run) -> str | None:
    """Return the digest of everything but rows that a run depends on; None if it has addresses to fetch or pages to retry."""
    asks_network = any(is_place(name) for origin in run.origins for name in origin.name.split("+"))
    paused = connection.execute("SELECT count(*) FROM raw.fetches WHERE state = 'paused'").fetchone()
    if paused != (0,) or has_things_to_try_again(connection):
        return None
    if asks_network and due_addresses(connection, now(), limit=1):
        return None
    if due_feeds(connection, run.origins):
        return None
    if run.settings.nntp_server and numbers_to_resolve(connection, now()):
        return None
    try:
        parts = [part for origin in run.origins for part in origin.parts()]
    except KlogError:
        return None
    captures = [(path.name, path.stat().st_size) for path in sorted(run.home.captures.glob("*"))]
    captures += sorted(stored_sizes(run.store).items())
    model = find_model(run.settings)
    settings = run.settings.model_dump_json(exclude={"home", "cluster"})
    made_with = f"{model.name} {model.revision} {settings} {parts} {captures} {_program()}{feeds_word(run.home)}"
    return fingerprint_of(made_with, "", PROJECT)


def _program() -> str:
    """Return a digest of the project's code and of the versions of the libraries it requires."""
    asked = [one for one in requires(_PACKAGE) or () if re.search(r'extra == (?!"build")', one) is None]
    needed = [re.split(r"[^\w.-]", one, maxsplit=1)[0] for one in asked]
    digest = hashlib.sha256(repr([(name, version(name)) for name in needed]).encode())
    for path in sorted(path for folder in _CODE for path in (PROJECT.parent / folder).rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
