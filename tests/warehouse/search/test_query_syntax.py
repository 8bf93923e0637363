"""The query syntax says what a person means, and plain words where it says nothing sensible."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.records import Filters
from warehouse.search.query_syntax import LONGEST_QUERY, Clause, ParsedQuery, read_plain, read_syntax


def test_plain_words_have_no_syntax():
    text = 'kind:mail "xen" -dom0 OR kern*'
    assert read_plain(text) == ParsedQuery(text, text)


def test_words_alone_rank_and_demand_nothing():
    assert read_syntax("xen dom0") == ParsedQuery("xen dom0", "xen dom0")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"page sharing" ksm', ParsedQuery("page sharing ksm", "ksm", must=((Clause("page sharing", is_phrase=True),),))),
        ("xen -kvm", ParsedQuery("xen", "xen", must_not=(Clause("kvm"),))),
        ('xen -"page sharing"', ParsedQuery("xen", "xen", must_not=(Clause("page sharing", is_phrase=True),))),
        ("xen OR kvm OR lguest", ParsedQuery("xen kvm lguest", "", must=((Clause("xen"), Clause("kvm"), Clause("lguest")),))),
        ("kern*", ParsedQuery("kern", "", must=((Clause("kern", is_prefix=True),),))),
        ("title:xen dom0", ParsedQuery("xen dom0", "dom0", must=((Clause("xen", in_title=True),),))),
        ('title:"file systems"', ParsedQuery("file systems", "", must=((Clause("file systems", True, in_title=True),),))),
        ("-title:xen dom0", ParsedQuery("dom0", "dom0", must_not=(Clause("xen", in_title=True),))),
        ("/proc/sys --help 2.6.29-rc7", ParsedQuery("/proc/sys --help 2.6.29-rc7", "/proc/sys --help 2.6.29-rc7")),
        ("std::vector http://lwn.net/", ParsedQuery("std::vector http://lwn.net/", "std::vector http://lwn.net/")),
        ("kind:mail kind:commit", ParsedQuery("", "", filters=Filters(kinds=("mail", "commit")))),
        (
            'xen topic:filesystems version:2.6.30 person:"torvalds"',
            ParsedQuery("xen", "xen", filters=Filters(topics=("filesystems",), versions=("2.6.30",), people=("torvalds",))),
        ),
        (
            "after:2009 before:2009-02",
            ParsedQuery("", "", filters=Filters(after=dt.date(2009, 1, 1), before=dt.date(2009, 2, 28))),
        ),
        (
            "after:2009-03-05 before:2009",
            ParsedQuery("", "", filters=Filters(after=dt.date(2009, 3, 5), before=dt.date(2009, 12, 31))),
        ),
    ],
)  # fmt: skip
def test_the_syntax_says(text, expected):
    assert read_syntax(text) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('xen "dom0', "quotation mark"),
        ("kind:letter xen", "none of issue"),
        ("before:yesterday", "wants 2009"),
        ("after:2009-02-31", "no day"),
        ("after:0000", "no day"),
        ("-xen", "not wanted"),
        ("OR xen", "between two words"),
        ("xen OR", "between two words"),
        ("-kind:mail xen", "only kind:"),
        ('"" xen', "nothing to look for"),
        ("topic: xen", "nothing after topic:"),
        ("kern* " * 100, "more than 16"),
    ],
)
def test_what_is_not_of_its_form_is_searched_as_plain_words_with_the_reason(text, why):
    parsed = read_syntax(text)
    assert parsed.words == text.strip()
    assert (parsed.must, parsed.must_not, parsed.filters) == ((), (), Filters())
    assert parsed.notes[0].startswith("Searched as plain words: ")
    assert why in parsed.notes[0]


def test_control_characters_are_spaces():
    assert read_plain("xen\x00\x1b[31m\u202edom0\ud800").words == "xen [31m dom0"


def test_a_query_too_long_is_cut_and_says_so():
    parsed = read_plain("xen " * 250_000)
    assert len(parsed.words) <= LONGEST_QUERY
    assert "1,000,000" in parsed.notes[0]


@given(st.text(max_size=200))
def test_any_text_is_read(text):
    for parsed in (read_plain(text), read_syntax(text)):
        assert isinstance(parsed, ParsedQuery)


@given(
    st.lists(
        st.sampled_from(["xen", "OR", "-", '"', "kind:", "mail", "*", "title:", "before:2009", " "]),
        max_size=12,
    )
)
def test_any_mixture_of_the_syntax_is_read(parts):
    assert isinstance(read_syntax("".join(parts)), ParsedQuery)
