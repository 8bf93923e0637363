"""Dates that name their day, month or year: `5 March 2009`, `March 5`, `2009-03-05`, `in April`, `since 2005`."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from functools import partial

from warehouse.dates.rules import DateMatch, Sentence
from warehouse.dates.spans import Span, day, month, year
from warehouse.dates.words import ANY_WEEKDAY, DAY, MONTH, YEAR, day_number, month_number
from warehouse.months import ENGLISH

_DASH_OR_WORD = r"\s*(?:-|–|—|/|\bto\b|\band\b|\bor\b|\buntil\b|\bthrough\b)\s*(?:the\s+)?"
_DAY_MONTH = re.compile(
    rf"(?<![\w.,:/-])(?:{ANY_WEEKDAY}\s*,?\s+(?:the\s+)?)?(?:(?P<day0>{DAY})(?:\s*,\s*{DAY}){{0,3}}{_DASH_OR_WORD})?"
    rf"(?P<day>{DAY})\s+(?:of\s+)?"
    rf"(?P<month>{MONTH})(?:\s*,?\s*(?P<year>{YEAR}))?"
)
_MONTH_DAY = re.compile(
    rf"(?<![\w/-])(?:{ANY_WEEKDAY}\s*,?\s+)?(?P<month>{MONTH})\s+(?:the\s+)?(?P<day0>{DAY})(?!\s*:\d)"
    rf"(?:{_DASH_OR_WORD}(?P<day>{DAY})(?!\s*:\d)(?!\s+{MONTH}))?(?:\s*,?\s*(?:of\s+)?(?P<year>{YEAR}))?"
)
_MONTH_YEAR = re.compile(rf"(?<![\w/])(?P<month>{MONTH})(?:\s*,|\s+of)?\s+(?P<year>{YEAR})")
_ISO = re.compile(
    r"(?<![\w.:/-])(?P<year>(?:19|20)\d\d)(?P<sep>[-/])(?P<month>\d\d)(?P=sep)(?P<day>\d\d)(?![\w/-]|\.\d)"
)
_FIGURES = re.compile(
    r"(?<![\w.:/-])(?P<one>\d{1,2})(?P<sep>[./])\s?(?P<two>\d{1,2})(?P=sep)\s?(?P<year>(?:19|20)\d\d)(?![\w/-]|\.\d)"
)
_MONTH_ALONE = re.compile(rf"(?<![\w/.])(?P<month>{MONTH})(?!\s+\d|-\d)")
_MONTH_NAMES = tuple(name[:3].capitalize() for name in ENGLISH)
_FOUR_FIGURES = re.compile(r"(?:19|20)\d\d")
_YEARS = re.compile(
    r"(?:(?<![\w.,:/$€£#-])|(?<=\bmid-)|(?<=\blate-)|(?<=\bearly-))(?P<year>19\d\d|20[0-3]\d)(?:\s?[-–/]\s?(?P<last>(?:19|20)?\d\d))?(?![\w%]|[.:,]\d|-\w|/\w)"
)

# Ambiguous month names count only after certain words: "may" and "march" are verbs, "Jan" and "June" are people.
_BEFORE_MONTH = re.compile(
    r"\b(?:in|since|until|till|by|of|from|to|through|during|for|before|after|around|early|mid|late|between|beginning|start|end|the|"
    r"a|and|or|that|every|each)[\s-]+$|\b(?:in|by|until|since)\s+(?:about|around)\s+$",
    re.IGNORECASE,
)
_PLAIN_MONTH = re.compile(r"(?:January|February|July|August|September|October|November|December)$")
_BEFORE_YEAR = re.compile(
    r"(?:\b(?:in|since|until|till|during|early|mid|late|back\s+in|year|beginning|middle|end\s+of|start\s+of|as\s+of)[\s-]+|"
    r"\b(?:in|since|during|by|of)\s+(?:about|around|the\s+year)\s+)$",
    re.IGNORECASE,
)
_BEFORE_YEAR_OR_COUNT = re.compile(
    r"(?:\b(?:by|of|from|to|through|before|after|around|circa|between|for|beyond)\s+|\(|(?:19|20)\d\d\s*(?:,|,?\s*and|or|&)\s+)$",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\s+of\s+(?:them|these|those|which|the|its|his|her|our)\b|\s+(?!(?:is|was|has|as|does|this|its)\b)[a-z]+s\b|\s*(?:[KMG]i?B|MHz|GHz)\b"
)
_BEFORE_EVENT_YEAR = re.compile(
    r"(?:\b(?:Summit|Symposium|Conference|Workshop|Congress|Forum|Meeting|Code|Sprint|Expo|Plumbers|FOSDEM|LCA|OLS|CeBIT|UDS|"
    r"GUADEC|DebConf|LSF(?:/MM|MM)?|\w*Con(?:f|ference)?|\w*[tT]ag|\w*Days?)(?:\s+(?:Europe|Japan|North\s+America|EU))?)\s+$"
)
_AFTER_EVENT_YEAR = re.compile(
    r"\s+(?:(?:[A-Z][\w/]*\s+){0,3}(?:Summit|Symposium|Conference|Workshop|Congress|Meeting|Plumbers|Con|LinuxCon|FOSDEM|OLS|LCA)\b|"
    r"(?:edition|meeting|conference|summit|workshop|event)\b)"
)


def absolute_dates(sentence: Sentence) -> Iterator[DateMatch]:
    """Yield the dates in a sentence that name a month, a year or both."""
    text = sentence.text
    if _FOUR_FIGURES.search(text):
        for found in _ISO.finditer(text):
            yield from _core(found, partial(_from_iso, found))
        for found in _FIGURES.finditer(text):
            yield from _core(found, partial(_from_figures, found))
        yield from _years(text)
    if any(name in text for name in _MONTH_NAMES):
        yield from _dates_with_day(text)
        yield from _months_alone(text)


def _dates_with_day(text: str) -> Iterator[DateMatch]:
    for pattern in (_DAY_MONTH, _MONTH_DAY):
        for found in pattern.finditer(text):
            days = [day_number(found[name]) for name in ("day0", "day") if found[name]]
            in_year = partial(_days_of, month_number(found["month"]), days[0], days[-1])
            if found["year"]:
                yield from _core(found, partial(in_year, int(found["year"])))
            elif days[0] <= days[-1]:
                yield DateMatch(found.start(), found.end(), in_year=in_year)
    for found in _MONTH_YEAR.finditer(text):
        yield from _core(found, partial(month, int(found["year"]), month_number(found["month"])))


def _months_alone(text: str) -> Iterator[DateMatch]:
    for found in _MONTH_ALONE.finditer(text):
        name, before = found["month"], text[max(0, found.start() - 24) : found.start()]
        is_abbreviated = len(name.rstrip(".")) < 5 and name not in ("May", "June", "July")
        if _BEFORE_MONTH.search(before):
            if is_abbreviated and not name.endswith("."):
                continue  # "by Jan", "from Jan Kara", "for Dec Alpha"
        elif not _PLAIN_MONTH.match(name):
            continue
        yield DateMatch(found.start(), found.end(), in_year=partial(_month_of, month_number(name)))


def _years(text: str) -> Iterator[DateMatch]:
    for found in _YEARS.finditer(text):
        before, after = text[max(0, found.start() - 32) : found.start()], text[found.end() : found.end() + 60]
        if (
            _BEFORE_YEAR.search(before)
            or (_BEFORE_YEAR_OR_COUNT.search(before) and not _COUNTED.match(after))
            or _BEFORE_EVENT_YEAR.search(before)
            or _AFTER_EVENT_YEAR.match(after)
            or after.startswith(("'s ", "’s "))
        ):
            first, last = int(found["year"]), found["last"]
            final = first if last is None else int(last) if len(last) == 4 else first - first % 100 + int(last)
            if first <= final <= first + 20:
                yield from _core(found, partial(year, first, final))


def _core(found: re.Match[str], span: Callable[[], Span]) -> Iterator[DateMatch]:
    try:
        yield DateMatch(found.start(), found.end(), span=span())
    except (ValueError, OverflowError):  # 31 February: digits that are not a date
        return


def _from_iso(found: re.Match[str]) -> Span:
    return day(dt.date(int(found["year"]), int(found["month"]), int(found["day"])))


def _days_of(month_of_year: int, first: int, last: int, year_number: int) -> Span:
    if first > last:
        raise ValueError((first, last))
    return day(dt.date(year_number, month_of_year, first), dt.date(year_number, month_of_year, last))


def _month_of(number: int, year_number: int) -> Span:
    return month(year_number, number)


def _from_figures(found: re.Match[str]) -> Span:
    """Return the span of a numeric date: with dots, the day is first (the German way).

    Raises:
        ValueError: the date is not valid, or with slashes both orders give a valid date, and not the same one.
    """
    one, two, year_number = int(found["one"]), int(found["two"]), int(found["year"])
    if found["sep"] == "." or one > 12 or one == two:
        return day(dt.date(year_number, two, one))
    if two > 12:
        return day(dt.date(year_number, one, two))
    raise ValueError(found[0])
