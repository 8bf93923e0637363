"""Passages count together for their document, each less than the one before."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from warehouse.search.collapse import PASSAGE_SHARES, collapse_ranked


def test_the_best_passages_count_with_falling_shares():
    owners = np.array([7, 7, 3, 7])
    documents, scores = collapse_ranked(np.array([3, 2, 0, 1]), np.array([4, 3, 2, 1], np.float32), owners)
    assert documents.tolist() == [3, 7]
    np.testing.assert_allclose(scores, [3, 4 + 0.6 * 2 + 0.36 * 1])


def test_passages_past_the_shares_count_nothing():
    rows = np.arange(9)
    _, scores = collapse_ranked(rows, np.ones(9, np.float32), np.zeros(9, np.int64))
    np.testing.assert_allclose(scores, [sum(PASSAGE_SHARES)], rtol=1e-5)


def test_nothing_found_is_nothing():
    documents, scores = collapse_ranked(np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(3, np.int64))
    assert len(documents) == len(scores) == 0


@given(st.lists(st.tuples(st.integers(0, 5), st.floats(0.125, 100, width=32)), min_size=1, max_size=40))
def test_a_document_scores_between_its_best_passage_and_five_times_that(found):
    found.sort(key=lambda pair: -pair[1])
    owners = np.array([owner for owner, _ in found])
    scores = np.array([score for _, score in found], np.float32)
    documents, together = collapse_ranked(np.arange(len(found)), scores, owners)
    assert sorted(documents.tolist()) == sorted(set(owners.tolist()))
    for document, score in zip(documents, together, strict=True):
        best = scores[owners == document].max()
        assert best * 0.999 <= score <= best * sum(PASSAGE_SHARES) * 1.001
