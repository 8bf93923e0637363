"""The page in a real browser keeps its width, runs no foreign words, and leaves the machine alone."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from search_ui.pictures.take import WIDER
from tests.search_ui.conftest import serve
from tests.search_ui.watched import Watched, titles

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def test_no_view_is_wider_than_the_window(watched: Watched) -> None:
    for query in (
        "",
        "?q=xen&mode=keyword",
        "?view=document&id=issue-1009874",
        "?view=timeline&topic=xen&topic=kvm",
        "?view=timeline&by=question&q=Xen+Dom0+support",
        "?view=sql&sql=SELECT 1",
        "?view=about",
    ):
        page = watched.open(query)
        page.locator(".welcome, article.card, .captures, ol.entries, .count, .about, .hint").first.wait_for()
        for width, scheme in ((1280, "light"), (640, "light"), (390, "dark")):  # 640 is 1280 at a zoom of 200 %
            page.set_viewport_size({"width": width, "height": 844})
            page.emulate_media(color_scheme=scheme)
            with suppress(PlaywrightTimeout):  # charts draw anew for the new size
                page.wait_for_function(f"({WIDER})().length === 0")
            assert page.evaluate(WIDER) == [], (query, width, scheme)


def test_hostile_strings_do_nothing_in_a_browser(window: Any, hostile_home: Path) -> None:
    server = serve(hostile_home)
    address = next(server)
    try:
        one = Watched(window.new_page(), address)
        for number in range(1, 4):
            page = one.open(f"?q=xen&mode=keyword&page={number}")
            page.locator("article.card").first.wait_for()
        shown = set(titles(page))
        page.locator("article.card h3 a").first.click()
        page.locator("header.document h1").wait_for()
        assert page.locator("header.document h1").inner_text() in shown
        one.open("?view=timeline&topic=xen").locator("ol.entries").first.wait_for()
        one.open("?view=about").locator(".figures").wait_for()
        one.open("?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&kind=%3Cscript%3E&view=search&mode=keyword")
        assert one.page.locator("img[src=x]").count() == 0
        one.page.close()
        assert one.wrong == []
    finally:
        server.close()
