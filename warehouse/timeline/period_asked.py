"""The time that a question names in words: "Xen between 2008 and 2010"."""

import datetime as dt
import re
from dataclasses import dataclass

from warehouse.search.dates_asked import days_asked, times_asked, without_times
from warehouse.timeline.query_form import is_headline
from warehouse.timeline.when_question import read_when


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` to `last`, None for an open end, that `surface` names, and the rest of the question."""

    matter: str
    first: dt.date | None
    last: dt.date | None
    surface: str


def read_period(query: str) -> Period | None:
    """Return the time that a question names; None if it names none, asks when something happened, or is the title of a text."""
    times = times_asked(query)
    days = days_asked(times)
    matter = without_times(query, times)
    if days is None or not re.search(r"\w", matter) or is_headline(matter) or read_when(query) is not None:
        return None
    return Period(matter, *days, " ".join(query[one.start : one.end] for one in times))
