"""Tasks of a reader and an analyst in a real browser: looking through the archive, its pages of things, SQL, and taking along.

The numbers are those of `tests/labelled/page_tasks.md`, which was written before any of it was built.
"""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Download, expect

from tests.search_ui.conftest import rows, serve
from tests.search_ui.watched import Watched, settle

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
ATOM = "{http://www.w3.org/2005/Atom}"
MARK_IN_VIEW = """() => { const mark = document.querySelector('mark.here'); if (!mark) return false;
const box = mark.getBoundingClientRect(); return box.bottom > 0 && box.top < innerHeight; }"""


def _saved(download: Download) -> bytes:
    return Path(download.path()).read_bytes()


def _download(page: Any, name: str, number: int = 0) -> Download:
    with page.expect_download() as started:
        page.get_by_role("button", name=name, exact=True).nth(number).click()
    return started.value


def _narrow_enough(page: Any) -> bool:
    return page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


def test_task_13_and_14_the_previous_issue_and_its_reference(watched: Watched, window: Any, sample_home: Path) -> None:
    chain = [one for (one,) in rows(sample_home, "SELECT document_id FROM issues JOIN documents USING (document_id) "
             "WHERE series = 'Kernel Log' AND language = 'en' AND published_at IS NOT NULL ORDER BY published_at")]  # fmt: skip
    here = chain.index("issue-1009874")
    page = watched.open("?view=document&id=issue-1009874")
    page.get_by_role("link", name="Previous issue").click()
    page.wait_for_url(re.compile(chain[here - 1]))
    title = rows(sample_home, f"SELECT title FROM documents WHERE document_id = '{chain[here - 1]}'")[0][0]
    expect(page.get_by_role("heading", level=1)).to_have_text(
        title
    )  # the page left has a link of the next one's name, too
    page.get_by_role("link", name="Next issue").click()
    page.wait_for_url(re.compile("issue-1009874"))
    expect(page.get_by_role("heading", level=1)).to_have_text(
        rows(sample_home, "SELECT title FROM documents WHERE document_id = 'issue-1009874'")[0][0]
    )
    settle(page)
    page.get_by_text("Cite", exact=True).click()
    expect(page.locator("pre.bibtex")).to_contain_text("@article{issue-1009874,")
    entry = page.locator("pre.bibtex").inner_text()
    assert entry.startswith("@article{issue-1009874,") and "year = {2010}" in entry
    window.grant_permissions(["clipboard-read", "clipboard-write"])
    settle(page)
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.locator(".announced.shown")).to_have_text("BibTeX copied.")
    assert page.evaluate("navigator.clipboard.readText()").strip() == entry.strip()
    assert _saved(_download(page, "BibTeX")).decode().strip() == entry.strip()


def _when(text: str) -> str:
    """The end of a time without what was expected then."""
    return text.splitlines()[0].strip()


def test_task_16_the_calendar_to_a_month(watched: Watched, sample_home: Path) -> None:
    page = watched.open()
    page.get_by_role("link", name="Browse", exact=True).click()
    page.get_by_role("heading", level=1, name="Calendar").wait_for()
    settle(page)  # the front page has a link of this name too
    page.get_by_role("link", name="All kinds").click()
    page.get_by_role("link", name=re.compile("^September 2011: ")).click()
    expect(page.get_by_role("heading", level=1, name="September 2011")).to_be_visible()
    assert "month=2011-09" in watched.query()
    found = rows(sample_home, "SELECT count(*) FROM documents WHERE published_precision <> 'year' "
                 "AND published_at BETWEEN '2011-09-01' AND '2011-09-30 23:59'")[0][0]  # fmt: skip
    expect(page.locator("ol.lines li")).to_have_count(found)
    days = page.locator("ol.lines .day").all_inner_texts()
    assert all(re.fullmatch(r"(\d{1,2} )?September 2011", day) for day in days)  # vague ones have no day
    page.get_by_role("link", name="Kernel Logs", exact=True).click()
    expect(page.locator(".empty")).to_contain_text("No Kernel Log of September 2011")
    page.get_by_role("link", name="October 2011").first.click()
    expect(page.get_by_role("heading", level=1, name="October 2011")).to_be_visible()
    settle(page)
    page.get_by_role("link", name="September 2011").first.click()
    expect(page.get_by_role("heading", level=1, name="September 2011")).to_be_visible()
    assert _narrow_enough(page)


