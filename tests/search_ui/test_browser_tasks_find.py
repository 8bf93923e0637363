"""Finding things: tasks 1 to 4, 6, 8 and 10 of `tests/labelled/page_tasks.md` in a real browser."""

import datetime as dt
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.search_ui.conftest import rows
from tests.search_ui.watched import Watched, ask, settle, titles

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
COUNT = ".count h1"


def number(page: Any) -> int:
    """The number of documents that the page says it found."""
    return int(re.search(r"([\d,]+) documents?\b", page.locator(COUNT).inner_text())[1].replace(",", ""))


def days(page: Any) -> list[dt.date]:
    said = page.locator("article.card .meta span:nth-child(2)").all_inner_texts()
    return [dt.datetime.strptime(one, "%d %B %Y").date() for one in said]


def ids(page: Any) -> list[str]:
    links = page.locator(".found > article.card h3 a").evaluate_all("all => all.map(one => one.href)")
    return [parse_qs(urlsplit(link).query)["id"][0] for link in links]


def pages_to_the_end(page: Any) -> Any:
    """Yield at each page of results."""
    while True:
        yield
        more = page.locator(".pages a", has_text="Next")
        if not more.count():
            return
        before = page.locator(COUNT).inner_text()
        more.click()
        expect(page.locator(COUNT)).not_to_have_text(before)
        settle(page)


def test_task_1_all_mails_of_one_author(watched: Watched, sample_home: Path, browser: Any) -> None:
    page = watched.open()
    ask(page, 'author:"Sample Writer" kind:mail')
    here, found = page.url, number(page)
    listed: list[str] = []
    seen: list[dt.date] = []
    for _ in pages_to_the_end(page):
        assert set(page.locator("article.card .kind").all_inner_texts()) == {"Mail"}
        assert set(page.locator("article.card .by").all_inner_texts()) == {"Sample Writer"}
        listed += ids(page)
        seen += days(page)
    assert found == len(listed) == len(set(listed))
    assert seen == sorted(seen, reverse=True)
    others = rows(
        sample_home,
        "SELECT document_id FROM documents WHERE kind = 'mail' AND author <> 'Sample Writer' OR kind <> 'mail'",
    )
    assert not {one for (one,) in others} & set(listed)

    fresh = browser.new_context()
    other = Watched(fresh.new_page(), watched.address)
    other.open(here.removeprefix(watched.address).lstrip("/"))
    other.page.locator("article.card").first.wait_for()
    assert number(other.page) == found
    other.page.get_by_role("link", name="Remove kind:mail").click()
    other.page.wait_for_url(lambda url: "mail" not in url)
    settle(other.page)
    expect(other.page.get_by_label("Search the archive")).to_have_value('author:"Sample Writer"')
    assert number(other.page) > found
    expect(other.page.get_by_role("link", name='Remove author:"Sample Writer"')).to_be_visible()
    assert other.wrong == []
    fresh.close()


def test_task_2_everything_about_a_release(watched: Watched, sample_home: Path) -> None:
    page = watched.open()
    ask(page, "2.6.33")
    kinds: set[str] = set()
    listed: list[str] = []
    for _ in pages_to_the_end(page):
        kinds |= set(page.locator(".found > article.card .kind").all_inner_texts())
        listed += ids(page)
    assert len(kinds) > 2
    texts = dict(rows(sample_home, "SELECT document_id, title || ' ' || text FROM documents"))
    assert all(re.search(r"(?<![\d.])2\.6\.33(?!\d)", texts[one]) for one in listed)
    page.locator(".hinted a").click()
    expect(page.get_by_role("heading", level=1, name="Linux 2.6.33")).to_be_visible()
    settle(page)
    expect(page.locator(".release")).to_contain_text(re.compile(r"Candidates: 2\.6\.33-rc1"))
    page.get_by_role("link", name="2.6.33.15", exact=True).first.click()
    expect(page.get_by_role("heading", level=1, name="Linux 2.6.33.15")).to_be_visible()


