"""Names of things are told from words of a language."""

import pytest

from warehouse.search.identifiers import are_exact, identifiers, is_name, names_asked_for, without


@pytest.mark.parametrize(
    "name",
    ["paravirt_ops", "CONFIG_KSM", "2.6.29-rc7", "ext4", "X.org", "/proc/sys", "0123abc", "KSM", "TuxOnIce", "kernel/sched.c"],
)  # fmt: skip
def test_names_of_things_are_seen(name):
    assert identifiers(f"What does {name} do, then?") == [name]
    assert names_asked_for(name) == [name]


@pytest.mark.parametrize("word", ["kernel", "Linux", "Merging", "copy-on-write", "I", "naïve"])
def test_words_of_a_language_are_none(word):
    assert identifiers(f"What does {word} do?") == []


def test_a_query_of_names_and_words_asks_for_no_name():
    assert names_asked_for("CONFIG_KSM on ext4") == []
    assert names_asked_for("CONFIG_KSM ext4") == ["CONFIG_KSM", "ext4"]


def test_a_query_of_one_word_asks_for_that_word():
    assert names_asked_for("btrfs?") == ["btrfs"]
    assert names_asked_for("dma-buf") == ["dma-buf"]
    assert names_asked_for("") == []


def test_a_word_taken_out_keeps_its_neighbours_apart():
    assert without("set CONFIG_KSM now", ["CONFIG_KSM"]) == "set ; now"


def test_a_plain_word_is_no_name_whatever_its_first_letter():
    assert [is_name(word) for word in ("futex", "Futex", "KSM", "dma-buf", "ext4")] == [False, False, True, False, True]


@pytest.mark.parametrize(
    "query", ["2.6.33", "2.6.33-rc5 3.0.1", "CVE-2016-5195", "CONFIG_KSM", "kernel/sched.c", "77ab0c19de5f"]
)
def test_a_query_of_exact_names_alone_is_told_from_others(query):
    assert are_exact(names_asked_for(query))
    assert not are_exact(names_asked_for(f"news of {query}"))


@pytest.mark.parametrize("query", ["ext4", "KSM", "TuxOnIce", "dma-buf", "I/O", "defaced", "CONFIG_KSM ext4", ""])
def test_other_names_are_met_by_meaning_too(query):
    assert not are_exact(names_asked_for(query))
