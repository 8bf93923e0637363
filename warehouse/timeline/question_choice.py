"""Chooses the entries of a question's timeline: the best reports, spread over time, each event once with its other sources."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from warehouse.timeline.statement_index import StatementIndex

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

# A chosen entry lowers the worth of others on its day by this share, and of those three weeks away by a third of that.
_CROWDED, _APART_DAYS = 0.4, 21.0
_SAME_DOCUMENT = 0.15  # factor for another sentence of the same document
_SAME, _REPEATED = 0.52, 0.2  # the cosine from which two sentences report the same, and the factor for the second
_EQUAL = 0.999  # the cosine of a sentence with itself
_SAME_EVENT_DAYS = 46  # the same words further apart are another event
_COMPARED = 200
_FLOOR = 0.2  # entries worth less than this share of the median entry are dropped: fewer entries rather than poor ones


@dataclass(frozen=True, slots=True)
class Selected:
    """A report that becomes an entry, its worth, and reports of the same event in other documents, most similar first."""

    row: int
    worth: float
    also: tuple[int, ...]


def select(index: StatementIndex, rows: Rows, worths: Floats, entries: int) -> list[Selected]:
    """Return up to `entries` of the reports, best first."""
    order = np.argsort(-worths, kind="stable")[: max(_COMPARED, 10 * entries)]
    rows, worths = rows[order], worths[order]
    if not len(rows):
        return []
    reports = index.reports
    days = (reports["first"][rows] + reports["last"][rows]) / 2.0
    documents = reports["document"][rows]
    vectors = [_vector(index, int(row)) for row in rows]
    words = np.zeros(len(index.terms), np.float32)
    left = worths.copy()
    found: list[Selected] = []
    while len(found) < entries and left.max() > 0:
        best = int(np.argmax(left))
        own, values = vectors[best]
        words[own] = values
        alike = np.array([float(words[terms] @ weights) for terms, weights in vectors])
        words[own] = 0
        apart = np.abs(days - days[best])
        same = (alike >= _SAME) & (apart <= _SAME_EVENT_DAYS)
        also = np.flatnonzero(same & (documents != documents[best]))
        found.append(
            Selected(int(rows[best]), float(worths[best]), tuple(rows[also[np.argsort(-alike[also])]].tolist()))
        )
        left *= 1 - _CROWDED * np.exp(-apart / _APART_DAYS)
        left[documents == documents[best]] *= _SAME_DOCUMENT
        left[(documents == documents[best]) & (alike > _EQUAL)] = 0.0  # the same sentence, which may name several days
        left[alike >= _SAME] *= _REPEATED
        left[best] = 0.0
    if not found:
        return []
    middle = float(np.median([one.worth for one in found]))
    return [one for one in found if one.worth >= _FLOOR * middle]


def _vector(index: StatementIndex, row: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    own = index.words_of(row)
    weights = index.rarity[own]
    return own, weights / max(float(np.linalg.norm(weights)), 1e-6)
