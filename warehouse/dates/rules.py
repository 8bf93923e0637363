"""What the rules that read time expressions have in common."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from warehouse.dates.spans import Span
from warehouse.records import Tense


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence being read, the day it was written on, and the tense of a range of its characters.

    `lowered` is the text in small letters: most rules first look there for a word without which they find nothing.
    """

    text: str
    lowered: str
    written: dt.date
    tense_at: Callable[[int, int], Tense]


@dataclass(frozen=True, slots=True)
class DateMatch:
    """A date found in a sentence. One of `span` and `in_year` is set.

    `in_year` gives the days once the year is known ("in April"); `weak` ones ("the month") mean a date only with a part
    named before them ("the end of the month"); `kernel_release` is the version whose day it is.
    """

    start: int
    end: int
    span: Span | None = None
    in_year: Callable[[int], Span] | None = None
    weak: bool = False
    kernel_release: str | None = None


# A date far on the wrong side of the tense still wins over one on the right side if it is this many times nearer: "the
# window was set to close on 10 April" (written on the 1st) is not a year ago, "in August" (past, written in June) is.
_AGAINST_TENSE = 8.0
# Reports look back, so a date that could be either is sooner the one behind, even if that is three times as far.
_AHEAD = 3.0


def settle_year(in_year: Callable[[int], Span], written: dt.date, tense: Tense) -> Span | None:
    """Return the days of the year that fits best: near the written day, on the side that the tense shows."""
    best: tuple[float, Span] | None = None
    for year_number in (written.year - 1, written.year, written.year + 1):
        try:
            span = in_year(year_number)
        except (ValueError, OverflowError):  # 29 February of another year
            continue
        ahead, behind = (span.first - written).days, (written - span.last).days
        cost = float(max(ahead, behind, 0))
        if ahead > 0:
            cost *= _AGAINST_TENSE if tense == "past" else 1.0 if tense == "expected" else _AHEAD
        elif behind > 0 and tense == "expected":
            cost *= _AGAINST_TENSE
        if best is None or cost < best[0]:
            best = (cost, span)
    return best[1] if best else None
