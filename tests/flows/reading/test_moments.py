"""Dates in every form that the pages of the archive print."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.reading.moments import PublishedMoment, first_not_after, read_address_moment, read_moment, read_offset

D = dt.datetime
FORMS = [
    ("March 4, 2009", D(2009, 3, 4), "day", None),
    ("Mar 4th 2009 at 5:31 PM", D(2009, 3, 4, 17, 31), "minute", None),
    ("Wednesday, March 4, 2009", D(2009, 3, 4), "day", None),
    ("23 February 2009, 10:46", D(2009, 2, 23, 10, 46), "minute", None),
    ("23.02.2009 10:46", D(2009, 2, 23, 10, 46), "minute", None),
    ("4. März 2009", D(2009, 3, 4), "day", None),
    ("Wed, 4 Mar 2009 17:31:20 -0800", D(2009, 3, 4, 17, 31, 20), "minute", -480),
    ("Wed, 04 Mar 2009 17:31:20 +0530 (IST)", D(2009, 3, 4, 17, 31, 20), "minute", 330),
    ("Wed Mar  4 17:31:20 PST 2009", D(2009, 3, 4, 17, 31, 20), "minute", -480),
    ("Wed Mar 4 17:31:20 2009 +0100", D(2009, 3, 4, 17, 31, 20), "minute", 60),
    ("Wed Mar 04 2009 - 12:33:10 EST", D(2009, 3, 4, 12, 33, 10), "minute", -300),
    ("2009-03-04 17:31:20 -0800", D(2009, 3, 4, 17, 31, 20), "minute", -480),
    ("2009-03-04T17:31:20Z", D(2009, 3, 4, 17, 31, 20), "minute", 0),
    ("2009-03-04T17:31:20+01:00", D(2009, 3, 4, 17, 31, 20), "minute", 60),
    ("2009-03-04 10:11:12 UTC", D(2009, 3, 4, 10, 11, 12), "minute", 0),
    ("2009-03-04 9:30:24", D(2009, 3, 4, 9, 30, 24), "minute", None),
    ("2009/03/04", D(2009, 3, 4), "day", None),
    ("31 Feb 2009, then 1 Mar 2009", D(2009, 3, 1), "day", None),
]


@pytest.mark.parametrize(("text", "at", "precision", "offset"), FORMS)
def test_a_printed_date_is_read_with_its_time_and_zone(text, at, precision, offset) -> None:
    assert read_moment(f"On {text}: news.") == PublishedMoment(at, precision, offset)


def test_a_time_is_written_with_the_zone_that_it_was_read_with() -> None:
    written = ("2009-03-04T17:31:20-08:00", "2009-03-04T17:31:20+05:30", "2009-03-04T17:31:20")
    assert [read_moment(text).iso() for text in written] == list(written)
    assert [read_offset(zone) for zone in ("+0530", "-08:00", "PST", "-9999", "", None)] == [
        330,
        -480,
        -480,
        None,
        None,
        None,
    ]


@pytest.mark.parametrize(
    "text", ["2.6.2009.1", "version 2.6.29", "March 4", "May 2009", "192.168.20.11", "9/11", "2009"]
)
def test_what_is_no_full_date_gives_none(text: str) -> None:
    assert read_moment(text) is None


def test_a_month_or_year_will_do_when_asked_for() -> None:
    assert read_moment("in May 2009", coarse=True) == PublishedMoment(D(2009, 5, 1), "month")
    assert read_moment("2009-05", coarse=True) == PublishedMoment(D(2009, 5, 1), "month")
    assert read_moment("Copyright 2009", coarse=True) == PublishedMoment(D(2009, 1, 1), "year")


def test_an_address_may_hold_a_date() -> None:
    assert read_address_moment("http://b.example/2009/03/04/post/") == PublishedMoment(
        D(2009, 3, 4), "day", None, "url"
    )
    assert read_address_moment("http://b.example/2009/03/post.html") == PublishedMoment(
        D(2009, 3, 1), "month", None, "url"
    )
    assert read_address_moment("http://b.example/20090/33/") is None


def test_no_moment_is_later_than_the_capture() -> None:
    late, early = PublishedMoment(D(2010, 1, 1), "day"), PublishedMoment(D(2009, 1, 1), "day")

    assert first_not_after([None, late, early], D(2009, 6, 1)) == early
    assert first_not_after([late], D(2009, 6, 1)) is None


def test_a_clock_ahead_of_the_captures_day_is_told_in_utc() -> None:
    ahead = PublishedMoment(D(2009, 3, 5, 1, 0), "minute", 540)

    assert first_not_after([ahead], D(2009, 3, 4, 18, 0)) == ahead
    assert first_not_after([ahead], D(2009, 3, 4, 15, 0)) == PublishedMoment(D(2009, 3, 4, 16, 0), "minute", 0)


@given(st.text(alphabet="0123456789 :-+.,/TZMarAprUTCESTpm", max_size=60))
def test_any_text_gives_a_moment_or_none(text: str) -> None:
    moment = read_moment(text, coarse=True)

    assert moment is None or moment.at.year >= 1980
