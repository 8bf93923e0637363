"""A kernel release: its day, its neighbours, candidates and stable updates, and what the archive says was merged."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from warehouse.catalog.reader import Catalog
from warehouse.kernel_versions import version_order
from warehouse.sentences import split_sentences
from warehouse.topic_tree import MEMBERS

_AN_AREA = 6  # statements listed of each area
_MERGED = r"\b(merged|merges|pulled|landed|mainlined|accepted|included|includes|integrated|added|gained|gains|went in|in mainline)\b"


@dataclass(frozen=True, slots=True)
class Part:
    """An article on what is coming in a release, or what is new in it; `part` is None if it is not one of several.

    `sections` are (heading, first sentence, passage id) in order.
    """

    document_id: str
    series: str
    part: int | None
    title: str
    area: str | None
    language: str
    published_at: dt.datetime | None
    sections: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """A sentence that reports a merge for the release; `area` is the name of the topic at the top of the tree."""

    area: str
    sentence: str
    document_id: str
    passage_id: str
    title: str
    published_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """What a release's page shows besides what every page does; `missing` are the parts of "Coming in" that the archive lacks."""

    version: str
    released_on: dt.date | None
    source: str | None
    mainline: bool
    base: str | None
    previous: str | None
    next: str | None
    candidates: tuple[tuple[str, dt.date | None], ...]
    updates: tuple[tuple[str, dt.date | None], ...]
    parts: tuple[Part, ...]
    missing: tuple[int, ...]
    merged: tuple[Merged, ...]


def read_release(reader: Catalog, version: str) -> ReleaseFacts | None:
    """Return the facts of a kernel release, None if the archive does not know it."""
    rows = reader.rows("SELECT version, released_on, mainline, source FROM kernel_releases")
    by_version = {row["version"]: row for row in rows}
    if version not in by_version:
        return None
    row = by_version[version]
    finals = sorted((one for one in by_version if by_version[one]["mainline"] and "-" not in one), key=version_order)
    # Neighbours have a day: texts name releases that never were, such as 2.6.40.
    known = [one for one in finals if by_version[one]["released_on"] or one == version]
    place = known.index(version) if version in known else None
    parts = _parts(reader, version)
    return ReleaseFacts(
        version=version,
        released_on=row["released_on"],
        source=row["source"],
        mainline=row["mainline"],
        base=None if place is not None else _base(version, finals),
        previous=known[place - 1] if place else None,
        next=known[place + 1] if place is not None and place + 1 < len(known) else None,
        candidates=_derived(by_version, version, "-"),
        updates=_derived(by_version, version, "."),
        parts=parts,
        missing=_missing([one.part for one in parts if one.series == "Coming in" and one.part]),
        merged=_merged(reader, version),
    )


def _derived(by_version: dict[str, dict[str, Any]], version: str, mark: str) -> tuple[tuple[str, dt.date | None], ...]:
    """Return the candidates (`mark` is "-") or the updates (".") of a release, in order."""
    if mark == "." and not by_version[version]["mainline"]:
        return ()
    found = [one for one in by_version if one.startswith(version + mark) and (mark == "-" or "-" not in one)]
    if mark == ".":
        found = [one for one in found if not by_version[one]["mainline"]]
    return tuple((one, by_version[one]["released_on"]) for one in sorted(found, key=version_order))


def _base(version: str, finals: Sequence[str]) -> str | None:
    """Return the mainline release that a candidate leads to or a stable update follows."""
    bases = [one for one in finals if version.startswith((one + "-", one + "."))]
    return max(bases, key=len, default=None)


def _missing(parts: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted(set(range(1, max(parts, default=0) + 1)) - set(parts)))


def _parts(reader: Catalog, version: str) -> tuple[Part, ...]:
    rows = reader.rows(
        """
        SELECT d.document_id, i.series, i.part, d.title, i.area, d.language, d.published_at,
            list({heading: s.heading, text: s.text, passage_id: p.passage_id} ORDER BY s.position)
                FILTER (s.heading IS NOT NULL AND p.passage_id IS NOT NULL) AS sections
        FROM issues i JOIN documents d USING (document_id) LEFT JOIN sections s USING (document_id)
        LEFT JOIN (SELECT section_id, min_by(passage_id, position) AS passage_id FROM passages GROUP BY section_id) p USING (section_id)
        WHERE i.kernel_version = $version AND i.series IN ('Coming in', 'What''s new')
        GROUP BY ALL ORDER BY i.series, i.part NULLS LAST, d.published_at NULLS LAST, d.document_id
        """,
        {"version": version},
    )
    return tuple(
        Part(
            **row
            | {"sections": tuple((s["heading"], _first(s["text"]), s["passage_id"]) for s in row["sections"] or ())}
        )
        for row in rows
    )


def _first(text: str) -> str:
    start, end = next(iter(split_sentences(text[:1500])), (0, 0))
    return " ".join(text[start:end].split())


def _merged(reader: Catalog, version: str) -> tuple[Merged, ...]:
    rows = reader.rows(
        f"""
        WITH RECURSIVE {MEMBERS}, told AS (
            SELECT e.*, e.topics[1] AS topic_id FROM events e
            WHERE (e.kernel_release = $version OR e.versions = [$version]) AND e.tense <> 'expected' AND len(e.topics) > 0
                AND length(e.sentence) BETWEEN 40 AND 400 AND regexp_matches(e.sentence, '(?i){_MERGED}')
        ),
        placed AS (
            SELECT coalesce(any_value(t.name) FILTER (t.parent_id IS NULL), any_value(t.name)) AS area, told.event_id
            FROM told JOIN members m ON m.member_id = told.topic_id JOIN topics t ON t.topic_id = m.topic_id GROUP BY told.event_id
        )
        SELECT p.area, e.sentence, e.document_id, e.passage_id, d.title, d.published_at
        FROM placed p JOIN told e USING (event_id) JOIN documents d USING (document_id)
        QUALIFY row_number() OVER (PARTITION BY e.sentence ORDER BY e.event_id) = 1
            AND row_number() OVER (PARTITION BY p.area ORDER BY d.kind <> 'issue', d.published_at NULLS LAST, e.event_id) <= {_AN_AREA}
        ORDER BY p.area, d.kind <> 'issue', d.published_at NULLS LAST, e.event_id
        """,
        {"version": version},
    )
    return tuple(Merged(**row) for row in rows)
