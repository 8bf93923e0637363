"""Rows of term numbers, held in four bytes a number while the statement files are written."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]


class TermRows:
    """Rows of numbers as one concatenated array, and where each row begins; rows are added at the end."""

    def __init__(self, rows: Iterable[Sequence[int]] = ()) -> None:
        self._numbers, self._starts = array("i"), array("i", [0])
        for row in rows:
            self.append(row)

    @classmethod
    def of(cls, numbers: Ints, starts: Ints) -> Self:
        """Return the rows that `numbers` and `starts` of others describe."""
        rows = cls()
        rows._numbers, rows._starts = (
            array("i", np.ascontiguousarray(one, np.int32).tobytes()) for one in (numbers, starts)
        )
        return rows

    def append(self, row: Sequence[int]) -> None:
        """Add a row."""
        self._numbers.extend(row)
        self._starts.append(len(self._numbers))

    def __len__(self) -> int:
        return len(self._starts) - 1

    @property
    def numbers(self) -> Ints:
        """The numbers of all rows."""
        return np.array(self._numbers, np.int32)

    @property
    def starts(self) -> Ints:
        """Where each row begins in `numbers`, and at last where the last one ends."""
        return np.array(self._starts, np.int32)

    def owners(self) -> Ints:
        """Return the row of each number."""
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.starts))

    def replace(self, numbers: Ints) -> None:
        """Replace all numbers and sort each row."""
        owners = self.owners()
        unsorted = np.zeros(len(self), bool)  # few, if nearly all come from sorted rows
        unsorted[owners[1:][(np.diff(numbers) < 0) & (owners[1:] == owners[:-1])]] = True
        places = np.flatnonzero(unsorted[owners])
        replaced = numbers.astype(np.int32)
        replaced[places] = replaced[places[np.lexsort((replaced[places], owners[places]))]]
        self._numbers = array("i", replaced.tobytes())

    def filled(self, rows: npt.NDArray[np.int64], others: "TermRows") -> "TermRows":
        """Return these rows as `rows` counts them, and where that is -1 the next one of `others`."""
        both = TermRows.of(np.r_[self.numbers, others.numbers], np.r_[self.starts, self.starts[-1] + others.starts[1:]])
        is_other = rows < 0
        return TermRows.of(*both.taken(np.where(is_other, len(self) + np.cumsum(is_other) - 1, rows)))

    def taken(self, rows: npt.NDArray[np.integer[Any]]) -> tuple[Ints, Ints]:
        """Return some rows as one concatenated array, and where each begins."""
        starts = self.starts
        lengths = np.diff(starts)[rows]
        ends = np.cumsum(lengths, dtype=np.int32)
        places = np.arange(lengths.sum(), dtype=np.int64) + np.repeat(starts[rows] - (ends - lengths), lengths)
        return self.numbers[places], np.r_[np.int32(0), ends]

    def postings(self, terms: int) -> tuple[Ints, Ints]:
        """Return for each term the rows that have it, as one concatenated array, and where those of each term begin."""
        numbers = self.numbers
        order = np.argsort(numbers, kind="stable")
        starts = np.searchsorted(numbers[order], np.arange(terms + 1)).astype(np.int32)
        return self.owners()[order], starts


def rows_of_postings(owners: Ints, starts: Ints, rows: int) -> tuple[Ints, Ints]:
    """Return the numbers of each row, sorted, and where each of the rows begins: `TermRows.postings` the other way round."""
    numbers = np.repeat(np.arange(len(starts) - 1, dtype=np.int32), np.diff(starts))
    order = np.argsort(owners, kind="stable")
    return numbers[order], np.searchsorted(owners[order], np.arange(rows + 1)).astype(np.int32)


def renumber(vocabulary: Mapping[str, int], *kinds: TermRows) -> list[str]:
    """Give the terms that any row has new numbers, by the alphabet, and return the terms in that order."""
    used = np.zeros(len(vocabulary), bool)
    for rows in kinds:
        used[rows.numbers] = True
    terms = sorted(term for term, number in vocabulary.items() if used[number])
    numbers = np.zeros(len(vocabulary), np.int32)
    numbers[[vocabulary[term] for term in terms]] = np.arange(len(terms))
    for rows in kinds:
        rows.replace(numbers[rows.numbers])
    return terms
