"""Marks stand on every word that the index takes for a word of the query, and on nothing else."""

import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.search.highlights import Highlighter
from warehouse.search.lexical import stem_of

FORMS = [
    "happy happily happiness",
    "hope hoping hopes hopped",
    "die dies died dying lie lying ties tying",
    "sky skies skis skiing",
    "usable usability possibly possibilities",
    "merge merging merged mergeable",
    "relate relational relations",
    "ugly idly gently only early news",
    "Müller müller muller Hjønnevåg hjonnevag",
]


def marked(text, stems=(), names=()):
    return [text[start:end] for start, end in Highlighter(stems, names).marks(text)]


@pytest.mark.parametrize("text", FORMS)
def test_all_words_with_a_stem_are_marked(text):
    words = text.split()
    for word in words:
        stem = stem_of(word.lower())
        assert marked(text, [stem]) == [other for other in words if stem_of(other.lower()) == stem]


@given(st.text(st.sampled_from("abeilsxyABIYé3 _.—’"), max_size=60), st.text(st.sampled_from("abeilsxy3"), min_size=1))
def test_marks_are_the_words_whose_stem_is_asked_for(text, word):
    stem = stem_of(word)
    words = [found.span() for found in re.finditer(r"[^\W_]+", text)]
    expected = tuple((start, end) for start, end in words if stem_of(text[start:end].lower()) == stem)
    assert Highlighter([stem], ()).marks(text) == expected


def test_a_word_ends_at_a_dash_and_at_a_quotation_mark():
    assert marked("the kernel—“kernels” and the kernel’s", ["kernel"]) == ["kernel", "kernels", "kernel"]


def test_a_name_of_several_parts_is_one_mark():
    assert marked("paravirt_ops, not xparavirt_ops or Paravirt_Ops2", ["op"], ["paravirt_ops"]) == [
        "paravirt_ops",
        "ops",
    ]


def test_what_finds_the_marks_can_be_stored_with_a_result():
    find = Highlighter(["kernel"], ["2.6.29"]).marks
    assert pickle.loads(pickle.dumps(find))("kernel 2.6.29") == find("kernel 2.6.29") == ((0, 6), (7, 13))
