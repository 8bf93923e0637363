"""Dates counted from the day of writing: `yesterday`, `last Friday`, `next month`, `three years ago`, `in two weeks`."""

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Iterator
from functools import lru_cache

from warehouse.dates.rules import DateMatch, Sentence
from warehouse.dates.spans import Span, day, month, part_of, quarter, season, week, year
from warehouse.dates.tense import clause_at
from warehouse.dates.words import DAY, MONTH, UNIT, WEEKDAY, day_number, month_number, weekday_number

_DAYS = re.compile(
    r"\b(?:the\s+)?(?P<name>day\s+before\s+yesterday|day\s+after\s+tomorrow|yesterday|tomorrow|tonight|last\s+night|"
    r"night\s+before\s+last|this\s+(?:morning|afternoon|evening)|today)\b(?!['’]s\s+(?:\w+\s+)?\w+s\b)(?:\s+(?:morning|afternoon|evening|night)\b)?",
    re.IGNORECASE,
)
_OWNED = re.compile(r"\s?['’]s(?:\s+[\w-]+){1,2}")
# Events that happen on a day, in the present tense or as a noun ("opens today", "today's announcement").
_HAPPENING = re.compile(
    r"\b(?:accept|agree|announc|appear|approv|arriv|beg[ai]n|celebrat|clos|decid|decision|end|expir|finish|happen|hearing|keynote|launch|land|meet|merg|"
    r"news|open|post|publish|releas|session|ship|sign|speech|start|summit|talk|unveil|update|verdict|vot)"
    r"(?:e?d|e?s|n?ing|e|e?ments?|ions?|ications?)?\b|\btakes?\s+place\b|\b(?:as\s+of|until|later|earlier)\s+today\b",
    re.IGNORECASE,
)
_SHIFTS = {
    "day before yesterday": -2,
    "yesterday": -1,
    "last night": -1,
    "night before last": -2,
    "tomorrow": 1,
    "day after tomorrow": 2,
}
_WEEKDAY = re.compile(
    rf"(?<![\w-])(?:(?P<which>[Ll]ast|[Nn]ext|[Tt]his\s+(?:past|coming)|[Tt]his|[Pp]ast|[Cc]oming)\s+)?(?P<weekday>{WEEKDAY})(?![\w-])"
    r"(?:\s+(?:morning|afternoon|evening|night)\b)?(?:\s+(?:of\s+)?(?P<week>last|this|next)\s+week\b)?"
)
_NOT_A_DAY = re.compile(r"\b(?:Black|Patch|Good|Super|Ruby|Easter|Palm|Cyber|Ash|Bloody|every|each|Every|Each)\s+$")
_THIS = re.compile(
    rf"(?<![\w-])(?P<which>this\s+past|this\s+coming|last|this|next|past|coming|current)\s+"
    rf"(?:(?P<unit>week|weekend|month|quarter|year|decade)|(?P<season>spring|summer|autumn|fall|winter)|(?P<month>(?-i:{MONTH})))(?![\w-])",
    re.IGNORECASE,
)
_MONTH_OF_YEAR = re.compile(
    rf"(?<![\w.])(?:(?P<day>{DAY})\s+)?(?P<month>{MONTH})(?:\s+(?P<day1>{DAY}))?\s*,?\s+(?:of\s+)?(?P<which>last|this|next)\s+year\b"
)
_ONE_FURTHER = re.compile(
    r"\b(?:(?P<unit>week|weekend|month|year)|(?P<season>spring|summer|autumn|fall|winter))\s+(?:before\s+last|after\s+next)\b",
    re.IGNORECASE,
)
_ROLLING = re.compile(r"\b(?:in|over|during|for|within|throughout|of)\s+the\s+$", re.IGNORECASE)
_WEEKEND = re.compile(r"\b(?:over|at|during|on|by|until|since|before|after|for)\s+the\s+weekend\b", re.IGNORECASE)
_NEW_YEAR = re.compile(r"\bthe\s+new\s+year\b")
_NEW_YEAR_FROM = 7  # from July on, the new year is the next one
_TURN_OF_YEAR = re.compile(r"\bthe\s+turn\s+of\s+the\s+year\b", re.IGNORECASE)
_UNIT = re.compile(rf"\bthe\s+(?:current\s+)?(?P<unit>{UNIT})\b(?![\w-])", re.IGNORECASE)
_YEARS_END = re.compile(r"\b(?:the\s+)?(?P<unit>year|month)(?:\s?['’]s)?[\s-]end\b", re.IGNORECASE)


