"""What searches find over time as one line each, told apart by shape and dash as well as colour."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from search_ui.axis import moment, time_axis, time_scale
from search_ui.colors import COLORS
from search_ui.histogram import Period
from search_ui.wording import clean

_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
_DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 2], [10, 4])


def compare_chart(lanes: Mapping[str, Sequence[Period]], sizes: Mapping[str, Sequence[float]], unit: str) -> Any:
    """Draw one line for each name in `lanes`; `sizes` are the heights at its periods, in `unit`."""
    rows = [
        {"name": clean(name), "at": (moment(period.first) + moment(period.last)) // 2, "size": size}
        for name, shown in lanes.items()
        for period, size in zip(shown, sizes[name], strict=True)
    ]
    names = [clean(name) for name in lanes]
    every = [period for shown in lanes.values() for period in shown]
    span = min(one.first for one in every), max(one.last for one in every)
    axis = alt.Axis(title=unit, tickMinStep=0.01 if "share" in unit else 1, format="%" if "share" in unit else "d")

    def by_name(inks: Sequence[Any]) -> dict[str, Any]:
        return {"scale": alt.Scale(domain=names, range=list(inks[: len(names)])), "legend": legend}

    legend = alt.Legend(title=None, orient="bottom", direction="horizontal", symbolSize=120)
    return (
        alt.Chart(alt.InlineData(values=rows))
        .mark_line(point=alt.OverlayMarkDef(size=60, filled=True))
        .encode(
            x=alt.X("at:Q", scale=time_scale(span), axis=time_axis(span)),
            y=alt.Y("size:Q", scale=alt.Scale(zero=True), axis=axis),
            color=alt.Color("name:N", **by_name(COLORS)),
            strokeDash=alt.StrokeDash("name:N", **by_name(_DASHES)),
            shape=alt.Shape("name:N", **by_name(_SHAPES)),
        )
        .properties(height=320)
    )
