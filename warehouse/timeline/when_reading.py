"""What one statement says of an event: how surely it happened, and when."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from warehouse.kernel_versions import find_versions
from warehouse.timeline.records import CitedDocument, KernelRelease, Statement
from warehouse.timeline.statement_words import statement_words
from warehouse.timeline.statement_writer import MERGE_ROUND_UP
from warehouse.timeline.when_fit import UNSURE, how_surely
from warehouse.timeline.when_question import WhenAsked

TimeSource = Literal["release", "list", "sentence", "document"]
"""Where the time of an event is from: a release or a time in the sentence, a round-up that lists it, or the day of its document."""

CYCLED = ("merged", "removed", "graduated")
"""Kinds of event that belong to the cycle of a release."""

SAME_DAYS = 14
"""Days within which reports without a release are of one event."""

_OF_DOCUMENT = 0.4
_COVERED = 2  # a statement with fewer words of the subject is more likely about something else
# A month without a year, and a round number of years, are guesses.
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_GUESSES: tuple[tuple[float, re.Pattern[str]], ...] = (
    (0.8, re.compile(rf"\b[Ii]n\s+(?:{_MONTHS})\b(?!,?\s+(?:\d{{4}}|of\b))")),
    (0.7, re.compile(r"\b(?:years|decades)\s+ago\b")),
)
_COUNTS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_MONTHS_SINCE = re.compile(
    rf"\bit\s+has\s+been\s+(?:\w+\s+)?({'|'.join(_COUNTS[1:])})\s+months?\s+since\b", re.IGNORECASE
)
_JUST_NOW = re.compile(r"\b(?:has|have)\s+(?:\w+\s+)?(?:been|gone|graduated|moved|left|landed)\b")
_LONGEST = 366  # days of a time that can be an answer


@dataclass(frozen=True, slots=True)
class WhenCandidate:
    """A statement that may answer, its document, and the share of the question's words it has, 0 to 1."""

    statement: Statement
    source: CitedDocument
    covered: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A candidate with how surely it says that the event happened (`fit`, 0 to 1), and the days and release it gives."""

    candidate: WhenCandidate
    fit: float
    time_source: TimeSource
    date: dt.date
    date_end: dt.date
    precision: str
    kernel_release: str | None

    @property
    def weight(self) -> float:
        """`fit`, less where no release, day or round-up of that time gives the time."""
        return self.fit * (_OF_DOCUMENT if self.time_source == "document" else 1.0)


def read_candidate(candidate: WhenCandidate, asked: WhenAsked, releases: Sequence[KernelRelease]) -> Reading | None:
    """Return what a candidate says, None if it gives no time.

    Something merged or removed belongs to the cycle of a release: a statement gives it by the release or the time it names, or else
    by its own day.
    """
    statement, source = candidate.statement, candidate.source
    fit = _fit(candidate, asked)
    written = source.day or statement.date_end
    own = (statement.date, statement.date_end, statement.precision)
    made = _made_then(source.title, written, releases)
    lists = made is not None or MERGE_ROUND_UP.search(source.title) is not None
    if asked.kind not in CYCLED:
        since = None if statement.explicit else _days_since(statement.text, written)
        if since is not None:
            return Reading(candidate, fit, "sentence", *since, "day", None)
        where: TimeSource = "sentence" if statement.explicit else "list" if lists else "document"
        return Reading(candidate, fit, where, *own, None)
    days = {mark.version: mark.released_on for mark in releases}
    named = [version.name for version in find_versions(statement.text) if version.name in days]
    if named and made is not None and made not in named and _JUST_NOW.search(statement.text):
        named = []  # "lguest, merged in 2.6.23, has been removed"
    cycle = cycle_of(named[0], releases) if named else None
    if cycle is not None and written >= cycle[0]:
        if (statement.explicit or lists) and cycle[0] <= statement.date and statement.date_end <= cycle[1]:
            return Reading(candidate, fit, "release", *own, named[0])
        # It had happened when the sentence was written.
        return Reading(candidate, fit, "release", cycle[0], min(cycle[1], written), "day", named[0])
    if statement.explicit and not lists:
        if (statement.date_end - statement.date).days > _LONGEST:
            return None
        release = kernel_release_after(releases, statement.date_end) if statement.precision in ("day", "week") else None
        return Reading(candidate, fit, "sentence", *own, release)
    release = made or kernel_release_after(releases, written)
    day = min(written, days.get(release or "", written))
    return Reading(candidate, fit, "list" if lists else "document", day, day, "day", release)


def kernel_release_after(releases: Sequence[KernelRelease], day: dt.date) -> str | None:
    """Return the release for a change merged or removed on a day: the next one after it."""
    return next((mark.version for mark in releases if mark.released_on > day), None)


def cycle_of(version: str, releases: Sequence[KernelRelease]) -> tuple[dt.date, dt.date]:
    """Return the days from the release before a version to its own; for the first known version only its own."""
    place = [mark.version for mark in releases].index(version)
    return releases[max(place - 1, 0)].released_on, releases[place].released_on


def _fit(candidate: WhenCandidate, asked: WhenAsked) -> float:
    """Return how surely a candidate says that the event happened, by the rules, 0 to 1."""
    statement = candidate.statement
    if statement.tense == "expected":
        return 0.0
    if asked.kind is None:
        has_all = set(statement_words(asked.subject)) <= set(statement_words(statement.text))
        fit = float(statement.explicit and has_all and not UNSURE.search(statement.text))
    else:
        by_own_name = (how_surely(statement.text, name, asked.kind) for name in asked.names)
        by_other_name = (how_surely(statement.text, name, asked.kind, whole=True) for name in asked.other_names)
        fit = max(chain(by_own_name, by_other_name))
    if fit and statement.explicit:
        fit *= min((share for share, guess in _GUESSES if guess.search(statement.text)), default=1.0)
    return fit * candidate.covered**_COVERED


def _days_since(text: str, written: dt.date) -> tuple[dt.date, dt.date] | None:
    """Return the days half a month around the time that a sentence counts from, None if it counts no months.

    "It has been nearly four months since lguest was announced".
    """
    found = _MONTHS_SINCE.search(text)
    if found is None:
        return None
    near = dt.timedelta(days=15)
    day = written - dt.timedelta(days=round(30.4 * _COUNTS.index(found[1].lower())))
    return day - near, day + near


def _made_then(title: str, written: dt.date, releases: Sequence[KernelRelease]) -> str | None:
    """Return the release that a title names, if it was being made when the document was written, or came out just before."""
    coming = {kernel_release_after(releases, written - dt.timedelta(days=days)) for days in (0, SAME_DAYS)}
    return next((version.name for version in find_versions(title) if version.name in coming), None)
