"""The days a sentence refers to, counted from the day it was written."""

import datetime as dt
import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from warehouse.dates.absolute import absolute_dates
from warehouse.dates.anchored import anchored_dates
from warehouse.dates.counted import counted_dates
from warehouse.dates.kernel_releases import kernel_release_dates
from warehouse.dates.parts import with_part_before
from warehouse.dates.periods import named_periods
from warehouse.dates.relative import relative_dates
from warehouse.dates.rules import DateMatch, Sentence, settle_year
from warehouse.dates.spans import Span, SpanPrecision
from warehouse.dates.tense import tense_at
from warehouse.records import Tense

FAR_DAYS = 3653  # ten years: a date further away is more often a misreading, so it is flagged


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """The days named by the characters `start` to `end` of a sentence, first to last.

    `precision` is the unit that the words name (`early March` is a `month`, though its range is shorter). `kernel_release` is the
    version whose release is meant. `far` marks a date more than ten years from the day of writing.
    """

    start: int
    end: int
    surface: str
    date: dt.date
    date_end: dt.date
    precision: SpanPrecision
    tense: Tense
    far: bool = False
    kernel_release: str | None = None


_JOINS = re.compile(r"\s*(?P<how>to|until|till|through|thru|up\s+to|and|–|—|-)\s*(?:the\s+)?$")
_LISTS = re.compile(r"\s*(?:,|,?\s*and|,?\s*or|to|until|till|through|&|/|–|—|-)\s*(?:the\s+)?$")
_OR = re.compile(r"\s+or\s+(?:in\s+)?(?:the\s+)?(?P<part>(?:early|mid|late|\w+\s+of)[\s-]+)?$")
_ALTERNATIVES = 3  # dates before one that `or` may join it to
_EXPLAINS = re.compile(r"\s*\((?:on\s+)?$")
_FROM = re.compile(r"\b(?:from|between)\s+(?:the\s+)?$", re.IGNORECASE)


def find_times(
    sentence: str, *, written: dt.date, releases: Mapping[str, dt.date] | None = None, kernels: Collection[int] = ()
) -> list[TimeExpression]:
    """Return the time expressions of a sentence written on a given day, in order and without overlap.

    `releases` gives the release day of each version; other versions are ignored. `kernels` are the
    places in the sentence where a kernel release is known to stand; elsewhere "6.8" may be another program's. A month or day without a year is the nearest one
    that fits the tense. A sentence without dates gives an empty list.
    """
    reading = Sentence(sentence, sentence.lower(), written, lambda start, end: tense_at(sentence, start, end), kernels)
    matches = [
        *absolute_dates(reading),
        *named_periods(reading),
        *relative_dates(reading),
        *counted_dates(reading),
        *kernel_release_dates(reading, releases or {}),
    ]
    dates = _dates_of(reading, matches) if matches else []
    anchored = [*anchored_dates(reading, dates)]
    chosen = _longest([*dates, *anchored]) if anchored else dates
    return [_expression(reading, match, match.span) for match in chosen if match.span]


def _dates_of(reading: Sentence, matches: list[DateMatch]) -> list[DateMatch]:
    """Return the matches with their years set, narrowed by the parts named before them, and with ranges joined."""
    settled = _settle(reading, _longest(matches))
    widened = (with_part_before(reading.text, match, reading.written) for match in settled)
    return _join_ranges(reading.text, _longest(match for match in widened if match is not None))


def _longest(matches: Iterable[DateMatch]) -> list[DateMatch]:
    """Return the matches that remain when only the longest of overlapping ones is kept."""
    kept: list[DateMatch] = []
    for match in sorted(matches, key=lambda match: (match.start - match.end, match.start)):
        place = bisect_left(kept, match.start, key=lambda other: other.start)
        is_free = place == 0 or kept[place - 1].end <= match.start
        if is_free and (place == len(kept) or kept[place].start >= match.end):
            kept.insert(place, match)
    return kept


