"""The targets of links: a document of the archive, or the state of its fetch."""

import datetime as dt
from dataclasses import dataclass

from warehouse.connection import Connection

# A document is found by its own key and by every alias its page gave (a mail's Message-ID beside its path in an archive); a
# copy leads to the document that represents it.
_RESOLVE = """
WITH targets AS (
    SELECT n.kind, n.name AS key, coalesce(m.same_as, n.document_id) AS document_id
    FROM (
        SELECT kind, key AS name, document_id FROM raw.documents
        UNION
        SELECT kind, unnest(aliases), document_id FROM raw.documents
    ) n
    LEFT JOIN raw.mirrors m USING (document_id)
), asked AS (
    SELECT f.kind, f.key, min(f.state) FILTER (f.state IN ('gone', 'refused')) AS state, max(c.origin) AS origin
    FROM raw.fetches f LEFT JOIN raw.captures c USING (capture_id)
    GROUP BY f.kind, f.key
), resolved AS (
    SELECT
        l.link_id,
        min(t.document_id) AS target_document_id,
        CASE
            WHEN min(t.document_id) IS NOT NULL AND max(a.origin) = 'live' THEN 'live'
            WHEN min(t.document_id) IS NOT NULL THEN 'archived'
            WHEN max(a.state) = 'gone' THEN 'dead'
            WHEN max(a.state) = 'refused' THEN 'blocked'
            ELSE 'not_tried'
        END AS status
    FROM raw.links l
    LEFT JOIN targets t ON t.kind = l.kind AND t.key = l.key AND t.document_id <> l.document_id
    LEFT JOIN asked a ON a.kind = l.kind AND a.key = l.key
    GROUP BY l.link_id
)
UPDATE raw.links SET target_document_id = r.target_document_id, status = r.status
FROM resolved r
WHERE links.link_id = r.link_id
  AND (links.target_document_id IS DISTINCT FROM r.target_document_id OR links.status <> r.status)
"""


@dataclass(frozen=True, slots=True)
class Cited:
    """An address that an issue cites and that has not been requested yet; `target_at` is when the issue was published."""

    href: str
    document_id: str
    target_at: dt.datetime | None


def resolve_links(connection: Connection) -> int:
    """Set the target document and status of every link; return how many links changed."""
    row = connection.execute(_RESOLVE).fetchone()
    return int(row[0]) if row else 0


def addresses_to_fetch(connection: Connection) -> list[Cited]:
    """Return cited addresses that the ledger lacks, one row per thing, with the earliest issue that cites it."""
    rows = connection.execute(
        """
        SELECT l.href, l.document_id, d.published_at
        FROM raw.links l JOIN raw.documents d ON d.document_id = l.document_id AND d.kind = 'issue'
        WHERE l.target_document_id IS NULL
          AND NOT EXISTS (SELECT 1 FROM raw.fetches f WHERE f.kind = l.kind AND f.key = l.key)
        QUALIFY row_number() OVER (PARTITION BY l.kind, l.key ORDER BY d.published_at NULLS LAST, l.link_id) = 1
        ORDER BY l.document_id, l.position
        """
    ).fetchall()
    return [Cited(*row) for row in rows]


def link_counts(connection: Connection) -> dict[str, dict[str, int]]:
    """Return the number of links by kind, then by status."""
    counts: dict[str, dict[str, int]] = {}
    for kind, status, number in connection.execute(
        "SELECT kind, status, count(*) FROM raw.links GROUP BY ALL ORDER BY ALL"
    ).fetchall():
        counts.setdefault(kind, {})[status] = number
    return counts
