"""The page in a real browser, watched for errors."""

import re
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import expect

PATIENCE_MS = 60_000  # the first question of a session waits for the encoder
expect.set_options(timeout=PATIENCE_MS)


class Watched:
    """A page that records what must not happen: errors in the console, dialogs, exceptions, requests to other hosts."""

    def __init__(self, page: Any, address: str) -> None:
        self.page, self.address = page, address
        self.wrong: list[str] = []
        page.set_default_timeout(PATIENCE_MS)
        page.on("request", lambda request: self._note(request.url))  # a route would switch the browser's cache off
        page.on("console", lambda said: said.type == "error" and self.wrong.append(f"console: {said.text}"))
        page.on("pageerror", lambda error: self.wrong.append(f"exception: {error}"))
        page.on("dialog", lambda dialog: (self.wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("websocket", lambda socket: self._note(socket.url))

    def open(self, query: str = "") -> Any:
        self.page.goto(f"{self.address}/{query}")
        self.page.locator("#root nav.frame").wait_for()
        settle(self.page)
        return self.page

    def go(self, query: str) -> Any:
        """Go to another view as a link does, without loading the page again."""
        self.page.evaluate(
            "href => { history.pushState({}, '', href); dispatchEvent(new PopStateEvent('popstate', { state: history.state })) }",
            f"{self.address}/{query}",
        )
        settle(self.page)
        return self.page

    def query(self) -> str:
        return urlsplit(self.page.url).query

    def _note(self, url: str) -> None:
        if not self._is_ours(url):
            self.wrong.append(f"request: {url}")

    @staticmethod
    def _is_ours(url: str) -> bool:
        parts = urlsplit(url)
        return parts.scheme in ("data", "blob") or parts.hostname == "127.0.0.1"


def settle(page: Any) -> None:
    """Wait until the page is drawn for its address, because an element clicked earlier may be redrawn under the pointer.

    A widget may change the address a moment after it is used, so the page has to be drawn for a while.
    """
    page.evaluate("window.drawnSince = performance.now()")
    page.wait_for_function(
        """() => {
            const of = address => { const found = new URLSearchParams(address); found.sort(); return `${found}` }
            const isStill = document.querySelector(".stApp")?.dataset.testScriptState === "notRunning"
            const drawn = document.querySelector("#root nav.frame")?.dataset.drawn
            if (!isStill || (drawn !== undefined && of(drawn) !== of(location.search))) window.drawnSince = performance.now()
            return performance.now() - window.drawnSince > 250
        }""",
        polling=50,
    )


def ask(page: Any, text: str) -> None:
    """Type a question, press Enter, and wait for its results."""
    box = page.get_by_label("Search the archive")
    box.fill(text)
    box.press("Enter")
    page.wait_for_url(re.compile("q="))
    page.locator("article.card").first.wait_for()
    settle(page)


def titles(page: Any) -> list[str]:
    return page.locator("article.card h3").all_inner_texts()
