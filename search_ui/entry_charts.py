"""Timeline entries as a chart: a dot at the date of each entry, with dots of nearby dates stacked."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from search_ui.axis import Days, moment, over_time, time_axis, time_scale
from search_ui.colors import COLORS
from search_ui.wording import KIND_NAMES, clean, span_of
from warehouse.timeline import Entry, KernelRelease

DOT = "dot"  # name of the selection that a click on a dot makes
_APART = 26  # dots that fit side by side on a narrow screen; nearer ones are stacked
_ROW, _AROUND = 20, 74  # pixels of a row of dots, and of the axes around the rows


def entry_chart(entries: Sequence[Entry], releases: Sequence[KernelRelease], chosen: str = "") -> Any:
    """Draw a dot for each entry over the entries' days; `chosen` is the event of the entry to highlight.

    A ring was still expected, a diamond is what came of an expectation.
    """
    span = _span(entries)
    rows = _rows(entries, span, chosen)
    highest = max((row["row"] for row in rows), default=0) + 1
    y = alt.Y("row:Q", scale=alt.Scale(domain=[-0.6, highest - 0.4], nice=False), axis=None)
    chart = alt.Chart(alt.InlineData(values=rows))
    x = alt.X("middle:Q", scale=time_scale(span), axis=time_axis(span))
    stretches = chart.mark_rule(color=COLORS[0], opacity=0.5, strokeWidth=3, strokeCap="round").encode(
        x=alt.X("start:Q", scale=time_scale(span), axis=None), x2="end:Q", y=y
    )
    dots = (
        chart.mark_point(size=100, opacity=1, cursor="pointer", strokeWidth=2.5)
        .encode(
            x=x,
            y=y,
            stroke=alt.Stroke("ink:N", scale=None, legend=None),
            fill=alt.Fill("inside:N", scale=None, legend=None),
            shape=alt.Shape("shape:N", scale=None, legend=None),
            tooltip=[
                alt.Tooltip("when:N", title="When"),
                alt.Tooltip("said:N", title="What"),
                alt.Tooltip("where:N", title="Where"),
            ],
        )
        .add_params(alt.selection_point(name=DOT, fields=["event"], empty=False))
    )
    return over_time([stretches, dots], releases, span, _AROUND + _ROW * highest)


def clicked_dot(event: Mapping[str, Any] | None) -> str | None:
    """Return the event of the dot that was clicked, None if none was."""
    picked = ((event or {}).get("selection") or {}).get(DOT) or []
    return str(picked[0].get("event", "")) or None if picked else None


def _span(entries: Sequence[Entry]) -> Days:
    """Return the days of all entries with a margin on both sides, so that no dot is cut off."""
    first, last = min(one.date for one in entries), max(one.date_end for one in entries)
    beside = dt.timedelta(days=max(20, (last - first).days // 30))
    return first - beside, last + beside


def _rows(entries: Sequence[Entry], span: Days, chosen: str) -> list[dict[str, Any]]:
    apart = (span[1] - span[0]) / _APART
    last_of_row: list[dt.date] = []
    rows = []
    for entry in sorted(entries, key=_middle):
        middle, ink = _middle(entry), COLORS[1] if entry.event_id == chosen else COLORS[0]
        row = next((row for row, last in enumerate(last_of_row) if middle - last >= apart), len(last_of_row))
        last_of_row[row : row + 1] = [middle]
        rows.append(
            {
                "event": entry.event_id,
                "start": moment(entry.date),
                "end": moment(entry.date_end + dt.timedelta(days=1)),
                "middle": moment(middle),
                "row": row,
                "when": span_of(entry.date, entry.date_end, entry.precision),
                "said": clean(entry.text),
                "where": clean(f"{KIND_NAMES.get(entry.kind, entry.kind)}: {entry.title}"),
                "ink": ink,
                "inside": "transparent" if entry.tense == "expected" else ink,
                "shape": "diamond" if entry.outcome_of else "circle",
            }
        )
    return rows


def _middle(entry: Entry) -> dt.date:
    return entry.date + (entry.date_end - entry.date) / 2
