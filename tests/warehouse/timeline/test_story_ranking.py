import datetime as dt

from warehouse.records import Hit
from warehouse.timeline.records import Citations
from warehouse.timeline.story_ranking import rank_documents


def _hit(name, score):
    return Hit(name, "lwn", "https://archive.example/", None, name, None, None, score, ())


HITS = [_hit("a", 30.0), _hit("b", 20.0), _hit("c", 10.0), _hit("d", 9.9)]
NONE = Citations({}, {})


def _names(**given):
    values = {"citations": NONE, "centroids": {}, "days": {}, "closeness": {}, "seen_from": None} | given
    return [name for name, _ in rank_documents(HITS, **values)]


def test_without_links_the_search_decides():
    assert _names() == ["a", "b", "c", "d"]


def test_a_document_that_the_best_cite_moves_up():
    assert _names(citations=Citations({"a": ["d"]}, {"d": ["a"]})).index("d") < 2


def test_a_document_that_was_not_found_comes_in_by_its_link():
    assert "e" in _names(citations=Citations({"a": ["e"]}, {"e": ["a"]}))


def test_of_two_alike_the_younger_comes_first_when_seen_from_a_day():
    days = {"c": dt.date(2001, 1, 1), "d": dt.date(2009, 12, 1)}
    assert _names(days=days, seen_from=dt.date(2010, 1, 1)).index("d") < 3
    assert _names(days=days) == ["a", "b", "c", "d"]


def test_what_others_cited_by_then_comes_before_its_like():
    citations = Citations({"x": ["d"], "y": ["d"], "z": ["d"]}, {"d": ["x", "y", "z"]})
    days = dict.fromkeys("abcd", dt.date(2009, 1, 1))
    assert _names(citations=citations, days=days, seen_from=dt.date(2010, 1, 1)).index("d") < 2
    assert _names(citations=citations, days=days) == ["a", "b", "c", "d"]


def test_a_round_up_comes_after_its_like():
    citations = Citations({"a": [f"x{number}" for number in range(30)]}, {})
    assert _names(citations=citations).index("a") > 0


def test_what_reports_the_subject_in_other_words_moves_up():
    assert _names(closeness={"a": 0.6, "b": 0.2, "c": 0.9}).index("c") == 1


def test_no_hits_make_no_story():
    assert rank_documents([], NONE, {}, {}, closeness={}, seen_from=None) == []
