"""A chart of an answer to SQL has a bar for each row, and its axes have the names of the columns."""

import datetime as dt
from typing import Any

import pytest

from search_ui.chart_pictures import as_svg
from search_ui.result_chart import MOST_BARS, numeric_columns, result_chart
from search_ui.tables import Table
from tests.search_ui.conftest import HOSTILE


def _rows(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for rows in spec["datasets"].values() for row in rows]


@pytest.mark.parametrize("first", [2009, dt.date(2009, 1, 1), "2009-01-01", "Xen", None])
def test_a_bar_is_drawn_for_each_row_also_if_names_repeat(first: object) -> None:
    table = Table(("year <b>", "documents"), ((first, 3), (first, None), (first, 4.5)))
    spec = result_chart(table, "documents").to_dict()
    assert [row["value"] for row in _rows(spec)] == [3, None, 4.5]
    titles = {spec["encoding"][axis]["axis"]["title"] for axis in ("x", "y")}
    assert titles == {"year <b>", "documents"}
    assert "documents" in as_svg(result_chart(table, "documents")).decode()


def test_only_numbers_after_the_first_column_are_drawn() -> None:
    table = Table(
        ("year", "n", "name", "share", "none", "yes"),
        ((2009, 1, "a", None, None, True), (2010, 2, "b", 0.5, None, False)),
    )
    assert numeric_columns(table) == ["n", "share"]
    assert numeric_columns(Table(("only",), (("text",),))) == []
    assert numeric_columns(Table(("n",), ((1,),))) == []


def test_no_more_bars_than_can_be_seen() -> None:
    table = Table(("n", "value"), tuple((number, number) for number in range(1000)))
    assert len(_rows(result_chart(table, "value").to_dict())) == MOST_BARS


def test_names_cannot_leave_the_expression_of_the_axis() -> None:
    table = Table((HOSTILE[0], "n"), tuple((text, 1) for text in [*HOSTILE, '"]+alert(1)+["', "\\"]))
    assert as_svg(result_chart(table, "n"))
