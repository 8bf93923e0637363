"""Times as queries write them, in the words of prose: "march-june 2012", "2012-03", "q3 2012", "2010..2012"."""

import datetime as dt
import re
from collections.abc import Callable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from warehouse.dates.spans import SEASONS
from warehouse.months import ENGLISH, any_of, month_numbers

# Linux began in 1991; in texts about kernels, 2038 is the year in which a clock overflows. A number of four digits is a year
# only beside certain words: "2000 threads" is not.
YEAR = r"(?:199[1-9]|20(?:[0-2]\d|3[0-7]))"

_MONTHS = month_numbers("en")
# Parts of a year, each with its first month.
_PARTS = {**_MONTHS, **SEASONS, "q1": 1, "q2": 4, "q3": 7, "q4": 10}
_PART = any_of(_PARTS)
_LONG_NAMES = [name for name in ENGLISH if len(name) > 4]
_MISSPELLED = re.compile(rf"\b(?P<word>[a-z]{{5,10}})(?=,? {YEAR}\b)", re.IGNORECASE)
# Each form with what prose says instead.
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_MISSPELLED, lambda found: month_meant(found["word"]) or found["word"]),
    (re.compile(rf"\b(?:{any_of(_MONTHS)})\b", re.IGNORECASE), lambda found: found[0].capitalize()),
    (
        re.compile(rf"(?<![\w.:/-])(?P<year>{YEAR})[-/](?P<month>0[1-9]|1[0-2])(?![\w/]|[-.]\w)"),
        lambda found: _month_of_year(found),
    ),
    (
        re.compile(rf"(?<![\w.:/-])(?P<month>0?[1-9]|1[0-2])/(?P<year>{YEAR})(?![\w/]|[-.]\w)"),
        lambda found: _month_of_year(found),
    ),
    (
        re.compile(rf"\bh(?P<half>[12])(?= (?:of )?{YEAR}\b)", re.IGNORECASE),
        lambda found: f"{'first' if found['half'] == '1' else 'second'} half",
    ),
    (re.compile(r"(?<=\d)\.\.+(?=\d)"), lambda _: " to "),
    (re.compile(r"(?<![A-Za-z])q(?=[1-4](?!\w))"), lambda _: "Q"),
    (
        re.compile(
            rf"\b(?P<part>{_PART})(?=\.?(?P<space> ?)(?:-|–|to|and|until|till|through|thru) ?(?:early |mid |late )?(?P<last>{_PART})\.?,? (?P<year>{YEAR})\b)",
            re.IGNORECASE,
        ),
        lambda found: f"{found['part']} {_year_of_first(found)} ".removesuffix(found["space"]),
    ),
    (re.compile(r"\b(?:last|final) (?=quarter of )", re.IGNORECASE), lambda _: "fourth "),
)


def as_prose(text: str) -> tuple[str, list[int]]:
    """Return a query with its times as prose writes them, and the place in the query of each place in it."""
    places = list(range(len(text) + 1))
    for pattern, write in _FORMS:
        pieces, moved, last = [], [], 0
        for found in pattern.finditer(text):
            written = write(found)
            pieces += [text[last : found.start()], written]
            moved += [*places[last : found.start()], *[places[found.start()]] * len(written)]
            last = found.end()
        text, places = "".join([*pieces, text[last:]]), [*moved, *places[last:]]
    return text, places


def has_misspelled_month(text: str) -> bool:
    """Return whether a word before a year is nearly the name of a month: "Febuary 2012"."""
    return any(month_meant(found["word"]) for found in _MISSPELLED.finditer(text))


def month_meant(word: str) -> str | None:
    """Return the name of the month that a word misspells by a letter; None if it is one, or no month's."""
    if word.lower() in _PARTS:
        return None
    found = process.extractOne(word.lower(), _LONG_NAMES, scorer=OSA.distance, score_cutoff=1)
    return found[0] if found else None


def _year_of_first(found: re.Match[str]) -> int:
    """Return the year of the first of two months or the like: 2011 in "November to February 2012"."""
    return int(found["year"]) - (_PARTS[found["part"].lower()] > _PARTS[found["last"].lower()])


def _month_of_year(found: re.Match[str]) -> str:
    return f"{dt.date(int(found['year']), int(found['month']), 1):%B %Y}"
