"""Years and months in words are read, and numbers that are none are not."""

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest

from warehouse.search.dates_asked import (
    days_asked,
    read_dates,
    times_asked,
    without_dates,
    without_periods,
    without_times,
)
from warehouse.search.order_asked import matter_of, read_order
from warehouse.search.releases_asked import kernel_release_answer

QUERY_TIMES = Path(__file__).parents[2] / "labelled" / "query_times.jsonl"
RELEASES = {"2.6.29": dt.date(2009, 3, 23), "2.6.30": dt.date(2009, 6, 9)}


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("file systems in 2009", dt.date(2009, 1, 1), dt.date(2009, 12, 31)),
        ("kernel logs of March 2009", dt.date(2009, 3, 1), dt.date(2009, 3, 31)),
        ("Feb. 2012 Xen", dt.date(2012, 2, 1), dt.date(2012, 2, 29)),
        ("what came between 2008 and 2010?", dt.date(2008, 1, 1), dt.date(2010, 12, 31)),
        ("the 2014 kernel summit", dt.date(2014, 1, 1), dt.date(2014, 12, 31)),
        ("from 2009 until 2012", dt.date(2009, 1, 1), dt.date(2012, 12, 31)),
        ("after the 2014 kernel summit", dt.date(2014, 1, 1), dt.date(2014, 12, 31)),
        ("schedulers before the 2.6.30 release", None, dt.date(2009, 6, 9)),
        ("Xen until Linux v2.6.29", None, dt.date(2009, 3, 23)),
        ("Xen after 2.6.29", dt.date(2009, 3, 23), None),
        ("year 2038 problem in 2019", dt.date(2019, 1, 1), dt.date(2019, 12, 31)),
    ],
)
def test_years_and_months_are_read(text, first, last):
    dates = read_dates(text, RELEASES)
    assert (dates.first, dates.last) == (first, last)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("futex in summer 2015", dt.date(2015, 6, 1), dt.date(2015, 8, 31)),
        ("futex in the fall of 2015?", dt.date(2015, 9, 1), dt.date(2015, 11, 30)),
        ("futex winter 2010", dt.date(2010, 12, 1), dt.date(2011, 2, 28)),
        ("futex early 2019", dt.date(2019, 1, 1), dt.date(2019, 4, 30)),
        ("futex in mid-2019", dt.date(2019, 5, 1), dt.date(2019, 8, 31)),
        ("futex before summer 2015", None, dt.date(2015, 5, 31)),
        ("futex prior to summer 2015", None, dt.date(2015, 5, 31)),
        ("futex since early 2015", dt.date(2015, 1, 1), None),
        ("late 2012 futex", dt.date(2012, 9, 1), dt.date(2012, 12, 31)),
        ("Q3 2012 futex", dt.date(2012, 7, 1), dt.date(2012, 9, 30)),
        ("futex 2012-Q3", dt.date(2012, 7, 1), dt.date(2012, 9, 30)),
        ("futex in the second quarter of 2012", dt.date(2012, 4, 1), dt.date(2012, 6, 30)),
        ("futex before the second half of 2012", None, dt.date(2012, 6, 30)),
        ("futex in the 2010s", dt.date(2010, 1, 1), dt.date(2019, 12, 31)),
        ("futex since the early 2010s", dt.date(2010, 1, 1), None),
        ("futex between early 2010 and late 2012", dt.date(2010, 1, 1), dt.date(2012, 12, 31)),
    ],
)
def test_a_part_of_a_year_is_read_where_it_is_the_only_time(text, first, last):
    dates = read_dates(text, RELEASES)
    assert (dates.first, dates.last) == (first, last)
    assert not re.search(r"\d|summer|fall|winter|early|mid|late|quarter|half", without_dates(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("futex in Q3 2012", "futex"),
        ("futex in the first half of 2012", "futex"),
        ("the futex of the late 2010s", "the futex"),
        ("futex in summer 2012", "futex in summer 2012"),
        ("Q3 2012", "Q3 2012"),
    ],
)
def test_a_quarter_and_a_decade_are_no_words_to_look_for(text, words):
    assert without_periods(text) == words


@pytest.mark.parametrize(
    ("text", "first", "last", "words"),
    [
        ("futex from March to June 2012", dt.date(2012, 3, 1), dt.date(2012, 6, 30), "futex"),
        ("futex march-june 2012", dt.date(2012, 3, 1), dt.date(2012, 6, 30), "futex"),
        ("futex between november and february 2012", dt.date(2011, 11, 1), dt.date(2012, 2, 29), "futex"),
        ("from March 2012 until June 2013: futex", dt.date(2012, 3, 1), dt.date(2013, 6, 30), ": futex"),
        ("futex 2010 to 2012", dt.date(2010, 1, 1), dt.date(2012, 12, 31), "futex"),
        ("futex 2010-2012", dt.date(2010, 1, 1), dt.date(2012, 12, 31), "futex"),
        ("2010..2012 futex", dt.date(2010, 1, 1), dt.date(2012, 12, 31), "futex"),
        ("futex 2012-03 to 2012-06", dt.date(2012, 3, 1), dt.date(2012, 6, 30), "futex"),
        ("futex in the last quarter of 2012", dt.date(2012, 10, 1), dt.date(2012, 12, 31), "futex"),
    ],
)
def test_a_range_is_all_days_between_its_ends(text, first, last, words):
    dates = read_dates(text, RELEASES)
    assert (dates.first, dates.last) == (first, last)
    assert without_periods(text) == without_dates(text) == words


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("futex no later than 2010", None, dt.date(2010, 12, 31)),
        ("futex not after March 2010", None, dt.date(2010, 3, 31)),
        ("futex not before 2020", dt.date(2020, 1, 1), None),
        ("futex no earlier than 2020", dt.date(2020, 1, 1), None),
        ("futex 2020 onwards", dt.date(2020, 1, 1), None),
        ("futex 2020 or earlier", None, dt.date(2020, 12, 31)),
        ("futex starting in 2020", dt.date(2020, 1, 1), None),
    ],
)
def test_a_denied_bound_is_the_other_end(text, first, last):
    dates = read_dates(text, RELEASES)
    assert (dates.first, dates.last) == (first, last)
    assert without_periods(text) == "futex"


