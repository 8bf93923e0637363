"""Stretches of days: weeks, months, years, and parts of them."""

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import Literal

SpanPrecision = Literal["day", "week", "month", "year"]
PartOfSpan = Literal["early", "mid", "late", "beginning", "end", "first half", "second half"]

SEASONS = {
    "spring": 3,
    "summer": 6,
    "autumn": 9,
    "fall": 9,
    "winter": 12,
}  # first month, in the northern hemisphere


@dataclass(frozen=True, slots=True)
class Span:
    """All days from `first` to `last`, and the precision with which they were named."""

    first: dt.date
    last: dt.date
    precision: SpanPrecision


def day(first: dt.date, last: dt.date | None = None) -> Span:
    """Return one day, or the days up to `last`."""
    return Span(first, last or first, "day")


def week(of: dt.date) -> Span:
    """Return the week, Monday to Sunday, that contains a day."""
    monday = of - dt.timedelta(days=of.weekday())
    return Span(monday, monday + dt.timedelta(days=6), "week")


def month(year: int, number: int) -> Span:
    """Return a month of a year."""
    return months(year, number, 1)


def months(year: int, number: int, count: int) -> Span:
    """Return `count` months from month `number` on, such as a quarter or a season."""
    first = dt.date(year, number, 1)
    return Span(first, shift_months(first, count) - dt.timedelta(days=1), "month")


def year(number: int, last: int | None = None) -> Span:
    """Return a year, or the years up to `last`."""
    return Span(dt.date(number, 1, 1), dt.date(last or number, 12, 31), "year")


def quarter(year_number: int, number: int) -> Span:
    """Return quarter 1 to 4 of a year."""
    return months(year_number, 3 * number - 2, 3)


def season(year_number: int, name: str) -> Span:
    """Return the three months of a season; winter belongs to the year it begins in."""
    return months(year_number, SEASONS[name], 3)


def shift_months(from_day: dt.date, count: int) -> dt.date:
    """Return the same day `count` months later, or the last day of the month if it is too short."""
    index = from_day.year * 12 + from_day.month - 1 + count
    year_number, number = divmod(index, 12)
    return dt.date(year_number, number + 1, min(from_day.day, calendar.monthrange(year_number, number + 1)[1]))


def part_of(whole: Span, part: PartOfSpan) -> Span:
    """Return a third or half of a span, or its beginning or end: a week of a month, a month of a year."""
    if (whole.last - whole.first).days > 80:
        return _part_in_months(whole, part)
    length = (whole.last - whole.first).days + 1
    third = 10 if length >= 28 else max(1, length // 3)
    edge = min(7, third)
    cuts = {
        "early": (0, third),
        "mid": (third, max(third + 1, min(2 * third, length))),
        "late": (min(2 * third, length - 1), length),
        "beginning": (0, edge),
        "end": (length - edge, length),
        "first half": (0, (length + 1) // 2),
        "second half": (length // 2, length),
    }
    begin, end = cuts[part]
    return Span(whole.first + dt.timedelta(days=begin), whole.first + dt.timedelta(days=end - 1), whole.precision)


def _part_in_months(whole: Span, part: PartOfSpan) -> Span:
    length = (whole.last.year - whole.first.year) * 12 + whole.last.month - whole.first.month + 1
    edge = max(1, length // 12)
    third = max(1, length // 3)
    cuts = {
        "early": (0, third),
        "mid": (third, max(third + 1, length - third)),
        "late": (length - third, length),
        "beginning": (0, edge),
        "end": (length - edge, length),
        "first half": (0, length // 2),
        "second half": (length // 2, length),
    }
    begin, end = cuts[part]
    first = shift_months(whole.first, begin)
    precision: SpanPrecision = "year" if length > 12 else "month"
    return Span(first, shift_months(whole.first, end) - dt.timedelta(days=1), precision)
