"""The page in a real browser: what a reader does, with the address holding all of it, and nothing leaving the machine."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from search_ui.pictures.take import WIDER
from tests.search_ui.conftest import serve

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
PATIENCE_MS = 60_000  # the first question of a session waits for the encoder
expect.set_options(timeout=PATIENCE_MS)


class Watched:
    """A page that notes what must not be: errors in the console, dialogs, exceptions, requests to anywhere else."""

    def __init__(self, page: Any, address: str) -> None:
        self.page, self.address = page, address
        self.wrong: list[str] = []
        page.set_default_timeout(PATIENCE_MS)
        page.route("**/*", self._check)
        page.on("console", lambda said: said.type == "error" and self.wrong.append(f"console: {said.text}"))
        page.on("pageerror", lambda error: self.wrong.append(f"exception: {error}"))
        page.on("dialog", lambda dialog: (self.wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("websocket", lambda socket: self._note(socket.url))

    def open(self, query: str = "") -> Any:
        self.page.goto(f"{self.address}/{query}")
        self.page.locator("nav.frame").wait_for()
        settle(self.page)
        return self.page

    def query(self) -> str:
        return urlsplit(self.page.url).query

    def _check(self, route: Any) -> None:
        self._note(route.request.url)
        route.continue_() if self._is_ours(route.request.url) else route.abort()

    def _note(self, url: str) -> None:
        if not self._is_ours(url):
            self.wrong.append(f"request: {url}")

    @staticmethod
    def _is_ours(url: str) -> bool:
        parts = urlsplit(url)
        return parts.scheme in ("data", "blob") or parts.hostname == "127.0.0.1"


@pytest.fixture
def watched(browser: Any, served: str) -> Iterator[Watched]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    one = Watched(context.new_page(), served)
    yield one
    assert one.page.locator("[data-testid=stException]").count() == 0
    context.close()
    assert one.wrong == []


def search_for(page: Any, text: str) -> None:
    box = page.get_by_label("Search the archive")
    box.fill(text)
    box.press("Enter")
    page.wait_for_url(re.compile("q="))
    page.locator("article.card").first.wait_for()
    settle(page)


def settle(page: Any) -> None:
    """Wait until the script has run: what is clicked before may be drawn anew under the pointer."""
    page.locator(".stApp[data-test-script-state=notRunning]").wait_for()


def titles(page: Any) -> list[str]:
    return page.locator("article.card h3").all_inner_texts()


def test_a_reader_searches_filters_opens_and_follows_a_citation_to_its_source(watched: Watched) -> None:
    page = watched.open()
    search_for(page, "why was Xen slow to get into the kernel?")
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
    search_for(page, "btrfs")
    page.get_by_role("radio", name="Words", exact=True).or_(
        page.get_by_role("button", name="Words", exact=True)
    ).click()
    page.wait_for_url(re.compile("mode=keyword"))
    found = page.locator("article.card h3").first.inner_text()
    before = watched.query()
    search_for(page, "wayland")
    page.wait_for_url(re.compile("q=wayland"))
    page.wait_for_function("old => document.querySelector('article.card h3')?.innerText !== old", arg=found)

    page.go_back()
    page.wait_for_function("old => document.querySelector('article.card h3')?.innerText === old", arg=found)
    assert watched.query() == before
    expect(page.get_by_label("Search the archive")).to_have_value("btrfs")

    page.go_forward()
    page.wait_for_function("old => document.querySelector('article.card h3')?.innerText !== old", arg=found)
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
    page.locator("article.card").first.wait_for()
    assert titles(page) == listed


def test_a_topic_timeline_and_the_documents_of_a_bar(watched: Watched) -> None:
    page = watched.open("?view=timeline")
    page.get_by_label("Topics (up to six)").fill("Xen")
    page.get_by_role("option", name=re.compile(r"^Xen \(")).click()
    page.wait_for_url(re.compile("topic=xen"))
    bars = page.locator("[data-testid=stVegaLiteChart] svg .mark-rect.role-mark path")
    bars.first.wait_for(state="attached")
    boxes = [box for box in (bar.bounding_box() for bar in bars.all()) if box]
    tallest = max(boxes, key=lambda box: box["height"])
    page.mouse.click(tallest["x"] + tallest["width"] / 2, tallest["y"] + tallest["height"] / 2)
    page.wait_for_url(re.compile("bar=xen"))
    page.locator("article.card").first.wait_for()
    page.locator("ol.entries li").first.wait_for()
    listed = titles(page)

    page.reload()
    page.locator("article.card").first.wait_for()
    assert titles(page) == listed
    page.go_back()
    page.wait_for_url(lambda url: "bar=" not in url)
    page.wait_for_function("document.querySelectorAll('article.card').length === 0")

    entry = page.locator("ol.entries .cited a").first
    name = entry.inner_text()
    entry.click()
    page.locator("header.document h1", has_text=name).wait_for()
    page.locator("mark.here").first.wait_for()


def test_a_dot_of_a_questions_chart_shows_its_entry(watched: Watched) -> None:
    page = watched.open("?view=timeline&by=question&q=Xen+Dom0+support")
    page.locator("ol.entries li").first.wait_for()
    dots = page.locator("[data-testid=stVegaLiteChart] svg .mark-symbol.role-mark path")
    dots.first.wait_for(state="attached")
    assert dots.count() == page.locator("ol.entries li").count()
    settle(page)
    box = dots.last.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url(re.compile("entry="))
    expect(page.locator("ol.entries li.here")).to_be_in_viewport()
    chosen = page.locator("ol.entries li.here").inner_text()

    page.reload()
    expect(page.locator("ol.entries li.here")).to_have_text(chosen, use_inner_text=True)
    page.go_back()
    page.wait_for_url(lambda url: "entry=" not in url)
    expect(page.locator("ol.entries li.here")).to_have_count(0)


def test_the_hundredth_document_is_reached_by_the_pages(watched: Watched) -> None:
    page = watched.open("?q=kernel")
    page.locator(".pages a", has_text="Next").click()
    page.locator(".count", has_text="11 to 20 of the 100 best").wait_for()
    page.locator(".pages a", has_text="10").click()
    page.locator(".count", has_text="91 to 100 of the 100 best").wait_for()
    assert len(titles(page)) == 10


def test_the_tab_says_what_is_looked_at(watched: Watched) -> None:
    page = watched.open("?q=btrfs&mode=keyword")
    expect(page).to_have_title("btrfs · Kernel Log archive")
    name = titles(page)[0]
    page.locator("article.card h3 a").first.click()
    expect(page).to_have_title(re.compile("^" + re.escape(name[:50])))
    watched.open("?view=timeline&topic=xen&topic=kvm")
    expect(page).to_have_title("Xen, KVM · Kernel Log archive")
    watched.open("?view=about")
    expect(page).to_have_title("About · Kernel Log archive")


def test_sql_answers_within_its_limits(watched: Watched) -> None:
    page = watched.open("?view=sql")
    page.get_by_text("Limits: 2 seconds, 50 rows").wait_for()

    def run(statement: str) -> None:
        page.get_by_label("SQL", exact=True).fill(statement)
        page.get_by_role("button", name="Run").click()

    run("SELECT kind, count(*) AS n FROM documents GROUP BY kind")
    page.locator("[data-testid=stDataFrame]").wait_for()
    with page.expect_download() as downloaded:
        page.get_by_role("button", name="Download CSV").click()
    assert Path(downloaded.value.path()).read_text(encoding="utf-8").startswith("kind,n")

    run("SELECT range FROM range(1000)")
    page.get_by_text("Only the first 50 are shown").wait_for()
    run("SELECT count(*) FROM range(100000000000) a WHERE hash(a.range) = 1")
    page.get_by_text("ran longer than 2 s").wait_for()
    run("SELECT * FROM read_text('/etc/hostname')")
    page.locator(".empty[role=alert]").filter(has_text="refused").wait_for()

    page.go_back()
    page.get_by_text("ran longer than 2 s").wait_for()
    assert "range(100000000000)" in page.get_by_label("SQL", exact=True).input_value()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_view_is_wider_than_the_window(browser: Any, served: str, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    one = Watched(context.new_page(), served)
    for query in (
        "",
        "?q=xen&mode=keyword",
        "?view=document&id=issue-1009874",
        "?view=timeline&topic=xen&topic=kvm",
        "?view=timeline&by=question&q=Xen+Dom0+support",
        "?view=sql&sql=SELECT 1",
        "?view=about",
    ):
        page = one.open(query)
        page.locator(".welcome, article.card, .captures, ol.entries, .count, .about").first.wait_for()
        assert page.evaluate(WIDER) == [], query
    context.close()
    assert one.wrong == []


def test_hostile_strings_do_nothing_in_a_browser(browser: Any, hostile_home: Path) -> None:
    server = serve(hostile_home)
    address = next(server)
    try:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        one = Watched(context.new_page(), address)
        for number in range(1, 6):
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
        context.close()
        assert one.wrong == []
    finally:
        server.close()


def test_a_page_without_an_archive_says_the_command(browser: Any, tmp_path: Path) -> None:
    server = serve(tmp_path / "none")
    try:
        page = browser.new_page()
        page.goto(next(server))
        page.get_by_text("There is no archive").wait_for()
        assert page.locator("pre").inner_text().startswith("klog ")
        page.close()
    finally:
        server.close()
