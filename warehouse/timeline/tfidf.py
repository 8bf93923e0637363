"""Sentences as tf-idf vectors: how central one is, and how similar two are."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from warehouse.stop_words import DATE_WORDS, FUNCTION_WORDS, VAGUE_WORDS

Floats = NDArray[np.float64]

_WORD = re.compile(r"[a-z][a-z0-9_+-]*[a-z0-9_+]|\d+(?:\.\d+)+(?:-rc\d+)?")
_NO_SUBJECT = FUNCTION_WORDS | VAGUE_WORDS | DATE_WORDS


def words_of(text: str) -> list[str]:
    """Return the content words of a text, in lower case, in order; versions stay whole."""
    return [word for word in _WORD.findall(text.lower()) if word not in _NO_SUBJECT]


@dataclass(frozen=True, slots=True)
class TermVectors:
    """Every sentence as a unit vector over words: `columns[i]` are its words' numbers, `weights[i]` their weights.

    `centre` is the unit vector of what the sources have in common.
    """

    columns: list[NDArray[np.int64]]
    weights: list[Floats]
    centre: Floats

    def likeness_to(self, vector: Floats, rows: Iterable[int]) -> Floats:
        """Return the cosine of each row with a unit vector over all words."""
        return np.array([float(self.weights[row] @ vector[self.columns[row]]) for row in rows])

    def sum_of(self, rows: Sequence[int], shares: Sequence[float]) -> Floats:
        """Return the weighted sum of rows as a unit vector (all zeros if they have no words)."""
        total = np.zeros_like(self.centre)
        for row, share in zip(rows, shares, strict=True):
            total[self.columns[row]] += share * self.weights[row]
        return _unit(total)


def term_vectors(texts: Sequence[str], sources: Sequence[str]) -> TermVectors:
    """Return the texts as tf-idf vectors; a word's rarity and the centre are counted by source, not by text.

    Source: sparse centroids of Salton and Buckley, "Term-weighting approaches in automatic text retrieval" (1988), with
    log(1 + N/df), which stays above 0 for words in every source: on one subject, those words are the subject.
    """
    numbers: dict[str, int] = {}
    rows = [[numbers.setdefault(word, len(numbers)) for word in words_of(text)] for text in texts]
    by_source: dict[str, Counter[int]] = {}
    for source, row in zip(sources, rows, strict=True):
        by_source.setdefault(source, Counter()).update(row)
    in_sources = np.zeros(len(numbers))
    for counts in by_source.values():
        in_sources[list(counts)] += 1
    rarity = np.log1p(len(by_source) / np.maximum(in_sources, 1.0))
    columns = [np.unique(np.array(row, dtype=np.int64)) for row in rows]
    weights = [_unit(rarity[column]) for column in columns]
    centre = np.zeros(len(numbers))
    for counts in by_source.values():
        column = np.fromiter(counts, dtype=np.int64)
        centre[column] += _unit((1 + np.log(np.fromiter(counts.values(), dtype=np.float64))) * rarity[column])
    return TermVectors(columns, weights, _unit(centre))


def _unit(vector: Floats) -> Floats:
    length = math.sqrt(float(np.square(vector).sum()))  # a dot product would start BLAS's threads for a few words
    return vector / length if length else vector