def test_task_17_a_topic_and_its_turning_points(watched: Watched, sample_home: Path) -> None:
    page = watched.open("?view=browse&of=topics")
    page.get_by_role("link", name="Big kernel lock").first.click()
    expect(page.get_by_role("heading", level=1, name="Big kernel lock")).to_be_visible()
    expect(page.locator(".kicker a").nth(1)).to_have_text("Locking and concurrency")
    settle(page)
    (about,) = rows(
        sample_home, "SELECT count(*) FROM subjects WHERE entity_type = 'topic' AND entity_id = 'big-kernel-lock'"
    )[0]
    expect(page.locator(".counts")).to_contain_text(f"{about} documents about it")
    whens = page.locator("ol.entries .when").all_inner_texts()
    assert all(re.search(r"\d{4}", when) for when in whens) and any(
        re.match(r"[A-Z0]|\d{4}$", when) for when in whens
    )  # vague ones too
    assert [when[-4:] for when in map(_when, whens)] == sorted(when[-4:] for when in map(_when, whens))
    said = page.locator("ol.entries .sentence").nth(1).inner_text()
    page.locator("ol.entries .cited a").nth(1).click()
    page.locator("mark.here").first.wait_for()
    page.wait_for_function(MARK_IN_VIEW)
    assert said[:40] in "".join(page.locator(".article mark.here").all_text_contents())


def test_task_18_and_19_a_release_and_a_person_by_one_click_on_the_name(watched: Watched) -> None:
    page = watched.open("?q=2.6.38&mode=keyword")
    page.locator(".hinted a").click()
    expect(page.get_by_role("heading", level=1, name="Linux 2.6.38")).to_be_visible()
    expect(page.locator(".release")).to_contain_text("14 March 2011")
    expect(page.locator(".release")).to_contain_text(re.compile(r"Candidates: 2\.6\.38-rc1 .*2\.6\.38-rc6"))
    expect(page.get_by_role("link", name="Previous: 2.6.37")).to_be_visible()
    expect(page.locator(".part h3")).to_have_text(["Part 1: Kernel Log: Coming in 2.6.38 (Part 1) - Graphics"])
    others = page.locator(".release a").all_inner_texts()
    assert all("2.6.38" in one or one[-6:] in ("2.6.37", "2.6.39") for one in others if "2.6" in one)
    page.get_by_role("link", name="Next: 2.6.39").click()
    expect(page.get_by_role("heading", level=1, name="Linux 2.6.39")).to_be_visible()
    watched.go("?view=release&id=2.6.36")
    expect(page.locator(".note", has_text="Not in this archive: Part 1, Part 2")).to_be_visible()
    watched.go("?view=document&id=issue-742908")
    page.locator(".article a.named", has_text="Thomas Gleixner").click()
    expect(page.get_by_role("heading", level=1, name="Thomas Gleixner")).to_be_visible()
    here = watched.query()
    settle(page)
    expect(page.locator(".counts")).to_contain_text("first 3 June 2009, last 4 June 2010")
    headings = page.locator("h2:has(> span)")
    assert headings.count()
    for at, heading in enumerate(headings.all_inner_texts()):
        assert int(heading.split()[-1]) == page.locator("ol.lines:not(.linked)").nth(at).locator("li").count(), heading
    page = watched.open("?q=tglx&mode=keyword")
    page.locator(".hinted a").click()
    expect(page.get_by_role("heading", level=1, name="Thomas Gleixner")).to_be_visible()
    assert watched.query() == here


