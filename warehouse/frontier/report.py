"""A summary of the ledger for `status.json`: states, paused hosts, and what was set aside."""

from typing import Any

from warehouse.connection import Connection
from warehouse.settings import Settings
from warehouse.sites import HOST_ASKED

MOST_LISTED = 50  # rows for a person to read; SQL lists all


def ledger_report(connection: Connection, settings: Settings | None = None) -> dict[str, list[dict[str, Any]]]:
    """Return rows by heading; empty headings are kept, so that programs find them."""
    return {
        "rest": [] if settings is None else _rest(connection, settings),
        "addresses": _rows(
            connection, "SELECT state, kind, count(*) AS number FROM raw.fetches GROUP BY ALL ORDER BY ALL"
        ),
        "origins": _rows(
            connection, "SELECT origin, count(*) AS number, sum(bytes)::BIGINT AS bytes FROM raw.captures GROUP BY ALL"
        ),
        "hosts": _rows(
            connection,
            f"""
            SELECT {HOST_ASKED} AS host, count(*) FILTER (state IN ('due', 'paused')) AS due,
                count(*) FILTER (state = 'done') AS done, count(*) FILTER (state IN ('gone', 'refused', 'set_aside')) AS lost
            FROM raw.fetches GROUP BY ALL HAVING due > 0 OR lost > 0 ORDER BY due DESC, host LIMIT {MOST_LISTED}
            """,
        ),
        "paused": _rows(
            connection,
            f"""
            SELECT coalesce(nullif(regexp_extract(why, '^(\\S+) is not asked', 1), ''), host) AS host,
                count(*) AS number, max(until) AS until, any_value(why) AS why
            FROM (
                SELECT {HOST_ASKED} AS host, last_error AS why, retry_at::VARCHAR AS until FROM raw.fetches
                WHERE state = 'paused' AND reason = 'host'  -- others are tried again without their host having asked for it
                UNION ALL
                SELECT url, detail, regexp_extract(detail, 'before ([0-9: -]+) UTC', 1) FROM raw.set_aside
                WHERE step = 'discover' AND reason = 'paused'
            )
            GROUP BY 1 ORDER BY number DESC, 1
            """,
        ),
        "set_aside_by_reason": _rows(
            connection, "SELECT step, reason, count(*) AS number FROM raw.set_aside GROUP BY ALL ORDER BY ALL"
        ),
        "set_aside": _rows(
            connection,
            f"SELECT step, reason, url, detail FROM raw.set_aside ORDER BY step, reason, url LIMIT {MOST_LISTED}",
        ),
    }


def _rest(connection: Connection, settings: Settings) -> list[dict[str, Any]]:
    """Return the number of addresses left, and how long they take at the polite rate from a web archive and from the live web."""
    counted = connection.execute(
        f"""
        SELECT sum(number)::BIGINT, max(number)::BIGINT FROM (
            SELECT {HOST_ASKED} AS host, count(*) AS number FROM raw.fetches WHERE state IN ('due', 'paused') GROUP BY ALL
        )
        """
    ).fetchone()
    left, longest = counted if counted and counted[0] else (0, 0)
    if not left:
        return []
    archive_s = left / settings.captures_per_second
    live_s = max(longest, left / settings.live_hosts) * settings.live_seconds
    return [{"left": left, "from_archive": _duration(archive_s), "from_live_web": _duration(live_s)}]


def _duration(seconds: float) -> str:
    minutes = max(round(seconds / 60), 1)
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.1f} h"


def _rows(connection: Connection, query: str) -> list[dict[str, Any]]:
    answer = connection.execute(query)
    names = [column[0] for column in answer.description]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
