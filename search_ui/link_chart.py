"""Links by year and what became of them, as a stacked bar chart that adds up to all links."""

from collections.abc import Mapping
from typing import Any

import altair as alt

from search_ui.colors import COLORS, MUTED
from warehouse.catalog import LinkStates

STATE_NAMES: Mapping[str, str] = {
    "here": "in this archive", "dead": "gone", "blocked": "fetching not allowed", "not_tried": "not checked",
}  # fmt: skip
_INKS = [COLORS[0], COLORS[1], COLORS[3], MUTED]


def link_chart(years: Mapping[int | None, LinkStates]) -> Any:
    """Draw the links of each year, without those of undated documents."""
    rows: list[dict[str, Any]] = [
        {"year": str(year), "state": said, "place": place, "links": getattr(states, name), "of": states.links}
        for year, states in years.items()
        if year is not None
        for place, (name, said) in enumerate(STATE_NAMES.items())
        if getattr(states, name)
    ]
    return (
        alt.Chart(alt.InlineData(values=rows))
        .mark_bar()
        .encode(
            x=alt.X("year:O", axis=alt.Axis(title=None, labelAngle=0, labelOverlap="greedy")),
            y=alt.Y("sum(links):Q", axis=alt.Axis(title="Links", tickMinStep=1)),
            color=alt.Color("state:N", scale=alt.Scale(domain=list(STATE_NAMES.values()), range=_INKS),
                            legend=alt.Legend(title=None, orient="bottom", columns=2)),
            order=alt.Order("place:Q"),
            tooltip=[alt.Tooltip("year:O", title="Year"), alt.Tooltip("state:N", title="State"),
                     alt.Tooltip("links:Q", title="Links"), alt.Tooltip("of:Q", title="of all")],
        )
        .properties(height=260)
    )  # fmt: skip
