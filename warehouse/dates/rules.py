"""What the rules for time expressions share."""

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass

from warehouse.dates.spans import Span
from warehouse.records import Tense


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence to parse, the day it was written, and the tense of a range of its characters.

    `kernels` are the places of numbers that are known to be those of kernel releases. `lowered` is the text in lower case: most rules first check that it contains a word they need.
    """

    text: str
    lowered: str
    written: dt.date
    tense_at: Callable[[int, int], Tense]
    kernels: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class DateMatch:
    """A date found in a sentence; either `span` or `in_year` is set.

    `in_year` returns the days once the year is known ("in April"); `weak` matches ("the month") are dates only with a part named
    before them ("the end of the month"); `kernel_release` is the version that was released, or for which changes were taken in, on these days.
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
# Reports look back, so an ambiguous date is more likely the past one, even if that is three times as far away.
_AHEAD = 3.0


def settle_year(in_year: Callable[[int], Span], written: dt.date, tense: Tense) -> Span | None:
    """Return the days in the best year: near the day of writing, on the side that the tense shows."""
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
