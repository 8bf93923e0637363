"""The search view: what a question, filters and an order give, and that the address holds all of it."""

import datetime as dt
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from search_ui import resources
from search_ui.views import search
from search_ui.views.front import EXAMPLES
from search_ui.views.search import PAGE
from tests.search_ui.conftest import Show, rows, soup_of


def test_the_first_page_says_what_is_there_and_how_to_ask(show: Show) -> None:
    soup = soup_of(show())
    assert soup.select_one(".sample").text == "sample"
    assert "documents" in soup.select_one(".welcome").text
    assert soup.select(".welcome a[href^='?view=search&q=']")


@pytest.mark.parametrize("example", EXAMPLES)
def test_what_the_first_page_proposes_is_found_by_its_words(show: Show, example: str) -> None:
    assert soup_of(show(q=example)).select_one("article.card mark")


def test_a_search_gives_cards_with_reason_and_ways_on(show: Show) -> None:
    card = soup_of(show(q="why was Xen slow to get into the kernel?")).select_one("article.card")
    assert "Xen" in card.select_one("h3").text
    assert card.select_one("mark")
    assert re.search(r"\d{4}", card.select_one(".meta").text)
    assert len(card.select("h3 a")) == 1
    assert {"More like this", "What happened next"} == {a.text for a in card.select(".ways a")}
    assert card.select(".reasons li")
    assert card.select_one(".chip")["href"].startswith("?view=topic&id=")


def test_a_date_alone_lists_its_days_and_says_so(show: Show, sample_home: Path) -> None:
    soup = soup_of(show(q="march 2009"))
    assert "only a date" in soup.text
    ((count,),) = rows(sample_home, "SELECT count(*) FROM documents WHERE strftime(published_at, '%Y-%m') = '2009-03'")
    assert f"{count} documents" in soup.h1.text
    assert len(soup.select("article.card")) == min(count, PAGE)


def test_topics_of_a_card_are_what_it_is_about_those_asked_for_first(show: Show, sample_home: Path) -> None:
    about = set(rows(sample_home, "SELECT document_id, entity_id FROM subjects WHERE entity_type = 'topic'"))

    def first_topics(**address: str) -> dict[str, str]:
        cards = soup_of(show(q="why was Xen slow to get in?", **address)).select("article.card")
        links = {_id_of(card.select_one("h3 a")): [_id_of(chip) for chip in card.select(".chip")] for card in cards}
        assert {(document, topic) for document, topics in links.items() for topic in topics} <= about
        return {document: topics[0] for document, topics in links.items() if topics}

    plain = first_topics()
    assert plain["issue-112853"] == "xen"
    assert len(set(plain.values())) > 1
    for document, topic in first_topics(topic="kvm").items():
        assert topic == "kvm" or (document, "kvm") not in about
    below = {row[0] for row in rows(sample_home, "SELECT topic_id FROM topics WHERE parent_id = 'virtualisation'")}
    assert {one for one in first_topics(topic="virtualisation").values() if one in below}


def _id_of(link: Any) -> str:
    return dict(parse_qsl(link["href"].removeprefix("?")))["id"]


def test_a_list_by_date_and_the_documents_of_a_bar_name_its_topic_first(show: Show, sample_home: Path) -> None:
    about = {
        one
        for (one,) in rows(
            sample_home, "SELECT document_id FROM subjects WHERE entity_type = 'topic' AND entity_id = 'kvm'"
        )
    }
    for address in ({"topic": "kvm"}, {"view": "timeline", "topic": "kvm", "zoom": "year", "bar": "kvm@2011-01-01"}):
        cards = soup_of(show(**address)).select("article.card")
        on_kvm = [card for card in cards if _id_of(card.select_one("h3 a")) in about]
        assert on_kvm
        assert {card.select_one(".chip").text for card in on_kvm} == {"KVM"}


def test_modes_change_the_legs(show: Show) -> None:
    def reasons(mode: str) -> str:
        return " ".join(one.text for one in soup_of(show(q="Xen Dom0", mode=mode)).select(".reasons"))

    assert "something similar" in reasons("hybrid")
    assert "The passage has the words" in reasons("hybrid")
    assert "something similar" not in reasons("keyword")
    assert "The passage has the words" not in reasons("meaning")


def test_filters_in_the_address_cut_the_results_and_are_shown_as_set(show: Show) -> None:
    shown = show(q="xen", kind="mail", topic="xen", after="2009-01-01", before="2009-12-31", mode="keyword")
    soup = soup_of(shown)
    assert {kind.text for kind in soup.select("article .kind")} == {"Mail"}
    assert all("2009" in meta.text for meta in soup.select("article .meta"))
    assert [chip.text for chip in soup.select(".chosen .chip")] == [
        "Mail ×",
        "Xen ×",
        "2009 ×",
    ]
    assert open_filters(shown).multiselect[0].value == ["mail"]


