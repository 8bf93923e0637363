import datetime as dt
import itertools

from hypothesis import given
from hypothesis import strategies as st

from warehouse.timeline.records import ZOOMS, KernelRelease
from warehouse.timeline.topic_bars import cut_periods

RELEASES = [KernelRelease(f"3.{number}", dt.date(2011, 7, 21) + dt.timedelta(days=70 * number)) for number in range(10)]
DAYS = st.dates(dt.date(2008, 1, 1), dt.date(2016, 1, 1))


@given(st.sampled_from(ZOOMS), DAYS, DAYS)
def test_periods_hold_every_day_once(zoom, one, other):
    start, end = min(one, other), max(one, other)
    periods = cut_periods(zoom, start, end, RELEASES)
    assert periods[0][0] == start
    assert periods[-1][1] == end
    for before, after in itertools.pairwise(periods):
        assert before[0] <= before[1]
        assert after[0] == before[1] + dt.timedelta(days=1)


def test_periods_of_nothing_are_none():
    assert cut_periods("month", dt.date(2010, 2, 1), dt.date(2010, 1, 1), RELEASES) == []


def test_months_begin_on_their_first_day():
    periods = cut_periods("month", dt.date(2010, 1, 15), dt.date(2010, 3, 2), [])
    assert [first for first, _ in periods] == [dt.date(2010, 1, 15), dt.date(2010, 2, 1), dt.date(2010, 3, 1)]
