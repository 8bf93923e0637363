"""The views on the sample: what each shows, and that the address holds all of it."""

import datetime as dt
import re
import shutil
from pathlib import Path
from urllib.parse import parse_qs

import duckdb
import pytest
from bs4 import BeautifulSoup

from search_ui.views.search import EXAMPLES, PAGE
from search_ui.views.sql import as_csv
from tests.search_ui.conftest import Show, html_of, shower
from warehouse.connection import Table
from warehouse.home import Home


def soup_of(shown: object) -> BeautifulSoup:
    return BeautifulSoup(html_of(shown), "lxml")


def rows(home: Path, statement: str) -> list[tuple]:
    with duckdb.connect(str(Home(home).release() / "archive.duckdb"), read_only=True) as archive:
        return archive.execute(statement).fetchall()


def test_the_first_page_says_what_is_there_and_how_to_ask(show: Show) -> None:
    soup = soup_of(show())
    assert soup.select_one(".sample").text == "sample"
    assert "documents" in soup.select_one(".welcome").text
    assert soup.select(".welcome li a[href^='?view=search&q=']")


@pytest.mark.parametrize("example", EXAMPLES)
def test_what_the_first_page_proposes_is_found_by_its_words(show: Show, example: str) -> None:
    assert soup_of(show(q=example)).select_one("article.card mark")


def test_a_search_gives_cards_with_reason_and_ways_on(show: Show) -> None:
    card = soup_of(show(q="why was Xen slow to get into the kernel?")).select_one("article.card")
    assert "Xen" in card.select_one("h3").text
    assert card.select_one("mark")
    assert re.search(r"\d{4}", card.select_one(".meta").text)
    assert {"Read it here", "Original", "Capture", "What happened next"} == {a.text for a in card.select(".ways a")}
    assert card.select(".legs li")
    assert card.select_one(".chip")["href"].startswith("?view=search&topic=")


def test_topics_of_a_card_are_those_asked_for_then_those_of_the_passage(show: Show, sample_home: Path) -> None:
    def first_topics(**address: str) -> dict[str, str]:
        cards = soup_of(show(q="why was Xen slow to get in?", **address)).select("article.card")
        return {card.select_one("h3").text: card.select_one(".chip").text for card in cards if card.select(".chip")}

    plain = first_topics()
    assert plain["Kernel Log: Doubts about Xen Dom0, Ext4 and lost files"] == "Xen"
    assert len(set(plain.values())) > 1
    assert set(first_topics(topic="kvm").values()) == {"KVM"}
    below = {row[0] for row in rows(sample_home, "SELECT name FROM topics WHERE parent_id = 'virtualisation'")}
    assert set(first_topics(topic="virtualisation").values()) <= below


def test_a_list_by_date_and_the_documents_of_a_bar_name_its_topic_first(show: Show) -> None:
    for address in ({"topic": "kvm"}, {"view": "timeline", "topic": "kvm", "zoom": "year", "bar": "kvm@2011-01-01"}):
        cards = soup_of(show(**address)).select("article.card")
        assert cards
        assert {card.select_one(".chip").text for card in cards} == {"KVM"}


def test_modes_change_the_legs(show: Show) -> None:
    def legs(mode: str) -> str:
        return " ".join(one.text for one in soup_of(show(q="Xen Dom0", mode=mode)).select(".legs"))

    assert "meaning" in legs("hybrid")
    assert "words of the passage" in legs("hybrid")
    assert "meaning" not in legs("keyword")
    assert "words of the passage" not in legs("meaning")


def test_filters_in_the_address_cut_the_results_and_are_shown_as_set(show: Show) -> None:
    shown = show(q="xen", kind="mail", topic="xen", after="2009-01-01", before="2009-12-31", mode="keyword")
    soup = soup_of(shown)
    assert {kind.text for kind in soup.select("article .kind")} == {"Mail"}
    assert all("2009" in meta.text for meta in soup.select("article .meta"))
    assert [chip.text for chip in soup.select(".chosen .chip")] == [
        "Mail ×",
        "Xen ×",
        "from 2009-01-01 ×",
        "to 2009-12-31 ×",
    ]
    assert shown.multiselect[0].value == ["mail"]


