"""The search reads a query that is only a date as days, and no query that asks for something of a time."""

import datetime as dt

import pytest

from warehouse.search.date_queries import read_date_query


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("march 2012", "2012-03-01", "2012-03-31"),
        ("in 2015", "2015-01-01", "2015-12-31"),
        ("2015?", "2015-01-01", "2015-12-31"),
        ("What happened in may 2012", "2012-05-01", "2012-05-31"),
        ("news from 12 june 2009", "2009-06-12", "2009-06-12"),
        ("2009-06", "2009-06-01", "2009-06-30"),
        ("2009-06-12", "2009-06-12", "2009-06-12"),
        ("summer 2010", "2010-06-01", "2010-08-31"),
        ("2008 to 2010", "2008-01-01", "2010-12-31"),
        ("between 2008 and 2010", "2008-01-01", "2010-12-31"),
        ("since 2009", "2009-01-01", None),
        ("after march 2009", "2009-04-01", None),
        ("before march 2009", None, "2009-02-28"),
        ("until 2009", None, "2009-12-31"),
        ("from march to june 2009", "2009-03-01", "2009-06-30"),
        ("since march 2009 but before 2010", "2009-03-01", "2009-12-31"),
    ],
)
def test_dates_alone_are_days(text, first, last):
    days = read_date_query(text)
    assert [day and day.isoformat() for day in (days.after, days.before)] == [first, last]


@pytest.mark.parametrize(
    "text",
    [
        "xen 2009", "March 2012 kernel", "kernel summit 2010", "2.6.30", "CVE-2014-0160", "2038", "march", "2009 2011", "not in 2009",
        '"march 2012"', "2012-02-30", "before since 2009", "",
    ],
)  # fmt: skip
def test_other_words_and_other_numbers_are_no_date_alone(text):
    assert read_date_query(text) is None


def test_last_year_is_the_year_before_this_one():
    days = read_date_query("what happened last year?")
    year = dt.datetime.now(tz=dt.UTC).year - 1
    assert (days.after, days.before) == (dt.date(year, 1, 1), dt.date(year, 12, 31))


def test_days_are_days_of_the_calendar():
    assert read_date_query("february 2012").before == dt.date(2012, 2, 29)
