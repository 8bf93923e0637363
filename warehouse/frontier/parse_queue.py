"""The parse queue: captures that no current parser has read, grouped by the thing they show."""

from collections.abc import Sequence
from dataclasses import dataclass

from warehouse.captures.files import Stored
from warehouse.connection import Connection
from warehouse.frontier.ledger import STORED
from warehouse.load import drop_documents, insert
from warehouse.records import Kind, Row


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing to read: all its captures as (page number, capture), largest first within a page.

    `tries` counts the builds in which the same parser ran out of time for it.
    """

    kind: Kind
    key: str
    captures: tuple[tuple[int, Stored], ...]
    tries: int = 0


WANT_OF_TIME = ("too_slow", "stalled")
"""Reasons for setting a thing aside that may not apply another time, on a less busy machine."""

MOST_TRIES = 3  # builds in which a thing that took too long is tried
_TRIES = "SELECT capture_id, tries FROM raw.set_aside WHERE step = 'parse' AND tries IS NOT NULL"
# Parser versions are given as 'kind version', because a kind may be read by several sources.
_IS_NEW = "(c.parsed_with IS NULL OR NOT list_contains($versions, c.kind || ' ' || c.parsed_with))"
_THINGS = f"""
WITH captures AS (
    SELECT c.kind, coalesce(p.lead_key, c.key) AS key, coalesce(p.page, c.page) AS page, {_IS_NEW} AS is_new,
        coalesce(s.tries, 0) AS tries, {STORED.replace("url", "c.url", 1)}
    FROM raw.captures c LEFT JOIN raw.feature_pages p ON c.kind = 'issue' AND p.key = c.key
    LEFT JOIN ({_TRIES}) s ON s.capture_id = c.capture_id
    WHERE (c.kind, coalesce(p.lead_key, c.key)) NOT IN (SELECT (kind, key) FROM raw.forgotten)
), things AS (
    -- A new version of the parser starts counting again.
    SELECT kind, key, CASE WHEN bool_or(is_new) THEN 0 ELSE max(tries) END AS tries
    FROM captures GROUP BY kind, key HAVING bool_or(is_new) OR ($again AND max(tries) BETWEEN 1 AND {MOST_TRIES - 1})
)
"""


def issue_pages_to_join(connection: Connection, versions: Sequence[str]) -> list[Stored]:
    """Return captures of issues that no current parser version has read: their page navigation may name other pages."""
    rows = connection.execute(
        f"SELECT {STORED} FROM raw.captures c WHERE kind = 'issue' AND {_IS_NEW}",
        {"versions": list(versions)},
    ).fetchall()
    return [Stored(*row) for row in rows]


def join_pages(connection: Connection, pages: Sequence[tuple[str, str, int]]) -> None:
    """Record which keys are pages of which issue, as (key, key of the first page, page number).

    Documents already made from such a page are dropped, and the page is read again as part of the issue.
    """
    rows = [{"key": key, "lead_key": lead_key, "page": page} for key, lead_key, page in pages]
    insert(connection, "raw.feature_pages", rows, replace=True)
    stray = "kind = 'issue' AND key IN (SELECT key FROM raw.feature_pages WHERE key <> lead_key)"
    names = [row[0] for row in connection.execute(f"SELECT document_id FROM raw.documents WHERE {stray}").fetchall()]
    if names:
        drop_documents(connection, names)
        connection.execute(f"UPDATE raw.captures SET parsed_with = NULL WHERE {stray}")


def number_pages(connection: Connection, pages: Sequence[tuple[str, int]]) -> None:
    """Record the page numbers of issue addresses that do not contain one (`?anchor=`), as (address, page)."""
    for url, page in pages:
        connection.execute(
            "UPDATE raw.captures SET page = $page, parsed_with = NULL WHERE kind = 'issue' AND url = $url AND page <> $page",
            {"url": url, "page": page},
        )


def count_things(connection: Connection, versions: Sequence[str], *, again: bool) -> tuple[int, int]:
    """Return how many things `things_to_read` returns without a limit, and how many of them were tried before."""
    row = connection.execute(
        f"{_THINGS} SELECT count(*), count(*) FILTER (tries > 0) FROM things",
        {"versions": list(versions), "again": again},
    ).fetchone()
    return row or (0, 0)


def things_to_read(
    connection: Connection,
    versions: Sequence[str],
    *,
    again: bool = False,
    behind: Thing | None = None,
    limit: int | None = None,
) -> list[Thing]:
    """Return every thing with a capture that no current parser version has read, with all its pages in order.

    With `again`, also things that a current version ran out of time for, until it has tried `MOST_TRIES` times. With `behind`, only
    things that come after that one; with `limit`, only the first.

    Within a page the largest capture comes first; one at `?anchor=` comes last, since it may show an inner page.
    """
    rows = connection.execute(
        f"""
        {_THINGS}, first AS (
            SELECT * FROM things WHERE kind > $kind OR (kind = $kind AND key > $key) ORDER BY kind, key LIMIT $limit
        )
        SELECT f.kind, f.key, f.tries, c.page, c.* EXCLUDE (kind, key, page, is_new, tries)
        FROM first f JOIN captures c USING (kind, key)
        ORDER BY f.kind, f.key, c.page, contains(c.url, 'anchor='), c.bytes DESC, c.captured_at, c.url
        """,
        {
            "versions": list(versions),
            "again": again,
            "kind": behind.kind if behind else "",
            "key": behind.key if behind else "",
            "limit": limit,
        },
    ).fetchall()
    things: dict[tuple[Kind, str, int], list[tuple[int, Stored]]] = {}
    for kind, key, tries, page, *stored in rows:
        things.setdefault((kind, key, tries), []).append((page, Stored(*stored)))
    return [Thing(kind, key, tuple(captures), tries) for (kind, key, tries), captures in things.items()]


def captures_read(connection: Connection, kinds: Sequence[Kind]) -> list[tuple[str, Kind, str, str, str]]:
    """Return the captures of some kinds that were read: id, kind, key, address and the version of their parser."""
    return connection.execute(
        "SELECT capture_id, kind, key, url, parsed_with FROM raw.captures "
        "WHERE list_contains($kinds, kind) AND parsed_with IS NOT NULL",
        {"kinds": list(kinds)},
    ).fetchall()


def read_again(connection: Connection, captures: Sequence[str]) -> None:
    """Mark captures as unread, so that they are parsed again."""
    connection.execute(
        "UPDATE raw.captures SET parsed_with = NULL WHERE list_contains($captures, capture_id)",
        {"captures": list(captures)},
    )


def read_all_again(connection: Connection) -> int:
    """Mark all captures as unread; return how many were read."""
    read = "UPDATE raw.captures SET parsed_with = NULL WHERE parsed_with IS NOT NULL RETURNING capture_id"
    return len(connection.execute(read).fetchall())


def has_things_to_try_again(connection: Connection) -> bool:
    """Return whether something timed out in the last build that the next one should retry."""
    row = connection.execute(f"SELECT count(*) FROM ({_TRIES}) WHERE tries < ?", [MOST_TRIES]).fetchone()
    return row != (0,)


def documents_to_tag(connection: Connection, version: str) -> list[str]:
    """Return the documents whose mentions and dated statements were not made by tagging `version`."""
    found = "SELECT document_id FROM raw.documents WHERE tagged_with IS DISTINCT FROM ? ORDER BY document_id"
    return [row[0] for row in connection.execute(found, [version]).fetchall()]


def stored_rows(connection: Connection, names: Sequence[str]) -> list[dict[str, list[Row]]]:
    """Return the rows that tagging needs: one mapping per document, with its own row and those of its passages in order."""
    documents = _rows(connection, "raw.documents", "document_id", names)
    passages: dict[str, list[Row]] = {row["document_id"]: [] for row in documents}
    for row in _rows(connection, "raw.passages", "document_id, position", names):
        passages[row["document_id"]].append(row)
    return [{"documents": [row], "passages": passages[row["document_id"]]} for row in documents]


def _rows(connection: Connection, table: str, order: str, names: Sequence[str]) -> list[Row]:
    answer = connection.execute(
        f"SELECT * FROM {table} WHERE document_id IN (SELECT unnest(?)) ORDER BY {order}", [list(names)]
    )
    columns = [column[0] for column in answer.description]
    return [dict(zip(columns, row, strict=True)) for row in answer.fetchall()]
