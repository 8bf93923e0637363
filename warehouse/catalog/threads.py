"""The thread of a mail, in the order in which a reader follows it: each mail above the replies to it."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from warehouse.catalog.reader import Catalog

MOST = 100
"""Mails shown of one thread: those nearest in time."""

_RE = re.compile(r"^(?:\s*re(?:\[\d+\])?:)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ThreadMail:
    """A mail of a thread; `level` is its depth among the mails shown, `has_own_title` if its subject is not that of its parent."""

    document_id: str
    title: str
    author: str | None
    published_at: dt.datetime | None
    published_precision: str | None
    level: int
    has_own_title: bool


@dataclass(frozen=True, slots=True)
class Thread:
    """The mails of a thread, at most `MOST`; `size` counts all that the archive has."""

    size: int
    mails: tuple[ThreadMail, ...]


def read_thread(reader: Catalog, document_id: str) -> Thread | None:
    """Return the thread of a mail, None if the archive has no other mail of it or the release is older than threads."""
    if not reader.rows("SELECT 1 FROM duckdb_tables() WHERE table_name = 'threads'"):
        return None
    rows = reader.rows(
        f"""
        SELECT t.document_id, t.parent_document_id, t.position, t.mails, d.title, d.author, d.published_at, d.published_precision
        FROM threads shown JOIN threads t USING (thread_id) JOIN documents d ON d.document_id = t.document_id
        WHERE shown.document_id = $id AND shown.mails > 1
        ORDER BY abs(t.position - shown.position), t.position LIMIT {MOST}
        """,
        {"id": document_id},
    )
    return Thread(rows[0]["mails"], tuple(_in_order(rows))) if rows else None


def _in_order(rows: Sequence[Mapping[str, Any]]) -> list[ThreadMail]:
    by_id = {row["document_id"]: row for row in rows}
    below: dict[str | None, list[Mapping[str, Any]]] = {}
    for row in sorted(rows, key=itemgetter("position")):
        above = row["parent_document_id"]
        below.setdefault(above if above in by_id else None, []).append(row)
    left = [(row, 0) for row in reversed(below[None])]
    found = []
    while left:
        row, level = left.pop()
        found.append(_mail(row, by_id.get(row["parent_document_id"]), level))
        left += [(reply, level + 1) for reply in reversed(below.get(row["document_id"], []))]
    return found


def _mail(row: Mapping[str, Any], above: Mapping[str, Any] | None, level: int) -> ThreadMail:
    return ThreadMail(
        document_id=row["document_id"],
        title=row["title"],
        author=row["author"],
        published_at=row["published_at"],
        published_precision=row["published_precision"],
        level=level,
        has_own_title=above is None or _subject(above["title"]) != _subject(row["title"]),
    )


def _subject(title: str) -> str:
    return _RE.sub("", title).strip().casefold()