def open_filters(shown: AppTest) -> AppTest:
    """Run the page with open filters, as they are kept in a browser."""
    shown.session_state["filters"] = True
    return shown.run()


def test_a_widget_writes_the_address_and_the_page_is_drawn_once(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    read = search.read
    monkeypatch.setattr(search, "read", lambda choices: drawn.append("") or read(choices))
    shown = show()
    shown.text_input[0].set_value("btrfs").run()
    assert shown.query_params == {"q": "btrfs"}
    shown = open_filters(show(q="btrfs"))
    shown.multiselect[0].set_value(["issue"])
    open_filters(shown)
    assert shown.query_params == {"q": "btrfs", "kind": "issue"}
    shown = open_filters(show(q="btrfs", kind="issue"))
    shown.segmented_control[0].set_value("keyword")
    open_filters(shown)
    assert shown.query_params == {"q": "btrfs", "kind": "issue", "mode": "keyword"}
    assert {kind.text for kind in soup_of(shown).select("article .kind")} == {"Kernel Log"}
    assert len(drawn) == 8  # each is opened once and drawn once for its change, two with their filters opened between


def test_the_widgets_of_closed_filters_are_not_sent(show: Show) -> None:
    assert len(show(q="xen").get("multiselect")) == 0


def test_another_query_begins_at_the_first_page(show: Show) -> None:
    shown = show(q="kernel", mode="keyword", page="2")
    shown.text_input[0].set_value("linux").run()
    assert "page" not in shown.query_params


def test_pages_of_results_follow_each_other(show: Show) -> None:
    def titles(page: str) -> list[str]:
        return [card["href"] for card in soup_of(show(q="kernel", mode="keyword", page=page)).select("h3 a")]

    first, second = titles("1"), titles("2")
    assert len(first) == PAGE
    assert second
    assert not set(first) & set(second)


def test_every_result_can_be_reached_and_the_line_above_says_where_one_is(show: Show) -> None:
    total = int(re.search(r"of (\d+) documents", soup_of(show(q="Xen")).select_one("h1").text)[1])
    reached: list[str] = []
    for page in range(1, -(-total // PAGE) + 1):
        soup = soup_of(show(q="Xen", page=str(page)))
        first = len(reached) + 1
        reached += [card["href"] for card in soup.select("h3 a")]
        assert soup.select_one("h1").text.startswith(f"{first} to {len(reached)} of {total} documents")
        assert soup.select_one(".pages .here").text == str(page)
    assert len(set(reached)) == total > PAGE


def test_facets_say_what_a_click_gives(show: Show) -> None:
    soup = soup_of(show(q="xen", mode="keyword"))
    bars = [bar["data-documents"] for bar in soup.select(".histogram a")]
    total = int(re.search(r"(\d+) documents", soup.select_one("h1").text)[1])
    assert sum(map(int, bars)) <= total
    for title in ("Kind", "Year", "Topic", "Person"):
        heading = next(one for one in soup.select(".facets h3") if one.text == title)
        item = heading.find_next("ul").select("li")[1]
        address = dict(parse_qsl(urlsplit(item.a["href"]).query))
        assert address.pop("view") == "search"
        clicked = soup_of(show(**address)).select_one("h1").text
        assert re.search(rf"\b{item.span.text} documents?\b", clicked), (title, item.text, clicked)


def test_bars_over_time_count_what_sql_counts_and_a_click_narrows(show: Show, sample_home: Path) -> None:
    soup = soup_of(show(kind="issue"))
    bars = soup.select(".histogram a")
    counted = rows(
        sample_home,
        "SELECT strftime(min(published_at), '%Y-%m'), count(*) FROM documents WHERE kind = 'issue' GROUP BY date_trunc('month', published_at)",
    )
    assert sorted((bar["data-first"][:7], int(bar["data-documents"])) for bar in bars) == sorted(counted)
    address = dict(parse_qsl(urlsplit(bars[0]["href"]).query))
    assert soup_of(show(**address)).select_one("h1").text.startswith(f"{bars[0]['data-documents']} document")
    assert len(soup.select(".histogram .bars > *")) > len(bars)  # months without a document stand there too


def test_a_list_says_with_a_sentence_why_each_document_is_in_it(show: Show, sample_home: Path) -> None:
    for address in ({"version": "2.6.33"}, {"topic": "btrfs"}):
        cards = soup_of(show(**address)).select("article.card")
        assert cards
        for card in cards:
            sentence, passage = card.select_one(".snippet").text, card.select_one("h3 a")["href"]
            assert sentence
            (text,) = rows(sample_home, "SELECT text FROM passages WHERE passage_id = '{}'".format(
                parse_qs(urlsplit(passage).query)["passage"][0]))[0]  # fmt: skip
            assert sentence in text


def test_more_like_a_document(show: Show) -> None:
    soup = soup_of(show(q="why was Xen slow to get into the kernel?"))
    link = next(a for a in soup.select("article .ways a") if a.text == "More like this")
    like = soup_of(show(**dict(parse_qsl(urlsplit(link["href"]).query))))
    assert like.select_one("h1").text.startswith("More like ")
    assert like.select("article.card h3 a")
    assert soup_of(show(like="nope")).select_one("h1").text == "Document not found"


def test_no_match_leaves_ways_on(show: Show) -> None:
    soup = soup_of(show(q="zzqxv 2.6.33", kind="mail", mode="keyword"))
    assert soup.select_one("h1").text == "No results for “zzqxv 2.6.33”."
    ways = {a.text: dict(parse_qsl(urlsplit(a["href"]).query)) for a in soup.select(".empty .ways a")}
    assert ways["Without “zzqxv”"]["q"] == "2.6.33"
    assert soup_of(show(**ways["See all documents"])).select("article.card")


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"after": "2010-01-01", "before": "2010-12-31"}, ["Remove 2010"]),
        ({"after": "2010-02-01", "before": "2010-02-28"}, ["Remove February 2010"]),
        ({"after": "2010-01-01", "before": "2011-12-31"}, ["Remove from 2010-01-01", "Remove to 2011-12-31"]),
        ({"after": "2010-01-02"}, ["Remove from 2010-01-02"]),
    ],
)
def test_a_chip_names_what_it_removes(show: Show, chosen: dict[str, str], said: list[str]) -> None:
    soup = soup_of(show(q="kernel kind:issue", mode="keyword", **chosen))
    assert [chip["aria-label"] for chip in soup.select(".chosen .chip")] == [*said, "Remove kind:issue"]
    assert "q=kernel&" in soup.select(".chosen .chip")[-1]["href"]


