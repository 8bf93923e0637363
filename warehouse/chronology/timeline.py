"""A timeline out of dated sentences: the days that matter, each told by sentences that stand in a source."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from warehouse.chronology.choice import choose_sentences
from warehouse.chronology.days import DayWeights, score_days, take_days
from warehouse.chronology.statements import DatedSentence
from warehouse.chronology.terms import Floats, term_vectors


@dataclass(frozen=True, slots=True)
class Entry:
    """A day of a timeline: its score and the sentences that tell it, as row numbers of the input, best first."""

    date: dt.date
    score: float
    sentences: tuple[int, ...]


# A sentence that names the day tells it surely. One of a report that appeared that day and names no day, or only days
# to come, probably does, and the sooner the nearer it stands to the report's beginning.
_UNDATED_SHARE = 0.5
_LEAD_SENTENCES = 5


def build_timeline(
    sentences: Sequence[DatedSentence],
    *,
    start: dt.date,
    end: dt.date,
    entries: int,
    sentences_per_entry: int = 1,
    relevance: Sequence[float] | None = None,
    weights: DayWeights | None = None,
) -> list[Entry]:
    """Return up to `entries` days between `start` and `end` (both included) in order of date.

    `relevance` says how much each sentence belongs to what is asked, on any scale with 0 for not at all; without it, a
    sentence counts by its likeness to what the sources have in common. Days that no sentence tells are left out, so
    there may be fewer entries than asked for; none for no sentences.
    """
    if not sentences or entries < 1:
        return []
    weights = weights or DayWeights()
    vectors = term_vectors([sentence.text for sentence in sentences], [sentence.source for sentence in sentences])
    worth = _even(vectors.likeness_to(vectors.centre, range(len(sentences))) if relevance is None else relevance)
    tellers = _tellers(sentences)
    scores = {
        day: score
        for day, score in score_days(sentences, worth.tolist(), weights).items()
        if start <= day <= end and tellers[day]
    }
    built = []
    for day, score in take_days(scores, entries, weights):
        rows, shares = zip(*tellers[day], strict=True)
        chosen = choose_sentences(rows, shares, sentences, vectors, worth, sentences_per_entry)
        built.append(Entry(day, score, tuple(chosen)))
    return sorted(built, key=lambda entry: entry.date)


def _even(relevance: Floats | Sequence[float]) -> Floats:
    """Relevance with a mean of 1, so that counts stay counts whatever its scale."""
    values = np.asarray(relevance, dtype=np.float64)
    mean = float(values.mean())
    return values / mean if mean > 0 else np.ones_like(values)


def _tellers(sentences: Sequence[DatedSentence]) -> defaultdict[dt.date, list[tuple[int, float]]]:
    """Per day the sentences that may tell it, with how surely they do."""
    tellers: defaultdict[dt.date, list[tuple[int, float]]] = defaultdict(list)
    for row, sentence in enumerate(sentences):
        named = [mention for mention in sentence.mentions if mention.date == mention.date_end]
        days = {mention.date for mention in named}
        for day in days:
            tellers[day].append((row, 1.0 / len(days)))
        if sentence.published not in days and all(mention.tense == "expected" for mention in named):
            lead = max(0.0, 1 - sentence.position / _LEAD_SENTENCES)
            tellers[sentence.published].append((row, _UNDATED_SHARE * (0.5 + 0.5 * lead)))
    return tellers
