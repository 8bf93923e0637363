"""Dates in a query's words: years and months, before or after a kernel release, the latest, the day of a release."""

import calendar
import datetime as dt
import re
from collections.abc import Mapping
from typing import cast

from warehouse.dates import spans
from warehouse.kernel_versions import VERSION
from warehouse.months import any_of, month_numbers
from warehouse.records import DatesAsked

_MONTHS = month_numbers("en")
# Linux began in 1991; in texts about kernels, 2038 is the year in which a clock overflows. A number of four digits is a year
# only beside certain words: "2000 threads" is not.
YEAR_NUMBER = r"(199[1-9]|20(?:[0-2]\d|3[0-7]))"
_BEFORE = (
    "in|of|from|since|during|around|by|until|before|after|between|early|late|mid|and|the|summer|winter|spring|fall|autumn"
    "|summit|conference|symposium|workshop|lpc|ols|lsfmm|linuxcon|plumbers"
)
_AFTER = "kernel|linux|summit|conference|plumbers|workshop|edition|review"
_MONTH = re.compile(rf"\b(?:in |of |from )?({any_of(_MONTHS)})\.?,? {YEAR_NUMBER}\b", re.IGNORECASE)
_YEAR = re.compile(
    rf"(?:\b(?:{_BEFORE})[ -]|^){YEAR_NUMBER}\b|\b{YEAR_NUMBER}(?=$|[?.!,;:)](?!\w)| (?:{_AFTER})\b)", re.IGNORECASE
)
OPEN_BOUNDS = ("before", "prior to", "earlier than", "until", "till", "up to", "by", "after", "later than", "since")
_NUMBERED = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_PART = rf"{any_of(spans.SEASONS)}|early|mid|late|q[1-4]|(?:{any_of(_NUMBERED)})[ -]quarter|(?:first|second)[ -]half"
# A part of a year, or a decade or a part of it.
_PERIOD = re.compile(
    rf"\b(?:(?:(?P<bound>{any_of(OPEN_BOUNDS)})|in|of|from|during) )?(?:the )?"
    rf"(?:(?P<part>{_PART})(?: in | of |[ -])(?P<year>{YEAR_NUMBER})|(?P<year_before>{YEAR_NUMBER})[ -]?(?P<quarter>q[1-4])"
    r"|(?:(?<=the )|(?=early|mid|late))(?:(?P<part_of_decade>early|mid|late)[ -])?(?P<decade>199|200|201|202)0s)(?![\w-]|[.:,]\d)",
    re.IGNORECASE,
)
_SELDOM_SAID = re.compile(r"q[1-4]|quarter|half|0s$", re.IGNORECASE)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_OPEN = re.compile(
    rf"\b(?:(?P<bound>{any_of(OPEN_BOUNDS)}) (?:the year )?|pre[- ]?)"
    rf"(?:(?:(?P<day>{_DAY}) (?:of )?)?(?P<name>{any_of(_MONTHS)})\.?(?: (?P<us_day>{_DAY}))?,? )?(?P<year>{YEAR_NUMBER})"
    r"(?:-(?P<number>0[1-9]|1[0-2])(?:-(?P<iso_day>[0-3]\d))?)?(?![\w-]|[.:,]\d)"
    r"(?! (?:\w+ )?(?:summit|conference|symposium|plumbers|workshop|edition)\b)",
    re.IGNORECASE,
)
_VERSION = rf"v?({VERSION})"
_AROUND_RELEASE = re.compile(
    rf"\b(before|until|after|since) (?:the )?(?:release of )?(?:(?:linux|kernel|release) )*{_VERSION}(?![\w.-])"
    r"(?: (?:kernel|release)\b)?",
    re.IGNORECASE,
)
_WHEN_RELEASED = re.compile(
    rf"\bwhen (?:was|is|will|did|were|does) (?:the )?(?:(?:linux|kernel|version|release) )*{_VERSION}(?: kernel)?"
    rf"(?: be| being)? (?:released|come out|came out|out|published|release)\b"
    rf"|\brelease date (?:of|for) (?:the )?(?:(?:linux|kernel|version) )*{_VERSION}(?![\w.-])"
    rf"|(?:^|\b(?:linux|kernel) ){_VERSION} release date\b",
    re.IGNORECASE,
)
_LATEST = re.compile(
    r"^(?:(?:what|which)(?:'s| is| are| was| were)? )?(?:the )?(?:very )?"
    r"(?:(?P<newest>latest|newest|most recent)|(?P<oldest>earliest|oldest|first))\b(?! of (?:all|january|april|may)\b|[ -](?:quarter|half)\b)",
    re.IGNORECASE,
)
# In a longer text, as in "the first stop on the tour was ...", the word tells something of its matter.
_MOST_WORDS_OF_MATTER = 8
_NEWS = re.compile(r"\b(?:news|mentions?|articles?|reports?|word|stor(?:y|ies))\b", re.IGNORECASE)
_ONE_DAY = dt.timedelta(days=1)


