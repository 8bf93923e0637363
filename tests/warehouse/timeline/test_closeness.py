from collections.abc import Sequence

import numpy as np
import pytest

from warehouse.timeline.closeness import closeness

QUERY = np.array([1.0, 0.0], np.float32)
NAMED = np.ones(3, np.float32)


class _Encoder:
    """Turns "0.3" into a vector with that cosine to `QUERY`."""

    name, dimension = "cosines", 2

    def encode(self, texts: Sequence[str], **_: object) -> np.ndarray:
        return np.array([[float(text), (1 - float(text) ** 2) ** 0.5] for text in texts], np.float32)


def test_a_sentence_nearer_to_the_query_is_worth_more():
    far, near, same = closeness(["0.1", "0.4", "0.1"], NAMED, QUERY, _Encoder())
    assert near / far == pytest.approx(np.exp(8 * 0.3), rel=1e-4)
    assert far == same


def test_beyond_half_way_no_sentence_is_worth_more_than_another():
    near, nearer = closeness(["0.5", "0.9"], NAMED[:2], QUERY, _Encoder())
    assert near == pytest.approx(nearer)


def test_a_sentence_without_the_name_has_to_be_near():
    covered = np.array([0.3, 0.3, 0.8], np.float32)
    assert (closeness(["0.6", "0.8", "0.3"], covered, QUERY, _Encoder()) > 0).tolist() == [False, True, True]