def relative_dates(sentence: Sentence) -> Iterator[DateMatch]:
    """Yield the days, weeks, months and years that a sentence names relative to the day of writing."""
    lowered = sentence.lowered
    if "day" in lowered or "tomorrow" in lowered or "night" in lowered or "this " in lowered:
        yield from _days(sentence)
        yield from _weekdays(sentence)
    if any(which in lowered for which in ("this", "last", "next", "past", "coming", "current")):
        yield from _this_and_that(sentence)
        yield from _months_of_a_year(sentence)
        yield from _one_further(sentence)
    if "the " in lowered or "end" in lowered:
        yield from _units(sentence)


def _units(sentence: Sentence) -> Iterator[DateMatch]:
    """Yield `over the weekend`, `the year's end`, and `the month`, which is a date only after `the end of` and similar words."""
    written = sentence.written
    for found in _WEEKEND.finditer(sentence.text):
        expected = sentence.tense_at(*found.span()) == "expected"
        yield DateMatch(
            found.start(), found.end(), span=_weekend(written, 0 if expected or written.weekday() > 4 else -1)
        )
    if " year" in sentence.lowered:
        for found in _NEW_YEAR.finditer(sentence.text):
            span = year(written.year + (written.month >= _NEW_YEAR_FROM))
            yield DateMatch(found.start(), found.end(), span=span)
        for found in _TURN_OF_YEAR.finditer(sentence.text):
            yield DateMatch(found.start(), found.end(), in_year=_turn_of_year)
    for found in _UNIT.finditer(sentence.text):
        whole = _unit_span(found["unit"].lower(), written, 0)
        yield DateMatch(found.start("unit"), found.end(), span=whole, weak=True)
    for found in _YEARS_END.finditer(sentence.text):
        whole = _unit_span(found["unit"].lower(), written, 0)
        yield DateMatch(found.start(), found.end(), span=part_of(whole, "end"))


def _turn_of_year(year_number: int) -> Span:
    return day(dt.date(year_number - 1, 12, 31), dt.date(year_number, 1, 1))


def _days(sentence: Sentence) -> Iterator[DateMatch]:
    for found in _DAYS.finditer(sentence.text):
        if found["name"] == "Today" and re.search(r"\w\s+$", sentence.text[: found.start()]):
            continue  # Linux Today, USA Today
        if found["name"].lower() in ("today", "tomorrow") and _is_of_these_times(sentence, found):
            continue
        shift = _SHIFTS.get(" ".join(found["name"].lower().split()), 0)
        yield DateMatch(found.start(), found.end(), span=day(sentence.written + dt.timedelta(days=shift)))


def _is_of_these_times(sentence: Sentence, found: re.Match[str]) -> bool:
    """Return whether `today` means the present time and not a day ("today's kernels"): no event happens on it."""
    if owned := _OWNED.match(sentence.text, found.end()):
        return not _HAPPENING.search(owned[0])
    if found["name"].lower() == "tomorrow":
        return False
    return not _reports_event(sentence.text, *clause_at(sentence.text, *found.span()))


@lru_cache(128)
def _reports_event(text: str, begin: int, stop: int) -> bool:
    return bool(_HAPPENING.search(text, begin, stop))


def _weekdays(sentence: Sentence) -> Iterator[DateMatch]:
    for found in _WEEKDAY.finditer(sentence.text):
        if _NOT_A_DAY.search(sentence.text[max(0, found.start() - 10) : found.start()]):
            continue
        weekday = weekday_number(found["weekday"])
        which = (found["which"] or "").lower()
        if found["week"]:
            shift = {"last": -7, "this": 0, "next": 7}[found["week"]]
            first = week(sentence.written + dt.timedelta(days=shift)).first + dt.timedelta(days=weekday)
        else:
            first = _weekday(sentence, found, weekday, which)
        yield DateMatch(found.start(), found.end(), span=day(first))


def _weekday(sentence: Sentence, found: re.Match[str], weekday: int, which: str) -> dt.date:
    written = sentence.written
    behind = (written.weekday() - weekday) % 7
    ahead = (weekday - written.weekday()) % 7
    if which in ("last", "past", "this past"):
        return written - dt.timedelta(days=behind or 7)
    if which == "next":
        return written + dt.timedelta(days=ahead or 7)
    if which in ("coming", "this coming"):
        return written + dt.timedelta(days=ahead)
    if sentence.tense_at(*found.span()) == "expected":
        return written + dt.timedelta(days=ahead)
    return written - dt.timedelta(days=behind)


