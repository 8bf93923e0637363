"""How close the best reports are to a query by the meaning of their own sentence, encoded when the question is asked."""

import numpy as np
import numpy.typing as npt

from warehouse.encoding.encoder import Vectors
from warehouse.timeline.answers import Vector

Floats = npt.NDArray[np.float64]

READ = 1.75
"""The number of reports whose sentences are encoded, 6 ms each, for each entry asked for."""
LEAST_READ = 26
"""The least of these; with 40 to 90 hardly more events are among 15 entries."""
# A report at the cosine from which none is closer is worth e to the power of 4 times one at right angles.
_WEIGHT, _CLOSE = 8.0, 0.5
# The least sum of the share of the subject's name that is in or near a sentence and of its cosine. In folds of the judged histories .014
# of the entries are off the subject with it, .043 without.
_LEAST = 1.0


def closeness(vectors: Vectors, covered: npt.NDArray[np.float32], query: Vector) -> Floats:
    """Return the factor by which each text is worth more for its closeness to a query, 0 for what is hardly about it.

    `vectors`, shape (texts, dimension), are of the texts; `covered` is the share of the subject's name in or near each, as in `About`.
    """
    cosines = vectors @ query
    factors: Floats = np.exp(_WEIGHT * np.minimum(cosines.astype(np.float64), _CLOSE))
    return factors * (covered + cosines > _LEAST)
