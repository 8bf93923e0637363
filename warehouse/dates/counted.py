"""Dates counted in units from the day of writing: `three years ago`, `in two weeks`, `in recent days`."""

import datetime as dt
import re
from collections.abc import Iterator

from warehouse.dates.relative import rolling
from warehouse.dates.rules import DateMatch, Sentence
from warehouse.dates.spans import Span, day, month, shift_months, week, year
from warehouse.dates.words import COUNT, count_of

_UNITS = r"(?P<unit>hour|day|week|fortnight|month|year|decade)s?"
_NUMBER = rf"(?:(?P<least>{COUNT})\s*(?:-|–|\bto\b|\bor\b)\s*)?(?P<count>{COUNT})"
_ABOUT = (
    r"(?:(?:about|around|approximately|roughly|nearly|almost|at\s+least|at\s+most|only|just|another|perhaps|maybe|the|say|"
    r"some|over|more\s+than|less\s+than)\s+)*"
)
_FULL = r"(?:(?:full|whole|long|short|more)\s+)?"
_AGO = re.compile(
    rf"(?<![\w.-]){_NUMBER}[\s-]+{_FULL}{_UNITS}(?P<half>\s+and\s+a\s+half)?\s+(?:ago\b|back\b(?!\s+(?:to|in|from)\b))",
    re.IGNORECASE,
)
_IN = re.compile(
    rf"\b(?P<how>in|within)\s+{_ABOUT}{_NUMBER}\s+{_FULL}{_UNITS}(?P<half>\s+and\s+a\s+half)?(?P<time>['’]?s?['’]?\s+time)?"
    r"\b(?!\s+of\b|-)",
    re.IGNORECASE,
)
_FROM_NOW = re.compile(rf"(?<![\w.-]){_NUMBER}\s+{_UNITS}\s+(?:from\s+(?:now|today)|hence)\b", re.IGNORECASE)
_TAKES = re.compile(rf"\b(?:take|need)\s+{_ABOUT}{_NUMBER}\s+(?P<unit>day|week|month)s?\b(?!-|\s+of\b)", re.IGNORECASE)
_ROLLING = re.compile(
    rf"\b(?P<which>last|past|next|coming)\s+(?:{_NUMBER}\s+)?(?P<unit>hour|day|week|month|year|decade)(?P<many>s?)"
    r"\b(?P<half>\s+and\s+a\s+half)?(?!-|['’])",
    re.IGNORECASE,
)
_RECENT = re.compile(r"\b(?P<which>recent|coming)\s+(?P<unit>day|week|month|year)s\b", re.IGNORECASE)
_RECORD = re.compile(r"\b(?:first|only|\w+est|most|once|twice|\w+\s+times)\b[^,;]{0,40}$", re.IGNORECASE)

# The least and the most that writers mean by a vague count.
_VAGUE = {"few": (2, 4), "some": (2, 4), "several": (3, 7)}
# "in recent days" and the like have no count: days mean about a week, weeks a month, months half a year.
_NO_COUNT = {"hour": 24, "day": 7, "week": 4, "month": 6, "year": 5, "decade": 2}


def counted_dates(sentence: Sentence) -> Iterator[DateMatch]:
    """Yield the dates given as a number of days, weeks, months or years before or after the day of writing."""
    text, lowered = sentence.text, sentence.lowered
    if not any(unit in lowered for unit in ("day", "week", "month", "year", "hour", "decade", "fortnight")):
        return
    if " ago" in lowered or " back" in lowered:
        for found in _AGO.finditer(text):
            yield from _core(found, sentence, -1)
    for found in _FROM_NOW.finditer(text):
        yield from _core(found, sentence, 1)
    for found in _IN.finditer(text):
        yield from _ahead(found, sentence)
    for found in _TAKES.finditer(text):
        if sentence.tense_at(*found.span()) == "expected":
            yield from _core(found, sentence, 1)
    yield from _periods_beside(sentence)


