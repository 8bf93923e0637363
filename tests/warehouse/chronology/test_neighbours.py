import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.chronology.neighbours import spread_over_links


def test_a_source_that_several_hits_cite_overtakes_a_weak_hit() -> None:
    spread = spread_over_links({"a": 10.0, "b": 9.0, "weak": 3.0}, [("a", "old"), ("b", "old")])
    assert spread["old"] > spread["weak"]


def test_being_cited_counts_more_than_citing() -> None:
    spread = spread_over_links({"hit": 5.0}, [("hit", "cited"), ("citing", "hit")])
    assert 1.0 == spread["hit"] > spread["cited"] > spread["citing"] > 0


def test_only_the_best_hits_hand_on_a_share() -> None:
    spread = spread_over_links({"best": 5.0, "second": 4.0}, [("second", "far")], hits=1)
    assert "far" not in spread


def test_the_same_link_twice_counts_once_and_a_link_to_itself_never() -> None:
    once = spread_over_links({"a": 1.0}, [("a", "b")])
    assert spread_over_links({"a": 1.0}, [("a", "b"), ("a", "b"), ("a", "a")]) == once


def test_no_score_gives_nothing() -> None:
    assert spread_over_links({}, [("a", "b")]) == {}
    assert spread_over_links({"a": 0.0}, [("a", "b")]) == {}


NAMES = st.sampled_from("abcdef")


@given(st.dictionaries(NAMES, st.floats(0, 100)), st.lists(st.tuples(NAMES, NAMES), max_size=20))
def test_no_source_loses_by_its_links(scores: dict[str, float], links: list[tuple[str, str]]) -> None:
    best = max(scores.values(), default=0.0)
    spread = spread_over_links(scores, links)
    for source, score in scores.items():
        if score > 0:
            assert spread[source] >= score / best or spread[source] == pytest.approx(score / best)
