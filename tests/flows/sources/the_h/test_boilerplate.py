"""What the site prints around an issue is counted as boilerplate and no text of it."""

import pytest

from tests.flows.sources.made_issues import TEXT, article, capture, read


@pytest.mark.parametrize(
    "boilerplate",
    [
        "<p>In association with heise online</p>",
        "<ul><li>Twitter</li><li>Facebook</li><li>submit to slashdot</li><li>StumbleUpon</li><li>submit to reddit</li></ul>",
        "<p><a href='/a'>Print Version</a> | <a href='/b'>Send by email</a> | Permalink: http://h-online.com/-740203</p>",
        "<p>(<a href='mailto:x@y.example'>Reply via email to</a>)</p>",
        "<div>Kernel Log logo</div>",
        "<p><a href='?page=1'>1</a> <b>2</b> <a href='?page=3'>3</a> <a href='?page=3'>Next page</a></p>",
        "<form><select><option>All</option></select><button>Go</button></form>",
    ],
)
def test_what_the_site_prints_around_an_article_is_boilerplate(boilerplate: str) -> None:
    document = read(capture(article(f"{boilerplate}<p>{TEXT}</p><p>{TEXT} Again.</p>{boilerplate}")))
    assert [section.text for section in document.sections] == [f"{TEXT}\n\n{TEXT} Again."]
    assert document.words is not None
    assert document.words.visible == document.words.kept + document.words.boilerplate


def test_what_follows_an_article_is_boilerplate() -> None:
    tail = "<p>Reply via email</p><h3>Also on The H:</h3><ul><li><a href='/x'>A feature</a></li></ul><p>Copyright © 2009 Heise</p>"
    document = read(capture(article(f"<p>{TEXT}</p><p>{TEXT} Again.</p>{tail}")))
    assert [section.text for section in document.sections] == [f"{TEXT}\n\n{TEXT} Again."]


def test_the_pointer_to_earlier_issues_is_text_and_its_links_count() -> None:
    pointer = (
        "<p>Further background can be found in previous issues of the kernel log:</p>"
        "<ul><li><a href='/open/news/item/A-740001.html'>First</a></li><li><a href='/open/news/item/B-740002.html'>Second</a></li></ul>"
    )
    document = read(capture(article(f"<p>{TEXT}</p><h3>In brief</h3><ul><li>{TEXT}</li></ul>{pointer}")))
    assert document.sections[-1].text.endswith("previous issues of the kernel log:\n\nFirst\nSecond")
    assert [link.key for link in document.links] == ["740001", "740002"]
