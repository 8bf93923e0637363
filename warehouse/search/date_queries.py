"""Queries that are only a date: "March 2012", "in 2015", "what happened before June 2009"."""

import datetime as dt
import re
from dataclasses import replace

from warehouse.dates.times import find_times
from warehouse.months import any_of, month_numbers
from warehouse.records import Filters
from warehouse.search.dates_asked import OPEN_BOUNDS, YEAR_NUMBER, open_days
from warehouse.search.query_syntax import ParsedQuery
from warehouse.stop_words import words_of

_MOST_WORDS = 10
_NAMED_YEAR = re.compile(rf"(?<!\d){YEAR_NUMBER}(?!\d)")
_MONTH_NAME = re.compile(rf"\b(?:{any_of(month_numbers('en'))})\b", re.IGNORECASE)
_YEAR_AND_MONTH = re.compile(r"(\d{4})[-/](\d\d)(?=\W*\Z)")
# A bare year is read as one behind these words only.
_OPENINGS = ("", "in ", "from ")
_SAYS_NOTHING = words_of("""
a all about around anything article articles at between documents during everything for from happened in is month new news of on
published the there was were what what's which year written
""")


def as_filter(parsed: ParsedQuery) -> ParsedQuery:
    """Return a query whose words are only a date as a filter, with a note that says so, and any other query as it is."""
    may_be_date = parsed.words == parsed.free and not parsed.has_no_dates
    days = read_date_query(parsed.free) if may_be_date else None
    if days is None:
        return parsed
    note = f"The query is only a date, so all documents {_in_words(days)} are listed by date; quote it to search for its words."
    after = max(filter(None, (days.after, parsed.filters.after)), default=None)
    before = min(filter(None, (days.before, parsed.filters.before)), default=None)
    filters = replace(parsed.filters, after=after, before=before)
    return replace(parsed, words="", free="", filters=filters, notes=(*parsed.notes, note))


def read_date_query(text: str) -> Filters | None:
    """Return the first and the last day that a query asks for, None if it names no year, or anything else than days."""
    if len(text.split()) > _MOST_WORDS or '"' in text or not _NAMED_YEAR.search(text):
        return None
    named = _MONTH_NAME.sub(lambda month: month[0].capitalize(), _YEAR_AND_MONTH.sub(_month_in_words, text))
    for opening in _OPENINGS:
        asked = opening + named
        found = find_times(asked, written=dt.datetime.now(tz=dt.UTC).date())
        if len(found) != 1 or not _NAMED_YEAR.search(found[0].surface):
            continue
        around = re.findall(r"[\w']+", (asked[: found[0].start] + " " + asked[found[0].end :]).lower())
        if days := _days(found[0].date, found[0].date_end, [word for word in around if word not in _SAYS_NOTHING]):
            return days
    return None


def _month_in_words(found: re.Match[str]) -> str:
    number = int(found[2])
    return f"{dt.date(2000, number, 1):%B} {found[1]}" if 1 <= number <= 12 else found[0]


def _days(first: dt.date, last: dt.date, bounds: list[str]) -> Filters | None:
    match bounds:
        case []:
            return Filters(after=first, before=last)
        case [bound] if bound in OPEN_BOUNDS:
            after, before = open_days(bound, first, last)
            return Filters(after=after, before=before)
    return None


def _in_words(days: Filters) -> str:
    if days.after == days.before:
        return f"of {days.after}"
    return " ".join([f"from {days.after}"] * bool(days.after) + [f"until {days.before}"] * bool(days.before))