def test_a_widget_writes_the_address(show: Show) -> None:
    shown = show()
    shown.text_input[0].set_value("btrfs").run()
    shown.multiselect[0].set_value(["issue"]).run()
    shown.segmented_control[0].set_value("keyword").run()
    assert shown.query_params == {"q": "btrfs", "kind": "issue", "mode": "keyword"}
    assert {kind.text for kind in soup_of(shown).select("article .kind")} == {"Kernel Log"}


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
    reached: list[str] = []
    page, address = 1, {"q": "kernel"}
    while True:
        soup = soup_of(show(**address, page=str(page)))
        here = [card["href"] for card in soup.select("h3 a")]
        first = len(reached) + 1
        reached += here
        assert soup.select_one(".count p").text.startswith(f"{first} to {len(reached)} of the 100 best documents")
        assert soup.select_one(".pages .here").text == str(page)
        if not [one for one in soup.select(".pages a") if one.text == "Next"]:
            break
        page += 1
    assert len(set(reached)) == 100


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
    assert soup.select_one(".count").text == f"{number} documents, newest first"
    assert len(soup.select("article")) == number


def test_nothing_found_is_said(show: Show) -> None:
    assert "Nothing was found" in soup_of(show(q="zzzqqqxxx", mode="keyword")).select_one(".empty").text


@pytest.mark.parametrize(
    "address",
    [
        {"kind": "nonsense", "topic": "nonsense", "page": "-5", "mode": "x", "order": "y", "after": "soon"},
        {"view": "nonsense"},
        {"page": "99999999999", "q": "xen", "mode": "keyword"},
        {"view": "timeline", "topic": ["xen"] * 9, "zoom": "day", "bar": "xen@never", "entries": "0"},
        {"view": "sql", "sql": " "},
    ],
)
def test_odd_addresses_show_a_page_all_the_same(show: Show, address: dict[str, str]) -> None:
    assert soup_of(show(**address)).select_one("nav.frame")


def test_a_document_reads_as_it_did(show: Show, sample_home: Path) -> None:
    for (document_id,) in rows(sample_home, "SELECT document_id FROM documents ORDER BY hash(document_id) LIMIT 12"):
        soup = soup_of(show(view="document", id=document_id))
        title = rows(sample_home, f"SELECT title FROM documents WHERE document_id = '{document_id}'")[0][0]
        assert soup.select_one("header h1").text == title
        sections = rows(
            sample_home, f"SELECT heading, text FROM sections WHERE document_id = '{document_id}' ORDER BY position"
        )
        found = soup.select(".article .text")
        assert len(found) == len(sections)
        for (heading, text), part in zip(sections, found, strict=True):
            assert "".join(part.text.split()) == "".join(f"{heading or ''} {text}".split())


def test_items_are_lists_and_tables_are_tables(show: Show, sample_home: Path) -> None:
    (with_items,) = rows(sample_home, "SELECT document_id FROM items GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")[0]
    (number,) = rows(sample_home, f"SELECT count(*) FROM items WHERE document_id = '{with_items}'")[0]
    assert len(soup_of(show(view="document", id=with_items)).select(".article li")) == number
    (with_table,) = rows(sample_home, "SELECT document_id FROM sections WHERE role = 'table' ORDER BY 1 LIMIT 1")[0]
    assert soup_of(show(view="document", id=with_table)).select(".article table td")


