"""Entries as dots: each where it lies in time, none over another, and a click names its entry."""

import datetime as dt
from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from search_ui import entry_charts
from warehouse.timeline import Entry, KernelRelease

DAYS = st.dates(dt.date(2004, 1, 1), dt.date(2013, 12, 31))


def an_entry(number: int, day: dt.date, days: int = 0, tense: str = "past") -> Entry:
    return Entry(
        f"e{number}", day, day + dt.timedelta(days=days), "day" if not days else "month", tense, "It was merged.", "d", "p",
        0, 14, "A title", "mail", "http://x.example/", None, None, 1.0,
    )  # fmt: skip


def drawn(chart: object) -> tuple[list[dict], list[dict], list[int]]:
    """The rows of the entries, those of the releases, and the domain of time."""
    spec = chart.to_dict()
    rows = [row for layer in (spec, *spec["layer"]) for row in layer.get("data", {}).get("values", [])]
    rows += [row for data in spec.get("datasets", {}).values() for row in data]
    of_entries = {row["event"]: row for row in rows if "event" in row}
    of_releases = [row for row in rows if "version" in row]
    return list(of_entries.values()), of_releases, spec["layer"][-1]["encoding"]["x"]["scale"]["domain"]


@given(st.lists(st.tuples(DAYS, st.integers(0, 60)), min_size=1, max_size=30))
def test_every_entry_is_a_dot_inside_the_chart_and_none_covers_another(times: list[tuple[dt.date, int]]) -> None:
    rows, _, (first, last) = drawn(entry_charts.entry_chart([an_entry(n, *one) for n, one in enumerate(times)], ()))
    assert {row["event"] for row in rows} == {f"e{number}" for number in range(len(times))}
    assert all(first < row["middle"] < last for row in rows)
    places = sorted((row["row"], row["middle"]) for row in rows)
    for (one, left), (other, right) in pairwise(places):
        assert one != other or right - left >= (last - first) / 40


def test_a_month_is_a_stretch_around_its_middle() -> None:
    rows, _, _ = drawn(entry_charts.entry_chart([an_entry(0, dt.date(2010, 3, 1), 30)], ()))
    start, middle, end = (
        dt.datetime.fromtimestamp(rows[0][name] / 1000, dt.UTC) for name in ("start", "middle", "end")
    )
    assert (start.date(), middle.date(), end.date()) == (dt.date(2010, 3, 1), dt.date(2010, 3, 16), dt.date(2010, 4, 1))


def test_what_was_expected_and_what_is_looked_at_stand_out() -> None:
    entries = [an_entry(0, dt.date(2009, 1, 1)), an_entry(1, dt.date(2011, 1, 1), tense="expected")]
    entries.append(replace(an_entry(2, dt.date(2012, 1, 1)), outcome_of="e1"))
    rows, _, _ = drawn(entry_charts.entry_chart(entries, (), "e1"))
    assert rows[0]["ink"] == rows[0]["inside"] != rows[1]["ink"]
    assert rows[1]["inside"] == "transparent"
    assert [row["shape"] for row in rows] == ["circle", "circle", "diamond"]


def test_releases_outside_the_entries_are_left_out() -> None:
    marks = (KernelRelease("2.6.29", dt.date(2009, 3, 23)), KernelRelease("3.9", dt.date(2013, 4, 29)))
    entries = [an_entry(0, dt.date(2009, 1, 1)), an_entry(1, dt.date(2010, 1, 1))]
    assert [row["version"] for row in drawn(entry_charts.entry_chart(entries, marks))[1]] == ["2.6.29"]


def test_a_click_names_the_entry() -> None:
    assert entry_charts.clicked_dot({"selection": {"dot": [{"event": "e7"}]}}) == "e7"
    assert entry_charts.clicked_dot({"selection": {"dot": []}}) is None
    assert entry_charts.clicked_dot({"selection": {"dot": [{}]}}) is None
    assert entry_charts.clicked_dot(None) is None
