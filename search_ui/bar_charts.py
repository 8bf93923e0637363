"""Bar charts: a topic's share of the text over time, and the documents of the archive by year."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from search_ui.axis import Days, moment, over_time, time_axis, time_scale
from search_ui.colors import COLORS, SERIES
from search_ui.wording import KIND_NAMES, clean, day_of
from warehouse.timeline import Bar, Timeline

BAR = "bar"  # name of the selection that a click on a bar makes
_LANE = 0.82  # height of the longest bar, as a share of its lane
_GAPS = 100  # with more bars in a lane, the pixel between bars would leave nothing of them on a narrow screen


def timeline_chart(timelines: Sequence[Timeline], names: Sequence[str], chosen: tuple[str, dt.date] | None) -> Any:
    """Draw the bars of each topic in a separate lane over one time axis, with the kernel releases as lines.

    All lanes are scaled by the longest bar, so that topics compare. `chosen` is the (topic, start) of the bar to highlight.
    """
    longest = max((bar.share for one in timelines for bar in one.bars), default=0) or 1.0
    rows = [
        _bar_row(bar, lane, len(timelines), timeline.topic_id or "", name, longest, chosen)
        for lane, (timeline, name) in enumerate(zip(timelines, names, strict=True))
        for bar in timeline.bars
    ]
    span = _span([bar for one in timelines for bar in one.bars])
    releases = {mark.version: mark for one in timelines for mark in one.kernel_releases}
    bars = _bars(rows, [clean(name) for name in names], span)
    return over_time([bars], list(releases.values()), span, max(190, 84 * len(timelines) + 70))


def _span(bars: Sequence[Bar]) -> Days:
    today = dt.date(2013, 12, 31)  # any day: nothing is drawn if there are no bars
    return min((bar.start for bar in bars), default=today), max((bar.end for bar in bars), default=today)


def _bar_row(
    bar: Bar, lane: int, lanes: int, topic: str, name: str, longest: float, chosen: tuple[str, dt.date] | None
) -> dict[str, Any]:
    base = lanes - 1 - lane
    return {
        "key": f"{topic}@{bar.start.isoformat()}",
        "start": moment(bar.start),
        "end": moment(bar.end + dt.timedelta(days=1)),
        "base": base,
        "top": base + _LANE * bar.share / longest,
        "topic": clean(name),
        "share": bar.share,
        "documents": len(bar.documents),
        "passages": bar.passages,
        "days": f"{day_of(bar.start)} to {day_of(bar.end)}",
        "strength": 1.0 if chosen is None or chosen == (topic, bar.start) else 0.35,
    }


def _bars(rows: list[dict[str, Any]], names: list[str], span: Days) -> Any:
    lanes = len(names)
    labels = json.dumps({str(lanes - 1 - lane): _short(name) for lane, name in enumerate(names)})
    return (
        alt.Chart(alt.InlineData(values=rows))
        .mark_rect(cursor="pointer", stroke=None, x2Offset=-1 if len(rows) <= _GAPS * lanes else 0)
        .encode(
            x=alt.X("start:Q", scale=time_scale(span), axis=time_axis(span)),
            x2="end:Q",
            y=alt.Y(
                "base:Q",
                scale=alt.Scale(domain=[0, lanes], nice=False),
                axis=alt.Axis(
                    title=None,
                    values=list(range(lanes)),
                    labelExpr=f"({labels})[toString(datum.value)]",
                    labelBaseline="bottom",
                    labelLimit=110,
                    domain=False,
                    ticks=False,
                    grid=True,
                ),
            ),
            y2="top:Q",
            color=alt.Color("topic:N", scale=alt.Scale(domain=names, range=list(COLORS[:lanes])), legend=None),
            opacity=alt.Opacity("strength:Q", scale=None),
            tooltip=[
                alt.Tooltip("topic:N", title="Topic"),
                alt.Tooltip("days:N", title="Time"),
                alt.Tooltip("share:Q", title="Share of the text", format=".1%"),
                alt.Tooltip("documents:Q", title="Documents"),
                alt.Tooltip("passages:Q", title="Passages"),
            ],
        )
        .add_params(alt.selection_point(name=BAR, fields=["key"], empty=False))
    )


def coverage_chart(years: Sequence[tuple[int | None, str, int]], kinds: Sequence[str]) -> Any:
    """Draw documents by year, stacked by kind, without undated documents."""
    rows: list[dict[str, Any]] = [
        {"year": str(year), "kind": KIND_NAMES.get(kind, clean(kind)), "documents": number}
        for year, kind, number in years
        if year is not None
    ]
    order = [KIND_NAMES.get(kind, clean(kind)) for kind in kinds]
    totals: dict[str, int] = {}
    for row in rows:
        totals[row["year"]] = totals.get(row["year"], 0) + row["documents"]
    most = max(totals.values(), default=1)
    return (
        alt.Chart(alt.InlineData(values=rows))
        .mark_bar()
        .encode(
            x=alt.X("year:O", axis=alt.Axis(title=None, labelAngle=0, labelOverlap="greedy")),
            y=alt.Y(
                "sum(documents):Q", scale=alt.Scale(domain=[0, most]), axis=alt.Axis(title="Documents", tickMinStep=1)
            ),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=order, range=SERIES[: len(order)]),
                legend=None,  # the list of kinds beside the chart shows the colours; a legend would be cut off on a narrow screen
            ),
            tooltip=["year:O", "kind:N", "documents:Q"],
        )
        .properties(height=320)
    )


def clicked_bar(event: Mapping[str, Any] | None) -> tuple[str, dt.date] | None:
    """Return the (topic, start) of the bar that was clicked, None if none was."""
    picked = ((event or {}).get("selection") or {}).get(BAR) or []
    return read_bar(str(picked[0].get("key", ""))) if picked else None


def read_bar(key: str) -> tuple[str, dt.date] | None:
    """Return the (topic, start) in a bar's key, None if the key is malformed."""
    topic, _, start = key.rpartition("@")
    try:
        return topic, dt.date.fromisoformat(start)
    except ValueError:
        return None


def _short(name: str) -> str:
    return name if len(name) <= 18 else name[:17].rstrip() + "…"
