"""A bar chart of the documents that name a thing, month by month, with those about it in front."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import altair as alt

from search_ui.axis import moment, over_time, time_axis, time_scale
from search_ui.colors import COLORS, MUTED
from search_ui.wording import day_of
from warehouse.catalog import Attention
from warehouse.timeline import KernelRelease

_MONTHS = 96  # with more months in the chart, a bar is a quarter
_YEAR = 12  # months


def attention_chart(attention: Sequence[Attention], releases: Sequence[tuple[str, dt.date]], it: str = "it") -> Any:
    """Draw the documents of each month or quarter, from the first to the last that names the thing; None if there are none.

    The legend calls the thing `it`, a person `them`.

    What is named within less than a year is shown in its whole years, because one bar that fills the chart says nothing.
    """
    dated = [one for one in attention if one.month is not None]
    named = [_place(one) for one in dated if one.naming]
    if not named:
        return None
    size = 3 if named[-1] - named[0] > _MONTHS else 1
    first, last = named[0] // size, named[-1] // size
    sums: dict[int, list[int]] = {place: [0, 0] for place in range(first, last + 1)}
    for one in dated:
        if one.naming:
            row = sums[_place(one) // size]
            row[0] += one.about
            row[1] += one.naming
    layers = (f"about {it}", f"naming {it}")
    rows = [row for place, (about, naming) in sums.items() for row in _bars(place * size, size, about, naming, layers)]
    start, after = first * size, (last + 1) * size
    if after - start < _YEAR:
        start, after = start // _YEAR * _YEAR, -(-after // _YEAR) * _YEAR
    span = (_day(start), _day(after) - dt.timedelta(days=1))
    most = max(naming for _, naming in sums.values())
    marks = [KernelRelease(version, day) for version, day in releases]
    return over_time([_layer(rows, span, most, layers)], marks, span, 230)


def _layer(rows: list[dict[str, Any]], span: tuple[dt.date, dt.date], most: int, layers: tuple[str, str]) -> Any:
    return (
        alt.Chart(alt.InlineData(values=rows))
        .mark_rect(stroke=None, x2Offset=-1)
        .encode(
            x=alt.X("start:Q", scale=time_scale(span), axis=time_axis(span)),
            x2="end:Q",
            y=alt.Y("from:Q", scale=alt.Scale(domain=[0, most], nice=True),
                    axis=alt.Axis(title="documents", tickMinStep=1, tickCount=4, format="d", domain=False)),
            y2="to:Q",
            color=alt.Color("layer:N", scale=alt.Scale(domain=list(layers), range=[COLORS[0], MUTED]),
                            legend=alt.Legend(title=None, orient="bottom", direction="horizontal")),
            tooltip=[alt.Tooltip("days:N", title="Time"), alt.Tooltip("about:Q", title=f"Documents {layers[0]}"),
                     alt.Tooltip("naming:Q", title=f"Documents {layers[1]}")],
        )
    )  # fmt: skip


def _bars(place: int, size: int, about: int, naming: int, layers: tuple[str, str]) -> list[dict[str, Any]]:
    start, after = _day(place), _day(place + size)
    days = day_of(start, "month") if size == 1 else f"{start:%B} to {day_of(after - dt.timedelta(days=1), 'month')}"
    both = {"start": moment(start), "end": moment(after), "days": days, "about": about, "naming": naming}
    rows = [both | {"layer": layers[0], "from": 0, "to": about}] if about else []
    return [*rows, both | {"layer": layers[1], "from": about, "to": naming}] if naming > about else rows


def _place(one: Attention) -> int:
    return one.year * 12 + (one.month or 1) - 1


def _day(place: int) -> dt.date:
    return dt.date(place // 12, place % 12 + 1, 1)
