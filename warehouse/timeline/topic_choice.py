"""Chooses the entries of a topic's timeline: statements that each report something new, on a day that is certain.

Methods that score days count how many newspaper articles refer to a day; here a turn is often reported by one mail or commit
only. Given the same statements and relevance, such a method with its best weights (4 for the day of publication) finds 51 of the
milestones of the sample's eight topics, but fewer than six in three topics; this choice finds 52, and fewer than six in none.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import log1p

import numpy as np
import numpy.typing as npt

from warehouse.timeline.records import CitedDocument, Statement
from warehouse.timeline.tfidf import TermVectors, term_vectors

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A statement that may become an entry.

    `relevance` is its relevance to the query, 0 for none; `clarity` is how clearly its sentence, read alone, says what happened;
    `is_about` is whether its whole document is about the query; `is_of_release` is whether its document appeared with a kernel release
    and reports what is in it.
    """

    statement: Statement
    source: CitedDocument
    relevance: float
    clarity: float
    is_about: bool = True
    is_of_release: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """A statement that became an entry, and its score."""

    statement: Statement
    source: CitedDocument
    score: float


_ANY = 0.1  # likeness to the subject of a sentence that shares no word with it
_FULL_WORDS = (
    12  # a shorter sentence resembles the subject only because it has few words ("A suspend blocker is such a prod.")
)
# How certain a statement's day is. A time in the sentence gives it; without one the statement is news of its document's day:
# surely in a mail, a commit or an announcement on the subject, which are the event; less surely in a summary of a week or a
# release, or in a document that names the subject in passing.
_DAY, _WEEK, _MONTH, _LONGER, _EXPECTED = 1.2, 1.2, 0.4, 0.1, 0.3
_OWN_DAY = {
    "mail": 1.0,
    "commit": 1.0,
    "release_note": 1.0,
    "blog": 0.9,
    "lwn": 0.8,
    "bug": 0.8,
    "page": 0.7,
    "kernelnewbies": 0.7,
}
_OTHER_OWN_DAY = 0.35
_ABOUT_OWN_DAY = (
    0.6  # an issue or a report whose title or half of whose text is on the subject reports news of its week
)
_RELEASE_DAY = 0.7  # whatever the document names was released that day
# Reports of one event are within a few days; after three weeks there is something else to report.
_SAME_EVENT_DAYS, _NEXT_EVENT_DAYS = 3, 21
_CORROBORATED = 0.3
_CROWDED = 0.1
_SAME_DOCUMENT = 0.5
ALIKE = 0.6  # cosine above which two sentences say the same in other words
_MOST_COMPARED = 500  # candidates whose words are compared, which takes time in a large topic


def choose_statements(candidates: Sequence[Candidate], *, start: dt.date, end: dt.date, entries: int) -> list[Chosen]:
    """Return up to `entries` statements about days between `start` and `end`, in order of date.

    Days are chosen first: a statement scores by its relevance, by how clearly it reports a turn and its day, by how many other
    documents report the same days, and less the nearer it is to one already chosen. Then the best-reading statement of the same
    document represents each day.
    """
    inside = [
        one for one in candidates if one.relevance > 0 and one.statement.date_end >= start and one.statement.date <= end
    ]
    clarity = np.array([one.clarity for one in inside], dtype=np.float64)
    worths = clarity * [one.relevance * is_sure_of_day(one) for one in inside]
    kept = np.argsort(-worths, kind="stable")[:_MOST_COMPARED]
    best, worths, clarity = [inside[place] for place in kept.tolist()], worths[kept], clarity[kept]
    if not best:
        return []
    vectors = term_vectors([one.statement.text for one in best], [one.source.document_id for one in best])
    centre = vectors.sum_of(range(len(best)), [one.relevance**2 for one in best])
    worths = worths * (_ANY + vectors.likeness_to(centre, range(len(best))))
    days = np.array([_middle(one.statement) for one in best])
    scores = worths * (1 + _CORROBORATED * _corroboration(best, days, worths))
    taken = _take(best, days, scores, vectors, entries)
    kept_places = _best_of_event([place for place, _ in taken], best, scores * clarity, vectors)
    chosen = [
        Chosen(best[place].statement, best[place].source, score)
        for place, (_, score) in zip(kept_places, taken, strict=True)
    ]
    return sorted(chosen, key=lambda one: (_middle(one.statement), one.statement.event_id))


