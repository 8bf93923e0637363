"""Hostile strings in an archive, a query and an address come out as text, in every view."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from search_ui import frame, state
from search_ui.wording import clean
from tests.draw import some_and_soak
from tests.search_ui.conftest import HOSTILE, Show, html_of, press_run, shower

OURS = {
    "a", "article", "aside", "b", "br", "button", "code", "data", "dd", "details", "div", "dl", "dt", "h1", "h2", "h3", "h4", "header", "li",
    "mark", "nav", "ol", "p", "pre", "section", "span", "style", "summary", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "class", "href", "title", "target", "rel", "lang", "role", "id", "open", "aria-current", "aria-label", "data-help", "data-copy",
    "data-copied", "data-announce", "data-awaits-box", "data-drawer", "data-first", "data-last", "data-address", "data-documents", "data-kind", "data-drawn",
    "value", "hidden", "aria-hidden", "tabindex", "style",
}  # fmt: skip
SCRIPTS_OF_OURS = (frame._script(), "const KEY = 'klog.statements'")


@pytest.fixture
def hostile(hostile_home: Path, monkeypatch: pytest.MonkeyPatch) -> Show:
    return shower(hostile_home, monkeypatch)


def checked(markup: str) -> BeautifulSoup:
    """The page's HTML, after a look at each element of it: nothing but what the views themselves write."""
    soup = BeautifulSoup(markup, "html.parser")
    for script in soup.find_all("script"):
        assert any(ours in str(script) for ours in SCRIPTS_OF_OURS)
        script.decompose()
    for tag in soup.find_all():
        assert tag.name in OURS, tag
        assert set(tag.attrs) <= ATTRIBUTES, tag
        assert str(tag.get("href", "?")).startswith(("?", "http://", "https://")), tag
        assert re.fullmatch(r"height:\d+%|left:[\d.]+%", tag.get("style", "height:0%")), tag
        assert str(tag.get("data-copy", "?")).startswith(("?", "@")), tag  # an address of the page, or a reference
        if str(tag.get("href", "?")).startswith("http"):
            assert {"noopener", "noreferrer"} <= set(tag["rel"]), tag
    return soup


def said(text: str) -> str:
    return "".join(clean(text).split())


def test_there_are_enough_of_them() -> None:
    assert len(set(HOSTILE)) >= 60


def test_titles_and_snippets_of_results_are_text(hostile: Show) -> None:
    shown: set[str] = set()
    snippets = ""
    for page in range(1, 11):
        soup = checked(html_of(hostile(q="xen", mode="keyword", page=str(page))))
        shown |= {said(title.text) for title in soup.select("article h3")}
        snippets += "".join("".join(one.text.split()) for one in soup.select(".snippet"))
    missing = [text for text in HOSTILE if said(text) not in shown]
    assert len(missing) <= len(HOSTILE) // 3, missing  # a search gives a hundred documents, some titles twice
    # Snippets are cut around what matches, so that not every string stands in one.
    assert sum(said(text) in snippets for text in HOSTILE if said(text) in shown) > len(HOSTILE) // 3


def test_every_title_is_text_where_documents_are_listed(hostile: Show) -> None:
    shown: set[str] = set()
    for page in range(1, 15):
        soup = checked(html_of(hostile(after="1991-01-01", page=str(page))))
        shown |= {said(title.text) for title in soup.select("article h3")}
    undated = checked(html_of(hostile(kind=["page", "release_note"])))
    shown |= {said(title.text) for title in undated.select("article h3")}
    assert [text for text in HOSTILE if said(text) not in shown] == []


def test_documents_show_hostile_text_headings_links_and_captures_as_text(hostile: Show, hostile_home: Path) -> None:
    listed = checked(html_of(hostile(kind="issue"))).select("article h3 a")
    assert listed
    for link in listed[::3]:
        address = dict(part.split("=") for part in link["href"].removeprefix("?").split("&"))
        soup = checked(html_of(hostile(view="document", id=address["id"], show="capture")))
        title = said(soup.select_one("header h1").text)
        assert title in {said(text) for text in HOSTILE}
        headings = {said(one.text) for one in soup.select(".article h2")}
        assert headings <= {title}


@pytest.mark.parametrize("view", ["about", "timeline", "sql"])
def test_the_other_views_show_them_as_text(hostile: Show, view: str) -> None:
    checked(html_of(hostile(view=view, topic=["xen", "kvm"], sql="SELECT title, url FROM documents")))


@pytest.mark.parametrize("text", some_and_soak(HOSTILE))
def test_a_hostile_query_is_shown_as_what_was_typed(show: Show, text: str) -> None:
    shown = show(q=text, mode="keyword")
    checked(html_of(shown))
    assert shown.text_input[0].value == text[: state.LONGEST]


@pytest.mark.parametrize("number", some_and_soak(range(len(HOSTILE))))
def test_a_hostile_address_shows_a_page(show: Show, number: int) -> None:
    text = HOSTILE[number]
    names = (
        "id", "passage", "kind", "topic", "version", "person", "after", "bar", "entry", "page", "order", "zoom", "entries",
    )  # fmt: skip
    address = dict.fromkeys(names, text)
    view = ("search", "document", "timeline", text)[number % 4]
    following = {"next": text} if number % 8 == 2 else {}
    checked(html_of(show(view=view, **address, **following)))


@pytest.mark.parametrize("text", some_and_soak(text for text in HOSTILE if ";" in text or "'" in text))
def test_a_hostile_statement_is_refused_or_answered_in_text(show: Show, text: str) -> None:
    checked(html_of(press_run(show(view="sql", sql=text))))


def test_hostile_values_of_an_answer_are_text(show: Show) -> None:
    texts = [text.replace("\x00", "") for text in HOSTILE if len(text) < 60]
    values = ", ".join("({})".format("'" + text.replace("'", "''") + "'") for text in texts)
    shown = press_run(show(view="sql", sql=f'SELECT * FROM (VALUES {values}) AS t("<b>said</b>")'))
    checked(html_of(shown))
    grid = shown.dataframe[0].value
    assert list(grid.columns) == ["<b>said</b>"]
    assert list(grid["<b>said</b>"]) == [clean(text) for text in texts]
