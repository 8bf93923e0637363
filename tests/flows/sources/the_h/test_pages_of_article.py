"""The pages of an issue are found from each of them and joined in order."""

import datetime as dt

import pytest

from flows.sources.the_h.issue import page_group
from tests.flows.sources.made_issues import FEATURE, TEXT, article, capture, read
from warehouse.records import Capture


def pages_of(count: int, *, ids: bool) -> list[Capture]:
    urls = [
        FEATURE.replace("746759", f"{746759 + n}") if ids else FEATURE + f"?page={n + 1}" * (n > 0)
        for n in range(count)
    ]
    found = []
    for here, url in enumerate(urls):
        links = " ".join(
            f"<b>{n + 1}</b>" if n == here else f"<a href='{other}'>{n + 1}</a>" for n, other in enumerate(urls)
        )
        body = f"<p>{TEXT} Page {here + 1}.</p><ul><li>{TEXT} {here}</li></ul><p>{links}</p>"
        top = "<p>21 October 2010, 09:12</p><h1>What's new</h1><p>by Golden Desk</p><p>A lead. Of two sentences.</p>"
        found.append(capture(article(body, top=top if here == 0 else ""), url))
    return found


@pytest.mark.parametrize("ids", [False, True])
def test_pages_join_in_order_and_inherit_title_date_and_author(ids: bool) -> None:
    pages = pages_of(3, ids=ids)
    document = read(*pages)
    assert (document.title, document.author, document.published_at) == (
        "What's new",
        "Golden Desk",
        dt.datetime(2010, 10, 21, 9, 12),
    )
    assert document.issue is not None
    assert document.issue.pages == 3
    [section] = document.sections
    assert [section.text.index(f"Page {n}.") for n in (1, 2, 3)] == sorted(
        section.text.index(f"Page {n}.") for n in (1, 2, 3)
    )
    assert [item.group_position for item in section.items] == [0, 1, 2]
    assert document.aliases == (("746760", "746761") if ids else ())


@pytest.mark.parametrize("ids", [False, True])
def test_every_page_tells_all_pages(ids: bool) -> None:
    pages = pages_of(4, ids=ids)
    for page in pages:
        assert page_group(page) == tuple(other.url for other in pages)


def test_a_page_that_stands_alone_has_no_group() -> None:
    assert page_group(capture(article(f"<p>{TEXT} (<a href='/open/news/item/B-740002.html'>1</a>)</p>"))) == ()


def test_pages_given_in_disorder_come_in_order() -> None:
    pages = pages_of(3, ids=True)
    assert read(pages[2], pages[0], pages[1]).sections == read(*pages).sections


def test_a_print_view_beside_its_pages_is_not_read_twice() -> None:
    pages = pages_of(2, ids=False)
    assert read(pages[0], pages[1], pages[1]).sections == read(*pages).sections
