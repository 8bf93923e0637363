"""Whoever reads dates knows the same names of months."""

import datetime as dt

import pytest

from flows.reading.datelines import printed_date
from flows.reading.moments import read_moment
from flows.sources.mail_dates import read_mail_date
from warehouse.dates.times import find_times
from warehouse.months import ENGLISH, SHORT, month_numbers
from warehouse.search.dates_asked import read_dates

WRITTEN = dt.date(2009, 12, 31)
SPOKEN = [*month_numbers("en").items()]
PRINTED = [*month_numbers("en", "de").items()]


@pytest.mark.parametrize(("name", "number"), SPOKEN)
def test_texts_and_queries_know_the_english_names(name: str, number: int):
    (time,) = find_times(f"It came on 5 {name.capitalize()} 2009.", written=WRITTEN, releases={})
    assert time.date == dt.date(2009, number, 5)
    asked = read_dates(f"schedulers in {name.capitalize()} 2009", {})
    assert asked is not None
    assert asked.first == dt.date(2009, number, 1)


@pytest.mark.parametrize(("name", "number"), PRINTED)
def test_pages_and_mails_know_english_and_german_names(name: str, number: int):
    text = f"5 {name.capitalize()} 2009 10:46"
    at = dt.datetime(2009, number, 5, 10, 46)
    assert printed_date(text) == at
    assert read_moment(text).at == at
    assert read_mail_date(text).at == at


@pytest.mark.parametrize(("name", "number"), month_numbers("fr", "es").items())
def test_mails_know_french_and_spanish_names_too(name: str, number: int):
    assert read_mail_date(f"5 {name} 2009 10:46").at == dt.datetime(2009, number, 5, 10, 46)


def test_every_language_has_twelve_months():
    for language in ("en", "de", "fr", "es"):
        assert set(month_numbers(language).values()) == set(range(1, 13))
    assert set(month_numbers("en")) == {*ENGLISH, *SHORT}
