"""A sentence of each document of a story: the one that says best what the document is news of."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from warehouse.chronology.terms import TermVectors, term_vectors
from warehouse.records import Hit
from warehouse.timeline.choice import ALIKE, Candidate, Chosen, is_sure_of_day, tells
from warehouse.timeline.records import Source, Statement

# What a document loses for each one taken of the same two weeks: there is more of a story than its busiest days.
_SAME_NEWS_DAYS, _SAME_NEWS = 14, 2.0
_TRIED = 3  # statements of a document tried before it is passed over
_OTHER_PASSAGE = 0.7  # what a passage counts that is not among the three that the search shows of a document
_TITLES = 0.1  # what the title of each of the ten best documents counts beside the query
_NEAR_DAYS, _FAR = 10, 0.4  # a time that far from the document's own day is rarely what the document is news of
_ANY = 0.05  # likeness of a sentence without a word of the query: a document's news may be told in other words


@dataclass(frozen=True, slots=True)
class _Sentences:
    """Statements with their worth, and their words to compare them by."""

    statements: Sequence[Statement]
    worths: Sequence[float]
    vectors: TermVectors
    first: int

    def first_new(self, places: Sequence[int], taken: Sequence[int]) -> int | None:
        """The first of the places whose statement says what none of those taken says."""
        rows = [self.first + other for other in taken]
        for place in places:
            vector = self.vectors.sum_of([self.first + place], [1.0])
            if all(likeness <= ALIKE for likeness in self.vectors.likeness_to(vector, rows)):
                return place
        return None


def tell_documents(
    ranked: Sequence[tuple[str, float]],
    statements: Sequence[Statement],
    sources: Mapping[str, Source],
    *,
    query: str,
    hits: Sequence[Hit],
    closeness: Mapping[str, float],
    entries: int,
) -> list[Chosen]:
    """Return up to `entries` statements, one of each document in the order of `ranked`, in order of date.

    A document whose best statements say what those already taken say is passed over. `closeness` is the cosine of each
    passage with the query, empty where there are no vectors.
    """
    sentences = _weigh(statements, sources, query, hits, closeness)
    places: dict[str, list[int]] = {}
    for place in sorted(range(len(statements)), key=lambda place: -sentences.worths[place]):
        places.setdefault(statements[place].document_id, []).append(place)
    scores = dict(ranked)
    left = {document_id: score for document_id, score in ranked if document_id in places}
    taken: list[int] = []
    while left and len(taken) < entries:
        document_id = max(left, key=lambda name: left[name])
        del left[document_id]
        told_by = sentences.first_new(places[document_id][:_TRIED], taken)
        if told_by is None:
            continue
        taken.append(told_by)
        for other in left:
            if abs((statements[places[other][0]].date - statements[told_by].date).days) <= _SAME_NEWS_DAYS:
                left[other] -= _SAME_NEWS
    chosen = [
        Chosen(statements[place], sources[statements[place].document_id], scores[statements[place].document_id])
        for place in taken
    ]
    return sorted(chosen, key=lambda one: (one.statement.date, one.statement.event_id))


def _weigh(
    statements: Sequence[Statement],
    sources: Mapping[str, Source],
    query: str,
    hits: Sequence[Hit],
    closeness: Mapping[str, float],
) -> _Sentences:
    titles = [hit.title for hit in hits[:10]]
    first = 1 + len(titles)
    vectors = term_vectors(
        [query, *titles, *(statement.text for statement in statements)],
        ["?", *(f"?{place}" for place in range(len(titles))), *(statement.document_id for statement in statements)],
    )
    asked = vectors.sum_of(range(first), [1.0, *[_TITLES] * len(titles)])
    likeness = (_ANY + vectors.likeness_to(asked, range(first, first + len(statements)))) ** 2
    shares = _shares_of_best(statements, hits, closeness)
    worths = np.array(
        [
            share * _worth(statement, sources[statement.document_id])
            for statement, share in zip(statements, shares, strict=True)
        ]
    )
    return _Sentences(statements, (likeness * worths).tolist(), vectors, first)


def _shares_of_best(
    statements: Sequence[Statement], hits: Sequence[Hit], closeness: Mapping[str, float]
) -> list[float]:
    """How near the passage of each statement is to the query, as a share of the nearest of its document, squared.

    An issue or a report has passages on a dozen matters; all but a few are none of the question's.
    """
    good = {passage.passage_id for hit in hits for passage in hit.passages}
    values = [
        max(0.0, closeness.get(one.passage_id, 0.0)) if closeness else 1.0 if one.passage_id in good else _OTHER_PASSAGE
        for one in statements
    ]
    best: dict[str, float] = {}
    for one, value in zip(statements, values, strict=True):
        best[one.document_id] = max(best.get(one.document_id, 0.0), value)
    return [
        (value / best[one.document_id]) ** 2 if best[one.document_id] else 1.0
        for one, value in zip(statements, values, strict=True)
    ]


def _worth(statement: Statement, source: Source) -> float:
    worth = tells(statement) * sqrt(is_sure_of_day(Candidate(statement, source, 1.0)))
    return worth if source.day is not None and _is_near(statement, source.day) else worth * _FAR


def _is_near(statement: Statement, day: dt.date) -> bool:
    near = dt.timedelta(days=_NEAR_DAYS)
    return day - near <= statement.date and statement.date_end <= day + near
