"""A sentence of each document of a story: the one that says best what the document is news of."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from warehouse.chronology.terms import TermVectors, term_vectors
from warehouse.records import Hit
from warehouse.timeline.choice import ALIKE, Candidate, Chosen, is_sure_of_day, tells
from warehouse.timeline.records import Source, Statement

_BEST_PASSAGE = 1.3  # a sentence of a passage that the search found answers better than one from elsewhere
_TITLES = 0.1  # what the title of each of the ten best documents counts beside the query
_NEAR_DAYS, _FAR = 10, 0.4  # a time that far from the document's own day is rarely what the document is news of
_ANY = 0.1  # likeness of a sentence without a word of the query: a document's news may be told in other words


@dataclass(frozen=True, slots=True)
class _Sentences:
    """Statements with their worth, and their words to compare them by."""

    statements: Sequence[Statement]
    worths: Sequence[float]
    vectors: TermVectors
    first: int

    def are_alike(self, one: int, other: int) -> bool:
        """Whether two of the statements say the same."""
        vector = self.vectors.sum_of([self.first + one], [1.0])
        return float(self.vectors.likeness_to(vector, [self.first + other])[0]) > ALIKE


def tell_documents(
    ranked: Sequence[tuple[str, float]],
    statements: Sequence[Statement],
    sources: Mapping[str, Source],
    *,
    query: str,
    hits: Sequence[Hit],
    entries: int,
) -> list[Chosen]:
    """Return up to `entries` statements, one of each document in the order of `ranked`, in order of date.

    A document whose best statement says what one already taken says is passed over.
    """
    sentences = _weigh(statements, sources, query, hits)
    best: dict[str, int] = {}
    for place, statement in enumerate(statements):
        held = best.get(statement.document_id)
        if held is None or sentences.worths[place] > sentences.worths[held]:
            best[statement.document_id] = place
    taken: list[Chosen] = []
    places: list[int] = []
    for document_id, score in ranked:
        told_by = best.get(document_id)
        if told_by is None or any(sentences.are_alike(told_by, other) for other in places):
            continue
        places.append(told_by)
        taken.append(Chosen(statements[told_by], sources[document_id], score))
        if len(taken) == entries:
            break
    return sorted(taken, key=lambda one: (one.statement.date, one.statement.event_id))


def _weigh(
    statements: Sequence[Statement], sources: Mapping[str, Source], query: str, hits: Sequence[Hit]
) -> _Sentences:
    titles = [hit.title for hit in hits[:10]]
    first = 1 + len(titles)
    vectors = term_vectors(
        [query, *titles, *(statement.text for statement in statements)],
        ["?", *(f"?{place}" for place in range(len(titles))), *(statement.document_id for statement in statements)],
    )
    asked = vectors.sum_of(range(first), [1.0, *[_TITLES] * len(titles)])
    likeness = _ANY + vectors.likeness_to(asked, range(first, first + len(statements)))
    good = {passage.passage_id for hit in hits for passage in hit.passages}
    worths = np.array(
        [_worth(statement, sources[statement.document_id], statement.passage_id in good) for statement in statements]
    )
    return _Sentences(statements, (likeness * worths).tolist(), vectors, first)


def _worth(statement: Statement, source: Source, is_in_best_passage: bool) -> float:
    worth = tells(statement) * is_sure_of_day(Candidate(statement, source, 1.0))
    if is_in_best_passage:
        worth *= _BEST_PASSAGE
    if source.day is None or not _is_near(statement, source.day):
        worth *= _FAR
    return worth


def _is_near(statement: Statement, day: dt.date) -> bool:
    near = dt.timedelta(days=_NEAR_DAYS)
    return day - near <= statement.date and statement.date_end <= day + near
