"""Charts: values in, Altair charts out. Times are drawn in UTC, so that a day is the same day everywhere."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from search_ui.wording import KIND_NAMES, clean, day_of
from warehouse.timeline import Bar, ReleaseMark, Timeline

BAR = "bar"  # name of the selection that a click on a bar makes
COLORS = ("#0b7a75", "#c8553d", "#5b6ee1", "#b8860b", "#8e4585", "#4f772d")
_MUTED = "#8a8a86"
_LANE = 0.82  # of a lane's height for its longest bar


def timeline_chart(timelines: Sequence[Timeline], names: Sequence[str], chosen: tuple[str, dt.date] | None) -> Any:
    """Bars of each topic in a lane of its own over one axis of time, with the kernel releases as lines.

    A lane is scaled by the longest bar of all, so that topics compare. `chosen` is (topic, start) of the bar to mark.
    """
    longest = max((bar.share for one in timelines for bar in one.bars), default=0) or 1.0
    rows = [
        _bar_row(bar, lane, len(timelines), timeline.topic_id or "", name, longest, chosen)
        for lane, (timeline, name) in enumerate(zip(timelines, names, strict=True))
        for bar in timeline.bars
    ]
    releases = {mark.version: mark for one in timelines for mark in one.releases}
    days = [alt.DateTime(year=1970)] if not rows else None
    layers = [_bars(rows, [clean(name) for name in names])]
    if releases and days is None:
        layers.insert(0, _rules(list(releases.values())))
    return (
        alt.layer(*layers)
        .resolve_scale(x="shared")
        .resolve_axis(x="independent")
        .properties(height=max(170, 84 * len(timelines) + 56))
        .configure_view(stroke=None)
    )


def _bar_row(
    bar: Bar, lane: int, lanes: int, topic: str, name: str, longest: float, chosen: tuple[str, dt.date] | None
) -> dict[str, Any]:
    base = lanes - 1 - lane
    return {
        "key": f"{topic}@{bar.start.isoformat()}",
        "start": _moment(bar.start),
        "end": _moment(bar.end + dt.timedelta(days=1)),
        "base": base,
        "top": base + _LANE * bar.share / longest,
        "topic": clean(name),
        "share": bar.share,
        "documents": len(bar.documents),
        "passages": bar.passages,
        "days": f"{day_of(bar.start)} to {day_of(bar.end)}",
        "strength": 1.0 if chosen is None or chosen == (topic, bar.start) else 0.35,
    }


def _bars(rows: list[dict[str, Any]], names: list[str]) -> Any:
    lanes = len(names)
    labels = json.dumps({str(lanes - 1 - lane): _short(name) for lane, name in enumerate(names)})
    return (
        alt.Chart(alt.Data(values=rows))
        .mark_rect(cursor="pointer", stroke=None)
        .encode(
            x=alt.X("start:T", scale=alt.Scale(type="utc"), axis=alt.Axis(title=None, orient="bottom", grid=False)),
            x2="end:T",
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


def _rules(releases: list[ReleaseMark]) -> Any:
    rows = [{"day": _moment(mark.released_on), "version": clean(mark.version)} for mark in releases]
    labels = json.dumps({str(row["day"]): row["version"] for row in rows})
    axis = alt.Axis(
        title=None,
        orient="top",
        values=[row["day"] for row in rows],
        labelExpr=f"({labels})[toString(toNumber(datum.value))]",
        labelOverlap="greedy",
        labelSeparation=8,
        labelFontSize=10,
        grid=False,
        domain=False,
        tickSize=4,
    )
    return (
        alt.Chart(alt.Data(values=rows))
        .mark_rule(color=_MUTED, opacity=0.45, strokeDash=[2, 3])
        .encode(
            x=alt.X("day:T", scale=alt.Scale(type="utc"), axis=axis),
            tooltip=[
                alt.Tooltip("version:N", title="Linux"),
                alt.Tooltip("day:T", title="Released", format="%Y-%m-%d"),
            ],
        )
    )


def coverage_chart(years: Sequence[tuple[int | None, str, int]], kinds: Sequence[str]) -> Any:
    """Documents a year, stacked by kind; those without a date are left out."""
    rows = [
        {"year": str(year), "kind": KIND_NAMES.get(kind, clean(kind)), "documents": number}
        for year, kind, number in years
        if year is not None
    ]
    order = [KIND_NAMES.get(kind, clean(kind)) for kind in kinds]
    return (
        alt.Chart(alt.Data(values=rows))
        .mark_bar()
        .encode(
            x=alt.X("year:O", axis=alt.Axis(title=None, labelAngle=0, labelOverlap="greedy")),
            y=alt.Y("sum(documents):Q", axis=alt.Axis(title="Documents", tickMinStep=1)),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=order, range=_SERIES[: len(order)]),
                legend=alt.Legend(title=None, orient="bottom", columns=5),
            ),
            tooltip=["year:O", "kind:N", "documents:Q"],
        )
        .properties(height=300)
    )


_SERIES = [*COLORS, "#7a8b99", "#d4a373", "#3a86a8", "#a3b18a"]


def clicked_bar(event: Mapping[str, Any] | None) -> tuple[str, dt.date] | None:
    """(topic, start) of the bar that was clicked, None where none was."""
    picked = ((event or {}).get("selection") or {}).get(BAR) or []
    return read_bar(str(picked[0].get("key", ""))) if picked else None


def read_bar(key: str) -> tuple[str, dt.date] | None:
    """(topic, start) out of a bar's key, as it stands in the address."""
    topic, _, start = key.rpartition("@")
    try:
        return topic, dt.date.fromisoformat(start)
    except ValueError:
        return None


def _moment(day: dt.date) -> int:
    return int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp() * 1000)


def _short(name: str) -> str:
    return name if len(name) <= 18 else name[:17].rstrip() + "…"
