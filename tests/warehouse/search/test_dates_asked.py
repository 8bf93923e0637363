"""Years and months in words are read, and numbers that are none are not."""

import datetime as dt

import pytest

from warehouse.search.dates_asked import read_dates


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("file systems in 2009", dt.date(2009, 1, 1), dt.date(2009, 12, 31)),
        ("kernel logs of March 2009", dt.date(2009, 3, 1), dt.date(2009, 3, 31)),
        ("Feb. 2012 Xen", dt.date(2012, 2, 1), dt.date(2012, 2, 29)),
        ("what came between 2008 and 2010?", dt.date(2008, 1, 1), dt.date(2010, 12, 31)),
        ("the 2014 kernel summit", dt.date(2014, 1, 1), dt.date(2014, 12, 31)),
        ("year 2038 problem in 2019", dt.date(2019, 1, 1), dt.date(2019, 12, 31)),
    ],
)
def test_years_and_months_are_read(text, first, last):
    dates = read_dates(text)
    assert (dates.first, dates.last) == (first, last)


@pytest.mark.parametrize("text", ["2.6.30", "how 2000 threads starve", "CVE-2014-0160", "year 2038", "xen", ""])
def test_other_numbers_are_no_year(text):
    assert read_dates(text) is None
