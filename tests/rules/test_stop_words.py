"""Whoever leaves out words without a matter leaves out the same ones."""

import pytest

from warehouse.kernel_versions import find_versions
from warehouse.mentions.names import NOT_A_GIVEN_NAME, find_names
from warehouse.mentions.release_evidence import judge
from warehouse.mentions.release_words import LINKING
from warehouse.mentions.taxonomy import taxonomy_from_rows
from warehouse.search.lexical import Lexical
from warehouse.search.query_terms import TermForms
from warehouse.stop_words import DATE_WORDS, FUNCTION_WORDS, VAGUE_WORDS, names_in_capitals
from warehouse.timeline.outcomes import _ANY_REPORT
from warehouse.timeline.tfidf import words_of


class _Stems:
    """The index's way to cut words, without an index."""

    stems = staticmethod(Lexical.stems)

    @staticmethod
    def frequency(index: str, field: str, word: str) -> int:
        return 1


@pytest.mark.parametrize("word", sorted(FUNCTION_WORDS))
def test_no_reader_takes_a_function_word_for_a_matter(word: str):
    assert words_of(f"{word} scheduler") == ["scheduler"]
    assert TermForms(_Stems()).read(f"{word} scheduler").stems == tuple(Lexical.stems("scheduler"))
    (version,) = find_versions(f"{word} 4.3")
    assert judge(f"{word} 4.3", version) != "no"


@pytest.mark.parametrize("word", sorted(FUNCTION_WORDS - {"will"}))
def test_a_function_word_before_a_surname_makes_it_nobody_elses(word: str):
    people = taxonomy_from_rows(people=[{"person_id": "linus", "name": "Linus Torvalds", "aliases": "Torvalds"}])
    assert [one.entity_id for one in find_names(f"{word.capitalize()} Torvalds", people)] == ["linus"]


def test_the_lists_have_no_word_twice():
    assert not FUNCTION_WORDS & VAGUE_WORDS
    assert not DATE_WORDS & VAGUE_WORDS
    assert {"may"} == DATE_WORDS & FUNCTION_WORDS
    # What reports of decisions share is read after these are gone.
    assert not _ANY_REPORT & (FUNCTION_WORDS | VAGUE_WORDS | DATE_WORDS)
    assert FUNCTION_WORDS <= LINKING
    assert {"will"} == FUNCTION_WORDS - NOT_A_GIVEN_NAME


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("the CAN bus", {"can"}),
        ("CAN", {"can"}),
        ("can it be a bus", set()),
        ("xen OR kvm AND NOT lguest", set()),
        ("HOW CAN I BUILD IT", set()),
        ("CANopen and CAN_RAW", set()),
    ],
)
def test_function_words_in_capitals_are_names_unless_all_is_in_capitals(text: str, names: set[str]):
    assert names_in_capitals(text) == names


def test_a_name_in_capitals_is_searched_beside_other_words():
    words = TermForms(_Stems()).read("the CAN bus")
    assert (words.stems, words.pairs, words.in_capitals) == (("can", "bus"), (("can", "bus"),), ("CAN",))
