"""The answer to a question about when something happened, from the statements that may tell it."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from warehouse.kernel_versions import find_versions
from warehouse.timeline.records import CitedDocument, KernelRelease, Statement
from warehouse.timeline.statement_words import statement_words
from warehouse.timeline.statement_writer import ROUND_UP
from warehouse.timeline.when_fit import UNSURE, how_surely
from warehouse.timeline.when_question import WhenAsked

# Weights: a round-up of that time that lists it, a sentence with the release or the day, a sentence with neither.
_LISTS, _NAMES_TIME, _NAMES_NONE = 1.0, 1.0, 0.4
_COVERED = 2  # a statement with fewer words of the subject is more likely about something else
# Days within which reports without a release are of one event, the least score of an answer, and its least lead over the next.
_SAME_DAYS, _ENOUGH, _AHEAD = 14, 0.55, 1.25
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
_LEAST_FIT = 0.3


@dataclass(frozen=True, slots=True)
class WhenCandidate:
    """A statement that may answer, its document, and the share of the question's words it has, 0 to 1."""

    statement: Statement
    source: CitedDocument
    covered: float


@dataclass(frozen=True, slots=True)
class DatedAnswer:
    """A candidate that answers, its weight, and the days and release it gives."""

    candidate: WhenCandidate
    worth: float
    date: dt.date
    date_end: dt.date
    precision: str
    kernel_release: str | None


def find_answer(
    candidates: Iterable[WhenCandidate], asked: WhenAsked, releases: Sequence[KernelRelease]
) -> DatedAnswer | None:
    """Return the answer that most candidates give, None if none gives one or they disagree.

    Something merged or removed belongs to the cycle of a release: a statement gives it by the release or the time it names, or else
    by its own day.
    """
    days = {mark.version: mark.released_on for mark in releases}
    by_event: list[list[DatedAnswer]] = []
    for candidate in candidates:
        found = _read_candidate(candidate, asked, releases, days)
        if found is None:
            continue
        same = next((others for others in by_event if _is_same(others[0], found, asked)), None)
        if same is None:
            by_event.append([found])
        else:
            same.append(found)
    worths = sorted(((_worth(found), found) for found in by_event), key=lambda pair: -pair[0])
    if not worths or worths[0][0] < _ENOUGH or (len(worths) > 1 and worths[0][0] < _AHEAD * worths[1][0]):
        return None
    return max(worths[0][1], key=lambda one: (one.worth, one.date - one.date_end))  # the narrowest of equals


def _worth(found: Sequence[DatedAnswer]) -> float:
    """Return the total weight of the statements of an event, one per document."""
    best: dict[str, float] = {}
    for one in found:
        name = one.candidate.source.document_id
        best[name] = max(best.get(name, 0.0), one.worth)
    return sum(best.values())


def _is_same(one: DatedAnswer, other: DatedAnswer, asked: WhenAsked) -> bool:
    if asked.kind in _CYCLED and one.kernel_release is not None and other.kernel_release is not None:
        return one.kernel_release == other.kernel_release
    here, there = one.candidate.statement, other.candidate.statement
    if (here.document_id, here.char_start) == (there.document_id, there.char_start):
        return True  # one sentence with two times: "for the 5.8 release in June 2020"
    near = dt.timedelta(days=_SAME_DAYS)
    return one.date - near <= other.date_end and other.date - near <= one.date_end


_CYCLED = ("merged", "removed", "graduated")


def _read_candidate(
    candidate: WhenCandidate, asked: WhenAsked, releases: Sequence[KernelRelease], days: Mapping[str, dt.date]
) -> DatedAnswer | None:
    """Return the answer of a candidate, None if it does not say that the event happened."""
    statement, source = candidate.statement, candidate.source
    if statement.tense == "expected":
        return None
    if asked.kind is None:
        has_all = set(statement_words(asked.subject)) <= set(statement_words(statement.text))
        fit = float(statement.explicit and has_all and not UNSURE.search(statement.text))
    else:
        by_own_name = (how_surely(statement.text, name, asked.kind) for name in asked.names)
        by_other_name = (how_surely(statement.text, name, asked.kind, whole=True) for name in asked.other_names)
        fit = max(chain(by_own_name, by_other_name))
    weight = fit * candidate.covered**_COVERED
    if statement.explicit:
        weight *= min((share for share, guess in _GUESSES if guess.search(statement.text)), default=1.0)
    if weight < _LEAST_FIT:
        return None
    if asked.kind not in _CYCLED:
        since = None if statement.explicit else _days_since(statement.text, source.day or statement.date_end)
        if since is not None:
            return DatedAnswer(candidate, weight * _NAMES_TIME, *since, "day", None)
        sure = _NAMES_TIME if statement.explicit or ROUND_UP.search(source.title) else _NAMES_NONE
        return DatedAnswer(candidate, weight * sure, statement.date, statement.date_end, statement.precision, None)
    written = source.day or statement.date_end
    made = _made_then(source.title, written, releases)
    lists = ROUND_UP.search(source.title) is not None or made is not None
    named = [version.name for version in find_versions(statement.text) if version.name in days]
    cycle = _cycle(named[0], releases) if named else None
    if cycle is not None and written >= cycle[0]:
        if (statement.explicit or lists) and cycle[0] <= statement.date and statement.date_end <= cycle[1]:
            own = (statement.date, statement.date_end, statement.precision)
            return DatedAnswer(candidate, weight * _NAMES_TIME, *own, named[0])
        # It had happened when the sentence was written.
        return DatedAnswer(candidate, weight * _NAMES_TIME, cycle[0], min(cycle[1], written), "day", named[0])
    if statement.explicit and not lists:
        if (statement.date_end - statement.date).days > 366:
            return None
        release = kernel_release_after(releases, statement.date_end) if statement.precision in ("day", "week") else None
        return DatedAnswer(
            candidate, weight * _NAMES_TIME, statement.date, statement.date_end, statement.precision, release
        )
    sure, release = (_LISTS if lists else _NAMES_NONE), made or kernel_release_after(releases, written)
    day = min(written, days.get(release or "", written))
    return DatedAnswer(candidate, weight * sure, day, day, "day", release)


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
    coming = {kernel_release_after(releases, written - dt.timedelta(days=days)) for days in (0, _SAME_DAYS)}
    return next((version.name for version in find_versions(title) if version.name in coming), None)


def kernel_release_after(releases: Sequence[KernelRelease], day: dt.date) -> str | None:
    """Return the release for a change merged or removed on a day: the next one after it."""
    return next((mark.version for mark in releases if mark.released_on > day), None)


def _cycle(version: str, releases: Sequence[KernelRelease]) -> tuple[dt.date, dt.date]:
    """Return the days from the release before a version to its own; for the first known version only its own."""
    place = [mark.version for mark in releases].index(version)
    return releases[max(place - 1, 0)].released_on, releases[place].released_on
