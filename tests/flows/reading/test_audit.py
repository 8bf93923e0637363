import re

import pytest

from flows.reading.audit import shown_text
from flows.reading.decoding import decode
from flows.reading.html import parse_tree
from flows.reading.visible import visible_blocks
from tests.flows.sample_pages import html_pages

PAGES = html_pages()


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>one two</p><p>three</p>", 3),
        ("<p>one<b>two</b></p>", 1),
        ("<p>one<br>two<img alt='three'></p>", 2),
        ("<p style='display: none'>one</p><p hidden>two</p><!-- three --><script>four</script>", 0),
        ("<p>present<sup>1</sup> <a href='x'>slides</a><span>PDF</span></p>", 4),
        ("", 0),
    ],
)
def test_words_that_a_reader_sees_are_counted(html: str, words: int) -> None:
    assert len(re.findall(r"\w+", shown_text(html))) == words


@pytest.mark.parametrize("url", PAGES)
def test_both_readings_see_the_same_words_on_every_page_of_the_sample(url: str) -> None:
    text = decode(PAGES[url], "utf-8").text
    ours = [word for block in visible_blocks(parse_tree(text)).blocks for word in re.findall(r"\w+", block.text)]
    assert re.findall(r"\w+", shown_text(text)) == ours