def test_each_link_has_its_state_and_its_source_beside_it(show: Show, sample_home: Path) -> None:
    (citing,) = rows(
        sample_home,
        """SELECT document_id FROM links GROUP BY 1
        HAVING count(*) FILTER (WHERE status = 'archived') > 1 AND count(*) FILTER (WHERE status = 'not_tried') > 0
        ORDER BY 1 LIMIT 1""",
    )[0]
    links = rows(
        sample_home, f"SELECT status, target_document_id FROM links WHERE document_id = '{citing}' ORDER BY position"
    )
    soup = soup_of(show(view="document", id=citing))
    states = [one.text for one in soup.select(".source .state")]
    assert len(states) == len(links)
    assert sorted(set(states)) == ["in the archive", "not fetched yet"]
    assert len(soup.select(".source .said")) == sum(target is not None for _, target in links)
    assert soup.select(".article .text a.cite[href^='?view=document']")


def test_what_cites_a_document_is_shown(show: Show, sample_home: Path) -> None:
    cited, citing = rows(
        sample_home, "SELECT target_document_id, document_id FROM links WHERE target_document_id <> document_id LIMIT 1"
    )[0]
    links = [a["href"] for a in soup_of(show(view="document", id=cited)).select("article.card h3 a")]
    assert f"?view=document&id={citing}" in links


def test_a_found_passage_is_marked_in_its_document(show: Show, sample_home: Path) -> None:
    document_id, passage_id, text = rows(
        sample_home, "SELECT document_id, passage_id, text FROM passages ORDER BY words DESC, 1 LIMIT 1"
    )[0]
    marked = soup_of(show(view="document", id=document_id, passage=passage_id)).select("mark.here")
    assert "".join("".join(one.text for one in marked).split()) == "".join(text.split())


def test_a_sample_says_that_it_is_one(show: Show, sample_home: Path) -> None:
    (document_id,) = rows(sample_home, "SELECT document_id FROM documents LIMIT 1")[0]
    assert "sample page" in soup_of(show(view="document", id=document_id)).select_one(".note").text


def test_captures_are_named_by_file_and_place(show: Show, sample_home: Path) -> None:
    document_id, warc, offset = rows(
        sample_home,
        """SELECT d.document_id, c.warc, c."offset" FROM documents d JOIN captures c USING (kind, key)
        WHERE c.page = 1 ORDER BY 1, 3 LIMIT 1""",
    )[0]
    captures = soup_of(show(view="document", id=document_id, show="capture")).select_one("details.captures[open]")
    assert f"captures/{warc}" in captures.text
    assert f"{offset:,}" in captures.text


def test_no_such_document_is_said(show: Show) -> None:
    assert "no document of that name" in soup_of(show(view="document", id="nope")).select_one(".empty").text


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


def test_sql_answers_and_says_its_limits(show: Show) -> None:
    shown = show(view="sql", sql="SELECT kind, count(*) AS n FROM documents GROUP BY kind ORDER BY n DESC")
    assert list(shown.dataframe[0].value.columns) == ["kind", "n"]
    assert "Limits: 20 seconds, 10,000 rows, 1GB" in html_of(shown)
    assert shown.get("download_button")


def test_sql_shows_every_table_with_its_columns(show: Show, sample_home: Path) -> None:
    shown = {one.select_one("code").text for one in soup_of(show(view="sql")).select("details.table")}
    assert shown == {row[0] for row in rows(sample_home, "SELECT table_name FROM duckdb_tables()")}


@pytest.mark.parametrize(
    "statement",
    ["SELECT * FROM read_csv('/etc/passwd')", "COPY documents TO '/tmp/x.csv'", "DROP TABLE documents", "SELECT 1; SELECT 2",
     "ATTACH '/tmp/x.db'", "SELECT nothing", "not sql"],
)  # fmt: skip
def test_sql_refuses_in_one_sentence(show: Show, statement: str) -> None:
    shown = show(view="sql", sql=statement)
    assert soup_of(shown).select_one(".empty[role=alert]").text
    assert not shown.dataframe


