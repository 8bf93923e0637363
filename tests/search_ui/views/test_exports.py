"""What the views offer to take along holds what they show: all results, bars, entries, an issue's neighbours and reference."""

import csv
import io
import json
from pathlib import Path

import pytest

from search_ui import resources
from search_ui.chart_pictures import as_svg
from search_ui.tables import as_csv, as_json
from search_ui.views import timeline_export
from search_ui.views.search_export import results_table
from search_ui.views.timeline_export import bars_table, entries_table
from tests.search_ui.conftest import Show, rows, soup_of
from warehouse.home import Home
from warehouse.records import Filters
from warehouse.search import open_search
from warehouse.timeline import open_timelines


def test_all_results_are_those_of_paging_to_the_end(show: Show, sample_home: Path) -> None:
    shown: list[str] = []
    page, of = 1, 1
    while page <= of:
        soup = soup_of(show(q="ext4", mode="keyword", page=str(page)))
        shown += [
            one["href"].split("id=")[1].split("&")[0] for one in soup.select(".results > div > article.card h3 a")
        ]
        of = max([of, *(int(one.text) for one in soup.select("nav.pages a") if one.text.isdigit())])
        page += 1
    archive = resources.open_archive()
    found = resources.search_whole(
        archive,
        "ext4",
        len(shown),
        mode="keyword",
        order="relevance",
        filters=Filters(),
        plain=False,
        citations=False,
        dates=True,
    )
    table = results_table(tuple(hit for hit in found.hits if hit.is_match))
    assert of > 1 and len(table.rows) == len(shown) == found.total
    read = list(csv.DictReader(io.StringIO(as_csv(table).decode(), newline="")))
    assert [row["document_id"] for row in read] == [row["document_id"] for row in json.loads(as_json(table))] == shown
    assert all(row["url"] for row in read)


def test_there_is_nothing_to_take_along_of_nothing(show: Show) -> None:
    assert not show(q="zzyzx", mode="keyword").get("download_button")
    assert [one.label for one in show(q="ext4", mode="keyword").get("download_button")] == ["CSV", "JSON"]


def test_a_timeline_gives_its_bars_and_entries(show: Show, sample_home: Path) -> None:
    release = Home(sample_home).release()
    with open_search(release / "search") as search, open_timelines(release, search) as timelines:
        xen, kvm = timelines.compare(["xen", "kvm"], zoom="year")
    bars = bars_table((xen, kvm), ("Xen", "KVM"))
    assert len(bars.rows) == len(xen.bars) + len(kvm.bars)
    assert [row["share"] for row in json.loads(as_json(bars))] == [bar.share for one in (xen, kvm) for bar in one.bars]
    assert [row["text"] for row in json.loads(as_json(entries_table(xen)))] == [entry.text for entry in xen.entries]
    labels = [one.label for one in show(view="timeline", topic=["xen", "kvm"]).get("download_button")]
    assert labels == ["CSV", "JSON", "SVG", "PNG", "CSV", "JSON", "CSV", "JSON"]


def test_what_is_compared_is_taken_along_as_it_is_shown(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    offered = []
    monkeypatch.setattr(
        timeline_export, "offer", lambda name, make, chart, title: offered.append((name, make(), chart, title))
    )
    for share in ("", "1"):
        soup = soup_of(show(view="timeline", by="anything", of=["topic:Xen", "topic:KVM"], zoom="year", share=share))
        name, table, chart, title = offered.pop()
        values = json.loads(as_json(table))
        shown = {row.th.text: [cell.text.split()[0] for cell in row.select("td")] for row in soup.select("tbody tr")}
        taken: dict[str, list[str]] = {}
        for row in values:
            taken.setdefault(row["start"][:4], []).append(str(row["documents"]))
        assert taken == shown and name == "Xen and KVM over time"
        drawn = as_svg(chart, title).decode()
        unit = "share of all documents" if share else "documents"
        assert all(text in drawn for text in ("Xen", "KVM", "2009", unit))


def test_an_issue_leads_to_the_one_before_and_back(show: Show, sample_home: Path) -> None:
    chain = [one for (one,) in rows(sample_home, "SELECT document_id FROM issues JOIN documents USING (document_id) "
             "WHERE series = 'Kernel Log' AND language = 'en' AND published_at IS NOT NULL ORDER BY published_at")]  # fmt: skip
    here = chain[4]
    steps = soup_of(show(view="document", id=here)).select("nav.steps a")
    assert [step["href"].split("id=")[1] for step in (steps[0], steps[-1])] == [chain[3], chain[5]]
    back = soup_of(show(view="document", id=chain[3])).select("nav.steps a")
    assert back[-1]["href"].endswith(here)
    assert "The first of its series" in soup_of(show(view="document", id=chain[0])).select_one("nav.steps").text
    assert "The last of its series" in soup_of(show(view="document", id=chain[-1])).select_one("nav.steps").text
    assert not soup_of(show(view="document", id="mail-b5001103fe93")).select("nav.steps")


@pytest.mark.parametrize("document_id", ["issue-1009874", "mail-b5001103fe93"])
def test_a_document_gives_its_reference(show: Show, document_id: str) -> None:
    shown = show(view="document", id=document_id)
    entry = soup_of(shown).select_one("pre.bibtex").text
    assert entry.startswith("@") and soup_of(shown).select_one("button[data-copied^=BibTeX]")["data-copy"] == entry
    assert "BibTeX" in [one.label for one in shown.get("download_button")]
