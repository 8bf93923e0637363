"""Whatever is said to be an issue is read or set aside, in time."""

from collections.abc import Callable, Sequence
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.limited_pool import TaskLimits
from flows.sources.the_h.issue import page_group
from tests.draw import some_and_soak
from tests.flows.sources.made_issues import FEATURE, TEXT, capture, read
from tests.work import cpu_seconds
from warehouse.errors import PageSetAside
from warehouse.records import Capture

pytestmark = pytest.mark.slow

HOSTILE = {
    "deep": b"<div>" * 10_000 + b"<p>x",
    "deep but readable": b"<div>" * 2000 + (b"<p>" + TEXT.encode() + b"</p>") * 5000,
    "only brackets": b"<" * 10_000_000,
    "brackets in a paragraph": b"<p>" + b"<" * 10_000_000,
    "open tags": b"<p>x" + b"<a" * 5_000_000,
    "nested tables": b"<table><tr><td>" * 600 + TEXT.encode() * 5000,
    "nested lists": b"<ul><li>x" * 900,
    "null bytes": b"<p>" + b"a\0" * 1_000_000 + b"</p>",
    "charset lies": b"\xff\xfe<meta charset=utf-7><p>" + "für".encode("latin-1") * 100_000,
    "mojibake": ("<p>" + "versions â€“ and " * 200_000).encode(),
    "many titles and dates": b"<h1>t</h1><p>23 February 2009, 10:46</p>" * 30_000,
    "many links": b"<p>" + b"word <a href='http://lwn.net/Articles/1/'>1</a>, " * 30_000,
    "one endless line": b"<p>" + TEXT.encode() * 100_000,
    "line breaks": b"<p>" + (TEXT.encode() + b"<br>") * 60_000,
    "bullets by hand": b"<p>" + b"&bull; a <a href=x>b</a><br>" * 20_000,
    "boxes everywhere": (b"<div><h2>t</h2><p>" + TEXT.encode() + b"</p></div>") * 25_000,
    "labels of contents": b"<ul>" + b"<li>Contents</li>" * 25_000,
    "a title without end": b"<h1>" + b"Kernel Log: (page 1) " * 200_000 + b"</h1><p>x</p>",
    "logos": b"<p>" + b"Kernel Log logo " * 200_000,
    "no spaces": b"<p>" + b"x" * 10_000_000,
    "all spaces": b"<p>" + b" " * 10_000_000 + b"x",
}


@pytest.mark.parametrize("name", some_and_soak(HOSTILE))
def test_a_page_made_to_choke_a_reader_ends_in_time(name: str) -> None:
    def attempt(reader: Callable[[Capture], object]) -> None:
        try:
            reader(capture(HOSTILE[name]))
        except PageSetAside as error:
            assert error.reason.isidentifier()

    for reader in (read, page_group):
        assert cpu_seconds(partial(attempt, reader)) < TaskLimits().cpu_s  # at which a run would set the page aside


MARKUP = [
    "<p>", "</p>", "<div>", "</div>", "<table>", "<tr>", "<td>", "</table>", "<ul>", "<li>", "</ul>", "<br>", "<b>", "</b>",
    "<h1>", "</h1>", "<h3>", "<aside>", "</aside>", "<a href='?page=2'>2</a>", "<pre>", "<!--", "-->", "<script>", "\0",
    "23 February 2009, 10:46", "by Golden Desk", TEXT, "Kernel status", "• x", "Kernel Log logo", "&amp;", "â€“",
    "Copyright © 2009 Heise",
]  # fmt: skip
pieces = st.lists(st.sampled_from(MARKUP) | st.text(max_size=8), max_size=40)


@given(st.lists(pieces, min_size=1, max_size=3))
def test_any_page_gives_a_document_whose_words_add_up_or_is_set_aside(bodies: Sequence[list[str]]) -> None:
    try:
        document = read(*(capture("".join(body), f"{FEATURE}?page={n}") for n, body in enumerate(bodies, start=1)))
    except PageSetAside:
        return
    assert document.sections[0].role == "lead"
    assert document.words is not None
    assert document.words.kept + document.words.boilerplate <= document.words.visible
    for section in document.sections:
        assert all(section.text[item.char_start : item.char_end] == item.text for item in section.items)


@given(st.binary(max_size=2000))
def test_any_bytes_give_a_document_or_are_set_aside(body: bytes) -> None:
    for html in (body, b"<html><body><h1>t</h1><p>" + body):
        try:
            read(capture(html))
        except PageSetAside as error:
            assert error.reason