def _settle(reading: Sentence, matches: list[DateMatch]) -> list[DateMatch]:
    """Set the year of every match: that of the date it is listed with, or else the best one."""
    settled: list[DateMatch] = []
    for index in range(len(matches) - 1, -1, -1):
        match = matches[index]
        if match.in_year is not None:
            listed = settled[-1] if settled and _LISTS.match(reading.text[match.end : settled[-1].start]) else None
            opening = _year_before(matches[:index])
            if (
                listed is not None
                and listed.span is not None
                and not listed.weak
                and matches[index + 1].in_year is None
            ):
                span = _year_of_next(match, listed.span)
            elif opening is not None:
                span = match.in_year(opening)
            else:
                span = _nearest_year(reading, matches[max(0, index - _ALTERNATIVES) : index + 1])
            match = replace(match, span=span, in_year=None)
        settled.append(match)
    return [match for match in reversed(settled) if match.span is not None]


def _nearest_year(reading: Sentence, matches: list[DateMatch]) -> Span | None:
    """Return the days of the last match in the best year; a date that `or` joins to the one before follows it."""
    match, before = matches[-1], matches[-2] if len(matches) > 1 else None
    assert match.in_year is not None
    if before is None or before.in_year is None or not _OR.match(reading.text[before.end : match.start]):
        return settle_year(match.in_year, reading.written, reading.tense_at(match.start, match.end))
    first = _nearest_year(reading, matches[:-1])
    return None if first is None else settle_year(match.in_year, first.last, "expected")


def _year_before(matches: list[DateMatch]) -> int | None:
    """Return the last year named so far, if the sentence begins with one ("Last year's summit was ..., this year's ...")."""
    years = [match for match in matches if match.span is not None and _is_a_year(match.span)]
    opens = bool(years) and years[0] is matches[0] and years[0].start < len("In the ")
    return years[-1].span.first.year if opens and years[-1].span is not None else None


def _is_a_year(span: Span) -> bool:
    return span.precision == "year" and span.first.year == span.last.year


def _year_of_next(match: DateMatch, following: Span) -> Span | None:
    for year_number in (following.first.year, following.first.year - 1):
        try:
            span = match.in_year(year_number) if match.in_year else None
        except ValueError:
            continue
        if span is not None and span.first <= following.first:
            return span
    return None


def _join_ranges(text: str, matches: list[DateMatch]) -> list[DateMatch]:
    """Join two dates connected by `from ... to`, `between ... and`, a dash, or `or` if one follows the other, into one.

    A day beside which its date stands ("last Tuesday (22 February)") is that date.
    """
    joined = matches[:1]
    for before, match in pairwise(matches):
        last = joined[-1]
        if last.span and match.span and _EXPLAINS.match(text[last.end : match.start]):
            if last.span.precision == match.span.precision == "day":
                joined[-1] = replace(last, span=match.span)
            joined.append(match)
            continue
        between = _JOINS.match(text[last.end : match.start]) if last.end == before.end else None
        is_joined = between is not None and _is_range(text, last, match, between["how"])
        if (is_joined or _is_one_or_the_next(text, last, match)) and last.span and match.span:
            span = replace(match.span, first=last.span.first)
            joined[-1] = replace(match, start=last.start, span=span)
        else:
            joined.append(match)
    return joined


def _is_one_or_the_next(text: str, first: DateMatch, second: DateMatch) -> bool:
    """Return whether two dates are one uncertain time: "late March or early April"."""
    between = _OR.match(text[first.end : second.start])
    if first.span is None or second.span is None or between is None or between["part"]:
        return False
    return first.span.precision == second.span.precision and second.span.first - first.span.last == dt.timedelta(days=1)


def _is_range(text: str, first: DateMatch, second: DateMatch, how: str) -> bool:
    if first.span is None or second.span is None or first.span.first > second.span.last:
        return False
    if first.kernel_release or second.kernel_release or text[first.end : second.start] == "":
        return False
    opened = _FROM.search(text[max(0, first.start - 14) : first.start])
    if how == "and":
        return bool(opened) and text[max(0, first.start - 14) : first.start].lower().rstrip(" the").endswith("between")
    return bool(opened) or first.span.precision == second.span.precision


def _expression(reading: Sentence, match: DateMatch, span: Span) -> TimeExpression:
    written = reading.written
    tense: Tense
    if span.first > written or span.first == written < span.last:
        tense = "expected"
    elif span.last < written:
        tense = "past"
    else:
        tense = reading.tense_at(match.start, match.end)
    far = abs((span.first - written).days) > FAR_DAYS or abs((span.last - written).days) > FAR_DAYS
    surface = reading.text[match.start : match.end]
    return TimeExpression(
        match.start, match.end, surface, span.first, span.last, span.precision, tense, far, match.kernel_release
    )
