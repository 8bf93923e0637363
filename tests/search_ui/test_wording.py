"""Words for the page: whatever comes in goes out as text."""

import datetime as dt
import html
import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from search_ui import wording
from search_ui.failure_reasons import check_in_words
from search_ui.views.archive_condition import rot_in_words
from tests.search_ui.conftest import HOSTILE


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_strings_come_out_as_the_text_they_are(text: str) -> None:
    soup = BeautifulSoup(f"<p>{wording.escaped(text)}</p>", "lxml")
    assert [tag.name for tag in soup.p.find_all()] == []
    assert soup.p.text == wording.clean(text)


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert wording.clean(wording.clean(text)) == wording.clean(text)


@given(st.text(alphabet="ab <>&\"'"), st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50))))
def test_marks_add_nothing_and_take_nothing(text: str, marks: list[tuple[int, int]]) -> None:
    markup = wording.marked(text, marks)
    assert html.unescape(re.sub(r"</?mark>", "", markup)) == text
    assert markup.count("<mark>") == markup.count("</mark>")


@given(
    st.text(alphabet="ab <>&", max_size=900), st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900)), max_size=5)
)
def test_a_snippet_is_a_stretch_of_its_text(text: str, marks: list[tuple[int, int]]) -> None:
    markup = re.sub(r"</?mark>", "", wording.snippet(text, marks))
    plain = html.unescape(markup).removeprefix("… ").removesuffix(" …")
    assert plain in text
    assert len(plain) <= 400 or len(text) <= 360


@pytest.mark.parametrize(
    ("checked", "gone", "said"),
    [
        (0, 0, "None was checked."),
        (5849, 0, "None of the 5,849 that were fetched or checked is known to be gone."),
        (5849, 4, "4 of the 5,849 that were fetched or checked are gone (less than 1%)."),
        (4, 1, "1 of the 4 that were fetched or checked is gone (25%)."),
        (1, 0, "The one that was fetched or checked is not known to be gone."),
        (1, 1, "The one that was fetched or checked is gone."),
        (7, 7, "All of the 7 that were fetched or checked are gone."),
    ],
)
def test_what_became_of_the_links_is_said_as_a_person_would(checked: int, gone: int, said: str) -> None:
    assert rot_in_words(checked, gone) == said


def test_a_check_of_nothing_says_so() -> None:
    assert check_in_words("damage_made_in_issues", 0, 0, 0) == "There are no issues to check."
    assert (
        check_in_words("damage_made_in_issues", 0, 28, 0)
        == "None of 28 issues were damaged by the reading program; none may."
    )
    assert check_in_words("made_up", 2, 28, 3, "things are odd") == "2 of 28 things are odd; at most 3 may."


def test_a_snippet_shows_where_most_words_match() -> None:
    text = "nothing " * 100 + "Xen and Dom0 " + "nothing " * 100
    at = text.index("Xen")
    assert "<mark>Xen</mark> and <mark>Dom0</mark>" in wording.snippet(text, [(at, at + 3), (at + 8, at + 12)])


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "file:///etc/passwd",
     "//evil.example/x", "http://[::1/", "http://user:pw@h.example:99999/x", "https://a b.example/", "", "ftp://x.example/",
     "http://x.example/\u202e", "http:///x"],
)  # fmt: skip
def test_only_addresses_of_the_web_become_links(address: str) -> None:
    assert not wording.is_web_address(address)
    assert "href" not in wording.outside(address, "Original")


def test_links_out_open_apart_and_give_nothing_away() -> None:
    link = BeautifulSoup(wording.outside('http://x.org/?a="b"&c=<d>', "Original"), "lxml").a
    assert link["href"] == 'http://x.org/?a="b"&c=<d>'
    assert set(link["rel"]) == {"noopener", "noreferrer"}
    assert link["target"] == "_blank"


@pytest.mark.parametrize(
    ("address", "leads"),
    [("http://lkml.example/x", False), ("https://EXAMPLE/", False), ("http://a.test:80/", False), ("http://example.org/", True),
     ("http://lwn.net/Articles/1/?x=.example", True), ("http://notexample/", True)],
)  # fmt: skip
def test_hosts_kept_for_examples_are_no_links(address: str, leads: bool) -> None:
    assert ("href" in wording.outside(address, "Original")) == leads
    assert wording.leads_nowhere(address) != leads


def test_links_inside_carry_their_state_and_leave_out_what_is_empty() -> None:
    link = BeautifulSoup(
        wording.inside("x", "search", q="a&b=c#d", topic=("xen", "kvm"), kind=(), after=None), "lxml"
    ).a
    assert link["href"] == "?view=search&q=a%26b%3Dc%23d&topic=xen&topic=kvm"


@pytest.mark.parametrize(
    ("precision", "expected"),
    [("minute", "3 February 2009"), ("day", "3 February 2009"), ("month", "February 2009"), ("year", "2009")],
)
def test_dates_are_as_exact_as_they_are_known(precision: str, expected: str) -> None:
    assert wording.day_of(dt.datetime(2009, 2, 3, 10, 46), precision) == expected


def test_a_missing_date_is_said() -> None:
    assert wording.day_of(None) == "undated"


def test_weeks_and_stretches_of_days_are_said_as_such() -> None:
    monday, sunday = dt.date(2009, 3, 9), dt.date(2009, 3, 15)
    assert wording.span_of(monday, sunday, "week") == "week of 9 March 2009"
    assert wording.span_of(monday, sunday, "day") == "9 March 2009 to 15 March 2009"
    assert wording.span_of(monday, monday, "day") == "9 March 2009"
    assert wording.span_of(dt.date(2010, 9, 1), dt.date(2010, 12, 31), "month") == "September 2010 to December 2010"
    assert wording.span_of(dt.date(2010, 9, 1), dt.date(2010, 9, 30), "month") == "September 2010"


def test_a_failure_sets_its_command_apart() -> None:
    markup = wording.failure("There is no archive at <b>. Make one with: klog --home a build")
    soup = BeautifulSoup(markup, "lxml")
    assert soup.p.text == "There is no archive at <b>. Make one with:"
    assert soup.pre.text == "klog --home a build"


def test_a_failure_finds_its_command_in_the_middle_too() -> None:
    soup = BeautifulSoup(wording.failure("No files in x. Run `klog build --only publish` to write them."), "lxml")
    assert soup.p.text == "No files in x. Run klog build --only publish to write them."
    assert soup.pre.text == "klog build --only publish"


def test_a_refused_statement_shows_the_place_under_the_sentence() -> None:
    soup = BeautifulSoup(
        wording.failure("The statement was refused: no <x>\n\nLINE 1: SELECT <x>\n               ^"), "lxml"
    )
    assert soup.p.text == "The statement was refused: no <x>"
    assert soup.pre.text == "LINE 1: SELECT <x>\n               ^"


def test_what_stands_between_backticks_is_code_and_all_else_text() -> None:
    assert wording.coded("go to `untagged`, <b>not `x & y`") == (
        "go to <code>untagged</code>, &lt;b&gt;not <code>x &amp; y</code>"
    )
    assert wording.coded("one ` alone") == "one ` alone"


def test_names_are_told_one_after_the_other() -> None:
    told = [wording.enumerated(["Xen", "KVM", "ext4"][:number]) for number in range(4)]
    assert told == ["", "Xen", "Xen and KVM", "Xen, KVM and ext4"]