def test_task_3_the_first_mention(watched: Watched, sample_home: Path) -> None:
    (first_day,) = rows(
        sample_home, "SELECT min(published_at)::DATE FROM documents WHERE regexp_matches(text, '\\bbtrfs\\b', 'i')"
    )[0]
    page = watched.open()
    ask(page, "btrfs")
    page.get_by_role("link", name="Oldest first", exact=True).click()
    expect(page.locator(".orders [aria-current]")).to_have_text("Oldest first")
    settle(page)
    assert days(page)[0] == first_day == min(days(page))
    first = titles(page)[0]
    assert page.locator("article.card").first.locator("mark").first.inner_text().lower() == "btrfs"
    for spelled in ("Btrfs", "BTRFS", "first+mention+of+btrfs"):
        watched.go(f"?q={spelled}" + ("" if "first" in spelled else "&order=oldest"))
        page.locator("article.card").first.wait_for()
        assert titles(page)[0] == first
        assert page.get_by_text("Did you mean").count() == 0
    expect(page.locator(".chips", has_text="oldest first ×")).to_be_visible()
    page.locator("article.card h3 a").first.click()
    page.locator("mark.here").first.wait_for()
    assert "btrfs" in "".join(page.locator("mark.here").all_text_contents()).lower()
    expect(page.locator("mark.here").first).to_be_in_viewport()


def test_tasks_4_and_10_what_was_said_against_it_with_citations_that_land(watched: Watched) -> None:
    page = watched.open("?view=timeline&by=question")
    box = page.get_by_label("Question", exact=True).and_(page.locator("input[type=search], input[type=text]")).first
    box.fill("what was said against suspend blockers")
    box.press("Enter")
    page.wait_for_url(re.compile("q=what"))
    page.locator("ol.entries > li").first.wait_for()
    settle(page)
    entries = page.locator("ol.entries > li")
    said = entries.locator(".sentence").all_inner_texts()
    objections = [at for at, one in enumerate(said) if re.search("reject|without them|cannot|did not|dispute", one)]
    assert objections and len(said) - 1 > objections[0]  # in order of time: something came of it
    assert re.search("wakelock|opportunistic|autosleep", " ".join(said))
    assert entries.locator(".when").all_inner_texts() and all(entries.locator(".when").all_inner_texts())
    assert entries.locator(".cited a:first-of-type").count() >= len(said)
    for at in (0, 1, len(said) - 1):
        entries.nth(at).locator(".cited a").first.click()
        page.locator("mark.here").first.wait_for()
        settle(page)
        expect(page.locator("mark.here").first).to_be_in_viewport()
        marked = "".join(page.locator("mark.here").all_text_contents())
        assert "".join(said[at].split()) in "".join(marked.split())
        page.go_back()
        entries.first.wait_for()
        settle(page)


def test_task_6_the_chip_of_a_year(watched: Watched) -> None:
    page = watched.open("?q=ext4&mode=keyword&after=2010-01-01&before=2010-12-31")
    page.locator("article.card").first.wait_for()
    settle(page)
    before = number(page)
    chip = page.get_by_role("link", name="Remove 2010", exact=True)
    chip.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "2010" not in url)
    expect(chip).to_have_count(0)
    settle(page)
    expect(page.get_by_label("Search the archive")).to_have_value("ext4")
    assert number(page) >= before
    page.wait_for_function("document.activeElement !== document.body && document.activeElement.checkVisibility()")


def test_task_8_an_identifier_and_a_phrase_as_typed(watched: Watched, sample_home: Path) -> None:
    texts = dict(rows(sample_home, "SELECT document_id, text FROM documents"))
    page = watched.open()
    ask(page, "fq_codel")
    assert all("fq_codel" in texts[one] for one in ids(page)[: number(page)])
    page.get_by_role("button", name="Keys and operators").click()
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_contain_text("these words side by side")
    expect(dialog).to_contain_text("without this word")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    ask(page, '"big kernel lock"')
    page.wait_for_url(re.compile("big"))
    expect(page.locator(COUNT)).to_contain_text("16 documents")
    snippets = page.locator("article.card > .snippet").all_inner_texts()
    assert len(snippets) == 10
    assert all(re.search(r"big kernel lock", " ".join(one.split()), re.IGNORECASE) for one in snippets)
