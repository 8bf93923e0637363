"""Lists to look through: the latest issues, the calendar, the issue before and after, and an index of everything with a page."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from warehouse.catalog.documents import CARD, Card, as_card
from warehouse.catalog.entities import EntityType
from warehouse.catalog.reader import Catalog
from warehouse.kernel_versions import version_order
from warehouse.topic_tree import MEMBERS


@dataclass(frozen=True, slots=True)
class IndexLine:
    """A thing in its index: documents about it, by it (a person's own) and naming it; `years` counts those naming it by year."""

    entity_type: EntityType
    entity_id: str
    name: str
    parent_id: str | None
    released_on: dt.date | None
    about: int
    written: int
    naming: int
    first_on: dt.date | None
    last_on: dt.date | None
    years: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The issue before and after one, in its series and language; None at the ends."""

    previous: Card | None
    next: Card | None


def list_latest_issues(reader: Catalog, limit: int = 8) -> tuple[Card, ...]:
    """Return the latest dated issues of the column, or the latest documents of an archive without issues, newest first."""
    rows = reader.rows(
        f"""
        SELECT {CARD} FROM documents d WHERE d.published_at IS NOT NULL
            AND (d.kind = 'issue' OR NOT EXISTS (SELECT 1 FROM documents WHERE kind = 'issue'))
        ORDER BY d.published_at DESC, d.document_id LIMIT {int(limit)}
        """
    )
    return tuple(as_card(row) for row in rows)


def count_months(reader: Catalog, *, issues_only: bool) -> Mapping[tuple[int, int], int]:
    """Return the number of documents by (year, month), without months that have none and documents dated by year only."""
    kinds = "kind = 'issue'" if issues_only else "true"  # not bound: see `Catalog.rows`
    rows = reader.rows(
        f"""
        SELECT year(published_at) AS year, month(published_at) AS month, count(*) AS n FROM documents
        WHERE published_at IS NOT NULL AND published_precision IS DISTINCT FROM 'year' AND {kinds}
        GROUP BY ALL ORDER BY ALL
        """
    )
    return {(row["year"], row["month"]): row["n"] for row in rows}


def list_month(reader: Catalog, year: int, month: int, *, issues_only: bool) -> tuple[Card, ...]:
    """Return the documents of a month, oldest first; those dated by the month alone come first, those by year only are left out."""
    rows = reader.rows(
        f"""
        SELECT {CARD} FROM documents d
        WHERE d.published_precision IS DISTINCT FROM 'year' AND year(d.published_at) = $year AND month(d.published_at) = $month
            AND (d.kind = 'issue' OR NOT $issues)
        ORDER BY d.published_precision <> 'month', d.published_at, d.document_id
        """,
        {"year": year, "month": month, "issues": issues_only},
    )
    return tuple(as_card(row) for row in rows)


def read_neighbours(reader: Catalog, document_id: str) -> Neighbours:
    """Return the issues before and after one; neither for another document, or one without a day."""
    rows = reader.rows(
        f"""
        WITH here AS (
            SELECT i.series, d.language, d.published_at, d.document_id FROM issues i JOIN documents d USING (document_id)
            WHERE d.document_id = $id AND d.published_at IS NOT NULL
        )
        SELECT {CARD}, (d.published_at, d.document_id) < (h.published_at, h.document_id) AS is_before
        FROM here h JOIN issues i ON i.series = h.series JOIN documents d ON d.document_id = i.document_id AND d.language = h.language
        WHERE d.published_at IS NOT NULL AND d.document_id <> h.document_id
        QUALIFY row_number() OVER (PARTITION BY is_before ORDER BY abs(epoch(d.published_at) - epoch(h.published_at)),
            CASE WHEN is_before THEN d.document_id END DESC, d.document_id) = 1
        """,
        {"id": document_id},
    )
    found = {row["is_before"]: as_card(row) for row in rows}
    return Neighbours(found.get(True), found.get(False))


def list_release_days(reader: Catalog) -> tuple[tuple[str, dt.date], ...]:
    """Return the mainline releases and their days, in order, without candidates."""
    rows = reader.rows(
        """SELECT version, released_on FROM kernel_releases
        WHERE mainline AND released_on IS NOT NULL AND NOT contains(version, '-') ORDER BY released_on"""
    )
    return tuple((row["version"], row["released_on"]) for row in rows)


_NAMED: Mapping[EntityType, str] = {
    "topic": "SELECT topic_id AS id, name, parent_id, NULL::DATE AS released_on FROM topics",
    "person": "SELECT person_id AS id, name, NULL::VARCHAR AS parent_id, NULL::DATE AS released_on FROM people",
    "project": "SELECT project_id AS id, name, NULL::VARCHAR AS parent_id, NULL::DATE AS released_on FROM projects",
    "kernel_release": "SELECT version AS id, version AS name, NULL::VARCHAR AS parent_id, released_on FROM kernel_releases",
}


def list_index(reader: Catalog, entity_type: EntityType) -> tuple[IndexLine, ...]:
    """Return all topics, people, projects or kernel releases that some document names or that wrote one.

    By name, releases newest first. A topic counts those below it too. The type is not bound: see `Catalog.rows`.
    """
    members = "SELECT topic_id, member_id FROM members" if entity_type == "topic" else "SELECT id, id FROM entities"
    written = (
        "SELECT document_id, person_id AS id FROM authors" if entity_type == "person" else "SELECT '', '' WHERE false"
    )
    rows = reader.rows(
        f"""
        WITH RECURSIVE {MEMBERS}, entities AS ({_NAMED[entity_type]}), stands_for(id, member_id) AS ({members}),
        numbered AS (SELECT rowid AS number, document_id, published_at FROM documents),
        -- Numbers of documents take less time to group than their ids.
        once AS (
            SELECT DISTINCT m.entity_id, d.number, d.published_at FROM mentions m JOIN numbered d USING (document_id)
            WHERE m.entity_type = '{entity_type}'
        ),
        naming AS (SELECT DISTINCT s.id, o.number, o.published_at FROM once o JOIN stands_for s ON o.entity_id = s.member_id),
        by_year AS (
            SELECT id, year(published_at) AS year, count(*) AS documents, min(published_at)::DATE AS first_on,
                max(published_at)::DATE AS last_on
            FROM naming GROUP BY ALL
        ),
        counted AS (
            SELECT id, sum(documents)::BIGINT AS naming, min(first_on) AS first_on, max(last_on) AS last_on,
                map_from_entries(list((year, documents) ORDER BY year) FILTER (year IS NOT NULL)) AS years
            FROM by_year GROUP BY id
        ),
        about AS (
            SELECT s.id, count(DISTINCT u.document_id) AS about FROM subjects u JOIN stands_for s ON u.entity_id = s.member_id
            WHERE u.entity_type = '{entity_type}' GROUP BY s.id
        ),
        wrote(document_id, id) AS ({written}),
        own AS (SELECT id, count(*) AS written FROM wrote GROUP BY id)
        SELECT '{entity_type}' AS entity_type, e.id AS entity_id, e.name, e.parent_id, e.released_on, coalesce(a.about, 0) AS about,
            coalesce(o.written, 0) AS written, coalesce(c.naming, 0) AS naming, c.first_on, c.last_on, c.years
        FROM entities e LEFT JOIN counted c USING (id) LEFT JOIN about a USING (id) LEFT JOIN own o USING (id)
        WHERE c.naming > 0 OR o.written > 0
        """
    )
    found = [IndexLine(**_with_years(row)) for row in rows]
    if entity_type == "kernel_release":
        return tuple(sorted(found, key=lambda line: version_order(line.entity_id), reverse=True))
    return tuple(sorted(found, key=lambda line: (line.name.casefold(), line.entity_id)))


def _with_years(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"years": dict(row["years"] or {})}