def _this_and_that(sentence: Sentence) -> Iterator[DateMatch]:
    for found in _THIS.finditer(sentence.text):
        which = " ".join(found["which"].lower().split())
        shift = {"last": -1, "past": -1, "this past": -1, "next": 1, "coming": 1}.get(which, 0)
        if found["month"]:
            span = _month_beside(sentence, month_number(found["month"]), shift)
        elif found["season"]:
            span = _season_beside(sentence.written, found["season"].lower(), shift)
        else:
            unit = found["unit"].lower()
            before = sentence.text[max(0, found.start() - 16) : found.start()]
            rolls = which in ("past", "this past") or (shift and _ROLLING.search(before))
            if rolls and unit in ("week", "month", "year", "decade"):
                span = rolling(sentence.written, unit, 1.0, shift)
            else:
                span = _unit_span(unit, sentence.written, shift)
        yield DateMatch(found.start(), found.end(), span=span)


def _one_further(sentence: Sentence) -> Iterator[DateMatch]:
    """Yield `the week before last`, `the summer before last`, `the year after next`."""
    for found in _ONE_FURTHER.finditer(sentence.text):
        direction = -1 if "last" in found[0].lower() else 1
        if found["unit"]:
            span = _unit_span(found["unit"].lower(), sentence.written, 2 * direction)
        else:
            nearer = _season_beside(sentence.written, found["season"].lower(), direction)
            span = season(nearer.first.year + direction, found["season"].lower())
        yield DateMatch(found.start(), found.end(), span=span)


def _months_of_a_year(sentence: Sentence) -> Iterator[DateMatch]:
    """Yield dates such as `in November last year` or `5 May of this year`."""
    for found in _MONTH_OF_YEAR.finditer(sentence.text):
        year_number = sentence.written.year + {"last": -1, "this": 0, "next": 1}[found["which"]]
        number, day_of_month = month_number(found["month"]), found["day"] or found["day1"]
        if not day_of_month:
            yield DateMatch(found.start(), found.end(), span=month(year_number, number))
        elif day_number(day_of_month) <= monthrange(year_number, number)[1]:
            only = dt.date(year_number, number, day_number(day_of_month))
            yield DateMatch(found.start(), found.end(), span=day(only))


def _month_beside(sentence: Sentence, number: int, shift: int) -> Span:
    """Return the month meant: `last March` ended before this month, `next March` begins after it."""
    written = sentence.written
    if shift < 0:
        return month(written.year - (number >= written.month), number)
    if shift > 0:
        return month(written.year + (number <= written.month), number)
    return month(written.year, number)


def _season_beside(written: dt.date, name: str, shift: int) -> Span:
    spans = [season(written.year + offset, name) for offset in (-2, -1, 0, 1)]
    if not shift:  # until spring, "this winter" is the one that began last year
        return next(span for span in spans if span.last >= written or span.first.year == written.year)
    if shift < 0:
        return [span for span in spans if span.last < written][-1]
    return next(span for span in spans if span.first > written)


def _weekend(written: dt.date, shift: int) -> Span:
    saturday = week(written).first + dt.timedelta(days=5 + 7 * shift)
    return day(saturday, saturday + dt.timedelta(days=1))


def _unit_span(unit: str, written: dt.date, shift: int) -> Span:
    if unit == "day":
        return day(written + dt.timedelta(days=shift))
    if unit == "week":
        return week(written + dt.timedelta(days=7 * shift))
    if unit == "weekend":
        return _weekend(written, shift)
    if unit == "month":
        index = written.year * 12 + written.month - 1 + shift
        return month(index // 12, index % 12 + 1)
    if unit == "quarter":
        index = written.year * 4 + (written.month - 1) // 3 + shift
        return quarter(index // 4, index % 4 + 1)
    if unit == "decade":
        first = written.year - written.year % 10 + 10 * shift
        return year(first, first + 9)
    return year(written.year + shift)


def rolling(written: dt.date, unit: str, count: float, direction: int) -> Span:
    """Return the days between the day of writing and `count` units before or after it."""
    days = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.4, "year": 365.25, "decade": 3652.5}[unit]
    far = written + dt.timedelta(days=direction * max(1, round(count * days)))
    precision = "day" if unit in ("hour", "day") else unit if unit in ("week", "month") else "year"
    return Span(min(written, far), max(written, far), precision)  # type: ignore[arg-type]