def test_task_20_all_results_as_csv_and_json(watched: Watched) -> None:
    page = watched.open("?q=ext4&mode=keyword")
    shown = int(re.search(r"of (\d+) documents", page.locator(".count").inner_text())[1])
    assert shown > 10
    table, values = _download(page, "CSV"), _download(page, "JSON")
    assert table.suggested_filename == "ext4.csv"
    read = list(csv.DictReader(io.StringIO(_saved(table).decode("utf-8"), newline="")))
    listed = json.loads(_saved(values))
    assert len(read) == len(listed) == shown
    assert [row["document_id"] for row in read] == [row["document_id"] for row in listed]
    assert all(row["url"].startswith("http") for row in read)


def test_task_21_and_22_two_topics_by_year_and_their_chart(watched: Watched) -> None:
    page = watched.open("?view=timeline&by=anything")
    page.get_by_role("link", name="Xen and KVM").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Xen and KVM over time")
    expect(page.locator(".lane h2")).to_have_count(2)
    settle(page)
    expect(page.get_by_text("Counted are documents, not words")).to_be_visible()
    expect(page.locator("table.numbers thead th")).to_have_text(["Time", "Xen", "KVM"])
    table = [row.split("\t") for row in page.locator("table.numbers tbody tr").all_inner_texts()]
    years = [int(row[0]) for row in table]
    assert years == list(range(years[0], years[-1] + 1)) and len(years) > 3
    assert all(re.fullmatch(r"0|\d+ \(\d+%\)", cell) for row in table for cell in row[1:])
    for column in (1, 2):
        cell = page.locator("table.numbers tbody tr").nth(1).locator("td").nth(column - 1)
        number = cell.inner_text().split()[0]
        cell.locator("a").click()
        expect(page.locator(".count h1")).to_contain_text(re.compile(rf"\b{number} documents?\b"))
        settle(page)
        page.go_back()
        page.locator("table.numbers").wait_for()
        settle(page)
    made = _download(page, "PNG")
    assert made.suggested_filename == "xen-and-kvm-over-time.png"
    picture = Image.open(io.BytesIO(_saved(made)))
    assert picture.format == "PNG" and picture.width >= 800
    assert picture.convert("RGBA").getpixel((0, 0))[3] == 255
    assert len(picture.convert("RGB").getcolors(1 << 20)) > 20
    drawn = _saved(_download(page, "SVG")).decode()
    assert all(text in drawn for text in ("Xen and KVM over time", "Xen", "KVM", *map(str, years), "documents"))


def test_task_24_and_25_a_recipe_changed_and_drawn(watched: Watched, sample_home: Path) -> None:
    page = watched.open("?view=sql")
    page.get_by_role("link", name="Who is cited, and by whom?").click()
    box = page.get_by_label("SQL", exact=True)
    expect(box).to_have_value(re.compile("LIMIT 10"))
    settle(page)
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator(".count")).to_have_text("10 rows.")
    box.fill(box.input_value().replace("LIMIT 10", "LIMIT 5"))
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator(".count")).to_have_text("5 rows.")
    box.fill("SELECT nothing")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator(".empty[role=alert]")).to_contain_text("nothing")
    expect(box).to_have_value("SELECT nothing")
    box.fill("DROP TABLE documents")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator(".empty[role=alert]")).not_to_contain_text("nothing")
    settle(page)
    box.fill(
        "SELECT year(published_at)::INT AS year, count(*) AS documents FROM documents WHERE published_at IS NOT NULL GROUP BY 1 ORDER BY 1"
    )
    page.get_by_role("button", name="Run", exact=True).click()
    number = rows(sample_home, "SELECT count(DISTINCT year(published_at)) FROM documents")[0][0]
    expect(page.locator(".count")).to_have_text(f"{number} rows.")
    assert number != 5  # as the answer before
    page.get_by_role("radio", name="Chart").click()
    chart = page.locator("[data-testid=stVegaLiteChart]")
    expect(chart.locator("g.mark-rect.role-mark path")).to_have_count(number)
    expect(chart.locator(".role-axis-title text")).to_have_text(["year", "documents"])
    assert "show=chart" in watched.query()
    page.get_by_text("History", exact=True).click()
    expect(page.locator(".sql-history a").first).to_contain_text("SELECT year(published_at)")
    expect(page.locator(".sql-history a")).to_have_count(3)
    page.reload()  # the statement is shown, and run by hand: an address may come from anybody
    expect(box).to_have_value(re.compile("GROUP BY 1"))
    settle(page)
    page.get_by_role("button", name="Run", exact=True).click()
    expect(chart.locator("g.mark-rect.role-mark path")).to_have_count(number)
    box.fill("SELECT title FROM documents LIMIT 3")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator(".count")).to_have_text("3 rows.")
    settle(page)
    page.get_by_role("radio", name="Chart").click()
    expect(page.locator(".empty", has_text="There is nothing to draw")).to_be_visible()


