"""The timeline view: of topics, of a question, and what happened next."""

import datetime as dt
import re
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from bs4 import BeautifulSoup

from search_ui.entries import entry_list
from tests.search_ui.conftest import Show, rows, soup_of
from warehouse.timeline import Entry, FurtherSource


def test_a_timeline_has_a_chart_and_entries_that_stand_in_documents(show: Show, sample_home: Path) -> None:
    shown = show(view="timeline", topic=["xen", "kvm"])
    soup = soup_of(shown)
    assert shown.get("vega_lite_chart")
    assert [h2.text for h2 in soup.select("h2")] == ["Xen", "KVM"]
    sentences = {row[0] for row in rows(sample_home, "SELECT sentence FROM events")}
    shown_sentences = [one.text for one in soup.select(".entries .sentence")]
    assert shown_sentences
    assert set(shown_sentences) <= sentences
    assert all(one["href"].startswith("?view=document&id=") for one in soup.select(".entries .cited a"))


def test_a_bar_opens_its_documents(show: Show) -> None:
    bars = soup_of(show(view="timeline", topic="xen")).select(".bars a")
    assert bars
    bar = re.search(r"bar=([^&]+)", bars[0]["href"]).group(1).replace("%40", "@")
    assert soup_of(show(view="timeline", topic="xen", bar=bar)).select("article.card")


@pytest.mark.parametrize("zoom", ["month", "release", "year"])
def test_bars_come_at_every_zoom(show: Show, zoom: str) -> None:
    assert soup_of(show(view="timeline", topic="xen", zoom=zoom)).select(".bars li")


def test_a_question_has_a_timeline(show: Show) -> None:
    shown = show(view="timeline", by="question", q="Xen Dom0 support")
    assert soup_of(shown).select(".entries .sentence")
    assert shown.get("vega_lite_chart")


def test_a_misspelled_question_links_to_what_it_may_mean(show: Show) -> None:
    (chip,) = soup_of(show(view="timeline", by="question", q="btrsf")).select(".chips a")
    assert chip.text == "btrfs"
    assert parse_qs(urlsplit(chip["href"]).query)["q"] == ["btrfs"]


def test_a_question_that_is_a_topics_name_has_the_topics_chart(show: Show) -> None:
    shown = show(view="timeline", by="question", q="Xen")
    assert shown.get("vega_lite_chart")
    bars = soup_of(shown).select(".bars a")
    assert bars
    bar = re.search(r"bar=([^&]+)", bars[0]["href"]).group(1).replace("%40", "@")
    assert soup_of(show(view="timeline", by="question", q="Xen", bar=bar)).select("article.card")


@pytest.mark.parametrize("of", [{"by": "question", "q": "Xen Dom0 support"}, {"next": "issue-1009874"}])
def test_the_entry_that_the_address_names_is_marked(show: Show, of: dict[str, str]) -> None:
    links = soup_of(show(view="timeline", **of)).select(".entries li .ways a[href^='?view=timeline&next=']")
    event = parse_qs(links[1]["href"])["next"][0]
    items = soup_of(show(view="timeline", **of, entry=event)).select(".entries > li")
    assert [item.get("class") for item in items] == [["here"] if place == 1 else None for place in range(len(items))]


def test_what_happened_next_names_what_it_follows(show: Show, sample_home: Path) -> None:
    document_id, title = rows(
        sample_home, "SELECT document_id, title FROM documents WHERE kind = 'issue' ORDER BY published_at LIMIT 1"
    )[0]
    soup = soup_of(show(view="timeline", next=document_id))
    assert soup.select_one("h1.followed").text
    assert soup.select(".entries li, .empty")
    assert title


def test_an_unknown_anchor_is_one_sentence(show: Show) -> None:
    assert soup_of(show(view="timeline", next="nope")).select_one(".empty[role=alert]")


COMPARED = [
    "topic:Xen",
    "topic:KVM",
    '"big kernel lock"',
    'person:"Linus Torvalds"',
    "version:2.6.33",
    "suspend blockers",
]


def test_anything_compared_by_year_counts_what_a_search_counts(show: Show) -> None:
    soup = soup_of(show(view="timeline", by="anything", of=COMPARED, zoom="year"))
    assert [one.text.split(" ", 1)[0] for one in soup.select(".lane h2")] == [
        "Xen", "KVM", '"big', "Linus", "Linux", "suspend",
    ]  # fmt: skip
    years = [row.th.text for row in soup.select("tbody tr")]
    assert years == [str(year) for year in range(int(years[0]), int(years[-1]) + 1)]
    cells = [row.select("td") for row in soup.select("tbody tr")]
    assert any(cell.text == "0" for row in cells for cell in row)
    checked = 0
    for row in cells:
        for cell in [one for one in row if one.a][:2]:
            address = dict(parse_qsl(urlsplit(cell.a["href"]).query))
            number = cell.text.split()[0]
            assert re.search(rf"\b{number} documents?\b", soup_of(show(**address)).select_one("h1").text), address
            checked += 1
        if checked > 5:
            break
    assert "documents, not words" in soup.text
    bars = soup.select_one(".lane .bars").select("[data-documents]")
    assert [bar["data-documents"] for bar in bars] == [row[0].text.split()[0] for row in cells if row[0].a]


def test_shares_are_of_all_documents_of_the_time(show: Show, sample_home: Path) -> None:
    soup = soup_of(show(view="timeline", by="anything", of=["topic:Xen"], zoom="year", share="1"))
    counted = dict(rows(sample_home, "SELECT year(published_at), count(*) FROM documents GROUP BY 1"))
    for row in soup.select("tbody tr"):
        found = re.fullmatch(r"(\d+) \((\d+)%\)", row.td.text)
        if found:
            assert int(found[2]) == round(100 * int(found[1]) / counted[int(row.th.text)])


def test_nothing_to_compare_and_no_match_have_ways_on(show: Show) -> None:
    assert soup_of(show(view="timeline", by="anything")).select(".welcome li a")
    soup = soup_of(show(view="timeline", by="anything", of=["zzqxv"]))
    assert soup.select_one("h1").text == "zzqxv"
    assert soup.select(".empty li a")
    assert soup_of(show(view="timeline", topic="xen", after="1992-01-01", before="1992-02-01")).select(".ways a")


def test_further_sources_of_an_event_are_folded_under_it() -> None:
    source = FurtherSource("d2", "Another <b>title</b>", "http://x.example/")
    entry = Entry(
        "e", dt.date(2010, 1, 1), dt.date(2010, 1, 1), "day", "past", "It came.", "d", "p", 0, 8, "Title", "issue",
        "http://x.example/", None, None, 1.0, sources=(source,),
    )  # fmt: skip
    soup = BeautifulSoup(entry_list([entry]), "html.parser")
    assert soup.select_one("details.also summary").text == "1 more source"
    assert soup.select_one("details.also a").text == "Another <b>title</b>"
