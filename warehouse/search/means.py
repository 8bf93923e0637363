"""The mean vectors of documents."""

from typing import Any

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


def means_of(vectors: Vectors, firsts: npt.NDArray[np.integer[Any]]) -> Vectors:
    """Return the mean of each document's vectors, normalised; the vectors of a document begin at the rows `firsts`."""
    if not len(firsts):
        return np.zeros((0, vectors.shape[1]), np.float32)
    return unit(np.add.reduceat(vectors, firsts, axis=0))


def unit(sums: Vectors) -> Vectors:
    """Return vectors at length 1; those of zeros stay."""
    found: Vectors = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True).astype(np.float32), np.float32(1e-9))
    return found
