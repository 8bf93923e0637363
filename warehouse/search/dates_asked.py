"""The days that a query's words ask for: "in 2009", "from March to June 2012", "no later than 2010", "last year"."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from warehouse.dates import spans
from warehouse.dates.times import TimeExpression, find_times
from warehouse.kernel_versions import VERSION
from warehouse.months import any_of
from warehouse.records import DatesAsked
from warehouse.search.time_forms import YEAR, as_prose, has_misspelled_month

_A_YEAR = re.compile(rf"(?<!\d)(?:{YEAR}(?!\d)|1990s)")
_BEFORE = (
    "in|of|from|since|during|around|by|until|till|through|before|after|than|pre|post|not|except|excluding|between|early|mid|late|and|the|"
    "spring|summer|autumn|fall|winter|summit|conference|symposium|workshop|lpc|ols|lsfmm|linuxcon|plumbers"
)
_AFTER = "kernel|linux|summit|conference|plumbers|workshop|edition|review|to|until|till|through|thru|or|onwards?|on"
_YEARS = re.compile(
    rf"(?:\b(?:{_BEFORE})[ -]|^|[-–/])(?P<after>{YEAR})\b(?![-\w]|[.:,]\d)"
    rf"|\b(?<![-.:/])(?P<before>{YEAR})(?=$|[?.!,;:)+](?!\w)| ?(?:[-–/,&]|and|or) ?{YEAR}\b| (?:{_AFTER})\b|['’]s\b)",
    re.IGNORECASE,
)
_EVENT = re.compile(r" (?:\w+ )?(?:summit|conference|symposium|plumbers|workshop|edition)\b", re.IGNORECASE)
_RELATIVE = re.compile(
    r"\b(?:last|this|past|previous)\b.*\b(?:week|month|quarter|year|spring|summer|autumn|fall|winter)s?\b|\byesterday\b|\bago\b",
    re.IGNORECASE,
)
_MOST_WORDS = 10  # of a query with such a time: "last year" in a sentence that somebody pasted is not the reader's
_IN = re.compile(r" in\b", re.IGNORECASE)  # "this week in kernel development"

# Which end of the days a word before a time means, and which one if the query denies it: "not before".
_BOUNDS = {
    "before": "before", "prior to": "before", "earlier than": "before", "older than": "before", "pre": "before",
    "until": "until", "till": "until", "up to": "until", "through": "until", "by": "until",
    "after": "after", "later than": "after", "newer than": "after", "post": "after",
    "since": "since", "starting in": "since", "starting from": "since", "beginning in": "since", "beginning from": "since",
}  # fmt: skip
_DENIED = {"before": "since", "until": "since", "after": "until", "since": "before"}
_BOUND = re.compile(
    rf"\b(?:(?P<no>no|not|(?:but )?nothing) )?(?P<bound>{any_of(_BOUNDS)})(?: in)?(?: the)?(?: year)?[ -]?$",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\b(?:day|week|month|year|decade)s? $", re.IGNORECASE)
_OPEN_END = re.compile(
    r"(?P<since> onwards?\b| ?\+(?!\w)| (?:and|or) (?:later|newer|after|onwards?)\b| on(?=$|[?.!,]))"
    r"|(?P<until> (?:and|or) (?:earlier|older|before)\b)",
    re.IGNORECASE,
)
_EXCLUDED = re.compile(
    r"\b(?:not|never|except|exclud(?:e|ing)|other than|outside|without|apart from|ignoring)"
    r"(?: (?:for|in|from|of|during))?(?: the)?(?: year)? $",
    re.IGNORECASE,
)
_OPENS = re.compile(r"\b(?P<by>from|between)(?: the)? $", re.IGNORECASE)
_WORD = re.compile(r"[ -]\w")
_THE = re.compile(r"\bthe $", re.IGNORECASE)
_PREPOSITION = re.compile(
    r"\b(?:from|in|of|at|on|during|around|within|over)(?: the)?(?: years?)? $|\bthe $", re.IGNORECASE
)
_TIES = re.compile(r"[ ,]*(?:and|but|or)?[ ,]*", re.IGNORECASE)
_RANGE = re.compile(r"\b(?:to|until|till|through|thru|and)\b|\d ?[-–/] ?(?=[A-PR-Z]|\d{4})")
_JOIN = re.compile(r" ?(?P<by>to|until|till|through|thru|up to|and|-|–|/) ?(?:the )?", re.IGNORECASE)
_SELDOM_SAID = re.compile(r"q[1-4]|quarter|half|0s$", re.IGNORECASE)
_NEAR = 48  # characters before a time
_RELEASE = re.compile(
    rf"\b(?:release of )?(?:(?:linux|kernel|release|version) )*v?(?P<version>{VERSION})(?![\w.-])(?: (?:kernel|release)s?\b)*",
    re.IGNORECASE,
)
_NO_RELEASES: Mapping[str, dt.date] = {}
_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TimeAsked:
    """The days from `first` to `last`, both inclusive, that the characters `start` to `end` of a query name.

    It `is_open` behind a word such as "before", `is_range` if it has two ends, `is_excluded` if the query asks for other times, and
    `is_release` if the days are those of kernel releases.
    """

    start: int
    end: int
    first: dt.date | None
    last: dt.date | None
    is_open: bool = False
    is_range: bool = False
    is_excluded: bool = False
    is_release: bool = False


def read_dates(text: str, releases: Mapping[str, dt.date]) -> DatesAsked | None:
    """Return the days from the earliest to the latest time that a query names; None if it names none or asks for other times.

    "Before 2010" and "since 5 March 2015" are the days until the year and from that day. "Before 2.6.30" and "after 2.6.30" are those
    until and from that kernel's release, whose day is in `releases`. "Last year" is the year before this one.
    """
    times = times_asked(text, releases)
    days = days_asked(times)
    return days and DatesAsked(" ".join(text[one.start : one.end] for one in times), *days)


def times_asked(
    text: str, releases: Mapping[str, dt.date] = _NO_RELEASES, today: dt.date | None = None
) -> list[TimeAsked]:
    """Return each time that a query names, with the words that belong to it, in order.

    A kernel release is a time if a word such as "before" stands before it, or if it is one end of a range.
    """
    prose, places = as_prose(text)
    named = [*_named(prose, today or dt.datetime.now(tz=dt.UTC).date()), *_releases(prose, releases)]
    joined = _joined(prose, sorted(named, key=lambda one: one.start))
    times = [_with_words_around(prose, one) for one in joined]
    return [
        replace(one, start=places[one.start], end=places[one.end])
        for one in times
        if one.is_open or one.is_range or not one.is_release
    ]


def days_asked(times: list[TimeAsked]) -> tuple[dt.date | None, dt.date | None] | None:
    """Return the first and the last day of all times, or of what lies within all if each has one end; None if that are no days."""
    if not times or any(one.is_excluded for one in times):
        return None
    closed = [one for one in times if not one.is_open]
    firsts, lasts = (
        [day for day in ends if day] for ends in zip(*((one.first, one.last) for one in closed or times), strict=True)
    )
    if closed:
        return min(firsts), max(lasts)
    first, last = max(firsts, default=None), min(lasts, default=None)
    return None if first and last and first > last else (first, last)


def without_times(text: str, times: list[TimeAsked]) -> str:
    """Return a query without some of its times, their prepositions and what joins them; it may be empty."""
    rest, last = "", 0
    for one in times:
        between = _PREPOSITION.sub("", text[last : one.start])
        rest += between if not last or not _TIES.fullmatch(between) else " "
        last = one.end + len("'s") * text.startswith(("'s ", "’s "), one.end)  # "2007's"
    return " ".join((rest + text[last:]).split()) if times else text


def without_periods(text: str, releases: Mapping[str, dt.date] = _NO_RELEASES) -> str:
    """Return a query without "before 2010", "March to June 2010", "last year" and the like, which no document need say.

    "Summer 2010" stays, because documents say it; so does the whole query if nothing else is left.
    """
    return _unless_empty(
        without_times(text, [one for one in times_asked(text, releases) if _is_seldom_said(text, one)]), text
    )


def without_dates(text: str, releases: Mapping[str, dt.date] = _NO_RELEASES) -> str:
    """Return a query without the times that it names; the whole query if nothing is left."""
    return _unless_empty(without_times(text, times_asked(text, releases)), text)


def names_a_time(dates: DatesAsked) -> bool:
    """Return whether the days are those of a named time, not those before or after a kernel release."""
    return bool(_A_YEAR.search(dates.surface) or _RELATIVE.search(dates.surface))


def _named(prose: str, today: dt.date) -> list[TimeAsked]:
    """Return the times with a year, those counted from today, and years that stand alone, as they do in queries only."""
    times = [
        TimeAsked(one.start, one.end, one.date, one.date_end, is_range=bool(_RANGE.search(one.surface)))
        for one in find_times(prose, written=today)
        if (_A_YEAR.search(one.surface) and not _is_a_number(prose, one)) or _is_relative(prose, one)
    ]
    for found in _YEARS.finditer(prose):
        start, end = found.span("after" if found["after"] else "before")
        if all(end <= one.start or one.end <= start for one in times):
            year = spans.year(int(prose[start:end]))
            times.append(TimeAsked(start, end, year.first, year.last))
    return times


def _releases(prose: str, releases: Mapping[str, dt.date]) -> Iterator[TimeAsked]:
    for found in _RELEASE.finditer(prose):
        if (day := releases.get(found["version"].lower())) is not None:
            yield TimeAsked(*found.span(), day, day, is_release=True)


def _is_relative(prose: str, found: TimeExpression) -> bool:
    is_relative = _RELATIVE.search(found.surface) and not _IN.match(prose, found.end)
    return bool(is_relative) and len(prose.split()) <= _MOST_WORDS


def _is_a_number(prose: str, found: TimeExpression) -> bool:
    """Return whether "2000s" are seconds: a decade is "the 2000s" or "late 2000s"."""
    return bool(re.fullmatch(r"\d{4}s", found.surface)) and not _before(_THE, prose, found.start)


def _joined(prose: str, times: list[TimeAsked]) -> Iterator[TimeAsked]:
    """Yield the times, with two that are the ends of a range as one."""
    last: TimeAsked | None = None
    for one in times:
        if last is not None and _is_range(prose, last, one):
            last = replace(last, end=one.end, last=one.last, is_range=True)
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last


def _is_range(prose: str, one: TimeAsked, other: TimeAsked) -> bool:
    joined = _JOIN.fullmatch(prose, one.end, other.start)
    if joined is None or one.first is None or other.last is None or one.first > other.last:
        return False
    if joined["by"].lower() == "and":
        opened = _before(_OPENS, prose, one.start)
        return opened is not None and opened["by"].lower() == "between"
    return not _before(_BOUND, prose, one.start)  # "after 2008 until 2012" has two ends of their own


def _with_words_around(prose: str, time: TimeAsked) -> TimeAsked:
    """Return a time with the words that make it an end, deny it or open its range."""
    if _EVENT.match(prose, time.end) or _is_in_a_name(prose, time):  # the days after the 2014 summit began in 2014
        return time
    if time.is_range and (opened := _before(_OPENS, prose, time.start)):
        time = replace(time, start=opened.start())
    assert time.first is not None
    assert time.last is not None
    if excluded := _before(_EXCLUDED, prose, time.start):
        return replace(time, start=excluded.start(), is_excluded=True)
    if found := _before(_BOUND, prose, time.start):
        if _before(_COUNTED, prose, found.start()):  # "two years before 2010"
            return replace(time, start=found.start(), is_excluded=True)
        bound = _BOUNDS[found["bound"].lower()]
        bound = _DENIED[bound] if found["no"] else bound
        bound = {"before": "until", "after": "since"}.get(bound, bound) if time.is_release else bound
        first, last = _open_days(bound, time.first, time.last)
        return replace(time, start=found.start(), first=first, last=last, is_open=True)
    if found := _OPEN_END.match(prose, time.end):
        first, last = _open_days("since" if found["since"] else "until", time.first, time.last)
        return replace(time, end=found.end(), first=first, last=last, is_open=True)
    return time


def _is_in_a_name(prose: str, time: TimeAsked) -> bool:
    """Return whether a year belongs to the word behind it: "after the 2011 break-in"."""
    is_year = _A_YEAR.fullmatch(prose, time.start, time.end)
    return is_year is not None and bool(_before(_THE, prose, time.start)) and bool(_WORD.match(prose, time.end))


def _before(pattern: re.Pattern[str], text: str, place: int) -> re.Match[str] | None:
    """Return what stands right before a place of a text."""
    return pattern.search(text, max(0, place - _NEAR), place)


def _open_days(bound: str, first: dt.date, last: dt.date) -> tuple[dt.date | None, dt.date | None]:
    """Return the first and the last day that a bound of a year, month or day means: "before 2010" has no first."""
    match bound:
        case "before":
            return None, first - _ONE_DAY
        case "until":
            return None, last
        case "after":
            return last + _ONE_DAY, None
    return first, None


def _is_seldom_said(text: str, time: TimeAsked) -> bool:
    said = text[time.start : time.end]
    if time.is_release and time.is_range:
        return False  # "what changed between 2.6.30 and 2.6.31"
    is_other = _SELDOM_SAID.search(said) or _RELATIVE.search(said) or has_misspelled_month(said)
    return time.is_open or time.is_range or bool(is_other)


def _unless_empty(rest: str, text: str) -> str:
    return rest if re.search(r"\w", rest) else text
