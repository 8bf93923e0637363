"""LWN articles: the whole corpus where it is at hand, as pages of the site."""

import datetime as dt
import gzip
import importlib.util
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from lxml import html

from flows.sources import registry
from warehouse.records import Capture, Document
from warehouse.rows import assemble

EVERY = 25  # articles; the whole corpus takes half a minute and gives the same picture
BOILERPLATE = ("to post comments", "Posted by a reader", "worth every subscriber", "Eklektix", "Weekly Edition")
WORD = re.compile(r"\w+")


@pytest.fixture(scope="module")
def pages() -> list[tuple[dict, str, Document]]:
    """Every 25th article of the corpus: its facts, its words as rendered, and the document read from its page."""
    shared = Path(__file__).parents[4] / "shared"
    if not shared.is_dir():
        pytest.skip("no LWN corpus: ../shared is not here")
    markdown = pytest.importorskip("markdown", reason="the corpus is Markdown, which the package `markdown` renders")
    tool = _load(shared / "tools" / "make_lwn_warc.py")
    return [
        (
            article,
            _words_of(rendered),
            _read(article, tool.page(article)),
        )
        for article in _articles(shared / "corpus" / "lwn_kernel.jsonl.gz")
        if (rendered := markdown.markdown(article["markdown"], extensions=["tables", "fenced_code"]))
    ]


def _words_of(rendered: str) -> str:
    """The words of an article without the box at its top in which LWN asks for subscriptions: that is no text of it."""
    tree = html.fromstring(f"<div>{rendered}</div>")
    first = tree.find(".//blockquote")
    if first is not None and "subscri" in first.text_content().lower() and len(first.text_content().split()) <= 110:
        first.drop_tree()
    return tree.text_content()


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_lwn_warc", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _articles(path: Path) -> Iterator[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number % EVERY == 0:
                yield json.loads(line)


def _read(article: dict, body: bytes) -> Document:
    capture = Capture("lwn", article["url"], 200, "text/html", dt.datetime(2026, 11, 1), body, "utf-8")
    return registry.parse(registry.identify(article["url"]), [capture])


def test_date_title_and_author_are_those_of_the_corpus(pages) -> None:
    for article, _, document in pages:
        assert document.published_at == dt.datetime.strptime(article["date"], "%B %d, %Y"), article["url"]
        assert document.title == " ".join(article["title"].split()), article["url"]
        assert document.author == article["author"], article["url"]


def test_the_words_are_those_of_the_article(pages) -> None:
    scores = []
    for article, rendered, document in pages:
        found, wanted = Counter(WORD.findall(assemble(document.sections)[0])), Counter(WORD.findall(rendered))
        common = (found & wanted).total()
        scores.append(2 * common / (found.total() + wanted.total()))
        assert scores[-1] > 0.5, article["url"]

    assert sum(scores) / len(scores) >= 0.985


def test_no_comment_menu_or_footer_is_in_a_text(pages) -> None:
    for article, rendered, document in pages:
        text = assemble(document.sections)[0]
        assert not [words for words in BOILERPLATE if words in text and words not in rendered], article["url"]
