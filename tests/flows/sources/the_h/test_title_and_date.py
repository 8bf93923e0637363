"""Title, date, author and lead of an issue."""

import datetime as dt

from tests.flows.sources.made_issues import TEXT, article, capture, read


def test_a_byline_gives_author_and_lead_and_without_one_there_is_neither() -> None:
    lead = "First sentence of the lead. Second sentence of it, which is longer."
    signed = read(capture(article(f"<p>by Golden Desk</p><p>{lead}</p><p>{TEXT}</p>")))
    assert signed.author == "Golden Desk"
    assert signed.issue is not None
    assert signed.issue.lead == lead
    assert signed.sections[0].text == f"{lead}\n\n{TEXT}"
    unsigned = read(capture(article(f"<p>{lead}</p><p>{TEXT}</p>")))
    assert unsigned.author is None
    assert unsigned.issue is not None
    assert unsigned.issue.lead is None
    assert unsigned.sections[0].text == f"{lead}\n\n{TEXT}"


def test_a_title_printed_twice_stands_once_and_not_in_the_text() -> None:
    top = "<p>23 February 2009, 10:46</p><p>Kernel Log: A title</p><h1>Kernel Log: A title</h1>"
    document = read(capture(article(f"<p>Kernel Log: A title</p><p>{TEXT}</p>", top=top)))
    assert document.title == "Kernel Log: A title"
    assert [section.text for section in document.sections] == [TEXT]


def test_a_top_in_one_block_with_the_text_loses_no_word() -> None:
    body = f"<td>23 February 2009, 10:46<br>by Golden Desk<br>{TEXT}<br><a href='http://lwn.net/Articles/1234/'>more</a></td>"
    html = f"<html><body><h1>Kernel Log: A title</h1><table><tr>{body}</tr></table></body></html>"
    document = read(capture(html))
    assert (document.author, document.published_at) == ("Golden Desk", dt.datetime(2009, 2, 23, 10, 46))
    assert document.sections[0].text == f"{TEXT} more"
    assert [link.key for link in document.links] == ["1234"]
    assert document.words is not None
    assert document.words.lost == ()


def test_a_date_in_a_column_beside_is_not_the_articles() -> None:
    beside = "<div>" + "<p><a href='/x'>Some news</a></p>" * 15 + "<p>1 January 2013, 08:00</p></div>"
    document = read(capture(article(f"<p>{TEXT}</p>{beside}", top="<h1>Kernel Log: A title</h1>")))
    assert document.published_at is None


def test_a_date_comes_from_the_head_where_none_is_printed_and_never_from_the_future() -> None:
    head = "<html><head><meta name='date' content='2009-02-23T10:46:00+01:00'></head><body><h1>Kernel Log: A</h1>"
    said = read(capture(f"{head}<p>{TEXT}</p></body></html>"))
    assert (said.published_at, said.utc_offset_min, said.published_from) == (
        dt.datetime(2009, 2, 23, 10, 46),
        60,
        "meta",
    )
    printed = read(capture(article(f"<p>{TEXT}</p>")))
    assert (printed.utc_offset_min, printed.published_precision, printed.published_from) == (None, "minute", "printed")
    late = read(capture(article(f"<p>{TEXT}</p>", top="<p>23 February 2019, 10:46</p><h1>Kernel Log: A title</h1>")))
    assert late.published_at is None
