"""Rows against captures: what the warehouse lacks although its captures give it, and what has lost its document."""

from dataclasses import dataclass

from warehouse.connection import Connection
from warehouse.frontier.parse_queue import read_again
from warehouse.records import DOCUMENT_TABLES

# Captures that were read, whose thing has neither a document nor a reason why it has none.
_WITHOUT_DOCUMENT = """
WITH things AS (
    SELECT c.*, coalesce(p.lead_key, c.key) AS thing
    FROM raw.captures c LEFT JOIN raw.feature_pages p ON c.kind = 'issue' AND p.key = c.key
)
SELECT capture_id FROM things
WHERE parsed_with IS NOT NULL
    AND (kind, thing) NOT IN (SELECT (kind, key) FROM raw.documents)
    AND (kind, thing) NOT IN (SELECT (kind, key) FROM raw.forgotten)
    AND (kind, thing) NOT IN (
        SELECT (kind, thing) FROM things JOIN raw.set_aside s USING (capture_id) WHERE s.step = 'parse'
    )
"""
# A document may have no passages: a mail of nothing but quotations.
_WITHOUT_ROWS = """
SELECT unnest(capture_ids) FROM raw.documents d
WHERE words > 0 AND document_id NOT IN (SELECT document_id FROM raw.sections)
    OR kind = 'issue' AND document_id NOT IN (SELECT document_id FROM raw.issues)
    OR document_id IN (
        SELECT document_id FROM (
            SELECT document_id, passage_id FROM raw.mentions UNION ALL SELECT document_id, passage_id FROM raw.events
        ) ANTI JOIN raw.passages USING (passage_id)
    )
"""
_FETCHED = "state = 'done' AND (capture_id IS NULL OR capture_id NOT IN (SELECT capture_id FROM raw.captures))"
_WITHOUT_CAPTURE = """
SELECT count(*) FROM raw.documents WHERE document_id NOT IN (
    SELECT document_id FROM (SELECT document_id, unnest(capture_ids) AS capture_id FROM raw.documents)
    WHERE capture_id IN (SELECT capture_id FROM raw.captures)
)
"""
_CHILDREN = tuple(table for table in DOCUMENT_TABLES if table != "documents")


@dataclass(frozen=True, slots=True)
class Inconsistency:
    """What does not fit together: captures to read again, rows without a document, addresses to fetch again.

    `without_capture` counts documents all of whose captures are lost; no row of theirs is missing.
    """

    unread: tuple[str, ...]
    orphans: int
    unfetched: int
    without_capture: int


def find_inconsistency(connection: Connection) -> Inconsistency:
    """Compare captures, documents, the rows of documents and the addresses with each other."""
    unread = [*connection.execute(_WITHOUT_DOCUMENT).fetchall(), *connection.execute(_WITHOUT_ROWS).fetchall()]
    return Inconsistency(
        unread=tuple(name for (name,) in unread),
        orphans=sum(_count(connection, f"SELECT count(*) FROM raw.{one} {_orphaned()}") for one in _CHILDREN),
        unfetched=_count(connection, f"SELECT count(*) FROM raw.fetches WHERE {_FETCHED}"),
        without_capture=_count(connection, _WITHOUT_CAPTURE),
    )


def mend_inconsistency(connection: Connection, found: Inconsistency) -> None:
    """Make captures due to be read and addresses due to be fetched, and delete rows whose document is gone.

    Such rows come again when their captures are read.
    """
    read_again(connection, found.unread)
    for table in _CHILDREN:
        connection.execute(f"DELETE FROM raw.{table} {_orphaned()}")
    connection.execute(f"UPDATE raw.fetches SET state = 'due', attempts = 0, capture_id = NULL WHERE {_FETCHED}")


def _orphaned() -> str:
    return "WHERE document_id NOT IN (SELECT document_id FROM raw.documents)"


def _count(connection: Connection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
