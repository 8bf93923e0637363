"""Tasks of a reader and an analyst in a real browser: looking through the archive, its pages of things, SQL, and taking along.

The numbers are those of `tests/labelled/page_tasks.md`, which was written before any of it was built.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Download, expect

from tests.search_ui.conftest import rows, serve
from tests.search_ui.watched import Watched, settle

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
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


def test_task_13_and_14_the_previous_issue_and_its_reference(watched: Watched, sample_home: Path) -> None:
    chain = [one for (one,) in rows(sample_home, "SELECT document_id FROM issues JOIN documents USING (document_id) "
             "WHERE series = 'Kernel Log' AND language = 'en' AND published_at IS NOT NULL ORDER BY published_at")]  # fmt: skip
    here = chain.index("issue-1009874")
    page = watched.open("?view=document&id=issue-1009874")
    page.get_by_role("link", name="Previous issue").click()
    page.wait_for_url(re.compile(chain[here - 1]))
    page.get_by_role("link", name="Next issue").click()
    page.wait_for_url(re.compile("issue-1009874"))
    settle(page)
    page.get_by_text("Cite", exact=True).click()
    expect(page.locator("[data-testid=stCode]")).to_contain_text("@article{issue-1009874,")
    entry = page.locator("[data-testid=stCode]").inner_text()
    assert entry.startswith("@article{issue-1009874,") and "year = {2010}" in entry
    assert _saved(_download(page, "BibTeX")).decode().strip() == entry.strip()


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
    assert page.locator("ol.lines li").count() == found
    page.get_by_role("link", name="Kernel Logs", exact=True).click()
    expect(page.locator(".empty")).to_contain_text("No Kernel Log of September 2011")
    page.get_by_role("link", name="October 2011").first.click()
    expect(page.get_by_role("heading", level=1, name="October 2011")).to_be_visible()
    assert _narrow_enough(page)


def test_task_17_a_topic_and_its_turning_points(watched: Watched) -> None:
    page = watched.open("?view=browse&of=topics")
    page.get_by_role("link", name="Big kernel lock").first.click()
    expect(page.get_by_role("heading", level=1, name="Big kernel lock")).to_be_visible()
    expect(page.locator(".kicker a").nth(1)).to_have_text("Locking and concurrency")
    settle(page)
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
    page.get_by_role("link", name="Next: 2.6.39").click()
    expect(page.get_by_role("heading", level=1, name="Linux 2.6.39")).to_be_visible()
    page = watched.open("?view=document&id=issue-742908")
    page.locator(".article a.named", has_text="Thomas Gleixner").click()
    expect(page.get_by_role("heading", level=1, name="Thomas Gleixner")).to_be_visible()
    here = watched.query()
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


def test_task_22_a_chart_as_a_picture(watched: Watched) -> None:
    page = watched.open("?view=timeline&topic=xen&topic=kvm&zoom=year")
    made = _download(page, "PNG")
    assert made.suggested_filename == "xen-kvm-timeline.png"
    picture = Image.open(io.BytesIO(_saved(made)))
    assert picture.format == "PNG" and picture.width >= 800
    assert picture.convert("RGBA").getpixel((0, 0))[3] == 255
    drawn = _saved(_download(page, "SVG")).decode()
    assert all(text in drawn for text in ("Xen", "KVM", "2011", "Share of the text"))


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
    expect(chart).to_contain_text("documents")
    assert "show=chart" in watched.query()
    page.get_by_text("History", exact=True).click()
    expect(page.locator(".sql-history a").first).to_contain_text("SELECT year(published_at)")
    expect(page.locator(".sql-history a")).to_have_count(3)


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
    server = serve(own_home)
    address = next(server)
    with open_search(release / "search") as search:
        write_feeds(search, Feeds(address, (Feed("btrfs", "Btrfs", "btrfs", 5),)), address, release / "feeds")
    one = Watched(window.new_page(), address)
    yield one
    one.page.close()
    server.close()
    assert one.wrong == []


def test_task_23_and_26_the_feed_and_what_became_of_the_links(gone: Watched) -> None:
    import xml.etree.ElementTree as ET

    page = gone.open("?view=about")
    feed = page.get_by_role("link", name="btrfs", exact=True).get_attribute("href")
    root = ET.fromstring(page.request.get(f"{gone.address}/{feed}").body())
    first = root.find("{http://www.w3.org/2005/Atom}entry/{http://www.w3.org/2005/Atom}link").get("href")
    table = page.locator("table.numbers").first
    page.get_by_text("The years as a table").click()
    for row in table.locator("tbody tr").all_inner_texts():
        every, *parts = (int(cell.replace(",", "")) for cell in row.split("\t")[1:])
        assert every == sum(parts)
    expect(table.locator("th", has_text="not checked")).to_be_visible()
    nearest = page.get_by_role("link", name="capture nearest to 16 March 2009").first
    assert "/web/20090316/" in nearest.get_attribute("href")
    page.goto(first)
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("btrfs|Btrfs|bcache"))
