"""The page in a real browser: what a reader does, with the address holding all of it."""

import re

import pytest
from playwright.sync_api import expect

from tests.search_ui.watched import Watched, ask, settle, titles

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def test_a_reader_searches_filters_opens_and_follows_a_citation_to_its_source(watched: Watched) -> None:
    page = watched.open()
    ask(page, "why was Xen slow to get into the kernel?")
    assert page.locator("article.card mark").count()

    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Kind").wait_for()
    # A list that opens while its surroundings still move closes again.
    page.wait_for_function("document.getAnimations().every(one => one.playState !== 'running')")
    page.get_by_label("Kind").fill("Kernel Log")
    page.get_by_role("option", name="Kernel Log", exact=True).click()
    page.wait_for_url(re.compile("kind=issue"))
    page.locator(".chosen .chip", has_text="Kernel Log").wait_for()
    page.wait_for_function(
        """() => {
            const kinds = [...document.querySelectorAll('article .kind')];
            return kinds.length > 0 && kinds.every(one => one.innerText === 'Kernel Log');
        }"""
    )
    settle(page)
    page.keyboard.press("Escape")  # a click beside the open list may do no more than close it
    page.get_by_role("listbox").wait_for(state="hidden")

    first = titles(page)[0]
    page.locator("article.card h3 a").first.click()
    page.wait_for_url(re.compile("view=document"))
    page.locator("header.document h1").wait_for()
    assert page.locator("header.document h1").inner_text() == first

    source = page.locator(".source .name a").first
    name = source.inner_text()
    source.click()
    page.locator("header.document h1", has_text=name).wait_for()
    cited_by = page.locator("article.card h3", has_text=first)
    cited_by.first.wait_for()


def test_back_forward_and_reload_keep_the_state(watched: Watched) -> None:
    page = watched.open()
    ask(page, "btrfs")
    page.get_by_text("Filters", exact=True).click()
    page.get_by_role("radio", name="Words", exact=True).or_(
        page.get_by_role("button", name="Words", exact=True)
    ).click()
    page.wait_for_url(re.compile("mode=keyword"))
    settle(page)  # until then the results of the other mode may be shown
    found = page.locator("article.card h3").first.inner_text()
    before = watched.query()
    ask(page, "wayland")
    page.wait_for_url(re.compile("q=wayland"))
    page.wait_for_function("old => document.querySelector('article.card h3')?.innerText !== old", arg=found)

    page.go_back()
    page.wait_for_function("old => document.querySelector('article.card h3')?.innerText === old", arg=found)
    assert watched.query() == before
    expect(page.get_by_label("Search the archive")).to_have_value("btrfs")

    page.go_forward()
    page.wait_for_function(
        "old => ![null, undefined, old].includes(document.querySelector('article.card h3')?.innerText)", arg=found
    )
    settle(page)
    expect(page.get_by_label("Search the archive")).to_have_value("wayland")
    after = titles(page)

    page.reload()
    page.locator("article.card").first.wait_for()
    settle(page)
    assert titles(page) == after
    expect(page.get_by_label("Search the archive")).to_have_value("wayland")
    assert "mode=keyword" in watched.query()


def test_a_document_and_back_is_the_same_search(watched: Watched) -> None:
    page = watched.open("?q=ext4&mode=keyword&order=oldest&page=2")
    page.locator("article.card").first.wait_for()
    listed = titles(page)
    page.locator("article.card h3 a").first.click()
    page.locator("header.document h1").wait_for()
    page.go_back()
    expect(page.locator("article.card h3")).to_have_text(listed, use_inner_text=True)


def test_the_last_document_is_reached_by_the_pages(watched: Watched) -> None:
    page = watched.open("?q=kernel")
    page.locator(".pages a", has_text="Next").click()
    second = page.locator("h1", has_text="11 to 20 of ").first
    second.wait_for()
    total = int(second.inner_text().removeprefix("11 to 20 of ").split()[0])
    last = -(-total // 10)
    page.locator(".pages").get_by_text(str(last), exact=True).click()
    page.locator(".count", has_text=f"{10 * last - 9} to {total} of {total} documents").wait_for()
    assert len(titles(page)) == total - 10 * (last - 1)


def test_the_tab_says_what_is_looked_at(watched: Watched) -> None:
    page = watched.open("?q=btrfs&mode=keyword")
    expect(page).to_have_title("btrfs · Kernel Log archive")
    name = titles(page)[0]
    page.locator("article.card h3 a").first.click()
    expect(page).to_have_title(re.compile("^" + re.escape(name[:50])))
    watched.go("?view=timeline&topic=xen&topic=kvm")
    expect(page).to_have_title("Xen, KVM · Kernel Log archive")
    watched.go("?view=about")
    expect(page).to_have_title("Archive · Kernel Log archive")