def read_dates(text: str, releases: Mapping[str, dt.date]) -> DatesAsked | None:
    """Return the season, quarter, decade or month, or else the years from the earliest to the latest, that a query names; None if it names none.

    "Before 2010" and "since 5 March 2015" are the days until the year and from that day. "Before 2.6.30" and "after 2.6.30" are those
    until and from that kernel's release, whose day is in `releases`.
    """
    if bounds := _bounds(text):
        return _between(bounds)
    if period := _period(text):
        return period
    if month := _MONTH.search(text):
        return DatesAsked(month[0].strip(), *_days_of(int(month[2]), _MONTHS[month[1].lower()]))
    found = list(_YEAR.finditer(text))
    if not found:
        return _around_release(text, releases)
    years = [int(one[1] or one[2]) for one in found]
    surface = " ".join(one[0].strip() for one in found)
    return DatesAsked(surface, dt.date(min(years), 1, 1), dt.date(max(years), 12, 31))


def open_days(bound: str, first: dt.date, last: dt.date) -> tuple[dt.date | None, dt.date | None]:
    """Return the first and the last day that one of `OPEN_BOUNDS` before a year, month or day means: "before 2010" has no first."""
    match bound:
        case "before" | "prior to" | "earlier than":
            return None, first - _ONE_DAY
        case "after" | "later than":
            return last + _ONE_DAY, None
        case "since":
            return first, None
    return None, last


def _bounds(text: str) -> list[re.Match[str]]:
    """Return each "before 2010" of a query; none if it names other times too, as "from 2009 until 2012" does."""
    rest = _OPEN.sub(" ", text)
    return [] if _MONTH.search(rest) or _YEAR.search(rest) else list(_OPEN.finditer(text))


def _between(bounds: list[re.Match[str]]) -> DatesAsked | None:
    """Return the days within all bounds; None if there are none, as for "before 2010 or after 2015"."""
    days = [
        open_days((one["bound"] or "before").lower(), *_days_of(int(one["year"]), _month_of(one), _day_of(one)))
        for one in bounds
    ]
    first = max((day for day, _ in days if day), default=None)
    last = min((day for _, day in days if day), default=None)
    if first and last and first > last:
        return None
    return DatesAsked(" ".join(one[0] for one in bounds), first, last)


def _period(text: str) -> DatesAsked | None:
    """Return the days of the only time that a query names if that is "summer 2015", "since Q3 2015" or "in the 2010s"."""
    found = _PERIOD.search(text)
    if found is None:
        return None
    rest = _PERIOD.sub(" ", text, count=1)
    if _MONTH.search(rest) or _YEAR.search(rest):
        return None
    span = _span_of(found)
    days = open_days(found["bound"].lower(), span.first, span.last) if found["bound"] else (span.first, span.last)
    return DatesAsked(found[0].strip(), *days)