@pytest.mark.parametrize("time", ["not in 2012", "except 2012", "excluding March 2012", "two years before 2012"])
def test_days_that_are_denied_are_not_asked_for(time):
    assert read_dates(f"futex {time}", RELEASES) is None


@pytest.mark.parametrize("text", ["a delay of 2000s", "a pool of 1000s of threads", "quarter of the memory"])
def test_seconds_thousands_and_shares_are_no_time(text):
    assert read_dates(text, RELEASES) is None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("xen before 2010", None, dt.date(2009, 12, 31)),
        ("xen prior to 2010", None, dt.date(2009, 12, 31)),
        ("xen earlier than March 2010", None, dt.date(2010, 2, 28)),
        ("xen pre-2010", None, dt.date(2009, 12, 31)),
        ("xen up to 2009", None, dt.date(2009, 12, 31)),
        ("xen later than 2015", dt.date(2016, 1, 1), None),
        ("state of xen until 2009?", None, dt.date(2009, 12, 31)),
        ("xen after 2015", dt.date(2016, 1, 1), None),
        ("what of xen since the year 2015", dt.date(2015, 1, 1), None),
        ("xen before March 2010", None, dt.date(2010, 2, 28)),
        ("xen after feb. 2012", dt.date(2012, 3, 1), None),
        ("xen since 2015-03", dt.date(2015, 3, 1), None),
        ("xen before 5 March 2010", None, dt.date(2010, 3, 4)),
        ("xen since March 5th, 2010", dt.date(2010, 3, 5), None),
        ("xen after 2010-03-05", dt.date(2010, 3, 6), None),
        ("xen until 3rd of May 2011", None, dt.date(2011, 5, 3)),
        ("xen after 2008 and before 2012", dt.date(2009, 1, 1), dt.date(2011, 12, 31)),
    ],
)
def test_days_before_or_after_a_year_month_or_day_have_one_end_and_its_words_ask_for_nothing(text, first, last):
    dates = read_dates(text, RELEASES)
    assert (dates.first, dates.last) == (first, last)
    assert not re.search(
        r"\d|before|after|since|until|prior|than|pre-|up to", without_dates(text) + without_periods(text)
    )


def test_what_is_not_between_two_years_is_no_time_that_comes_first():
    assert read_dates("xen before 2010 or after 2015", RELEASES) is None


@pytest.mark.parametrize(
    "text",
    [
        "2.6.30",
        "before 2.6.99",
        "before 2.6.30-rc1",
        "how 2000 threads starve",
        "CVE-2014-0160",
        "year 2038",
        "xen",
        "",
    ],
)
def test_other_numbers_are_no_year(text):
    assert read_dates(text, RELEASES) is None


@pytest.mark.parametrize(
    "text",
    [
        "When was 2.6.30 released?", "when did Linux 2.6.30 come out", "when was the 2.6.30 kernel released",
        "release date of v2.6.30", "linux 2.6.30 release date",
    ],
)  # fmt: skip
def test_when_a_kernel_was_released_is_answered_from_the_table(text):
    assert kernel_release_answer(text, RELEASES) == "Linux 2.6.30 was released on 9 June 2009."


@pytest.mark.parametrize(
    "text", ["when was 2.6.99 released", "when was ext4 merged", "2.6.30", "before the 2.6.30 release"]
)
def test_what_is_not_asked_or_not_known_is_not_answered(text):
    assert kernel_release_answer(text, RELEASES) is None


_LONG = "first release of that tracer with an interpreter inside the kernel for small boards"


@pytest.mark.parametrize(
    ("text", "order", "matter"),
    [
        ("latest Xen news", ("latest", "newest"), "Xen"),
        ("the first mention of btrfs", ("first", "oldest"), "of btrfs"),
        ("What is the newest file system?", ("newest", "newest"), "file system?"),
        ("latest", ("latest", "newest"), "latest"),
        ("who first merged Xen", None, "who first merged Xen"),
        (_LONG, None, _LONG),
    ],
)
def test_the_latest_and_the_first_are_asked_for_at_the_beginning(text, order, matter):
    assert read_order(text) == order
    assert matter_of(text).split() == matter.split()


def test_the_days_of_labelled_searches_and_the_words_left_are_right():
    labelled = [json.loads(line) for line in QUERY_TIMES.read_text(encoding="utf-8").splitlines()]
    wrong = [one["query"] for one in labelled if not _is_right(one)]
    assert len(labelled) == 160
    assert len(wrong) <= 4, wrong  # thirds of a decade and an article


def _is_right(one: dict[str, Any]) -> bool:
    times = times_asked(one["query"], today=dt.date(2026, 12, 1))
    days = [day and day.isoformat() for day in (times and days_asked(times)) or (None, None)]
    left = re.findall(r"\w+", without_times(one["query"], times).lower())
    keeps_all = one["kind"] == "negated"  # its label keeps the time; no search uses what is left of it
    return days == [one["first"], one["last"]] and (keeps_all or left == re.findall(r"\w+", one["left"].lower()))
