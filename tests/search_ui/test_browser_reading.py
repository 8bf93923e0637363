"""Reading and citing: tasks 9 to 13 of `labelled/page_tasks.md`."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.search_ui.conftest import rows
from tests.search_ui.watched import PATIENCE_MS, Watched, settle

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def plain(text: str) -> str:
    return " ".join(text.split())


def marked(page: Any) -> str:
    page.locator("mark.here").first.wait_for()
    expect(page.locator("mark.here").first).to_be_in_viewport()
    return plain("".join(page.locator("mark.here").all_text_contents()))


def test_a_link_to_a_passage_opens_there_in_a_fresh_browser_and_a_wrong_one_says_so(
    watched: Watched, browser: Any, window: Any, sample_home: Path
) -> None:
    window.grant_permissions(["clipboard-read", "clipboard-write"])
    page = watched.open("?view=document&id=issue-1009874")
    button = page.locator(".article p > button.copy").nth(3)
    button.hover()
    button.click()
    expect(page.locator(".announced.shown")).to_have_text("Link copied.")
    address = page.evaluate("navigator.clipboard.readText()")
    passage = parse_qs(urlsplit(address).query)["passage"][0]
    assert address.startswith(watched.address)
    (text,) = rows(sample_home, f"SELECT text FROM passages WHERE passage_id = '{passage}'")[0]

    fresh = browser.new_context()
    other = fresh.new_page()
    other.set_default_timeout(PATIENCE_MS)
    other.goto(address)
    assert marked(other).replace(" ", "") == "".join(text.split())
    other.goto(f"{watched.address}/?view=document&id=issue-1009874&passage=nope")
    expect(other.locator(".note[role=alert]")).to_contain_text("not in the document")
    assert other.locator("mark.here").count() == 0
    assert other.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0
    other.goto(f"{watched.address}/?view=document&id=nope")
    expect(other.get_by_role("heading", level=1)).to_have_text("Document not found")
    expect(other.get_by_role("link", name="Search the archive")).to_be_visible()
    fresh.close()

    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')); }")
    button.click()
    expect(page.get_by_role("dialog").get_by_label("Text to copy")).to_have_value(address)
    page.keyboard.press("Escape")


def test_citations_and_cited_by_land_at_the_cited_place_and_lead_back(watched: Watched) -> None:
    page = watched.open("?view=document&id=issue-1009874")
    title = page.locator("header.document h1").inner_text()
    link = page.locator(".source .name a").first
    name = link.inner_text()
    link.click()
    page.locator("header.document h1", has_text=name).wait_for()
    settle(page)
    cited = page.locator(".note.back").inner_text()
    assert marked(page)
    page.locator("h2", has_text=re.compile(r"^Cited by \d+$")).wait_for()
    number = int(page.locator("h2", has_text="Cited by").inner_text().removeprefix("Cited by "))
    assert page.locator("article.card").count() == number

    page.locator("article.card h3 a", has_text=title).click()
    page.locator("header.document h1", has_text=title).wait_for()
    settle(page)
    sentence = marked(page)
    assert sentence in plain(cited)
    expect(page.locator("mark.here a[href^='?view=document'], a:has(> mark.here)").first).to_be_visible()
    page.locator(".note.back a").click()
    page.locator("header.document h1", has_text=name).wait_for()


def test_previous_and_next_issue_and_captures(watched: Watched, sample_home: Path) -> None:
    earlier, here = [
        row[0]
        for row in rows(
            sample_home,
            """SELECT document_id FROM issues JOIN documents USING (document_id) WHERE series = 'Kernel Log'
            AND published_at < '2010-07-01' ORDER BY published_at DESC, document_id DESC LIMIT 2""",
        )
    ][::-1]
    page = watched.open(f"?view=document&id={here}")
    page.locator("nav.steps a", has_text="Previous issue").click()
    page.wait_for_url(re.compile(f"id={earlier}"))
    settle(page)
    page.locator("nav.steps a", has_text="Next issue").click()
    page.wait_for_url(re.compile(f"id={here}"))
    for order, lacking in (("ASC", "Previous issue"), ("DESC", "Next issue")):
        (end,) = rows(sample_home, "SELECT document_id FROM issues JOIN documents USING (document_id) WHERE series = 'Kernel Log' "
                      f"AND language = 'en' ORDER BY published_at {order} LIMIT 1")[0]  # fmt: skip
        watched.go(f"?view=document&id={end}")
        expect(page.locator("nav.steps a", has_text="issue")).to_have_count(1)
        expect(page.get_by_role("link", name=lacking)).to_have_count(0)
    watched.go(f"?view=document&id={here}&show=capture")
    expect(page.locator("details.captures")).to_be_in_viewport()


@pytest.mark.parametrize("is_being_drawn", [False, True], ids=["still", "a view that is being drawn"])
def test_a_view_that_is_drawn_late_is_scrolled_to_its_place(watched: Watched, is_being_drawn: bool) -> None:
    held: list[str | bytes] = []
    sockets: list[Any] = []

    def through(socket: Any) -> None:
        sockets.append(socket)
        socket.connect_to_server().on_message(lambda message: held.append(message) if held else socket.send(message))

    watched.page.route_web_socket(re.compile("_stcore/stream"), through)
    page = watched.open("?view=document&id=issue-1009874")
    title = page.locator("header.document h1").inner_text()
    page.locator(".source .name a").last.click()
    citing = page.locator("article.card h3 a", has_text=title).first
    citing.wait_for()
    settle(page)
    held.append("")  # from here on the server's messages wait
    page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop = 0")
    if is_being_drawn:
        page.evaluate("dispatchEvent(new PopStateEvent('popstate'))")
        page.wait_for_timeout(2000)
    earlier = len(held)
    citing.evaluate("link => link.click()")  # without scrolling to it
    page.wait_for_timeout(2000)
    for message in held[1:earlier]:
        sockets[0].send(message)
    page.wait_for_timeout(2000)
    for message in held[earlier:]:
        sockets[0].send(message)
    held.clear()
    page.locator("header.document h1", has_text=title).wait_for()
    settle(page)
    assert marked(page)
    assert page.evaluate("document.activeElement !== document.body")
