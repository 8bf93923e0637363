"""A chart of an answer to SQL: the first column along one axis, a column of numbers along the other, a bar for each row."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import altair as alt

from search_ui.colors import COLORS
from search_ui.tables import Rows
from search_ui.wording import clean

MOST_BARS = 200
_ROW = 22  # pixels of a bar with a name beside it
_LABEL = 280  # pixels of a name


def numeric_columns(table: Rows) -> list[str]:
    """Return the columns that can be drawn, in order: numbers in at least one row, and only those, beside the first column."""
    return [
        name for place, name in enumerate(table.columns) if place and _is_numeric([row[place] for row in table.rows])
    ]


def result_chart(table: Rows, value: str) -> Any:
    """Draw the column `value` over the first column, a bar a row, in the order of the rows, at most `MOST_BARS`."""
    place = list(table.columns).index(value)
    rows = table.rows[:MOST_BARS]
    # A number in front, because two rows may have the same name.
    data = [
        {"row": f"{number:04}", "name": _label(row[0]), "value": None if row[place] is None else float(row[place])}
        for number, row in enumerate(rows)
    ]
    is_text = any(isinstance(row[0], str) and not _is_time(row[0]) for row in rows)
    names = "{" + ",".join(f"{_quoted(str(one['row']))}:{_quoted(str(one['name']))}" for one in data) + "}"
    axis = alt.Axis(
        title=clean(table.columns[0]), labelExpr=f"({names})[datum.value]", labelLimit=_LABEL, labelAngle=0,
        labelOverlap=not is_text and "greedy",
    )  # fmt: skip
    along = alt.Axis(title=clean(value), tickCount=6)
    tooltip = [alt.Tooltip("name:N", title=clean(table.columns[0])), alt.Tooltip("value:Q", title=clean(value))]
    drawn = alt.Chart(alt.InlineData(values=data)).mark_bar(color=COLORS[0])
    if is_text:
        chart = drawn.encode(y=alt.Y("row:O", sort=None, axis=axis), x=alt.X("value:Q", axis=along), tooltip=tooltip)
        return chart.properties(height=max(120, _ROW * len(data)))
    chart = drawn.encode(x=alt.X("row:O", sort=None, axis=axis), y=alt.Y("value:Q", axis=along), tooltip=tooltip)
    return chart.properties(height=320)


def _is_numeric(values: Sequence[Any]) -> bool:
    found = [value for value in values if value is not None]
    return bool(found) and all(_is_number(value) for value in found)


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool | str | bytes | dt.date | dt.time | dt.timedelta) and hasattr(value, "__float__")


def _is_time(text: str) -> bool:
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _label(value: Any) -> str:
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        value = value.date()
    return clean("" if value is None else value)[:80]


def _quoted(text: str) -> str:
    """Return a text as a literal of Vega's expressions, with nothing in it that could end the literal."""
    return (
        '"'
        + "".join(
            one if one.isalnum() or one in " .-_:/()," else f"\\u{ord(one):04x}" for one in text if ord(one) < 65536
        )
        + '"'
    )
