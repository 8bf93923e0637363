"""Dates relative to another date of the same sentence: `two days later`, `the following Monday`, `on the 28th`."""

import datetime as dt
import re
from collections.abc import Iterator

from warehouse.dates.counted import counts, point
from warehouse.dates.rules import DateMatch, Sentence
from warehouse.dates.spans import Span, day
from warehouse.dates.words import COUNT, WEEKDAY, day_number, weekday_number

_PHRASE_ENDS = r"(?=\s*(?:[,.;:)]|$)|\s+(?:and|or|but)\b)"
_LATER = re.compile(
    rf"(?<![\w.-])(?P<count>{COUNT})\s+(?P<unit>day|week|fortnight|month|year)s?\s+"
    rf"(?P<way>later|afterwards?|after\s+that|earlier|before\s+that|(?:before|after){_PHRASE_ENDS})(?!\s+than\b)\b",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"\bthe\s+(?P<which>following|next|previous|preceding)\s+"
    rf"(?:(?P<unit>day|week|month|year)|(?P<weekday>(?-i:{WEEKDAY})))\b",
    re.IGNORECASE,
)
_NTH = r"(?:[23]?1st|2?2nd|2?3rd|(?:[4-9]|1\d|2[04-9]|30)th)"
_A_DAY = re.compile(r"the \d{1,2}[snrt]")  # most sentences have no match, which this check finds quickly
_DAY_OF_MONTH = re.compile(
    rf"\b(?P<word>on|by|until|till|since|from|before|after|between)\s+the\s+(?P<day>{_NTH})"
    rf"(?:\s+(?:and|to|until|or)\s+(?:the\s+)?(?P<day1>{_NTH}))?{_PHRASE_ENDS}",
    re.IGNORECASE,
)
_FINENESS = {"day": 0, "week": 1, "fortnight": 1, "month": 2, "year": 3}


def anchored_dates(sentence: Sentence, dates: list[DateMatch]) -> Iterator[DateMatch]:
    """Yield the dates relative to the last of `dates` before them; a day of the month needs no such date."""
    lowered = sentence.lowered
    if dates and any(word in lowered for word in ("later", "earlier", "after", "before")):
        for found in _LATER.finditer(sentence.text):
            span = _counted_from(found, _anchor(found, dates))
            if span is not None:
                yield DateMatch(found.start(), found.end(), span=span)
    if dates and "the " in lowered:
        for found in _BESIDE.finditer(sentence.text):
            span = _beside(found, _anchor(found, dates))
            if span is not None:
                yield DateMatch(found.start(), found.end(), span=span)
    if _A_DAY.search(lowered):
        for found in _DAY_OF_MONTH.finditer(sentence.text):
            span = _day_of_month(found, _anchor(found, dates), sentence)
            if span is not None:
                yield DateMatch(found.start("day"), found.end(), span=span)


def _anchor(found: re.Match[str], dates: list[DateMatch]) -> Span | None:
    before = [date.span for date in dates if date.end <= found.start()]
    return before[-1] if before else None


def _counted_from(found: re.Match[str], anchor: Span | None) -> Span | None:
    """Return the span counted from the anchor, None if the anchor is coarser than the unit ("two days after" a month)."""
    unit, way = found["unit"].lower(), found["way"].lower()
    if anchor is None or _FINENESS[anchor.precision] > _FINENESS[unit]:
        return None
    direction = -1 if way.startswith(("earlier", "before")) else 1
    try:
        edge = anchor.last if direction > 0 else anchor.first
        near, far = (point(edge, unit, count, direction) for count in counts(found))
    except (ValueError, OverflowError):  # before the year 1 or after 9999
        return None
    return Span(min(near.first, far.first), max(near.last, far.last), far.precision)


def _beside(found: re.Match[str], anchor: Span | None) -> Span | None:
    if anchor is None:
        return None
    direction = -1 if found["which"].lower() in ("previous", "preceding") else 1
    if found["weekday"]:
        if anchor.precision != "day":
            return None
        edge = anchor.last if direction > 0 else anchor.first
        ahead = direction * (weekday_number(found["weekday"]) - edge.weekday()) % 7 or 7
        return day(edge + dt.timedelta(days=direction * ahead))
    unit = found["unit"].lower()
    if _FINENESS[anchor.precision] > _FINENESS[unit]:
        return None
    try:
        return point(anchor.last if direction > 0 else anchor.first, unit, 1, direction)
    except (ValueError, OverflowError):
        return None


def _day_of_month(found: re.Match[str], anchor: Span | None, sentence: Sentence) -> Span | None:
    numbers = [day_number(found[name]) for name in ("day", "day1") if found[name]]
    if numbers[0] > numbers[-1]:
        return None
    if anchor is not None and anchor.precision != "year":
        ahead = [first for first in _months_around(anchor.first, numbers[0]) if first >= anchor.first]
        chosen = ahead[0] if ahead else None
    elif sentence.tense_at(*found.span()) == "expected":
        chosen = next(
            (first for first in _months_around(sentence.written, numbers[0]) if first >= sentence.written), None
        )
    else:
        chosen = next(
            (d for d in reversed(_months_around(sentence.written, numbers[0])) if d <= sentence.written), None
        )
    try:
        return day(chosen, chosen.replace(day=numbers[-1])) if chosen else None
    except ValueError:  # the 31st of a shorter month
        return None


def _months_around(written: dt.date, number: int) -> list[dt.date]:
    """Return the same day of last month, this month and next month, if they have it."""
    found = []
    for shift in (-1, 0, 1):
        index = written.year * 12 + written.month - 1 + shift
        try:
            found.append(dt.date(index // 12, index % 12 + 1, number))
        except ValueError:
            continue
    return found