def fullness(text: str) -> float:
    """Return how much of a full sentence a text is by its length, up to 1."""
    return min(1.0, len(text.split()) / _FULL_WORDS)


def is_sure_of_day(candidate: Candidate) -> float:
    """Return how certain the days of a statement are."""
    statement = candidate.statement
    if not statement.explicit:
        own = _OWN_DAY.get(candidate.source.kind, _ABOUT_OWN_DAY) if candidate.is_about else _OTHER_OWN_DAY
        return max(own, _RELEASE_DAY) if candidate.is_of_release else own
    days = (statement.date_end - statement.date).days
    sure = _DAY if days == 0 else _WEEK if days <= 14 else _MONTH if days <= 31 else _LONGER
    return sure * (_EXPECTED if statement.tense == "expected" else 1.0)


def _middle(statement: Statement) -> float:
    return (statement.date.toordinal() + statement.date_end.toordinal()) / 2


def _corroboration(best: Sequence[Candidate], days: Floats, worths: Floats) -> Floats:
    """Return for each candidate how well other documents confirm its days, damped so that the tenth adds little."""
    short = np.array([(one.statement.date_end - one.statement.date).days <= 2 * _SAME_EVENT_DAYS for one in best])
    found = np.zeros(len(best))
    for place, one in enumerate(best):
        near = np.flatnonzero((np.abs(days - days[place]) <= _SAME_EVENT_DAYS) & short)
        others: dict[str, float] = defaultdict(float)
        for other in near.tolist():
            name = best[other].source.document_id
            if name != one.source.document_id:
                others[name] = max(others[name], float(worths[other]))
        found[place] = log1p(sum(others.values()))
    return found


def _take(
    best: Sequence[Candidate], days: Floats, scores: Floats, vectors: TermVectors, entries: int
) -> list[tuple[int, float]]:
    left = scores.copy()
    # The same mail or post is often stored under two addresses, so title and day identify it.
    documents = np.array([f"{one.source.day} {one.source.title}" for one in best])
    taken: list[tuple[int, float]] = []
    while len(taken) < entries and left.max() > 0:
        place = int(np.argmax(left))
        taken.append((place, float(scores[place])))
        left[np.abs(days - days[place]) < _NEXT_EVENT_DAYS] *= _CROWDED
        left[documents == documents[place]] *= _SAME_DOCUMENT
        likeness = vectors.likeness_to(vectors.sum_of([place], [1.0]), range(len(best)))
        left[likeness > ALIKE] = 0.0
    return taken


def _best_of_event(taken: Sequence[int], best: Sequence[Candidate], scores: Floats, vectors: TermVectors) -> list[int]:
    """Return for each chosen index the best statement of the same document and days that repeats no other entry."""
    kept_places = list(taken)
    for number, place in enumerate(taken):
        one = best[place]
        others = [other for other in kept_places if other != place]
        for rival in np.argsort(-scores, kind="stable").tolist():
            if rival == place or (_same_news(best[rival], one) and not _repeats(rival, others, vectors)):
                kept_places[number] = rival
                break
    return kept_places


def _same_news(one: Candidate, other: Candidate) -> bool:
    same_days = (one.statement.date, one.statement.date_end) == (other.statement.date, other.statement.date_end)
    return same_days and one.source.document_id == other.source.document_id


def _repeats(place: int, others: Sequence[int], vectors: TermVectors) -> bool:
    vector = vectors.sum_of([place], [1.0])
    return bool((vectors.likeness_to(vector, others) > ALIKE).any())
