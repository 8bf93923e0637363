"""Rankers are added in units of their own spread, and the best places come in order."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from warehouse.search.fusion import best, fuse

scores = st.lists(st.floats(-100, 100, width=32), min_size=1, max_size=60)


def test_a_leg_is_worth_the_same_whatever_its_unit():
    words, meaning = np.array([0, 3, 9], np.float32), np.array([0.8, 0.5, 0.2], np.float32)
    weights = {"words": 1.0, "meaning": 1.0}
    first = fuse({"words": words, "meaning": meaning}, weights)
    second = fuse({"words": words * 40, "meaning": meaning * 0.1 + 5}, weights)
    np.testing.assert_allclose(first, second, atol=1e-4)


def test_a_leg_that_says_nothing_changes_nothing():
    words = np.array([0, 3, 9], np.float32)
    weights = {"words": 1.0, "title": 1.0}
    alone = fuse({"words": words}, weights)
    np.testing.assert_array_equal(alone, fuse({"words": words, "title": np.zeros(3, np.float32)}, weights))


def test_no_documents_have_no_scores():
    assert len(fuse({"words": np.zeros(0, np.float32)})) == 0


def test_what_is_ruled_out_is_never_among_the_best():
    assert best(np.array([1, -np.inf, 3], np.float32), 10).tolist() == [2, 0]


@given(scores, st.integers(1, 20))
def test_the_best_are_those_of_a_full_stable_sort(values, k):
    array = np.array(values, np.float32)
    assert best(array, k).tolist() == np.argsort(-array, kind="stable")[:k].tolist()