def test_sql_shows_odd_values(show: Show) -> None:
    shown = show(
        view="sql",
        sql="""SELECT [1, 2] AS l, {'a': 1} AS s, INTERVAL 1 DAY AS i, '2009-01-01'::DATE AS d, NULL AS n, 1.5::DECIMAL(9, 2)
        AS c, 2::HUGEINT ** 90 AS h, 'x'::BLOB AS b, uuid() AS u, true AS t, 1 AS t UNION ALL
        SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL""",
    )
    assert len(shown.dataframe[0].value) == 2


def test_csv_keeps_values_and_defuses_formulas() -> None:
    table = Table(("a", "=b"), ("INTEGER", "VARCHAR"), ((-1, '=HYPERLINK("x")'), (None, 'plain, "quoted"')), False)
    assert as_csv(table).decode() == 'a,\'=b\r\n-1,"\'=HYPERLINK(""x"")"\r\n,"plain, ""quoted"""\r\n'


def test_about_says_what_is_covered_and_what_was_set_aside(show: Show, sample_home: Path) -> None:
    shown = show(view="about")
    soup = soup_of(shown)
    listed = soup.select(".asides li")
    found = rows(sample_home, "SELECT reason, step, detail, url FROM set_aside ORDER BY reason, url, step")
    assert len(listed) == len(found) > 0
    for item, said in zip(listed, found, strict=True):
        assert all(part in item.text for part in said)
    kinds = rows(sample_home, "SELECT count(*) FROM documents GROUP BY kind")
    assert sorted(int(one.text) for one in soup.select(".kinds li span:last-child")) == sorted(n for (n,) in kinds)
    for name in ("documents", "issues", "passages"):
        (number,) = rows(sample_home, f"SELECT count(*) FROM {name}")[0]
        assert f"{number:,}" in soup.select_one(".figures").text
    assert Home(sample_home).release().name in soup.text
    assert shown.get("vega_lite_chart")


def test_an_absent_archive_is_one_sentence_and_a_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    soup = soup_of(shower(tmp_path / "none", monkeypatch)())
    assert soup.select_one(".empty p").text.startswith("There is no archive")
    assert soup.select_one(".empty pre").text.startswith("klog ")


BROKEN = [
    "archive.duckdb", "release.json", "search", "search/search.json", "search/documents.json", "search/vectors.npy",
    "search/words",
]  # fmt: skip


@pytest.mark.parametrize("part", BROKEN)
@pytest.mark.parametrize("how", ["gone", "cut"])
def test_a_broken_archive_is_one_sentence_and_a_command(
    sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str, how: str
) -> None:
    release = tmp_path / "archive" / "releases" / f"broken-{how}"
    shutil.copytree(Home(sample_home).release(), release)
    (tmp_path / "archive" / "current").symlink_to(release)
    path = release / part
    for file in [path] if path.is_file() else list(path.rglob("*")):
        if how == "cut" and file.is_file():
            file.write_bytes(file.read_bytes()[:40])
    if how == "gone":
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    soup = soup_of(
        shower(tmp_path / "archive", monkeypatch)(q="xen", mode="meaning" if "vectors" in part else "keyword")
    )
    said, typed = soup.select_one(".empty[role=alert] p"), soup.select_one(".empty pre")
    assert (typed and typed.text.startswith("klog ")) or "Use mode keyword" in said.text


def test_an_archive_without_documents_is_one_sentence_and_a_command(
    sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = tmp_path / "archive" / "releases" / "empty"
    shutil.copytree(Home(sample_home).release(), release)
    (tmp_path / "archive" / "current").symlink_to(release)
    with duckdb.connect(str(release / "archive.duckdb")) as archive:
        archive.execute("DELETE FROM documents")
    soup = soup_of(shower(tmp_path / "archive", monkeypatch)())
    assert "no documents" in soup.select_one(".empty p").text
    assert soup.select_one(".empty pre").text == "klog build"
