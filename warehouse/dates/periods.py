"""Quarters, halves, seasons, decades and holidays."""

import datetime as dt
import re
from collections.abc import Iterator
from functools import partial

from warehouse.dates.rules import DateMatch, Sentence
from warehouse.dates.spans import SEASONS, Span, day, part_of, quarter, season, year
from warehouse.dates.words import ORDINAL, YEAR, ordinal_number

_OF_YEAR = rf"(?:(?:\s*,|\s+of)?\s+(?:(?P<year>{YEAR})|(?:the\s+)?(?P<which>(?:(?:this|last|next)\s+)?year)\b))?"
_QUARTER = re.compile(
    rf"\b(?P<number>{ORDINAL})[\s-]+(?P<unit>quarter|half){_OF_YEAR}(?!\s+(?:of|hour|century|inch)\b)",
    re.IGNORECASE,
)
_Q = re.compile(
    rf"(?<![\w-])(?:Q(?P<number>[1-4])(?!\w)(?:[\s/]*(?P<year>{YEAR}))?|(?P<year1>(?:19|20)\d\d)[\s-]?Q(?P<number1>[1-4])(?!\w))"
)
# Seasons, but not "to fall back" and "to spring up".
_SEASON = re.compile(
    rf"(?<![\w-])(?![Ff]all\s+(?:back|short|through|apart|behind|into|within|out|over|under|off|down)\b|[Ss]pring\s+(?:up|from|into)\b)(?P<name>[Ss]pring|[Ss]ummer|[Aa]utumn|[Ff]all|[Ww]inter){_OF_YEAR}(?!\s+of\s+Code)(?![\w-])"
)
# What makes "fall" or "spring" a verb: "unlikely to fall", "will spring".
_VERB_BEFORE = re.compile(
    r"\b(?:likely|unlikely|has|have|had|going|decided?|began|begins?|continue[ds]?|want(?:s|ed)?|tends?)\s+to\s+$"
    r"|\b(?:will|would|can|could|may|might|should|must|not)\s+$"
)
_DECADE = re.compile(
    r"(?<![\w.,])(?:(?P<long>(?:19|20)\d0)|['’]?(?P<short>[5-9]0))(?:\s?['’])?s\b|"
    r"\b(?P<name>[Ss]ixties|[Ss]eventies|[Ee]ighties|[Nn]ineties)\b"
)
_NAMED_DECADES = {"sixties": 1960, "seventies": 1970, "eighties": 1980, "nineties": 1990}
_HOLIDAYS = {
    "new year's day": (1, 1), "new year's eve": (12, 31), "christmas eve": (12, 24), "christmas day": (12, 25),
    "christmas": (12, 25), "new year": (1, 1), "boxing day": (12, 26), "valentine's day": (2, 14), "april fools' day": (4, 1),
    "april fool's day": (4, 1), "fourth of july": (7, 4), "independence day": (7, 4), "halloween": (10, 31),
}  # fmt: skip
_HOLIDAY = re.compile(
    r"(?<![\w-])(?P<name>New\s+Year(?:\s?['’]s\s+(?:Day|Eve))?|Christmas(?:\s+(?:Day|Eve))?|Boxing\s+Day|Valentine\s?['’]s\s+Day|"
    r"April\s+Fool(?:s['’]|['’]s)\s+Day|Fourth\s+of\s+July|Independence\s+Day|Halloween)\b(?!-|\s+(?:[Cc]arol|[Tt]ree|[Cc]ards?|[Gg]ifts?|[Pp]resents?|[Ww]ish|[Ll]ights?)\b)"
    rf"(?:\s*,?\s*(?:of\s+)?(?P<year>{YEAR}))?"
)
_BEFORE_PERIOD = re.compile(
    r"\b(?:in|by|during|until|till|since|over|for|of|before|after|early|mid|late|from|to|and)[\s-]+(?:the\s+)?$",
    re.IGNORECASE,
)
_BEFORE_NAMED_DECADE = re.compile(r"\b(?:the|early|mid|late)[\s-]+$", re.IGNORECASE)


def named_periods(sentence: Sentence) -> Iterator[DateMatch]:
    """Yield the quarters, halves of a year, seasons, decades and holidays that a sentence names."""
    text, lowered = sentence.text, sentence.lowered
    if "quarter" in lowered or "half" in lowered:
        for found in _QUARTER.finditer(text):
            unit, number = found["unit"].lower(), ordinal_number(found["number"])
            if unit == "quarter" or (number < 3 and (found["year"] or found["which"])):
                yield from _core(found, partial(_quarter_or_half, unit, number), sentence)
    if "Q" in text:
        for found in _Q.finditer(text):
            number = int(found["number"] or found["number1"])
            yield from _core(found, partial(_quarter_or_half, "quarter", number), sentence)
    if any(name in lowered for name in SEASONS):
        for found in _SEASON.finditer(text):
            if not found["year"] and _VERB_BEFORE.search(text[max(0, found.start() - 12) : found.start()]):
                continue
            yield from _core(found, partial(_season_of, found["name"].lower()), sentence)
    if "0s" in text or "0'" in text or "0’" in text or "0 '" in text or "ties" in lowered:
        yield from _decades(text)
    for found in _HOLIDAY.finditer(text):
        name = re.sub(r"\s+(?=')", "", " ".join(found["name"].lower().replace("’", "'").split()))
        in_year = partial(_holiday, *_HOLIDAYS[name])
        if found["year"]:
            yield DateMatch(found.start(), found.end(), span=in_year(int(found["year"])))
        else:
            yield DateMatch(found.start(), found.end(), in_year=in_year)


def _decades(text: str) -> Iterator[DateMatch]:
    for found in _DECADE.finditer(text):
        if found["long"] or _BEFORE_NAMED_DECADE.search(text[max(0, found.start() - 12) : found.start()]):
            first = _first_of_decade(found)
            yield DateMatch(found.start(), found.end(), span=year(first, first + 9))


def _core(found: re.Match[str], in_year: "partial[Span]", sentence: Sentence) -> Iterator[DateMatch]:
    groups = found.groupdict()
    named = groups.get("year") or groups.get("year1")
    which = (groups.get("which") or "").lower()
    if named:
        yield DateMatch(found.start(), found.end(), span=in_year(int(named)))
    elif which:
        shift = {"last": -1, "next": 1}.get(which.split()[0], 0)
        yield DateMatch(found.start(), found.end(), span=in_year(sentence.written.year + shift))
    elif _BEFORE_PERIOD.search(sentence.text[max(0, found.start() - 16) : found.start()]):
        yield DateMatch(found.start(), found.end(), in_year=in_year)


def _quarter_or_half(unit: str, number: int, year_number: int) -> Span:
    if unit == "half":
        return part_of(year(year_number), "first half" if number == 1 else "second half")
    return quarter(year_number, number)


def _season_of(name: str, year_number: int) -> Span:
    return season(year_number, name)


def _holiday(month_of_year: int, day_of_month: int, year_number: int) -> Span:
    return day(dt.date(year_number, month_of_year, day_of_month))


def _first_of_decade(found: re.Match[str]) -> int:
    if found["long"]:
        return int(found["long"])
    return 1900 + int(found["short"]) if found["short"] else _NAMED_DECADES[found["name"].lower()]
