"""The turning points of a topic, person, project or kernel release: dated sentences that name it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from warehouse.catalog.reader import Catalog

POINTS = 12
# A point lowers the worth of others of its day by this share, and of those three weeks away by a third of that.
_CROWDED, _APART_DAYS = 0.7, 21.0
_SAME_DOCUMENT = 0.5  # factor for another sentence of the same document
_FLOOR = 0.05  # what is worth less than this share of the best is no point
# A sentence is surer of its day if it names it, or a kernel release, and surer to be on the subject in a document about it.
_NAMED = """
WITH about AS (SELECT DISTINCT document_id FROM subjects WHERE entity_type = $type AND entity_id IN $ids)
SELECT e.event_id, any_value(e.document_id) AS document_id, any_value(hash(e.sentence)) AS sentence,
    any_value(CASE WHEN a.document_id IS NOT NULL THEN 2.0 ELSE 1.0 END
        * CASE WHEN e.precision IN ('day', 'week') THEN 1.0 ELSE 0.4 END
        * CASE WHEN e.explicit OR e.kernel_release IS NOT NULL THEN 1.0 ELSE 0.6 END
        * CASE WHEN e.tense = 'expected' THEN 0.3 ELSE 1.0 END
        * CASE WHEN d.language = 'en' THEN 1.0 ELSE 0.2 END) AS weight
FROM events e
JOIN mentions m ON m.passage_id = e.passage_id AND m.char_start >= e.char_start AND m.char_end <= e.char_end
JOIN documents d ON d.document_id = e.document_id LEFT JOIN about a ON a.document_id = e.document_id
WHERE m.entity_type = $type AND m.entity_id IN $ids AND e.precision IN ('day', 'week', 'month')
    AND (e.explicit OR d.published_at IS NOT NULL)
GROUP BY e.event_id ORDER BY e.event_id
"""
_CHOSEN = """
SELECT e.date, e.date_end, e.precision, e.tense, e.sentence, e.document_id, e.passage_id, d.title, d.kind, d.published_at,
    NOT e.explicit AS reported
FROM events e JOIN documents d ON d.document_id = e.document_id WHERE e.event_id IN (SELECT unnest($events))
"""


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
    """Return dated sentences that name it, in order of time: those that best tell that something happened, spread over time."""
    from warehouse.timeline.report_worth import sentence_worth  # imports what no other page of the catalog needs

    named = reader.columns(_NAMED, asked)
    rows = reader.statements.rows_of(named["event_id"].tolist(), named["document_id"].tolist())
    kept = rows >= 0
    named, rows = {name: column[kept] for name, column in named.items()}, rows[kept]
    worths = named["weight"] * sentence_worth(reader.statements, rows)
    days, documents = reader.statements.reports["first"][rows], reader.statements.reports["document"][rows]
    chosen: list[str] = []
    least = _FLOOR * worths.max(initial=0.0)
    while len(chosen) < POINTS and worths.max(initial=0.0) > least:
        best = int(np.argmax(worths))
        chosen.append(named["event_id"][best])
        worths *= 1 - _CROWDED * np.exp(-np.abs(days - days[best]) / _APART_DAYS)
        worths[documents == documents[best]] *= _SAME_DOCUMENT
        worths[named["sentence"] == named["sentence"][best]] = 0.0
    points = (TurningPoint(**row) for row in reader.rows(_CHOSEN, {"events": chosen}))
    return tuple(sorted(points, key=lambda one: (one.date, one.date_end, one.document_id)))
