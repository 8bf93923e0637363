"""Somebody on a phone, and a mouse on the histogram: tasks 5 to 7, 29 and 30 of `labelled/page_tasks.md`."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.search_ui.watched import Watched, settle

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
COUNT = ".count h1"


@pytest.fixture
def phone(browser: Any, served: str) -> Iterator[Watched]:
    """A page of 390 by 844 pixels, touched and not hovered over, in which any error fails the test."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, reduced_motion="reduce"
    )
    one = Watched(context.new_page(), served)
    yield one
    assert one.wrong == []
    context.close()


def wholly_visible(page: Any, selector: str) -> bool:
    return page.evaluate(
        """selector => { const box = document.querySelector(selector).getBoundingClientRect();
        return box.top >= 0 && box.left >= 0 && box.right <= innerWidth && box.top + Math.min(box.height, 40) <= innerHeight; }""",
        selector,
    )


def test_the_first_result_is_above_the_fold_and_nothing_scrolls_sideways(phone: Watched) -> None:
    page = phone.open("?q=btrfs")
    page.locator("article.card").first.wait_for()
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        assert wholly_visible(page, "article.card h3")
        assert wholly_visible(page, "article.card .snippet")
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth <= innerWidth")
    box = page.get_by_label("Search the archive")
    expect(box).to_have_value("btrfs")
    assert float(box.evaluate("one => getComputedStyle(one).fontSize").removesuffix("px")) >= 16
    assert not page.evaluate("document.activeElement.matches('input')")  # the keyboard of the phone stays closed
    sizes = page.locator(".frame .views a, .chips a, button[data-drawer]").evaluate_all(
        "all => all.filter(one => one.offsetParent).map(one => one.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 32


def test_the_drawer_narrows_stays_open_and_is_closed_by_back(phone: Watched) -> None:
    page = phone.open("?q=graphics")
    page.locator("article.card").first.wait_for()
    settle(page)
    assert not page.locator(".results > .facets").is_visible()
    page.locator("button[data-drawer]").tap()
    drawer = page.get_by_role("dialog", name="Narrow the results")
    expect(drawer).to_be_visible()
    assert page.evaluate("document.activeElement.closest('dialog') !== null")
    year = drawer.locator("h3", has_text="Year").locator("+ ul a", has_text="2011")
    number = year.locator("xpath=../span").inner_text()
    year.tap()
    page.wait_for_url(re.compile("after=2011-01-01"))
    expect(drawer.locator(".found")).to_contain_text(re.compile(rf"\b{number} documents?\b"))
    drawer.locator("h3", has_text="Kind").locator("+ ul a", has_text="Kernel Log").tap()
    page.wait_for_url(re.compile("kind=issue"))
    expect(drawer.locator(".found .chip")).to_have_count(2)
    announced = drawer.locator(".found").inner_text().split("·")[0].strip()

    narrowed = page.url
    page.go_back()  # closes the drawer, and leaves the page as it was narrowed
    expect(drawer).to_have_count(0)
    assert page.url == narrowed
    expect(page.locator(COUNT)).to_contain_text(announced)
    expect(page.locator(".chosen .chip")).to_have_count(2)
    expect(page.get_by_role("link", name="Remove 2011", exact=True)).to_be_visible()
    expect(page.locator("button[data-drawer]")).to_be_focused()
    settle(page)
    assert set(page.locator("article.card .kind").all_inner_texts()) == {"Kernel Log"}
    assert all("2011" in meta for meta in page.locator("article.card .meta").all_inner_texts())
    page.locator(".chosen .chip", has_text="Kernel Log").tap()
    page.wait_for_url(lambda url: "kind=" not in url)
    expect(page.locator(".chosen .chip")).to_have_count(1)
    settle(page)
    page.wait_for_function("document.activeElement !== document.body")
    expect(page.locator("button[data-drawer]")).to_have_text("Narrow (2)")
    page.locator("button[data-drawer]").tap()
    assert page.evaluate("[...document.querySelectorAll(':modal')].some(one => one.matches('dialog.drawer'))")
    page.get_by_role("button", name="Close").tap()
    expect(drawer).to_have_count(0)
    expect(page.locator("button[data-drawer]")).to_be_focused()


def test_a_drag_over_the_bars_chooses_their_time_and_a_misspelling_is_put_right(watched: Watched) -> None:
    page = watched.open("?q=kernel&mode=keyword")
    bars = page.locator(".histogram .bars > *")
    bars.first.wait_for()
    settle(page)
    first, last = bars.nth(5), bars.nth(15)
    start, end = first.bounding_box(), last.bounding_box()
    page.mouse.move(start["x"] + 2, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(end["x"] + 2, end["y"] + 20, steps=4)
    assert page.locator(".histogram .brushed").count() == 11
    days = [first.get_attribute("data-first"), last.get_attribute("data-last")]
    counted = sum(
        int(one) for one in bars.evaluate_all("all => all.slice(5, 16).map(one => one.dataset.documents || '0')")
    )
    page.mouse.up()
    page.wait_for_url(re.compile(f"after={days[0]}&before={days[1]}"))
    expect(page.locator(COUNT)).to_contain_text(re.compile(rf"\b{counted} documents?\b"))

    watched.open("?q=nuoveau")
    meant = page.locator(".chips a", has_text="nouveau").first
    meant.click()
    expect(page.get_by_label("Search the archive")).to_have_value("nouveau")
    page.wait_for_url(re.compile("q=nouveau"))
    page.locator("article.card").first.wait_for()
    settle(page)
    assert page.get_by_text("Did you mean").count() == 0
    page.go_back()
    page.get_by_text("Did you mean").wait_for()
    expect(page.get_by_label("Search the archive")).to_have_value("nuoveau")
    hostile = "<img src=x onerror=alert(1)> zzqxv"
    box = page.get_by_label("Search the archive")
    box.fill(hostile)
    box.press("Enter")
    expect(page.locator("h1")).to_have_text(f"No results for “{hostile}”.")
    expect(page.locator(".announced")).to_have_text(f"No results for “{hostile}”.")
    assert page.get_by_role("button", name="CSV").count() == 0
    box.fill("zzqxv 2.6.33")
    box.press("Enter")
    expect(page.locator("h1")).to_have_text("No results for “zzqxv 2.6.33”.")
    settle(page)
    page.get_by_role("link", name="Without “zzqxv”").click()
    expect(page.locator(COUNT)).to_contain_text("documents")
    expect(box).to_have_value("2.6.33")


def test_names_and_operators_are_proposed_for_the_word_that_is_typed(watched: Watched) -> None:
    page = watched.open()
    box = page.get_by_label("Search the archive")
    box.click()
    page.keyboard.type("locking topic:big")
    option = page.get_by_role("option", name=re.compile("Big Kernel Lock", re.IGNORECASE)).first
    option.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box).to_have_value(re.compile('^locking topic:"Big Kernel Lock" $', re.IGNORECASE))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q=locking"))
    page.locator("article.card").first.wait_for()
    expect(page.get_by_role("listbox")).to_have_count(0)
