"""The time axis that charts share, with kernel releases as lines. It is in UTC, so that a day is the same everywhere."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

import altair as alt

from search_ui.colors import MUTED
from search_ui.wording import clean, day_of
from warehouse.timeline import KernelRelease

Days = tuple[dt.date, dt.date]  # first and last day, both shown


def moment(day: dt.date) -> int:
    """Return the day's first millisecond."""
    return int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp() * 1000)


def time_scale(span: Days) -> Any:
    """Return a scale that covers exactly the days of the span."""
    # Plain milliseconds, because Vega-Lite reports a conflict between a domain of dates on x and the same domain on x2.
    return alt.Scale(domain=[moment(span[0]), moment(span[1] + dt.timedelta(days=1))], nice=False, zero=False)


def time_axis(span: Days) -> Any:
    """Return an axis of years, quarters or months, depending on the span's length.

    A label is right of its tick, or below it if there are twelve ticks or more.
    """
    months = (span[1].year - span[0].year) * 12 + span[1].month - span[0].month
    step, shown = (12, "%Y") if months > 36 else (3, "%b %Y") if months > 9 else (1, "%b %Y")
    first = span[0].year * 12
    ticks = (dt.date(month // 12, month % 12 + 1, 1) for month in range(first, first + months + 24, step))
    values = [moment(tick) for tick in ticks if span[0] <= tick <= span[1]]
    beside: dict[str, Any] = {}
    if len(values) < 12:
        beside = {"labelAlign": "left", "labelOffset": 4, "labelPadding": -9, "tickSize": 14}
    return alt.Axis(
        title=None,
        orient="bottom",
        grid=False,
        values=values,
        labelExpr=f"utcFormat(datum.value, '{shown}')",
        labelOverlap="greedy",
        labelBound=bool(beside),
        ticks=True,
        tickColor=MUTED,
        **beside,
    )


def kernel_release_lines(releases: Sequence[KernelRelease], span: Days) -> Any:
    """Return a line for each release, labelled at the top if there is room."""
    rows: list[dict[str, Any]] = [
        {"day": moment(mark.released_on), "version": clean(mark.version), "released": day_of(mark.released_on)}
        for mark in releases
    ]
    labels = json.dumps({str(row["day"]): row["version"] for row in rows})
    axis = alt.Axis(
        title=None,
        orient="top",
        values=[row["day"] for row in rows],
        labelExpr=f"({labels})[toString(datum.value)]",
        labelOverlap="greedy",
        labelSeparation=8,
        labelFontSize=10,
        labelPadding=3,
        grid=False,
        domain=False,
        tickSize=4,
    )
    return (
        alt.Chart(alt.InlineData(values=rows))
        .mark_rule(color=MUTED, opacity=0.45, strokeDash=[2, 3])
        .encode(
            x=alt.X("day:Q", scale=time_scale(span), axis=axis),
            tooltip=[
                alt.Tooltip("version:N", title="Linux"),
                alt.Tooltip("released:N", title="Released"),
            ],
        )
    )


def over_time(layers: Sequence[Any], releases: Sequence[KernelRelease], span: Days, height: int) -> Any:
    """Return the layers as one chart, drawn over lines for the releases within the span."""
    shown = [mark for mark in releases if span[0] <= mark.released_on <= span[1]]
    lines = [kernel_release_lines(shown, span)] if shown else []
    return (
        alt.layer(*lines, *layers).resolve_scale(x="independent").properties(height=height).configure_view(stroke=None)
    )
