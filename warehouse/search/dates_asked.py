"""Years and months that a query names in words."""

import calendar
import datetime as dt
import re

from warehouse.months import any_of, month_numbers
from warehouse.records import DatesAsked

_MONTHS = month_numbers("en")
# Linux began in 1991; in talk of kernels 2038 is the year in which a clock runs over. A number of four digits is a year
# only beside words that make it one: "2000 threads" is none.
_NUMBER = r"(199[1-9]|20(?:[0-2]\d|3[0-7]))"
_BEFORE = (
    "in|of|from|since|during|around|by|until|before|after|between|early|late|mid|and|the|summer|winter|spring|fall|autumn"
    "|summit|conference|symposium|workshop|lpc|ols|lsfmm|linuxcon|plumbers"
)
_AFTER = "kernel|linux|summit|conference|plumbers|workshop|edition|review"
_MONTH = re.compile(rf"\b(?:in |of |from )?({any_of(_MONTHS)})\.?,? {_NUMBER}\b", re.IGNORECASE)
_YEAR = re.compile(
    rf"(?:\b(?:{_BEFORE})[ -]|^){_NUMBER}\b|\b{_NUMBER}(?=$|[?.!,;:)](?!\w)| (?:{_AFTER})\b)", re.IGNORECASE
)


def read_dates(text: str) -> DatesAsked | None:
    """Return the month, or else the years from the earliest to the latest, that a query names; None if it names none."""
    if month := _MONTH.search(text):
        year, number = int(month[2]), _MONTHS[month[1].lower()]
        last = dt.date(year, number, calendar.monthrange(year, number)[1])
        return DatesAsked(month[0].strip(), dt.date(year, number, 1), last)
    found = list(_YEAR.finditer(text))
    if not found:
        return None
    years = [int(one[1] or one[2]) for one in found]
    surface = " ".join(one[0].strip() for one in found)
    return DatesAsked(surface, dt.date(min(years), 1, 1), dt.date(max(years), 12, 31))
