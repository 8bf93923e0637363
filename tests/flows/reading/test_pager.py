"""Page navigation, told by its words."""

from flows.reading.html import parse_tree
from flows.reading.pager import Pager, read_pager
from flows.reading.visible import visible_blocks

BASE = "http://www.h-online.com/open/features/X-746759.html"


def pager(html: str) -> Pager:
    return read_pager(visible_blocks(parse_tree(html)).blocks, BASE)


def test_numbers_with_one_unlinked_are_the_pages() -> None:
    found = pager(
        '<p>text</p><div>&laquo; <a href="A-746918.html">1</a> 2 <a href="/B-746919.html">3</a> <a href="/B-746919.html">Next page &raquo;</a></div>'
    )
    assert found.numbered == {
        1: "http://www.h-online.com/open/features/A-746918.html",
        3: "http://www.h-online.com/B-746919.html",
    }
    assert found.shown == 2
    assert found.next == "http://www.h-online.com/B-746919.html"


def test_a_list_of_numbers_is_one_navigation() -> None:
    found = pager('<ul><li>1</li><li><a href="?page=2">2</a></li><li><a href="?page=3">3</a></li></ul>')
    assert found.shown == 1
    assert list(found.numbered.values()) == [f"{BASE}?page=2", f"{BASE}?page=3"]


def test_a_list_of_contents_gives_the_pages_by_name() -> None:
    found = pager(
        '<p>Contents:</p><ol><li><a href="a-1.html">First</a></li><li>Audio and video</li><li><a href="c-3.html">Figures</a></li></ol>'
    )
    assert sorted(found.numbered) == [1, 3]
    assert found.shown == 2


def test_neighbours_are_told_apart() -> None:
    found = pager('<p><a href="a.html">&laquo; Vorige Seite</a> | <a href="c.html">N&auml;chste Seite &raquo;</a></p>')
    assert (found.previous, found.next) == (
        "http://www.h-online.com/open/features/a.html",
        "http://www.h-online.com/open/features/c.html",
    )


def test_references_in_a_sentence_are_no_navigation() -> None:
    html = '<p>Wireless got better (<a href="http://lwn.net/1">1</a>, <a href="http://lwn.net/2">2</a>).</p><ul><li><a href="/x">News</a></li></ul>'
    assert pager(html) == Pager({}, None, None, None, frozenset())
