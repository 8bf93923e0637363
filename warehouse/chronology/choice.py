"""Which sentences tell a day: central, fit to stand alone, and each saying something new."""

import re
from collections.abc import Sequence

import numpy as np

from warehouse.chronology.statements import DatedSentence
from warehouse.chronology.terms import Floats, TermVectors

# A sentence that begins so leans on the one before it.
_LEANS_BACK = re.compile(
    r"[\"'“‘`\s(]*(?:he|she|it|they|we|i|you|this|that|these|those|his|her|its|their|such|there|here|however|but|and|or|so|yet|also|"
    r"then|thus|hence|therefore|instead|meanwhile|moreover|furthermore|nevertheless|nonetheless|still|besides|otherwise|indeed|"
    r"for\s+example|for\s+instance|in\s+addition|as\s+a\s+result|of\s+course|in\s+other\s+words|again|similarly|likewise|"
    r"the\s+(?:latter|former|same|other)|both|neither|another|one\s+of\s+(?:them|these|those)|which|who|while|because|although)\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"[\"“‘'`(\[]*[A-Z0-9].*[.!][\"”’'`)\]\s]*$", re.DOTALL)
# Shorter ones rarely have subject and event, longer ones are lists or two sentences that a page ran together.
_FEWEST_WORDS, _MOST_WORDS = 6, 50
_NOT_ALONE = 0.5  # what a sentence that cannot stand alone still counts: it is taken where nothing else tells the day
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
    alone = np.array([1.0 if can_stand_alone(sentences[row].text) else _NOT_ALONE for row in candidates])
    worth = likeness * np.array(shares) * alone * np.sqrt(relevance[list(candidates)])
    chosen: list[int] = []
    for index in np.argsort(-worth, kind="stable"):
        row = candidates[int(index)]
        if all(_cosine(vectors, row, other) < _ALIKE for other in chosen):
            chosen.append(row)
        if len(chosen) == count:
            break
    return chosen


def can_stand_alone(text: str) -> bool:
    """Whether a sentence can be read without the one before it: whole, of middle length, with its own subject."""
    words = len(text.split())
    return _FEWEST_WORDS <= words <= _MOST_WORDS and bool(_WHOLE.match(text)) and not _LEANS_BACK.match(text)


def _cosine(vectors: TermVectors, one: int, other: int) -> float:
    shared, at_one, at_other = np.intersect1d(
        vectors.columns[one], vectors.columns[other], assume_unique=True, return_indices=True
    )
    return float(vectors.weights[one][at_one] @ vectors.weights[other][at_other]) if len(shared) else 0.0
