"""Charts: what is drawn is what the timeline says."""

import datetime as dt
import json

from hypothesis import given
from hypothesis import strategies as st

from search_ui import bar_charts
from warehouse.timeline import Bar, KernelRelease, Timeline


def a_timeline(shares: list[float], topic: str = "xen") -> Timeline:
    bars = tuple(
        Bar(dt.date(2009, month, 1), dt.date(2009, month, 28), share, 10, 1, ("d",))
        for month, share in enumerate(shares, 1)
    )
    marks = (KernelRelease("2.6.29", dt.date(2009, 3, 23)), KernelRelease("3.9", dt.date(2013, 4, 29)))
    return Timeline(topic, topic, None, "month", bars, (), marks)


def drawn(chart: object) -> tuple[list[dict], list[dict]]:
    """The rows of the bars and of the rules."""
    spec = chart.to_dict()
    rows = [row for layer in (spec, *spec["layer"]) for row in layer.get("data", {}).get("values", [])]
    rows += [row for data in spec.get("datasets", {}).values() for row in data]
    return [row for row in rows if "key" in row], [row for row in rows if "version" in row]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_bars_are_as_high_as_their_share_of_the_longest(shares: list[float]) -> None:
    bars, _ = drawn(bar_charts.timeline_chart([a_timeline(shares), a_timeline([1.0], "kvm")], ["Xen", "KVM"], None))
    xen = [bar for bar in bars if bar["topic"] == "Xen"]
    for bar, share in zip(xen, shares, strict=True):
        assert abs((bar["top"] - bar["base"]) - 0.82 * share) < 1e-9
        assert bar["base"] == 1


def test_only_releases_within_the_bars_are_marked() -> None:
    _, rules = drawn(bar_charts.timeline_chart([a_timeline([0.1] * 6)], ["Xen"], None))
    assert [rule["version"] for rule in rules] == ["2.6.29"]


def test_a_day_is_the_same_day_everywhere() -> None:
    bars, _ = drawn(bar_charts.timeline_chart([a_timeline([0.5])], ["Xen"], None))
    assert dt.datetime.fromtimestamp(bars[0]["start"] / 1000, dt.UTC) == dt.datetime(2009, 1, 1, tzinfo=dt.UTC)
    assert dt.datetime.fromtimestamp(bars[0]["end"] / 1000, dt.UTC) == dt.datetime(2009, 1, 29, tzinfo=dt.UTC)


def test_the_chosen_bar_stands_out() -> None:
    bars, _ = drawn(bar_charts.timeline_chart([a_timeline([0.5, 0.4])], ["Xen"], ("xen", dt.date(2009, 2, 1))))
    assert [bar["strength"] for bar in bars] == [0.35, 1.0]


def test_bars_of_many_years_keep_their_width() -> None:
    def offset(number: int) -> int:
        day = dt.timedelta(days=30)
        bars = tuple(
            Bar(dt.date(2004, 1, 1) + n * day, dt.date(2004, 1, 30) + n * day, 0.5, 1, 1, ()) for n in range(number)
        )
        chart = bar_charts.timeline_chart([Timeline("x", "x", None, "month", bars)], ["Xen"], None)
        return chart.to_dict()["layer"][-1]["mark"]["x2Offset"]

    assert offset(60) == -1
    assert offset(260) == 0


def test_a_click_names_topic_and_first_day() -> None:
    event = {"selection": {"bar": [{"key": "xen@2009-02-01"}]}}
    assert bar_charts.clicked_bar(event) == ("xen", dt.date(2009, 2, 1))
    assert bar_charts.clicked_bar({"selection": {"bar": []}}) is None
    assert bar_charts.clicked_bar(None) is None
    assert bar_charts.read_bar("xen@soon") is None


def test_a_timeline_without_bars_is_drawn_empty() -> None:
    assert bar_charts.timeline_chart([a_timeline([])], ["Xen"], None).to_dict()


def test_versions_cannot_leave_the_expression_they_stand_in() -> None:
    mark = KernelRelease("\"]; alert(1) //'", dt.date(2009, 1, 5))
    chart = bar_charts.timeline_chart(
        [Timeline("x", "x", None, "month", a_timeline([0.5]).bars, (), (mark,))], ["Xen"], None
    )
    (expression,) = [
        layer["encoding"]["x"]["axis"]["labelExpr"]
        for layer in chart.to_dict()["layer"]
        if "({" in layer["encoding"]["x"]["axis"]["labelExpr"]
    ]
    labels = expression.removeprefix("(").partition(")[toString")[0]
    assert list(json.loads(labels).values()) == [mark.version]


def test_coverage_counts_documents_by_year_and_kind() -> None:
    chart = bar_charts.coverage_chart(
        ((2008, "mail", 3), (2008, "issue", 2), (None, "page", 1)), ["mail", "issue", "page"]
    )
    spec = chart.to_dict()
    assert spec["encoding"]["y"]["scale"]["domain"] == [0, 5]
    assert (
        sum(row["documents"] for row in next(iter(spec.get("datasets", {"": spec["data"].get("values")}).values())))
        == 5
    )
