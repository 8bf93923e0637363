"""Names of things are told from words of a language."""

import pytest

from warehouse.search.identifiers import are_versions, identifiers, is_name, names_asked_for, without


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


def test_a_query_of_versions_alone_is_told_from_others():
    asked = ("2.6.33", "2.6.33-rc5 3.0.1", "ext4", "Linux 2.6.33", "")
    assert [are_versions(names_asked_for(query)) for query in asked] == [True, True, False, False, False]
