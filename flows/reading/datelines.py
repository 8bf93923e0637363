"""The date line that The H and heise online print above an article."""

import datetime as dt
import re

from warehouse.months import month_numbers

_MONTHS = month_numbers("en", "de")
_TIME = r"(?:\s*,?\s*(?:at\s+|um\s+)?(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:\s*(?:Uhr|h))?)"
_IN_WORDS = re.compile(
    rf"(?P<day>\d{{1,2}})\.?\s+(?P<month>[A-Za-zä]{{3,9}})\.?,?\s+(?P<year>\d{{4}}){_TIME}?", re.IGNORECASE
)
_IN_FIGURES = re.compile(
    rf"(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?(?P<year>\d{{4}}|\d{{2}}){_TIME}", re.IGNORECASE
)
_AROUND = re.compile(
    r"(?:published|meldung|vom|am|on|news|date|datum|updated?|stand|uhr|[\s|,.:()\[\]–-])*", re.IGNORECASE
)


def printed_date(line: str) -> dt.datetime | None:
    """Return the naive time in a line that is only a date (`23 February 2009, 10:46`, `23.02.2009 10:46`), else None.

    A day without a time is not a date line, because running text contains such days.
    """
    if len(line) > 80:
        return None
    for pattern in (_IN_WORDS, _IN_FIGURES):
        match = pattern.search(line)
        if match and match["hour"] and _AROUND.fullmatch(line[: match.start()] + line[match.end() :]):
            return _moment(match)
    return None


def _moment(match: re.Match[str]) -> dt.datetime | None:
    month = match["month"].lower()
    number = int(month) if month.isdigit() else _MONTHS.get(month, 0)
    year = int(match["year"]) + (2000 if len(match["year"]) == 2 else 0)
    try:
        return dt.datetime(year, number, int(match["day"]), int(match["hour"]), int(match["minute"]))
    except ValueError:
        return None
