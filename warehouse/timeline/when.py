"""The answer to a question about when something happened, from the statements that may tell it."""

import datetime as dt
from collections.abc import Iterable, Sequence

from warehouse.timeline.records import KernelRelease
from warehouse.timeline.when_events import best_statement, events_of, likeliest, shipped_weights
from warehouse.timeline.when_question import WhenAsked
from warehouse.timeline.when_reading import CYCLED, SAME_DAYS, Reading, WhenCandidate, read_candidate

_LEAST_FIT = 0.3
# The least weight of an answer, and its least lead over the next.
_ENOUGH, _AHEAD = 0.55, 1.25


def find_answer(
    candidates: Iterable[WhenCandidate], asked: WhenAsked, releases: Sequence[KernelRelease]
) -> Reading | None:
    """Return the answer that most candidates give, or else one of the likeliest event, None if no event is likely."""
    read = (read_candidate(candidate, asked, releases) for candidate in candidates)
    readings = [found for found in read if found is not None]
    answer = agreed_answer(readings, asked)
    if answer is not None or asked.kind not in CYCLED:
        return answer
    event = likeliest(events_of(readings, asked, releases), shipped_weights())
    return None if event is None else best_statement(event, asked)


def agreed_answer(readings: Sequence[Reading], asked: WhenAsked) -> Reading | None:
    """Return the answer that the rules find and most readings give, None if none gives one or they disagree."""
    by_event: list[list[Reading]] = []
    for found in readings:
        if found.fit < _LEAST_FIT:
            continue
        same = next((others for others in by_event if _is_same(others[0], found, asked)), None)
        if same is None:
            by_event.append([found])
        else:
            same.append(found)
    worths = sorted(((_worth(found), found) for found in by_event), key=lambda pair: -pair[0])
    if not worths or worths[0][0] < _ENOUGH or (len(worths) > 1 and worths[0][0] < _AHEAD * worths[1][0]):
        return None
    return max(worths[0][1], key=lambda one: (one.weight, one.date - one.date_end))  # the narrowest of equals


def _worth(found: Sequence[Reading]) -> float:
    """Return the total weight of the statements of an event, one per document."""
    best: dict[str, float] = {}
    for one in found:
        name = one.candidate.source.document_id
        best[name] = max(best.get(name, 0.0), one.weight)
    return sum(best.values())


def _is_same(one: Reading, other: Reading, asked: WhenAsked) -> bool:
    if asked.kind in CYCLED and one.kernel_release is not None and other.kernel_release is not None:
        return one.kernel_release == other.kernel_release
    here, there = one.candidate.statement, other.candidate.statement
    if (here.document_id, here.char_start) == (there.document_id, there.char_start):
        return True  # one sentence with two times: "for the 5.8 release in June 2020"
    near = dt.timedelta(days=SAME_DAYS)
    return one.date - near <= other.date_end and other.date - near <= one.date_end
