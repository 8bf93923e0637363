"""The query syntax says what a person means, and plain words where it says nothing sensible."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.records import Filters
from warehouse.search.query_syntax import LONGEST_QUERY, Clause, ParsedQuery, list_operators, read_plain, read_syntax


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
        ("xen NOT kvm", ParsedQuery("xen", "xen", must_not=(Clause("kvm"),))),
        ("xen not kvm", ParsedQuery("xen not kvm", "xen not kvm")),
        ("-xen", ParsedQuery("", "", must_not=(Clause("xen"),))),
        ("-kind:mail xen", ParsedQuery("xen", "xen", without=(Filters(kinds=("mail",)),))),
        ("Kind:MAIL lang:German", ParsedQuery("", "", filters=Filters(kinds=("mail",), languages=("de",)))),
        ('author:"Jonathan Corbet"', ParsedQuery("", "", filters=Filters(authors=("Jonathan Corbet",)))),
        ("in:2009-02", ParsedQuery("", "", filters=Filters(after=dt.date(2009, 2, 1), before=dt.date(2009, 2, 28)))),
        ("ext4: fix delayed allocation", ParsedQuery(*["ext4: fix delayed allocation"] * 2)),
        ("kind:mail OR kind:commit xen", ParsedQuery("xen", "xen", filters=Filters(kinds=("mail", "commit")))),
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
    ("text", "words", "why"),
    [
        ('xen "dom0', "xen dom0", "not closed"),
        ("kind:letter xen", "letter xen", "letter is not a kind (issue"),
        ("before:yesterday xen", "yesterday xen", "needs a date (2009"),
        ("after:2009-02-31", "2009-02-31", "not a valid date"),
        ("after:0000", "0000", "not a valid date"),
        ("OR xen", "OR xen", "between two words"),
        ("xen OR", "xen OR", "between two words"),
        ('"" xen', "xen", "no letters or digits to search for"),
        ("topic: xen", "topic xen", "topic: has no value"),
        ("foo:bar xen", "foo:bar xen", "foo: is not an operator"),
        ("kern* " * 17, "kern " * 16 + "kern*", "more than 16"),
    ],
)
def test_what_is_not_of_its_form_is_a_word_and_a_note_says_so(text, words, why):
    parsed = read_syntax(text)
    assert parsed.words == words.strip()
    assert parsed.filters == Filters()
    assert len(parsed.notes) == 1
    assert why in parsed.notes[0]


def test_the_rest_of_a_query_keeps_its_syntax_beside_what_is_none():
    parsed = read_syntax("before:yesterday kind:mail -kvm xen")
    assert (parsed.words, parsed.filters, parsed.must_not) == (
        "yesterday xen",
        Filters(kinds=("mail",)),
        (Clause("kvm"),),
    )


@pytest.mark.parametrize(
    ("text", "tree"),
    [("the -mm tree", "mm"), ("xen -RT patches", "RT"), ("3.10 -rc3", "rc3"), ("merged in -next.", "next")],
)
def test_a_kernel_tree_is_a_word_and_a_note_says_how_to_leave_it_out(text, tree):
    parsed = read_syntax(text)
    assert (parsed.words, parsed.must_not) == (text, ())
    assert parsed.notes == (f"-{tree} was searched as the name of a kernel tree. To leave it out, write NOT {tree}.",)
    assert list_operators(text) == []
    assert read_syntax(f"xen NOT {tree}").must_not == (Clause(tree),)


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
        st.sampled_from(
            [
                "xen",
                "OR",
                "-",
                '"',
                "kind:",
                "mail",
                "*",
                "title:",
                "before:2009",
                "in:2009",
                "author:",
                "-kind:mail",
                "foo:bar",
                " ",
            ]
        ),
        max_size=12,
    )
)
def test_any_mixture_of_the_syntax_is_read(parts):
    assert isinstance(read_syntax("".join(parts)), ParsedQuery)


def test_filters_that_are_typed_can_be_taken_off_one_by_one():
    assert list_operators('author:"Alan Cox" xen -kind:mail title:dom0 in:2009') == [
        ('author:"Alan Cox"', "xen -kind:mail title:dom0 in:2009"),
        ("-kind:mail", 'author:"Alan Cox" xen title:dom0 in:2009'),
        ("in:2009", 'author:"Alan Cox" xen -kind:mail title:dom0'),
    ]
    assert list_operators('xen -kvm "a b" foo:bar NOT "c d"') == [
        ("-kvm", 'xen "a b" foo:bar NOT "c d"'),
        ('NOT "c d"', 'xen -kvm "a b" foo:bar'),
    ]