def _periods_beside(sentence: Sentence) -> Iterator[DateMatch]:
    """Yield periods that end or begin with the day of writing: `the last two weeks`, `the coming months`, `recent days`."""
    text = sentence.text
    for found in _ROLLING.finditer(text):
        if found["count"] or found["many"] or found["half"]:
            yield from _roll(found, sentence, found["count"] or ("1" if found["half"] else None))
    for found in _RECENT.finditer(text):
        yield from _roll(found, sentence, None)


def _ahead(found: re.Match[str], sentence: Sentence) -> Iterator[DateMatch]:
    """Yield `in two weeks` as a date if the clause looks ahead; otherwise it is a duration and gives no date."""
    tense = sentence.tense_at(*found.span())
    if _RECORD.search(sentence.text[max(0, found.start() - 50) : found.start()]):
        yield from _roll(found, sentence, found["count"], direction=-1)
    elif found["time"] or tense == "expected":
        if found["how"].lower() == "within":
            yield from _roll(found, sentence, found["count"], direction=1)
        else:
            yield from _core(found, sentence, 1)


def _core(found: re.Match[str], sentence: Sentence, direction: int) -> Iterator[DateMatch]:
    least, most = counts(found)
    unit = found["unit"].lower()
    try:
        near, far = (point(sentence.written, unit, count, direction) for count in (least, most))
    except (ValueError, OverflowError):  # before the year 1 or after 9999
        return
    yield DateMatch(
        found.start(),
        found.end(),
        span=Span(min(near.first, far.first), max(near.last, far.last), far.precision),
    )


def counts(found: re.Match[str]) -> tuple[float, float]:
    """Return the least and the greatest count in the groups `least` and `count` of a match."""
    groups = found.groupdict()
    word = found["count"].lower().split()[-1]
    if groups.get("least"):
        return count_of(found["least"]), count_of(found["count"])
    if word in _VAGUE:
        return _VAGUE[word]
    count = count_of(found["count"]) + (0.5 if groups.get("half") else 0.0)
    return count, count


def point(written: dt.date, unit: str, count: float, direction: int) -> Span:
    """Return the day, week, month or year that is `count` units before or after a day.

    Raises:
        ValueError, OverflowError: the result is outside the calendar.
    """
    if unit in ("hour", "day"):
        return day(written + dt.timedelta(days=direction * int(count / 24 if unit == "hour" else count)))
    if unit in ("week", "fortnight"):
        weeks = 2 * count if unit == "fortnight" else count
        return week(written + dt.timedelta(days=direction * round(7 * weeks)))
    if unit in ("year", "decade") and count == int(count):
        return year(written.year + direction * int(count) * (10 if unit == "decade" else 1))
    per_unit = {"month": 1, "year": 12, "decade": 120}[unit]
    moved = shift_months(written, direction * round(count * per_unit))
    return month(moved.year, moved.month)


def _roll(
    found: re.Match[str], sentence: Sentence, count: str | None, direction: int | None = None
) -> Iterator[DateMatch]:
    """Yield the days between the day of writing and `count` units away; for `two or three weeks`, those between the two counts."""
    groups = found.groupdict()
    unit = found["unit"].lower()
    if direction is None:
        direction = 1 if found["which"].lower() in ("next", "coming") else -1
    number = float(_NO_COUNT[unit]) if count is None else count_of(count)
    number += 0.5 if groups.get("half") else 0.0
    least = count_of(groups["least"]) if groups.get("least") else 0.0
    if unit == "fortnight":
        unit, number, least = "week", 2 * number, 2 * least
    try:
        span = rolling(sentence.written, unit, number, direction)
        if least:
            near = rolling(sentence.written, unit, least, direction)
            span = (
                Span(near.last, span.last, span.precision)
                if direction > 0
                else Span(span.first, near.first, span.precision)
            )
    except OverflowError:
        return
    yield DateMatch(found.start(), found.end(), span=span)
