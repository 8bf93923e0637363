"""Bars over time: no gaps, cut to the days chosen, few names of kernel releases."""

import datetime as dt
from itertools import pairwise

from bs4 import BeautifulSoup

from search_ui.histogram import MOST_MONTHS, histogram, periods

MONTHS = {"2009-11": 2, "2010-02": 4}


def test_months_without_a_document_stand_there_too() -> None:
    shown = periods(MONTHS)
    assert [(one.first.isoformat(), one.last.isoformat(), one.documents) for one in shown] == [
        ("2009-11-01", "2009-11-30", 2), ("2009-12-01", "2009-12-31", 0), ("2010-01-01", "2010-01-31", 0), ("2010-02-01", "2010-02-28", 4),
    ]  # fmt: skip
    assert periods({}) == []


def test_many_months_are_years_and_days_chosen_cut_the_ends() -> None:
    shown = periods({"2001-05": 1, "2009-12": 3, "2009-01": 1}, dt.date(2001, 5, 7), dt.date(2009, 12, 9))
    assert len(shown) < MOST_MONTHS
    assert (shown[0].first, shown[-1].last, shown[-1].documents) == (dt.date(2001, 5, 7), dt.date(2009, 12, 9), 4)
    assert [one.documents for one in periods(MONTHS, by_year=True)] == [2, 4]
    assert [one.documents for one in periods(MONTHS, within=["2008-12"], by_year=True)] == [0, 2, 4]


def test_a_bar_is_a_search_within_its_days_and_names_of_releases_do_not_collide() -> None:
    releases = {f"3.{number}": dt.date(2009, 11, 1) + dt.timedelta(number) for number in range(90)} | {
        "3.0-rc1": dt.date(2010, 1, 1)
    }
    soup = BeautifulSoup(histogram(periods(MONTHS), releases, {"q": "<b>"}), "html.parser")
    first = soup.select_one(".bars a")
    assert first["href"] == "?view=search&q=%3Cb%3E&after=2009-11-01&before=2009-11-30"
    assert first["title"] == "November 2009: 2 documents"
    assert len(soup.select(".bars > *")) == 4
    named = [float(one["style"].removeprefix("left:").rstrip("%")) for one in soup.select(".releases span") if one.text]
    assert min(after - before for before, after in pairwise(named)) >= 6
    assert not soup.find(string="3.0-rc1")
    assert histogram(periods({"2009-11": 2}), releases, {}) == ""
