"""The timeline view: of topics, of a question, and what happened next."""

import re
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from tests.search_ui.conftest import Show, rows, soup_of


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
    items = soup_of(show(view="timeline", **of, entry=event)).select(".entries li")
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
