"""The record of a home, kept beside its warehouse: the facts that a rebuild needs and the captures do not contain."""

import json
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from fastwarc.warc import ArchiveIterator, WarcRecordType

from warehouse.captures.files import ORIGIN_HEADER
from warehouse.captures.places import copies_of_stored, warc_files
from warehouse.connection import Connection, DatabaseError, open_release
from warehouse.errors import ArchiveMismatch, ArchiveMissing
from warehouse.home import Home
from warehouse.load import insert
from warehouse.store import Store

SAMPLE = "sample"  # the origin of the sample's captures, and the kind of a home that holds the sample
_MOST_BYTES = 64 << 20  # of a record that is read from a store
_FACTS = ("home_kind", "sources")


def keep_record(connection: Connection, home: Home) -> None:
    """Write the facts about the home, and what was forgotten, from the warehouse to `home.json`."""
    forgotten = connection.execute(
        "SELECT kind, key, url, forgotten_at FROM raw.forgotten ORDER BY kind, key"
    ).fetchall()
    home.write_record(
        {
            **{name: value for name, value in facts_of(connection).items() if name in _FACTS},
            "forgotten": [[kind, key, url, at.isoformat()] for kind, key, url, at in forgotten],
        }
    )


def restore_record(connection: Connection, home: Home, store: Store | None = None) -> None:
    """Restore to a new warehouse the facts of a lost one: from `home.json`, here or in the store, else its release, else its captures."""
    if "home_kind" in facts_of(connection):
        return
    if store is not None and not home.record.exists() and (store.size(home.record.name) or _MOST_BYTES) < _MOST_BYTES:
        store.get(home.record.name, home.record)
    said = home.read_record()
    facts = {name: said[name] for name in _FACTS if isinstance(said.get(name), str)}
    if "home_kind" not in facts:
        facts = _facts_of_release(home) or _facts_of_captures(home, store)
    for name, value in facts.items():
        connection.execute("INSERT OR REPLACE INTO raw.home VALUES (?, ?)", [name, value])
    names = ("kind", "key", "url", "forgotten_at")
    rows = [dict(zip(names, row, strict=True)) for row in said.get("forgotten", []) if len(row) == len(names)]
    insert(connection, "raw.forgotten", rows, replace=True)
    insert(connection, "raw.link_checks", _checks_of_release(home), replace=True)


def facts_of(connection: Connection) -> dict[str, str]:
    """Return the facts about the home that the warehouse stores, by name."""
    return dict(connection.execute("SELECT name, value FROM raw.home").fetchall())


def _facts_of_release(home: Home) -> dict[str, str]:
    try:
        said = json.loads((home.current / "release.json").read_text(encoding="utf-8"))
        return {"home_kind": str(said["home_kind"]), "sources": "\n".join(said.get("sources", []))}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _checks_of_release(home: Home) -> list[dict[str, Any]]:
    """Return the checks of links in the current release; no capture has them."""
    try:
        with open_release(home.release()) as archive:
            found = archive.execute("SELECT url, checked_at, state, reason, moved_to FROM link_checks")
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    except (ArchiveMissing, ArchiveMismatch, DatabaseError):  # nothing was published, or before there were checks
        return []


def _facts_of_captures(home: Home, store: Store | None) -> dict[str, str]:
    origin = next(_origins(chain(warc_files(home.captures), copies_of_stored(home.captures, store))), None)
    if origin is None:
        return {}
    return {"home_kind": SAMPLE, "sources": SAMPLE} if origin == SAMPLE else {"home_kind": "archive", "sources": ""}


def _origins(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        with path.open("rb") as file:
            for record in ArchiveIterator(file, record_types=WarcRecordType.response, parse_http=False):
                yield record.headers.get(ORIGIN_HEADER) or ""
