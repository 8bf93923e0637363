"""How `klog timeline` prints the days of an entry."""

import datetime as dt

import pytest

from flows.cli import timeline
from warehouse.timeline import Entry


@pytest.mark.parametrize(
    ("first", "last", "precision", "printed"),
    [
        ("2009-01-09", "2009-01-09", "day", "2009-01-09"),
        ("2008-12-24", "2009-01-10", "day", "2008-12-24 to 2009-01-10"),
        ("2009-01-01", "2009-01-31", "month", "2009-01   "),
        ("2009-03-01", "2009-05-31", "month", "2009-03 to 2009-05"),
        ("2009-01-01", "2009-12-31", "year", "2009      "),
    ],
)
def test_an_entry_of_several_days_names_the_last_too(first: str, last: str, precision: str, printed: str) -> None:
    days = (dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    entry = Entry(
        "e", *days, precision, "past", "It was merged.", "d", "p", 0, 14, "A title", "mail", "http://x.example/", None, None, 1.0
    )  # fmt: skip
    assert timeline._when(entry) == printed
