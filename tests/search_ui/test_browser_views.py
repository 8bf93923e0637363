"""Timelines and SQL in a real browser: what a click and a statement do, and that the address holds it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.search_ui.watched import Watched, settle, titles

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def test_a_topic_timeline_and_the_documents_of_a_bar(watched: Watched) -> None:
    page = watched.open("?view=timeline")
    page.get_by_label("Topics (up to six)").fill("Xen")
    page.get_by_role("option", name=re.compile(r"^Xen \(")).click()
    page.wait_for_url(re.compile("topic=xen"))
    page.keyboard.press("Escape")  # a click beside the open list may do no more than close it
    page.get_by_role("listbox").wait_for(state="hidden")
    bars = page.locator("[data-testid=stVegaLiteChart] svg .mark-rect.role-mark path")
    bars.first.wait_for(state="attached")
    settle(page)
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


def test_sources_are_folded_and_outcomes_are_marked(watched: Watched) -> None:
    page = watched.open("?view=timeline&by=question&q=Xen+Dom0+support")
    folded = page.locator("ol.entries details.also").first
    expect(folded.locator("a").first).to_be_hidden()
    folded.locator("summary").click()
    name = folded.locator("a").first.inner_text()
    for mark in ("expected at the time", "day of the report"):
        expect(page.locator("ol.entries .tense", has_text=mark).first).to_be_visible()
    folded.locator("a").first.click()
    page.locator("header.document h1", has_text=name).wait_for()

    page = watched.open("?view=timeline&next=issue-112853:3.e0")
    expect(page.locator("ol.entries .outcome").first).to_contain_text("The outcome of what was expected")
    marks = page.locator("[data-testid=stVegaLiteChart] svg .mark-symbol.role-mark path")
    marks.first.wait_for(state="attached")
    round_ones = ["A" in mark for mark in marks.evaluate_all("all => all.map(one => one.getAttribute('d'))")]
    assert round_ones.count(False) == page.locator("ol.entries .outcome").count()


def test_a_dot_of_a_questions_chart_shows_its_entry(watched: Watched) -> None:
    page = watched.open("?view=timeline&by=question&q=Xen+Dom0+support")
    page.locator("ol.entries li").first.wait_for()
    dots = page.locator("[data-testid=stVegaLiteChart] svg .mark-symbol.role-mark path")
    dots.first.wait_for(state="attached")
    assert dots.count() == page.locator("ol.entries > li").count()
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


def test_sql_answers_within_its_limits(watched: Watched) -> None:
    page = watched.open("?view=sql")
    page.get_by_text("Limits: 2 seconds, 50 rows").wait_for()

    def run(statement: str) -> None:
        page.get_by_label("SQL", exact=True).fill(statement)
        page.get_by_role("button", name="Run").click()

    run("SELECT kind, count(*) AS n FROM documents GROUP BY kind")
    page.locator("[data-testid=stDataFrame]").wait_for()
    with page.expect_download() as downloaded:
        page.get_by_role("button", name="CSV", exact=True).click()
    assert Path(downloaded.value.path()).read_text(encoding="utf-8").startswith("kind,n")
    page.locator("[data-testid=stDataFrame]").hover()
    expect(page.locator("[data-testid=stElementToolbarButton] [aria-label^=Search]")).to_be_visible()
    expect(page.get_by_role("button", name="Download as CSV")).to_have_count(0)  # which defuses no formula

    run("SELECT range FROM range(1000)")
    page.get_by_text("Only the first 50 are shown").wait_for()
    run("SELECT count(*) FROM range(100000000000) a WHERE hash(a.range) = 1")
    page.get_by_text("ran longer than 2 s").wait_for()
    run("SELECT * FROM read_text('/etc/hostname')")
    page.locator(".empty[role=alert]").filter(has_text="is not allowed here").wait_for()

    page.go_back()
    page.get_by_text("ran longer than 2 s").wait_for()
    assert "range(100000000000)" in page.get_by_label("SQL", exact=True).input_value()
