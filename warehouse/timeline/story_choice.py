"""Chooses the entries of a story's timeline: one sentence of each document, the one that best says what is new in it.

With the documents' scores as relevance, `choose_statements` quotes at best .402 of the articles that 48 later LWN articles cite
and has an entry on .465 of their days; one sentence of each document quotes .427 and has .495.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp, sqrt

import numpy as np

from warehouse.timeline.newsworthiness import newsworth
from warehouse.timeline.records import CitedDocument, Statement
from warehouse.timeline.standalone import standing
from warehouse.timeline.tfidf import TermVectors, term_vectors, words_of
from warehouse.timeline.topic_choice import ALIKE, Candidate, Chosen, Floats, fullness, is_sure_of_day

# The penalty of a document for each one chosen from the same two weeks, because a story is more than its busiest days.
_SAME_NEWS_DAYS, _SAME_NEWS = 14, 2.0
# The gain of a document with a sentence that has all of the question's words and stands alone: a document of the story without
# such a sentence reads as beside the point. On the 48 stories of the LWN archive it changes nothing.
_QUOTABLE = 2.0
_TRIED = 5  # statements tried per document: the best that is not like a chosen one is shown
_REPEATED = 0.7  # the loss of a sentence that says everything another one said
_OTHER_PASSAGE = 0.7  # factor for a passage that is not among the three that the search shows of a document
# Weights, beside the query, of the title of its document and of the ten best documents' titles, for a sentence's likeness.
_TITLE, _TITLES, _LEADING = 0.5, 0.1, 10
_CENTRAL = 0.5  # weight of the likeness to its whole document, because its news is its main subject
# Likeness of a sentence without any of these words, because news may be reported in other words; and the likeness that is enough,
# because a sentence made of the query's words alone is the most similar and says nothing.
_ANY, _ALIKE_ENOUGH = 0.05, 0.4
_UNNAMED, _NAMED_ENOUGH = 0.2, 0.5  # the same for the share of the query's words it has, weighted by rarity
_NEAR_DAYS, _FAR = 10, 0.4  # a time that far from the document's own day is rarely its news
_EARLY, _EARLY_CHARS = 0.3, 1500.0  # news is at the beginning more often than in the details


@dataclass(frozen=True, slots=False)
class _Sentences:
    """Statements with their worths, and their words for comparison."""

    statements: Sequence[Statement]
    worths: Floats
    vectors: TermVectors
    first: int
    query: str

    @cached_property
    def words(self) -> list[frozenset[str]]:
        """The words of each statement without those of the query, which all of them have."""
        asked = frozenset(words_of(self.query))
        return [frozenset(words_of(statement.text)) - asked for statement in self.statements]

    def best_new(self, places: Sequence[int], taken: Sequence[int]) -> int | None:
        """Return the index worth most among `places` whose statement adds to those already taken, None if none does."""
        worths = {place: self.worths[place] * self._novelty(place, taken) for place in places}
        best = max(worths, key=lambda place: worths[place])
        return best if worths[best] > 0 else None

    def _novelty(self, place: int, taken: Sequence[int]) -> float:
        if not taken:
            return 1.0
        vector = self.vectors.sum_of([self.first + place], [1.0])
        alike = float(max(self.vectors.likeness_to(vector, [self.first + other for other in taken])))
        return 0.0 if alike > ALIKE else 1 - _REPEATED * max(alike, *(self._shared(place, other) for other in taken))

    def _shared(self, place: int, other: int) -> float:
        one, two = self.words[place], self.words[other]
        return len(one & two) / max(1, min(len(one), len(two)))


def choose_sentences(
    ranked: Sequence[tuple[str, float]],
    statements: Sequence[Statement],
    sources: Mapping[str, CitedDocument],
    *,
    query: str,
    titles: Sequence[str],
    closeness: Mapping[str, float],
    named: Sequence[float],
    entries: int,
) -> list[Chosen]:
    """Return up to `entries` statements, at most one per document, in order of date; documents are tried by score.

    A document is skipped if its best statements repeat those already chosen. `titles` are those of the documents found, best first;
    `closeness` is how near each passage is to the query; `named` is the share of the query's words in each statement, 0 to 1.
    """
    sentences = _weigh(statements, sources, query, titles, closeness, named)
    places: dict[str, list[int]] = {}
    for place in np.argsort(-sentences.worths, kind="stable").tolist():
        places.setdefault(statements[place].document_id, []).append(place)
    scores = {
        name: score
        + _QUOTABLE * max(_quotable(statements[place], sources, named[place]) for place in places[name][:_TRIED])
        for name, score in ranked
        if name in places
    }
    left = dict(scores)
    taken: list[int] = []
    while left and len(taken) < entries:
        document_id = max(left, key=lambda name: left[name])
        del left[document_id]
        reported_by = sentences.best_new(places[document_id][:_TRIED], taken)
        if reported_by is None:
            continue
        taken.append(reported_by)
        for other in left:
            if abs((statements[places[other][0]].date - statements[reported_by].date).days) <= _SAME_NEWS_DAYS:
                left[other] -= _SAME_NEWS
    chosen = [
        Chosen(statements[place], sources[statements[place].document_id], scores[statements[place].document_id])
        for place in taken
    ]
    return sorted(chosen, key=lambda one: (one.statement.date, one.statement.event_id))


def _quotable(statement: Statement, sources: Mapping[str, CitedDocument], named: float) -> float:
    return named * standing(statement.text, sources[statement.document_id].title)


def _weigh(
    statements: Sequence[Statement],
    sources: Mapping[str, CitedDocument],
    query: str,
    titles: Sequence[str],
    closeness: Mapping[str, float],
    named: Sequence[float],
) -> _Sentences:
    documents = list(sources)
    leading = list(titles[:_LEADING])
    first = 1 + len(leading) + len(documents)
    vectors = term_vectors(
        [query, *leading, *(sources[name].title for name in documents), *(one.text for one in statements)],
        [*(f"?{row}" for row in range(first)), *(one.document_id for one in statements)],
    )
    rows: dict[str, list[int]] = {}
    for place, statement in enumerate(statements):
        rows.setdefault(statement.document_id, []).append(place)
    likeness = np.zeros(len(statements))
    for number, name in enumerate(documents):
        of_document = [first + place for place in rows.get(name, ())]
        asked = [*range(1 + len(leading)), 1 + len(leading) + number]
        subject = vectors.sum_of(asked, [1.0, *[_TITLES] * len(leading), _TITLE])
        whole = vectors.sum_of(of_document, [1.0] * len(of_document))
        likeness[rows.get(name, [])] = vectors.likeness_to(subject, of_document) + _CENTRAL * vectors.likeness_to(
            whole, of_document
        )
    shares = _shares_of_best(statements, closeness)
    worths = np.array(
        [share * _worth(one, sources[one.document_id]) for one, share in zip(statements, shares, strict=True)]
    )
    worths *= _ANY + np.minimum(likeness, _ALIKE_ENOUGH)
    worths *= _UNNAMED + np.minimum(np.asarray(named, dtype=np.float64), _NAMED_ENOUGH)
    return _Sentences(statements, worths, vectors, first, query)


def _shares_of_best(statements: Sequence[Statement], closeness: Mapping[str, float]) -> list[float]:
    """Return how near each statement's passage is to the query, as a share of the nearest in its document, squared.

    An issue or a report has passages on a dozen subjects, and only a few are on the question's.
    """
    lowest = _OTHER_PASSAGE if closeness and min(closeness.values()) == 1.0 else 0.0
    values = [max(lowest, closeness.get(one.passage_id, lowest)) for one in statements]
    best: dict[str, float] = {}
    for one, value in zip(statements, values, strict=True):
        best[one.document_id] = max(best.get(one.document_id, 0.0), value)
    return [
        (value / best[one.document_id]) ** 2 if best[one.document_id] else 1.0
        for one, value in zip(statements, values, strict=True)
    ]


def _worth(statement: Statement, source: CitedDocument) -> float:
    clarity = fullness(statement.text) * newsworth(statement.text) * standing(statement.text, source.title)
    worth = (
        clarity
        * sqrt(is_sure_of_day(Candidate(statement, source, 1.0, clarity)))
        * (1 + _EARLY * exp(-statement.char_start / _EARLY_CHARS))
    )
    return worth if source.day is not None and _is_near(statement, source.day) else worth * _FAR


def _is_near(statement: Statement, day: dt.date) -> bool:
    near = dt.timedelta(days=_NEAR_DAYS)
    return day - near <= statement.date and statement.date_end <= day + near
