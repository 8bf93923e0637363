"""The date line above an article."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.reading.datelines import printed_date


@pytest.mark.parametrize(
    "line",
    [
        "23 February 2009, 10:46",
        "23 Feb 2009, 10:46",
        "23.02.2009 10:46",
        "23. Februar 2009, 10:46 Uhr",
        "23.02.09, 10.46 Uhr",
        "[23.02.2009 10:46]",
    ],
)
def test_a_date_line_is_read_in_both_languages(line: str) -> None:
    assert printed_date(line) == dt.datetime(2009, 2, 23, 10, 46)


@pytest.mark.parametrize(
    "line",
    [
        "23 February 2009",
        "Released on 23 February 2009, 10:46, as planned",
        "31 February 2009, 10:46",
        "Kernel 2.6.29 10:46",
        "23 Foo 2009, 10:46",
        "",
    ],
)
def test_running_text_and_odd_days_are_no_date_line(line: str) -> None:
    assert printed_date(line) is None


@given(st.datetimes(min_value=dt.datetime(1990, 1, 1), max_value=dt.datetime(2030, 1, 1)))
def test_what_the_site_prints_is_read_back(moment: dt.datetime) -> None:
    moment = moment.replace(second=0, microsecond=0)
    assert printed_date(f"{moment:%d} {moment:%B} {moment:%Y, %H:%M}") == moment
    assert printed_date(f"{moment:%d.%m.%Y %H:%M}") == moment


@given(st.text(max_size=90))
def test_any_line_has_a_date_or_none(line: str) -> None:
    printed_date(line)
