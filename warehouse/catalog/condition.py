"""The condition of an archive: what became of its links, its last runs, and the pages that failed, by reason."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass

from warehouse.catalog.reader import Catalog

DEAD = 50


@dataclass(frozen=True, slots=True)
class LinkStates:
    """Links of a year or host by state; `here` are those whose target is in this archive, and the four add up to `links`."""

    links: int
    here: int
    dead: int
    blocked: int
    not_tried: int


@dataclass(frozen=True, slots=True)
class DeadLink:
    """A link whose target is no longer available, and the document that cites it."""

    href: str
    document_id: str
    title: str
    published_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run of the flow; the run that made the release is still `running` in it. `seconds` is the sum of its steps."""

    run_id: str
    started_at: dt.datetime
    outcome: str
    message: str | None
    seconds: float
    counts: Mapping[str, int]


_STATES = "sum(links)::BIGINT AS links, sum(here)::BIGINT AS here, sum(dead)::BIGINT AS dead, sum(blocked)::BIGINT AS blocked, " \
    "sum(not_tried)::BIGINT AS not_tried"  # fmt: skip


def count_links_by_year(reader: Catalog) -> Mapping[int | None, LinkStates]:
    """Return the links by year of the citing document, in order; None for undated documents comes last."""
    rows = reader.rows(f"SELECT year, {_STATES} FROM link_rot_by_year_and_host GROUP BY year ORDER BY year NULLS LAST")
    return {row.pop("year"): LinkStates(**row) for row in rows}


def count_links_by_host(reader: Catalog) -> Mapping[str, LinkStates]:
    """Return the links of the hosts that lost most, then of those with most links."""
    rows = reader.rows(
        f"SELECT host, {_STATES} FROM link_rot_by_year_and_host GROUP BY host ORDER BY dead DESC, links DESC, host"
    )
    return {row.pop("host"): LinkStates(**row) for row in rows}


def list_dead_links(reader: Catalog) -> tuple[DeadLink, ...]:
    """Return links whose target is gone, those of issues first, newest first; each address once."""
    rows = reader.rows(
        f"""
        SELECT l.href, d.document_id, d.title, d.published_at FROM links l JOIN documents d USING (document_id)
        WHERE l.status = 'dead'
        QUALIFY row_number() OVER (PARTITION BY l.href ORDER BY d.kind <> 'issue', d.published_at NULLS LAST, d.document_id) = 1
        ORDER BY d.kind <> 'issue', d.published_at DESC NULLS LAST, l.href LIMIT {DEAD}
        """
    )
    return tuple(DeadLink(**row) for row in rows)


def list_runs(reader: Catalog, limit: int = 8) -> tuple[RunLine, ...]:
    """Return the last runs, newest first."""
    rows = reader.rows(
        f"SELECT run_id, started_at, outcome, message, counts, seconds FROM runs ORDER BY started_at DESC LIMIT {int(limit)}"
    )
    return tuple(
        RunLine(
            row["run_id"], row["started_at"], row["outcome"], row["message"],
            sum(json.loads(row["seconds"] or "{}").values()), json.loads(row["counts"] or "{}"),
        )
        for row in rows
    )  # fmt: skip


def count_set_aside(reader: Catalog) -> Mapping[tuple[str, str], int]:
    """Return the number of pages that failed by (step, reason), most first."""
    rows = reader.rows("SELECT step, reason, count(*) AS n FROM set_aside GROUP BY ALL ORDER BY n DESC, step, reason")
    return {(row["step"], row["reason"]): row["n"] for row in rows}
