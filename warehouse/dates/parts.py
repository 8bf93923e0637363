"""The words before a date that name a part of it: `early`, `the end of`, `the first three weeks of`."""

import datetime as dt
import re
from dataclasses import replace

from warehouse.dates.rules import DateMatch
from warehouse.dates.spans import PartOfSpan, Span, SpanPrecision, day, month, part_of, shift_months, week
from warehouse.dates.words import MONTH, ORDINAL, WEEKDAY, count_of, ordinal_number, weekday_number

_THIRD = re.compile(
    r"\b(?P<part>early|mid|late)(?:[\s-]+(?:to|or)[\s-]+(?P<until>mid|late))?(?:\s+in)?[\s-]+(?:the\s+)?$",
    re.IGNORECASE,
)
_EDGE = re.compile(
    r"\b(?:the\s+)?(?P<part>beginning|start|end|close|middle|first\s+half|second\s+half|last\s+half|latter\s+half|"
    r"first\s+part|latter\s+part)\s+(?:of|in)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_SIDE = re.compile(
    r"\b(?P<side>earlier|later)\s+(?:in\s+|on\s+)?(?:the\s+)?$|\b(?:the\s+)?(?P<rest>rest|remainder)\s+of\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    rf"\b(?:the\s+)?(?P<which>{ORDINAL}|last|final|opening)\s+(?:(?P<count>two|three|four|five|six|ten|few|couple\s+of|\d{{1,2}})\s+)?"
    r"(?P<unit>day|week|weekend|month|year)(?P<many>s?)\s+(?:of|in)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_NTH_WEEKDAY = re.compile(
    rf"\b(?:the\s+)?(?P<which>{ORDINAL}|last)\s+(?P<weekday>{WEEKDAY})\s+(?:of|in)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_WEEK_OF = re.compile(r"\b(?:the\s+)?week\s+(?:of|beginning|starting|from)\s+(?:the\s+)?$", re.IGNORECASE)
_YEAR_OR_MONTH = re.compile(rf"(?:\b(?:19|20)\d\d|\b{MONTH})$")
_THE = re.compile(r"\bthe\s+$", re.IGNORECASE)
_WORD = re.compile(r"\s+[A-Za-z]")

_SOME = 3  # "the first days of July"
_THIRDS: dict[str, PartOfSpan] = {"early": "early", "mid": "mid", "late": "late"}
_EDGES: dict[str, PartOfSpan] = {
    "beginning": "beginning", "start": "beginning", "end": "end", "close": "end", "middle": "mid",
    "first half": "first half", "first part": "first half", "second half": "second half",
    "last half": "second half", "latter half": "second half", "latter part": "second half",
}  # fmt: skip


def with_part_before(text: str, match: DateMatch, written: dt.date) -> DateMatch | None:
    """Return the match narrowed to the part named before it, or unchanged if there is none; None for a weak match without a part."""
    span = match.span
    if span is None or match.kernel_release is not None or _is_in_a_name(text, match):
        return match
    before_from = max(0, match.start - 48)
    found, part = _cut(text[before_from : match.start], span, written)
    if found is not None and part is not None and part.first <= part.last:
        return replace(match, start=before_from + found.start(), span=part, weak=False)
    return None if match.weak else match


def _is_in_a_name(text: str, match: DateMatch) -> bool:
    """Return whether a year or month belongs to the noun behind it: `the 2011 Kernel Summit`, whose second day is not 2 January."""
    return bool(
        _YEAR_OR_MONTH.search(text[match.start : match.end])
        and _THE.search(text[max(0, match.start - 8) : match.start])
        and _WORD.match(text[match.end : match.end + 8])
    )


def _cut(before: str, span: Span, written: dt.date) -> tuple[re.Match[str] | None, Span | None]:
    if found := _SIDE.search(before):
        return found, _side(found, span, written)
    if span.first == span.last and (found := _WEEK_OF.search(before)):
        return found, week(span.first)
    for pattern, cut in ((_THIRD, _third), (_EDGE, _edge), (_COUNTED, _counted), (_NTH_WEEKDAY, _weekday)):
        if found := pattern.search(before):
            return found, cut(found, span)
    return None, None


def _third(found: re.Match[str], span: Span) -> Span | None:
    if span.first == span.last:
        return None
    part = found["part"].lower()
    return replace(part_of(span, _THIRDS[part]), last=part_of(span, _THIRDS[(found["until"] or part).lower()]).last)


def _edge(found: re.Match[str], span: Span) -> Span | None:
    if span.first == span.last:
        return None
    return part_of(span, _EDGES[" ".join(found["part"].lower().split())])


def _side(found: re.Match[str], span: Span, written: dt.date) -> Span | None:
    """Cut a span that includes today: `earlier this year` ends today, `later this week` begins today. Return other spans unchanged."""
    if not span.first <= written <= span.last or span.first == span.last:
        return span
    if (found["side"] or "").lower() == "earlier":
        return replace(span, last=written)
    return replace(span, first=written)


def _counted(found: re.Match[str], span: Span) -> Span | None:
    unit, which = found["unit"].lower(), found["which"].lower()
    is_last = which in ("last", "final")
    count = int(count_of(found["count"])) if found["count"] else _SOME if found["many"] else 1
    if unit in ("month", "year"):
        return _months(span, which, count if unit == "month" else 12 * count)
    if unit == "weekend":
        return None
    days = count * (7 if unit == "week" else 1)
    precision: SpanPrecision = "week" if unit == "week" else "day"
    if is_last:
        return Span(max(span.first, span.last - dt.timedelta(days=days - 1)), span.last, precision)
    skipped = 0 if which == "opening" else ordinal_number(which) - 1
    first = span.first + dt.timedelta(days=skipped * days)
    return Span(first, min(span.last, first + dt.timedelta(days=days - 1)), precision)


def _months(span: Span, which: str, count: int) -> Span | None:
    length = (span.last.year - span.first.year) * 12 + span.last.month - span.first.month + 1
    if length < 2 or which not in ("first", "1st", "last", "final", "opening"):
        return None
    skipped = 0 if which in ("first", "1st", "opening") else max(0, length - count)
    first, last = (shift_months(span.first, index) for index in (skipped, min(length, skipped + count) - 1))
    return Span(month(first.year, first.month).first, month(last.year, last.month).last, "month")


def _weekday(found: re.Match[str], span: Span) -> Span | None:
    weekday, which = weekday_number(found["weekday"]), found["which"].lower()
    if which == "last":
        return day(span.last - dt.timedelta(days=(span.last.weekday() - weekday) % 7))
    first = span.first + dt.timedelta(days=(weekday - span.first.weekday()) % 7)
    return day(first + dt.timedelta(days=7 * (ordinal_number(which) - 1)))
