"""Queries that are only a date: "March 2012", "in 2015", "what happened before June 2009"."""

import re
from dataclasses import replace

from warehouse.records import Filters
from warehouse.search.dates_asked import days_asked, times_asked, without_times
from warehouse.search.query_syntax import ParsedQuery
from warehouse.stop_words import words_of

_MOST_WORDS = 10
_SAYS_NOTHING = words_of("""
a all about and around anything article articles at between but documents during everything for from happened in is month new news of on
published the there was were what what's which year written
""")


def as_filter(parsed: ParsedQuery) -> ParsedQuery:
    """Return a query whose words are only a date as a filter, with a note that says so, and any other query as it is."""
    may_be_date = parsed.words == parsed.free and not parsed.has_no_dates
    days = read_date_query(parsed.free) if may_be_date else None
    if days is None:
        return parsed
    which = "the documents" if parsed.has_demands else "all documents"
    within = ", within the filters," if parsed.has_demands else ""
    note = f"The query is only a date, so {which} {_in_words(days)}{within} are listed by date; quote it to search for its words."
    after = max(filter(None, (days.after, parsed.filters.after)), default=None)
    before = min(filter(None, (days.before, parsed.filters.before)), default=None)
    filters = replace(parsed.filters, after=after, before=before)
    return replace(parsed, words="", free="", filters=filters, notes=(*parsed.notes, note))


def read_date_query(text: str) -> Filters | None:
    """Return the first and the last day that a query asks for, None if it names no time, several, or anything else than days."""
    if len(text.split()) > _MOST_WORDS or '"' in text:
        return None
    times = times_asked(text)
    if not times or (len(times) > 1 and not all(one.is_open for one in times)):
        return None
    days = days_asked(times)
    rest = re.findall(r"[\w']+", without_times(text, times).lower())
    if days is None or any(word not in _SAYS_NOTHING for word in rest):
        return None
    return Filters(after=days[0], before=days[1])


def _in_words(days: Filters) -> str:
    if days.after == days.before:
        return f"of {days.after}"
    return " ".join([f"from {days.after}"] * bool(days.after) + [f"until {days.before}"] * bool(days.before))