def _span_of(found: re.Match[str]) -> spans.Span:
    if found["decade"]:
        decade = spans.year(int(f"{found['decade']}0"), int(f"{found['decade']}9"))
        part = (found["part_of_decade"] or "").lower()
        return spans.part_of(decade, cast(spans.PartOfSpan, part)) if part else decade
    year, part = int(found["year"] or found["year_before"]), (found["part"] or found["quarter"]).lower()
    if part in spans.SEASONS:
        return spans.season(year, part)
    if part.startswith("q"):
        return spans.quarter(year, int(part[1]))
    if part.endswith("quarter"):
        return spans.quarter(year, _NUMBERED[re.split("[ -]", part)[0]])
    return spans.part_of(spans.year(year), cast(spans.PartOfSpan, part.replace("-", " ")))


def _month_of(found: re.Match[str]) -> int | None:
    return _MONTHS[found["name"].lower()] if found["name"] else int(found["number"]) if found["number"] else None


def _day_of(found: re.Match[str]) -> int | None:
    day = found["day"] or found["us_day"] or found["iso_day"]
    return int(day.rstrip("sthndr")) if day else None


def _days_of(year: int, month: int | None, day: int | None = None) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of a day, a month or a year; of the month if it has no such day."""
    if month and day and 1 <= day <= calendar.monthrange(year, month)[1]:
        return dt.date(year, month, day), dt.date(year, month, day)
    last = dt.date(year, month or 12, calendar.monthrange(year, month or 12)[1])
    return dt.date(year, month or 1, 1), last


def _around_release(text: str, releases: Mapping[str, dt.date]) -> DatesAsked | None:
    found = _AROUND_RELEASE.search(text)
    day = releases.get(found[2].lower()) if found else None
    if found is None or day is None:
        return None
    if found[1].lower() in ("before", "until"):
        return DatesAsked(found[0], None, day)
    return DatesAsked(found[0], day, None)


def matter_of(text: str) -> str:
    """Return a query without the words that ask for the latest or the first news.

    The whole query if nothing is left.
    """
    if read_order(text) is None:
        return text
    rest = _without_order(text)
    return rest if re.search(r"\w", rest) else text


def without_periods(text: str) -> str:
    """Return a query without "before 2010", "in Q3 2010" and the like, which no document need say; the whole query if nothing is left.

    "Summer 2010" stays, because documents say it.
    """
    period = None if _bounds(text) else _period(text)
    if period and _SELDOM_SAID.search(period.surface):
        rest = _PERIOD.sub(" ", text, count=1)
    else:
        rest = _OPEN.sub(" ", text) if _bounds(text) else text
    rest = " ".join(rest.split())
    return rest if re.search(r"\w", rest) else text


def without_dates(text: str) -> str:
    """Return a query without the month or the years that it names; the whole query if nothing is left."""
    rest = _YEAR.sub(" ", _MONTH.sub(" ", _PERIOD.sub(" ", _OPEN.sub(" ", text)))).strip()
    return rest if re.search(r"\w", rest) else text


def names_a_year(dates: DatesAsked) -> bool:
    """Return whether the days are those of a named month or year, not those before or after a kernel release."""
    return bool(re.search(YEAR_NUMBER, dates.surface))


def read_order(text: str) -> tuple[str, str] | None:
    """Return the word at the query's start that asks for the latest or the first, and the order it means; None without one."""
    found = _LATEST.search(text)
    if found is None or len(_without_order(text).split()) > _MOST_WORDS_OF_MATTER:
        return None
    return (found["newest"], "newest") if found["newest"] else (found["oldest"], "oldest")


def _without_order(text: str) -> str:
    return _NEWS.sub(" ", _LATEST.sub(" ", text)).strip()


def kernel_release_answer(text: str, releases: Mapping[str, dt.date]) -> str | None:
    """Return the sentence that answers when a kernel was released; None if the query does not ask or the day is unknown."""
    found = _WHEN_RELEASED.search(text)
    version = next(filter(None, found.groups()), "").lower() if found else ""
    day = releases.get(version)
    return None if day is None else f"Linux {version} was released on {day.day} {day:%B %Y}."
