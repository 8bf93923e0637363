"""Passages hold the whole text, in order, within the encoder's limit, and end where sentences end."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.encoding.models import TokenCounter, find_model
from warehouse.encoding.passages import (
    CONTEXT_TOKENS,
    passage_context,
    split_passages,
    text_to_encode,
)
from warehouse.sentences import split_sentences
from warehouse.settings import Settings

PROSE = "The merge window of 2.6.29 is open. Linus Torvalds took the first trees, e.g. those for X.org. Ext4 is next. "


def count_words(texts):
    return [len(text.split()) for text in texts]


@pytest.fixture(scope="module")
def count_tokens():
    return TokenCounter(find_model(Settings()))


def test_a_short_text_is_one_passage():
    assert split_passages("One sentence. Another.", count_tokens=count_words) == [(0, 22)]


def test_blank_text_has_no_passages():
    assert split_passages(" \n\n ", count_tokens=count_words) == []


def test_passages_end_where_sentences_end():
    text = PROSE * 40
    ends = {end for _, end in split_sentences(text)}
    passages = split_passages(text, count_tokens=count_words, limit=50)
    assert len(passages) > 5
    assert {end for _, end in passages} <= ends


def test_passages_of_one_text_are_about_equally_long():
    text = PROSE * 12
    sizes = count_words([text[start:end] for start, end in split_passages(text, count_tokens=count_words, limit=152)])
    assert min(sizes) > 0.6 * max(sizes)


def test_a_sentence_above_the_limit_is_cut_between_words():
    text = "word " * 500 + "end."
    pieces = [text[start:end] for start, end in split_passages(text, count_tokens=count_words, limit=102)]
    assert " ".join(pieces) == text
    assert len(pieces) == 6
    assert max(count_words(pieces)) <= 100


def test_a_word_above_the_limit_is_cut_inside(count_tokens):
    text = "/".join(["a1b2"] * 400)
    passages = split_passages(text, count_tokens=count_tokens)
    assert "".join(text[start:end] for start, end in passages) == text
    assert max(count_tokens([text[start:end] for start, end in passages])) <= 238


def test_title_and_heading_count_against_the_limit(count_tokens):
    context = passage_context(
        "Kernel Log: Coming in 2.6.30 (Part 2)",
        "Second attempt",
        count_tokens=count_tokens,
    )
    text = PROSE * 60
    passages = split_passages(text, count_tokens=count_tokens, context=context)
    counts = count_tokens([text_to_encode(context, text[start:end]) for start, end in passages])
    assert max(counts) + 2 <= 240
    assert max(counts) > 180


def test_an_endless_title_leaves_room_for_the_text(count_tokens):
    context = passage_context("very long title " * 100, None, count_tokens=count_tokens)
    assert count_tokens([context])[0] <= CONTEXT_TOKENS
    assert split_passages(PROSE, count_tokens=count_tokens, context=context) == [(0, len(PROSE.rstrip()))]


def test_a_heading_that_repeats_the_title_is_said_once():
    assert passage_context("Ksplice", "ksplice", count_tokens=count_words) == "Ksplice"
    assert passage_context("Ksplice.", "In brief:", count_tokens=count_words) == "Ksplice. In brief:"


@given(
    st.lists(
        st.sampled_from(
            [
                "Ext4 is in. ",
                "no end ",
                "\n\n",
                "2.6.27.18, ",
                "x" * 50 + " ",
                "\t",
                "für 日本語. ",
            ]
        ),
        max_size=200,
    ),
    st.integers(3, 30),
)
def test_passages_hold_every_visible_character_once_and_in_order(parts, limit):
    text = "".join(parts)
    passages = split_passages(text, count_tokens=count_words, limit=limit)
    assert all(start < end for start, end in passages)
    assert all(left[1] <= right[0] for left, right in itertools.pairwise(passages))
    joined = "".join(text[start:end] for start, end in passages)
    assert re.sub(r"\s", "", joined) == re.sub(r"\s", "", text)
    assert all(count <= limit - 2 for count in count_words([text[start:end] for start, end in passages]))
