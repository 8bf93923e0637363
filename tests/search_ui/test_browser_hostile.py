"""The page in a real browser runs no foreign words."""

from pathlib import Path
from typing import Any

import pytest

from tests.search_ui.conftest import serve
from tests.search_ui.watched import Watched, titles

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def test_hostile_strings_do_nothing_in_a_browser(window: Any, hostile_home: Path) -> None:
    server = serve(hostile_home)
    address = next(server)
    try:
        one = Watched(window.new_page(), address)
        one.open()
        for number in range(1, 4):
            page = one.go(f"?q=xen&mode=keyword&page={number}")
            page.locator("article.card").first.wait_for()
        shown = set(titles(page))
        page.locator("article.card h3 a").first.click()
        page.locator("header.document h1").wait_for()
        assert page.locator("header.document h1").inner_text() in shown
        one.go("?view=timeline&topic=xen").locator("ol.entries").first.wait_for()
        one.go("?view=about").locator(".figures").wait_for()
        one.open("?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&kind=%3Cscript%3E&view=search&mode=keyword")
        assert one.page.locator("img[src=x]").count() == 0
        one.page.close()
        assert one.wrong == []
    finally:
        server.close()
