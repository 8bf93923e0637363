"""Documents as HTML: every character of a section once, links where they stand."""

import datetime as dt
import html
import re

from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from search_ui.document_text import ELSEWHERE, _blocks, _find_anchors, document_text, with_names
from warehouse.catalog import Card, Citation, DocumentPage, MentionPlace, SectionText

LINES = st.lists(
    st.sampled_from(["one (1).", "two, 2.6.35 (5)", "a\tb", "<b>bold</b>", "", "- dash", "three"]), max_size=12
)


def a_link(anchor: str, sentence: str = "") -> Citation:
    return Citation("s", 0, anchor, sentence, "http://x.example/", "page", "not_tried")


def plain(markup: str) -> str:
    return "".join(html.unescape(re.sub(r"<(?!b>|/b>)[^<>]*>", "", markup)).split())


@given(LINES, st.data())
def test_every_character_of_a_section_is_shown_once_and_in_order(lines: list[str], data: st.DataObject) -> None:
    text = "\n".join(lines)
    starts = [0] + [found.end() for found in re.finditer("\n", text)]
    chosen = data.draw(st.lists(st.sampled_from(starts), unique=True)) if text else []
    bullets = []
    for start in sorted(chosen):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end > start:
            bullets.append((len(bullets) // 2, start, end))
    mark = tuple(sorted(data.draw(st.tuples(st.integers(0, 40), st.integers(0, 40)))))
    section = SectionText("s", None, "body", text, 0, tuple(bullets))
    anchors = _find_anchors(text, [a_link("1"), a_link("5")])
    assert plain("".join(_blocks(section, anchors, mark))) == "".join(text.split())


def test_names_lead_to_their_pages_where_no_link_stands() -> None:
    text = "Xen (1) and <KVM> by Xen."
    section = SectionText("s", None, "body", text, 100)
    places = [MentionPlace("topic", "xen", "Xen", 100, 103), MentionPlace("topic", "kvm", 'K"VM', 112, 117),
              MentionPlace("topic", "one", "One", 105, 106), MentionPlace("topic", "far", "Far", 90, 103)]  # fmt: skip
    made = "".join(_blocks(section, with_names(_find_anchors(text, [a_link("1")]), places, section), None))
    assert plain(made) == "".join(text.split())
    links = BeautifulSoup(made, "lxml").select("a.named")
    assert [(one["href"], one.text) for one in links] == [
        ("?view=topic&id=xen", "Xen"),
        ("?view=topic&id=kvm", "<KVM>"),
    ]


def test_a_digit_is_found_in_its_brackets_and_not_in_a_version() -> None:
    text = "Ready for 2.6.35 (5). Later (6)."
    found = _find_anchors(text, [a_link("5", "Ready for 2.6.35 (5)."), a_link("6", "Later (6).")])
    assert [text[one.start - 1 : one.end + 1] for one in found] == ["(5)", "(6)"]


def test_links_of_one_text_are_found_one_after_the_other() -> None:
    text = "See this (1). And that (1)."
    found = _find_anchors(text, [a_link("1", "See this (1)."), a_link("1", "And that (1).")])
    assert [one.start for one in found] == [text.index("1"), text.rindex("1")]


def test_bullets_of_a_group_are_one_list() -> None:
    text = "In brief\none\ntwo\n\nthree"
    spots = [(text.index(word), text.index(word) + len(word)) for word in ("one", "two", "three")]
    section = SectionText("s", None, "in_brief", text, 0, ((0, *spots[0]), (0, *spots[1]), (1, *spots[2])))
    soup = BeautifulSoup("".join(_blocks(section, [], None)), "html.parser")
    assert [[li.text for li in ul.select("li")] for ul in soup.select("ul")] == [["one", "two"], ["three"]]
    assert [p.text.strip() for p in soup.select("p")] == ["In brief"]


def test_rows_parted_by_tabs_are_a_table() -> None:
    section = SectionText("s", None, "table", "Version\tChanges\n2.6.34\t9,100 3", 0)
    soup = BeautifulSoup("".join(_blocks(section, [], None)), "html.parser")
    assert [[cell.text for cell in row.select("th, td")] for row in soup.select("tr")] == [
        ["Version", "Changes"], ["2.6.34", "9,100 3"]
    ]  # fmt: skip


def test_of_many_links_without_a_source_here_the_later_unfold() -> None:
    links = tuple(a_link(f"CVE-{number}") for number in range(30))
    card = Card("d", "lwn", "http://x.example/", None, "x.example", "Title", None, None, None, 3)
    sections = (SectionText("s", None, "body", "A table.", 0),)
    page = DocumentPage(card, "en", dt.datetime(2010, 1, 1), {}, sections, links, (), ())
    soup = BeautifulSoup(document_text(page), "html.parser")
    assert [one.text for one in soup.select(".ref")] == [link.anchor for link in links]
    assert len(soup.select(".sources > .source")) == ELSEWHERE
    assert soup.select_one(".sources > details > summary").text.startswith(f"{30 - ELSEWHERE} more links")