def test_a_page_behind_the_last_is_the_last(show: Show) -> None:
    for address in ({"q": "kernel"}, {"kind": "mail"}):
        soup = soup_of(show(**address, page="9999"))
        assert soup.select("article.card")
        assert "Next" not in soup.select_one(".pages").text
        assert "Previous" in soup.select_one(".pages").text


@pytest.mark.parametrize(("order", "sign"), [("newest", -1), ("oldest", 1)])
def test_results_can_be_ordered_by_date(show: Show, order: str, sign: int) -> None:
    soup = soup_of(show(q="kernel", mode="keyword", order=order, kind="issue"))
    days = [dt.datetime.strptime(meta.select("span")[1].text, "%d %B %Y") for meta in soup.select("article .meta")]
    assert days == sorted(days, reverse=sign < 0)


def test_filters_alone_list_what_passes_them(show: Show, sample_home: Path) -> None:
    soup = soup_of(show(kind="bug"))
    (number,) = rows(sample_home, "SELECT count(*) FROM documents WHERE kind = 'bug'")[0]
    assert soup.select_one("h1").text == f"{number} documents, newest first"
    assert len(soup.select("article")) == number


def test_nothing_found_is_said_with_what_is_nearest_and_another_spelling(show: Show) -> None:
    soup = soup_of(show(q="zzyzx"))
    assert soup.h1.text.startswith("No results for") and "No results" not in soup.select_one(".empty").text
    assert "No document has 'zzyzx'." in soup.select_one(".empty").text
    assert soup.select_one(".nearest").text == "Nearest in meaning"
    assert not soup.select(".facets")
    soup = soup_of(show(q="btfrs", mode="keyword"))
    assert soup.select_one(".empty .chips a")["href"] == "?view=search&q=btrfs&mode=keyword"


def test_operators_are_read_unless_asked_otherwise(show: Show) -> None:
    kinds = {kind.text for kind in soup_of(show(q="kind:mail Xen")).select("article .kind")}
    assert kinds == {"Mail"}
    assert "No document has 'kind:mail', 'zzyzx'." in soup_of(show(q="kind:mail zzyzx", plain="1")).text
    assert "foo: is not an operator" in soup_of(show(q="foo:bar Xen")).text


def test_when_a_kernel_was_released_is_answered(show: Show) -> None:
    assert (
        soup_of(show(q="when was 2.6.30 released?")).select_one(".answer").text
        == "Linux 2.6.30 was released on 9 June 2009."
    )


def test_word_results_are_shown_while_the_encoder_is_loaded(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    listed = search._listed
    monkeypatch.setattr(resources, "is_warming_up", lambda archive: True)
    monkeypatch.setattr(search, "_listed", lambda *asked: shown.append(asked[2].mode) or listed(*asked))
    soup = soup_of(show(q="xen"))
    assert shown == ["keyword", "hybrid"]
    assert "meaning is still loading" not in soup.text
