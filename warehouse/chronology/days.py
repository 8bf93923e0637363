"""Which days matter: those that many speak of, most of all those still spoken of later."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log1p
from typing import Literal, get_args

from warehouse.chronology.statements import DatedSentence

Witness = Literal["published", "same_day", "week", "later", "expected"]
_KINDS: tuple[Witness, ...] = get_args(Witness)


@dataclass(frozen=True, slots=True)
class DayWeights:
    """What each kind of witness of a day counts, and how much a day taken dims its neighbours.

    Any day of a running story is foretold, reported on and called "today": these three together count less than one
    kind of later witness. What is named within a week was news beyond its own day; what is named still later was an
    event, and counts twice that. The week is that of a weekly paper's next issue, which tells the same story again.
    """

    expected: float = 0.25
    published: float = 0.25
    same_day: float = 0.25
    week: float = 1.0
    later: float = 2.0
    week_days: int = 7
    crowding: float = 0.1
    crowding_days: int = 1


def score_days(
    sentences: Sequence[DatedSentence], relevance: Sequence[float], weights: DayWeights
) -> dict[dt.date, float]:
    """Return a score for every day that a source was published on or a sentence names to the day.

    Witnesses of one kind are added up and damped by a logarithm, so that the tenth report of a day says less than the
    first. A witness counts with the relevance of its sentence and of its source, both 1 on average; a source speaks of
    a day once, by its most relevant sentence.
    """
    by_source = _source_relevance(sentences, relevance)
    tallies: dict[Witness, defaultdict[dt.date, float]] = {kind: defaultdict(float) for kind in _KINDS}
    published = {sentence.source: sentence.published for sentence in sentences}
    for source, day in published.items():
        tallies["published"][day] += by_source[source]
    for (source, day, kind), value in _witnesses(sentences, relevance, weights).items():
        tallies[kind][day] += value * by_source[source]
    scores: defaultdict[dt.date, float] = defaultdict(float)
    for kind, tally in tallies.items():
        for day, total in tally.items():
            scores[day] += getattr(weights, kind) * log1p(total)
    return dict(scores)


def take_days(scores: Mapping[dt.date, float], entries: int, weights: DayWeights) -> list[tuple[dt.date, float]]:
    """Return up to `entries` days with their scores, best first; a day near one already taken counts less."""
    left = {day: score for day, score in scores.items() if score > 0}
    dimmed: dict[dt.date, float] = {}
    taken: list[tuple[dt.date, float]] = []
    while left and len(taken) < entries:
        best = min(left, key=lambda day: (-left[day] * (1 - dimmed.get(day, 0.0)), day))
        taken.append((best, left.pop(best)))
        for distance in range(1, weights.crowding_days + 1):
            nearness = weights.crowding * (1 - (distance - 1) / weights.crowding_days)
            for near in (best - dt.timedelta(days=distance), best + dt.timedelta(days=distance)):
                dimmed[near] = max(dimmed.get(near, 0.0), nearness)
    return taken


def _witnesses(
    sentences: Sequence[DatedSentence], relevance: Sequence[float], weights: DayWeights
) -> dict[tuple[str, dt.date, Witness], float]:
    found: dict[tuple[str, dt.date, Witness], float] = {}
    for sentence, value in zip(sentences, relevance, strict=True):
        for mention in sentence.mentions:
            if mention.date != mention.date_end:
                continue
            behind = (sentence.published - mention.date).days
            kind: Witness
            if behind < 0 or (behind == 0 and mention.tense == "expected"):
                kind = "expected"
            elif behind == 0:
                kind = "same_day"
            else:
                kind = "week" if behind <= weights.week_days else "later"
            key = (sentence.source, mention.date, kind)
            found[key] = max(found.get(key, 0.0), value)
    return found


# A source is about what its best few sentences are about: five, so that a long one gains nothing by its length.
_TELLING_SENTENCES = 5


def _source_relevance(sentences: Sequence[DatedSentence], relevance: Sequence[float]) -> dict[str, float]:
    values: defaultdict[str, list[float]] = defaultdict(list)
    for sentence, value in zip(sentences, relevance, strict=True):
        values[sentence.source].append(value)
    best = {source: sorted(found, reverse=True)[:_TELLING_SENTENCES] for source, found in values.items()}
    means = {source: sum(found) / len(found) for source, found in best.items()}
    mean = sum(means.values()) / len(means) if means else 0.0
    return {source: value / mean if mean else 1.0 for source, value in means.items()}