@pytest.fixture
def gone(sample_home: Path, own_home: Path, window: Any) -> Iterator[Watched]:
    """The page of an archive with a feed, in which the links of one issue are gone."""
    import duckdb

    from warehouse.home import Home
    from warehouse.search import open_search
    from warehouse.search.feeds import Feed, Feeds, write_feeds

    release = Home(own_home).release()
    with duckdb.connect(str(release / "archive.duckdb")) as archive:
        archive.execute(
            "UPDATE links SET status = 'dead', target_document_id = NULL WHERE document_id = 'issue-112853'"
        )
        archive.execute("DELETE FROM captures WHERE key = '1000421' AND page = 2")
    server = serve(own_home)
    address = next(server)
    with open_search(release / "search") as search:
        write_feeds(search, Feeds(address, (Feed("btrfs", "Btrfs", "btrfs", 5),)), address, release / "feeds")
    one = Watched(window.new_page(), address)
    yield one
    one.page.close()
    server.close()
    assert one.wrong == []


def test_task_15_an_article_of_several_pages_says_which_are_missing(gone: Watched) -> None:
    page = gone.open("?q=title:%22What%27s+new+in+Linux+2.6.34%22&mode=keyword")
    expect(page.locator(".found > article.card")).to_have_count(1)
    page.locator("article.card h3 a").click()
    head = page.locator("header.document")
    expect(head).to_contain_text("Pages 1, 3 of the original are joined here")
    expect(head).to_contain_text("Not in this archive: page 2.")
    expect(head).to_contain_text("17 May 2010")
    expect(head.locator(".out")).to_have_attribute("title", re.compile("What-s-new-in-Linux-2-6-34-1000421"))
    settle(page)
    page.get_by_role("link", name="their captures").click()
    expect(page.locator("details.captures[open] p")).to_have_count(2)
    expect(page.locator("details.captures p").nth(1)).to_contain_text("page 3, captured")


def test_task_23_and_26_the_feed_and_what_became_of_the_links(gone: Watched) -> None:
    page = gone.open("?view=about")
    feed = page.get_by_role("link", name="btrfs", exact=True).get_attribute("href")
    root, again = (ET.fromstring(page.request.get(f"{gone.address}/{feed}").body()) for _ in range(2))
    entries = root.findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids) == 5
    assert ids == [entry.findtext(f"{ATOM}id") for entry in again.findall(f"{ATOM}entry")]
    links = [entry.find(f"{ATOM}link").get("href") for entry in entries]
    assert all(link.startswith(gone.address) for link in links)
    assert all(entry.findtext(f"{ATOM}title") and entry.findtext(f"{ATOM}updated") for entry in entries)
    expect(page.get_by_text(re.compile(r"^Of \d+ links: "))).to_contain_text(
        re.compile(r"\d+ of the \d+ that were fetched or checked are gone")
    )
    table = page.locator("table.numbers").first
    page.get_by_text("The years as a table").click()
    for row in table.locator("tbody tr").all_inner_texts():
        every, *parts = (int(cell.replace(",", "")) for cell in row.split("\t")[1:])
        assert every == sum(parts)
    expect(table.locator("th", has_text="not checked")).to_be_visible()
    nearest = page.get_by_role("link", name="capture nearest to 16 March 2009").first
    assert "/web/20090316/" in nearest.get_attribute("href")
    page.goto(links[0])
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("btrfs|Btrfs|bcache"))
