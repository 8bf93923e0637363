import numpy as np
import pytest

from warehouse.timeline.closeness import closeness

QUERY = np.array([1.0, 0.0], np.float32)
NAMED = np.ones(3, np.float32)


def _at(*cosines: float) -> np.ndarray:
    """Return vectors with those cosines to `QUERY`."""
    return np.array([[cosine, (1 - cosine**2) ** 0.5] for cosine in cosines], np.float32)


def test_a_sentence_nearer_to_the_query_is_worth_more():
    far, near, same = closeness(_at(0.1, 0.4, 0.1), NAMED, QUERY)
    assert near / far == pytest.approx(np.exp(8 * 0.3), rel=1e-4)
    assert far == same


def test_beyond_half_way_no_sentence_is_worth_more_than_another():
    near, nearer = closeness(_at(0.5, 0.9), NAMED[:2], QUERY)
    assert near == pytest.approx(nearer)


def test_a_sentence_without_the_name_has_to_be_near():
    covered = np.array([0.3, 0.3, 0.8], np.float32)
    assert (closeness(_at(0.6, 0.8, 0.3), covered, QUERY) > 0).tolist() == [False, True, True]
