"""Reading with the keyboard alone, and Back and Forward (tasks 27 and 28 of `labelled/page_tasks.md`)."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.search_ui.watched import Watched, settle

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
SCROLLED = "Math.round(document.querySelector('[data-testid=stMain]').scrollTop)"
IS_SEEN = "document.activeElement !== document.body && document.activeElement.matches(':focus-visible')"
WHERE_TAB_IS = """() => {
    const one = document.activeElement, before = window.tabWas, place = one.getBoundingClientRect();
    if (one === document.body) return null;
    window.tabWas = one;
    one.dataset.reached = '';
    const found = [];
    if (!one.matches(':focus-visible')) found.push('focus is not shown');
    if (place.bottom <= 0 || place.top >= innerHeight || place.right <= 0 || place.left >= innerWidth) found.push('out of sight');
    if (one === before) found.push('a trap');
    if (before && !(before.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING)) found.push('out of order');
    return found.map(what => `${what}: ${one.outerHTML.slice(0, 120)}`);
}"""
# Without what is folded, Streamlit's own link to the main content before the place that was clicked, and the other buttons of a group, to
# which arrow keys lead.
NOT_REACHED = """() => [...document.querySelectorAll('#root :is(a[href], button, input, textarea, summary)')].filter(one =>
    one.tabIndex >= 0 && !one.disabled && one.offsetParent && one.checkVisibility({ visibilityProperty: true })
    && !('reached' in one.dataset) && !one.closest('details:not([open]) > :not(summary), [role="radiogroup"]') && one.innerText !== 'Skip to main content').map(one => one.outerHTML.slice(0, 120))"""
FOCUSED = "document.activeElement.innerText"


def card_titles(page: Any) -> list[str]:
    return page.locator("article.card h3").all_inner_texts()


def test_what_is_typed_before_streamlit_has_loaded_is_kept(watched: Watched) -> None:
    page = watched.page
    with late_scripts(page):
        page.goto(watched.address, wait_until="commit")
        box = page.get_by_label("Search the archive")
        expect(box).to_be_focused()
        expect(page.locator("#first-look .front").first).to_be_visible()
        page.keyboard.type("ext4 delayed")
    expect(page.locator("#first-look")).to_have_count(0)
    expect(box).to_have_value("ext4 delayed")
    expect(box).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q=ext4"))
    page.locator("article.card").first.wait_for()

    with late_scripts(page):
        page.goto(watched.address, wait_until="commit")
        box.fill("btrfs & 100% snapshots")
        box.press("Enter")
    page.locator("article.card").first.wait_for()
    expect(page.locator("#first-look")).to_have_count(0)
    expect(box).to_have_value("btrfs & 100% snapshots")


@contextmanager
def late_scripts(page: Any) -> Iterator[None]:
    """Hold Streamlit's program back until the block ends; what is asked for later, as by another page, comes at once."""
    page.route("**/static/js/index.*.js", lambda _: None)
    yield
    page.unroute_all()  # which lets go what was held


def test_the_keyboard_alone_searches_reads_and_comes_back(watched: Watched) -> None:
    page = watched.open()
    box = page.get_by_label("Search the archive")
    expect(box).to_be_focused()  # nothing is asked yet
    page.keyboard.type("ext4 j?")
    expect(box).to_have_value("ext4 j?")
    for _ in range(3):
        page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q=ext4"))
    page.locator("article.card").first.wait_for()
    settle(page)
    page.keyboard.press("Tab")  # out of the box
    listed = card_titles(page)

    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_contain_text("to the search box")
    assert page.evaluate("document.activeElement.closest('dialog') !== null")
    before = page.evaluate("history.length")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert page.evaluate("document.activeElement !== document.body")

    seen = []
    for _ in range(12):  # everything is reached without a trap, and one sees where one is
        page.keyboard.press("Tab")
        assert page.evaluate(IS_SEEN), page.evaluate("document.activeElement.outerHTML")
        seen.append(page.evaluate("document.activeElement.outerHTML"))
    assert len(set(seen)) > 10
    for _ in range(12):
        page.keyboard.press("Shift+Tab")

    for _ in range(3):
        page.keyboard.press("j")
    assert page.evaluate(FOCUSED) == listed[2]
    expect(page.locator("article.card:focus-within")).to_be_in_viewport()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("k")
    assert page.evaluate(FOCUSED) == listed[1]
    for key, end in (("k", 0), ("j", -1)):
        for _ in range(len(listed) + 2):
            page.keyboard.press(key)
        assert page.evaluate(FOCUSED) == listed[end]
    page.keyboard.press("Control+k")  # the browser's own keys are left alone
    assert page.evaluate(FOCUSED) == listed[-1]
    for _ in range(len(listed) - 3):
        page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.locator("header.document h1", has_text=listed[2]).wait_for()
    assert page.evaluate("history.length") == before + 1
    settle(page)
    expect(page.locator("header.document h1")).to_be_focused()  # so that Tab goes on from the document
    page.go_back()  # Alt+Left in a browser with a window
    page.locator("article.card").first.wait_for()
    settle(page)
    assert card_titles(page) == listed
    assert not page.evaluate("document.activeElement.matches('input')")
    page.keyboard.press("/")
    expect(box).to_be_focused()
    expect(box).to_have_value("ext4")


@pytest.mark.parametrize("query", ["?q=xen&mode=keyword", "?view=timeline&topic=xen&topic=kvm"])
def test_tab_reaches_everything_in_order_and_shows_where_it_is(watched: Watched, query: str) -> None:
    page = watched.open(query)
    page.wait_for_function(
        "![...document.querySelectorAll('[data-testid=stVegaLiteChart]')].some(one => !one.querySelector('svg'))"
    )
    settle(page)
    page.evaluate("document.activeElement.blur()")
    page.mouse.click(2, 2)
    wrong: list[str] = []
    for _ in range(400):
        page.keyboard.press("Tab")
        found = page.evaluate(WHERE_TAB_IS)
        if found is None:
            break
        wrong += found
    assert wrong == []
    assert page.evaluate(NOT_REACHED) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_back_and_forward_restore_the_place(watched: Watched, width: int) -> None:
    watched.page.set_viewport_size({"width": width, "height": 844})
    page = watched.open("?q=kernel&mode=keyword&page=2")
    page.locator("article.card").nth(6).scroll_into_view_if_needed()
    opened = card_titles(page)[6]
    link = page.locator("article.card h3 a").nth(6)
    link.scroll_into_view_if_needed()
    page.wait_for_function(f"history.state?.y === {SCROLLED}")
    before = page.evaluate(SCROLLED)
    assert before > 300
    loads = page.evaluate("performance.timeOrigin")
    link.click()
    page.locator("header.document h1", has_text=opened).wait_for()
    assert page.evaluate("performance.timeOrigin") == loads  # the page is not loaded again
    page.wait_for_function("document.querySelector('mark.here')?.getBoundingClientRect().top < innerHeight")

    page.go_back()
    page.wait_for_function(f"Math.abs({SCROLLED} - {before}) < 100")
    expect(page.locator("article.card h3 a").nth(6)).to_be_in_viewport()
    assert "page=2" in page.url
    page.go_forward()
    page.locator("header.document h1", has_text=opened).wait_for()
    page.reload()
    page.locator("header.document h1", has_text=opened).wait_for()
    page.go_back()
    page.locator("article.card").first.wait_for()
    page.wait_for_function(f"Math.abs({SCROLLED} - {before}) < 100")
    watched.page.set_viewport_size({"width": 1280, "height": 900})
