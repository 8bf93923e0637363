"""The turning points of a topic, person, project or kernel release: dated sentences that name it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from warehouse.catalog.reader import Catalog

POINTS = 12


@dataclass(frozen=True, slots=True)
class TurningPoint:
    """A dated sentence that names it, with its document."""

    date: dt.date
    date_end: dt.date
    precision: str
    tense: str
    sentence: str
    document_id: str
    passage_id: str
    title: str
    kind: str
    published_at: dt.datetime | None
    reported: bool
    """The sentence names no day; its own are those of the report."""


def find_turning_points(reader: Catalog, asked: Mapping[str, Any]) -> tuple[TurningPoint, ...]:
    """Return dated sentences that name it, in order of time: one a day, those of documents about it and of issues first."""
    rows = reader.rows(
        f"""
        WITH about AS (SELECT DISTINCT document_id FROM subjects WHERE entity_type = $type AND entity_id IN $ids),
        told AS (
            SELECT e.rowid AS row, any_value(e.date) AS date, any_value(e.date_end) AS date_end, any_value(e.event_id) AS event_id,
                any_value((a.document_id IS NOT NULL)::INT * 4 + (e.precision = 'day')::INT * 2 + (d.kind = 'issue')::INT
                    + (e.tense = 'past')::INT * 2 + (d.language = 'en')::INT * 3) AS weight
            FROM events e
            JOIN mentions m ON m.passage_id = e.passage_id AND m.char_start >= e.char_start AND m.char_end <= e.char_end
            JOIN documents d ON d.document_id = e.document_id LEFT JOIN about a ON a.document_id = e.document_id
            WHERE m.entity_type = $type AND m.entity_id IN $ids AND e.precision IN ('day', 'week', 'month')
                AND (e.explicit OR (e.kernel_release IS NOT NULL AND d.published_at IS NOT NULL)) AND e.char_end - e.char_start BETWEEN 40 AND 400
            GROUP BY e.rowid
        ),
        chosen AS (
            SELECT * FROM told QUALIFY row_number() OVER (PARTITION BY date, date_end ORDER BY weight DESC, event_id) = 1
            ORDER BY weight DESC, date, event_id LIMIT {4 * POINTS}
        )
        SELECT e.date, e.date_end, e.precision, e.tense, e.sentence, e.document_id, e.passage_id, d.title, d.kind, d.published_at,
            NOT e.explicit AS reported
        FROM chosen c JOIN events e ON e.rowid = c.row JOIN documents d ON d.document_id = e.document_id
        ORDER BY c.weight DESC, c.date, c.event_id
        """,
        asked,
    )
    told: dict[str, TurningPoint] = {}
    for row in rows:
        if "\t" not in row["sentence"]:  # a row of a table
            told.setdefault(row["sentence"], TurningPoint(**row))
    return tuple(sorted([*told.values()][:POINTS], key=lambda one: (one.date, one.date_end, one.document_id)))
