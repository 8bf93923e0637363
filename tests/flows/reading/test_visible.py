"""What a reader of a page sees, and what not."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flows.reading.audit import shown_text
from flows.reading.html import parse_tree
from flows.reading.visible import Block, visible_blocks


def blocks(html: str) -> list[Block]:
    return list(visible_blocks(parse_tree(html)).blocks)


def texts(html: str) -> list[str]:
    return [block.text for block in blocks(html)]


@pytest.mark.parametrize(
    "html",
    [
        "<script>gone()</script>",
        "<style>.gone {}</style>",
        "<p hidden>gone</p>",
        '<div style="color: red; DISPLAY : none">gone <p>gone too</p></div>',
        '<span style="visibility:hidden">gone</span>',
        "<!-- gone -->",
        "<!-- gone <p>gone</p> -->",
        "<template><p>gone</p></template>",
        "<noscript>gone</noscript>",
        '<img src="x.png" alt="gone">',
        "<svg><text>gone</text></svg>",
        "<iframe>gone</iframe>",
        '<input type="hidden" value="gone">',
    ],
)
def test_hidden_things_are_no_text(html: str) -> None:
    page = f"<html><head><title>gone</title></head><body><p>seen</p>{html}<p>seen too</p></body></html>"
    assert texts(page) == ["seen", "seen too"]
    assert shown_text(page).split() == ["seen", "seen", "too"]


def test_words_stay_whole_inside_a_line_and_part_where_a_block_ends() -> None:
    assert texts("<p>X<b>.</b>org<i>'s</i> ser<wbr>ver, LWN<font>.net</font></p>") == ["X.org's server, LWN.net"]
    assert texts("<div>one<p>two</p>three<div>four</div></div>") == ["one", "two", "three", "four"]
    assert texts("<table><tr><td><h2>a</h2></td><td>b</td></tr></table>") == ["a", "b"]
    assert texts("<p>soft\u00adware and zero\u200bwidth</p>") == ["software and zerowidth"]


@pytest.mark.parametrize(
    "html",
    [
        'a <a href="t.pdf">presentation</a><span class="x">PDF</span> he gave',
        'a <a href="t.pdf">presentation<small>PDF</small></a>he gave',
        'a <a href="t.pdf">presentation</a><em>PDF</em><img src="i.png">he gave',
    ],
)
def test_a_file_type_does_not_stick_to_the_word_before(html: str) -> None:
    assert texts(f"<p>{html}</p>") == ["a presentation PDF he gave"]
    assert shown_text(f"<p>{html}</p>").split() == ["a", "presentation", "PDF", "he", "gave"]


def test_a_picture_parts_words_and_nothing_else() -> None:
    assert texts('<p>kernel<img alt="Logo">log, done<img>.</p>') == ["kernel log, done."]


def test_line_breaks_are_kept_and_two_end_a_paragraph() -> None:
    assert texts("<p>one<br>two<br><br>three</p>") == ["one\ntwo", "three"]


def test_preformatted_text_keeps_its_white_space() -> None:
    [block] = blocks("<pre>\nint x;\n\tif (x)\n  y();\n</pre>")
    assert block.text == "int x;\n\tif (x)\n  y();"
    assert block.quoted


def test_links_know_their_range() -> None:
    [block] = blocks(
        '<p> The <a href="/a"> first</a>, the <a href="b"><b>second</b> one</a><a href="c"><img></a>. </p>'
    )
    assert [(block.text[a.start : a.end], a.href) for a in block.anchors] == [
        ("first", "/a"),
        ("second one", "b"),
        ("", "c"),
    ]
    assert [block.text[start:end] for start, end in block.bold] == ["second"]


def test_a_link_around_paragraphs_is_a_link_in_each() -> None:
    found = blocks('<a href="x"><p>one</p><p>two</p></a>')
    assert [[block.text[a.start : a.end] for a in block.anchors] for block in found] == [["one"], ["two"]]


def test_a_table_of_figures_is_rows_and_a_table_of_layout_is_not() -> None:
    figures = "<table><caption>Sizes</caption><tr><th>File<th>Lines<tr><td><p>a.c</p><td>1,200<sup>2</sup></table>"
    rows = blocks(figures)
    assert [row.text for row in rows] == ["Sizes", "File\tLines", "a.c\t1,200 2"]
    assert {row.table for row in rows} == {0}
    layout = "<table><tr><td>menu</td><td><p>text</p></td></tr><tr><td><ul><li>x</ul></td><td>y</td></tr></table>"
    assert [block.table for block in blocks(layout)] == [None] * 4


def test_bullets_belong_to_their_list() -> None:
    found = blocks("<ul><li>a<li><p>b</p><p>b2</p></ul><ul><li>c<ul><li>d</ul></ul><p>e</p>")
    items = [(block.text, block.item, block.group) for block in found]
    assert len({item for _, item, _ in items[:5]}) == 4
    assert items[1][1] == items[2][1]
    assert items[0][2] == items[1][2] != items[3][2]
    assert items[3][2] == items[4][2]
    assert items[5][1:] == (None, None)


TAGS = ["p", "div", "b", "a", "ul", "li", "table", "tr", "td", "br", "pre", "span", "img", "h2", "script", "sup", "em"]
html_trees = st.recursive(
    st.text(alphabet="abcXYZ019 .\n\u00a0–é\u00ad", max_size=12),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>", st.sampled_from(TAGS), st.lists(inner, max_size=4)
    ),
    max_leaves=25,
)


@example("<pre>0<img>0</pre>")
@given(html_trees)
def test_the_two_walks_see_the_same_words(html: str) -> None:
    page = f"<html><body>x {html}</body></html>"
    ours = [word for block in blocks(page) for word in re.findall(r"\w+", block.text)]
    assert ours == re.findall(r"\w+", shown_text(page))


@given(html_trees)
def test_ranges_lie_in_their_block(html: str) -> None:
    for block in visible_blocks(parse_tree(f"<body>x {html}</body>")).blocks:
        for start, end in [*block.bold, *((anchor.start, anchor.end) for anchor in block.anchors)]:
            assert 0 <= start <= end <= len(block.text)
