"""Which sentences tell a day: central, fit to stand alone, and each saying something new."""

from collections.abc import Sequence

import numpy as np

from warehouse.chronology.alone import is_alone
from warehouse.chronology.statements import DatedSentence
from warehouse.chronology.terms import Floats, TermVectors

_NOT_ALONE = 0.5  # what a sentence that cannot be read alone counts: it is taken where nothing else tells the day
_ALIKE = 0.5  # cosine over which two sentences say the same thing in other words


def choose_sentences(
    candidates: Sequence[int],
    shares: Sequence[float],
    sentences: Sequence[DatedSentence],
    vectors: TermVectors,
    relevance: Floats,
    count: int,
) -> list[int]:
    """Return up to `count` of the candidates (row numbers), best first.

    `shares` says how surely each candidate speaks of the day. The most central is the one most like what all of them
    say, weighted by their shares; sentences alike to one already chosen are passed over.
    """
    if not candidates:
        return []
    centre = vectors.sum_of(candidates, [share * relevance[row] for row, share in zip(candidates, shares, strict=True)])
    likeness = vectors.likeness_to(centre, candidates)
    alone = np.array([1.0 if is_alone(sentences[row].text) else _NOT_ALONE for row in candidates])
    worth = likeness * np.array(shares) * alone * np.sqrt(relevance[list(candidates)])
    chosen: list[int] = []
    for index in np.argsort(-worth, kind="stable"):
        row = candidates[int(index)]
        if all(_cosine(vectors, row, other) < _ALIKE for other in chosen):
            chosen.append(row)
        if len(chosen) == count:
            break
    return chosen


def _cosine(vectors: TermVectors, one: int, other: int) -> float:
    shared, at_one, at_other = np.intersect1d(
        vectors.columns[one], vectors.columns[other], assume_unique=True, return_indices=True
    )
    return float(vectors.weights[one][at_one] @ vectors.weights[other][at_other]) if len(shared) else 0.0
