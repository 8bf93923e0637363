"""Checks of cited addresses on the live web: which addresses are due, and what their servers answered."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from warehouse.connection import Connection
from warehouse.frontier.ledger import Due
from warehouse.load import insert

# Addresses outside the column; links that differ only in their fragment are one address.
_CITED = """
SELECT split_part(href, '#', 1) AS url, min(kind) AS kind, min(key) AS key FROM raw.links
WHERE kind <> 'issue' AND regexp_matches(href, '^https?://') AND (kind, key) NOT IN (SELECT (kind, key) FROM raw.forgotten)
GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class LinkCheck:
    """What came of asking for an address."""

    url: str
    checked_at: dt.datetime
    state: Literal["live", "gone", "refused", "failed"]
    reason: str | None = None
    moved_to: str | None = None


def links_to_check(connection: Connection, before: dt.datetime) -> list[Due]:
    """Return the cited addresses that were not checked since a time, those never checked first."""
    rows = connection.execute(
        f"""
        SELECT url, kind, key, max(checked_at) AS last FROM ({_CITED}) LEFT JOIN raw.link_checks USING (url)
        GROUP BY ALL HAVING last IS NULL OR last < ? ORDER BY last NULLS FIRST, url
        """,
        [before],
    ).fetchall()
    return [Due(url, kind, key, page=1, target_at=None, attempts=0) for url, kind, key, _ in rows]


def record_checks(connection: Connection, checks: Sequence[LinkCheck]) -> None:
    """Add checks to the warehouse."""
    insert(connection, "raw.link_checks", [asdict(one) for one in checks], replace=True)
