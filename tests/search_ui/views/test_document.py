"""The document view: the text as it stands in the archive, what it cites and what cites it."""

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import duckdb
import pytest
from bs4 import BeautifulSoup

from search_ui import resources
from search_ui.views.document import _landed
from tests.command import writable_copy
from tests.search_ui.conftest import Show, rows, shower, soup_of
from warehouse.catalog import DocumentPage
from warehouse.home import Home


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
    assert sorted(set(states)) == ["in the archive", "not in the archive"]
    assert len(soup.select(".source .said")) == sum(target is not None for _, target in links)
    assert soup.select(".article .text a.cite[href^='?view=document']")


def address_in(href: str) -> dict[str, str]:
    """The parameters of an address of the page."""
    return dict(parse_qsl(urlsplit(href).query))


def marked_text(soup: BeautifulSoup) -> str:
    return " ".join("".join(one.text for one in soup.select("mark.here")).split())


def test_what_cites_a_document_is_shown_and_leads_to_the_citing_sentence_and_back(
    show: Show, sample_home: Path
) -> None:
    cited, citing = rows(
        sample_home,
        """SELECT target_document_id, any_value(document_id) FROM links WHERE target_document_id <> document_id
        GROUP BY 1 HAVING count(DISTINCT document_id) = 1 ORDER BY 1 LIMIT 1""",
    )[0]
    soup = soup_of(show(view="document", id=cited))
    assert "Cited by 1" in [one.text for one in soup.select("h2")]
    (card,) = soup.select("article.card")
    address = address_in(card.select_one("h3 a")["href"])
    assert address["id"] == citing
    there = soup_of(show(**address))
    assert marked_text(there) == " ".join(card.select_one(".snippet").text.split())
    assert address_in(there.select_one("mark.here a.cite, a.cite:has(> mark.here)")["href"])["id"] == cited
    assert address_in(there.select_one(".back a")["href"])["id"] == cited


def test_a_citation_leads_to_what_it_cites_and_back(show: Show, sample_home: Path) -> None:
    citing = rows(
        sample_home,
        "SELECT document_id FROM links WHERE target_document_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1",
    )[0][0]
    soup = soup_of(show(view="document", id=citing))
    followed = [link["href"] for link in soup.select(".article .text a.cite[href^='?view=document']")][:4]
    assert followed
    places = 0
    for href in followed:
        there = soup_of(show(**address_in(href)))
        back = there.select_one(".back a")
        assert back.text == soup.select_one("h1").text
        places += bool(marked_text(there))
        again = soup_of(show(**address_in(back["href"])))
        assert marked_text(again)
        assert marked_text(again) in " ".join(there.select_one(".back").text.split())
    assert places


@pytest.mark.parametrize(
    "place",
    [{"passage": "nope"}, {"section": "nope"}, {"link": "99999"}, {"link": "x"}, {"link": "0", "from": "nope"}],
    ids=str,
)
def test_a_place_that_is_not_in_the_document_is_said(show: Show, place: dict[str, str]) -> None:
    soup = soup_of(show(view="document", id="issue-1009874", **place))
    assert soup.select_one("h1").text.startswith("Kernel Log")
    assert "not in the document" in soup.select_one(".note[role=alert]").text
    assert not soup.select("mark.here")


def test_every_section_and_passage_has_a_link_to_copy(show: Show, sample_home: Path) -> None:
    for document_id in ("issue-1009874", "mail-b5001103fe93"):
        soup = soup_of(show(view="document", id=document_id))
        copied = [address_in(one["data-copy"]) for one in soup.select("button.copy")]
        passages = [one["passage"] for one in copied if "passage" in one]
        sections = [one["section"] for one in copied if "section" in one]
        of = f"WHERE document_id = '{document_id}'"
        assert len(set(passages)) == len(passages)
        known = {row[0] for row in rows(sample_home, f"SELECT passage_id FROM passages {of}")}
        assert set(passages) <= known
        assert len(passages) >= len(known) / 2  # several short passages may stand in one paragraph
        with_heading = rows(sample_home, f"SELECT section_id FROM sections {of} AND heading <> '' ORDER BY position")
        assert sections == [row[0] for row in with_heading]
    heading = soup_of(show(view="document", id="issue-1009874", section=rows(
        sample_home, "SELECT section_id FROM sections WHERE document_id = 'issue-1009874' AND heading <> '' LIMIT 1"
    )[0][0]))  # fmt: skip
    assert heading.select_one("h2 mark.here")


def test_a_host_of_the_sample_is_marked_and_leads_nowhere(show: Show) -> None:
    soup = soup_of(show(view="document", id="issue-1009874"))
    assert soup.select("header .nowhere")
    assert not soup.select("a[href*='.example']")


def test_a_document_without_text_says_so(show: Show, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with duckdb.connect(str(Home(own_home).release() / "archive.duckdb")) as archive:
        archive.execute("UPDATE sections SET text = '' WHERE document_id = 'mail-b5001103fe93'")
    soup = soup_of(shower(own_home, monkeypatch)(view="document", id="mail-b5001103fe93"))
    assert "no text of its own" in soup.text


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
    assert "Document not found" in soup_of(show(view="document", id="nope")).select_one(".empty").text


def test_the_mails_of_a_thread_stand_below_a_mail(
    show: Show, sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [
        name
        for (name,) in rows(sample_home, "SELECT document_id FROM documents WHERE kind = 'mail' ORDER BY 1 LIMIT 3")
    ]
    first, second, third = names
    assert "Thread" not in [one.text for one in soup_of(show(view="document", id=second)).select("h2")]
    home = writable_copy(sample_home, tmp_path / "home")
    with duckdb.connect(str(Home(home).release() / "archive.duckdb")) as archive:
        for position, (name, above) in enumerate(((first, None), (second, first), (third, second))):
            archive.execute(
                "UPDATE threads SET thread_id = 't', parent_document_id = ?, position = ?, mails = 3 WHERE document_id = ?",
                [above, position, name],
            )
        archive.execute("UPDATE documents SET author = '<b>Nobody</b>' WHERE document_id = ?", [third])
    soup = soup_of(shower(home, monkeypatch)(view="document", id=second))
    mails = soup.select("ol.thread li")
    assert [one["class"] for one in mails] == [["level-0"], ["level-1"], ["level-2"]]
    assert [one.get("aria-current") for one in mails] == [None, "true", None]
    assert [one["href"] for one in soup.select("ol.thread a")] == [
        f"?view=document&id={name}" for name in (first, third)
    ]
    assert soup.select("ol.thread a")[1].text == "<b>Nobody</b>"


def test_a_commit_leads_to_the_kernel_release_that_it_landed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "kernel_releases", lambda archive: {"2.6.29": None})

    def landed(**facts: str) -> str:
        return _landed(None, DocumentPage(None, "en", None, facts, (), (), (), ()))

    assert landed(kernel_release="2.6.29", first_tag="v2.6.29-rc1") == (
        '<span>Landed in <a class="in" href="?view=release&amp;id=2.6.29">Linux 2.6.29</a> (v2.6.29-rc1)</span>'
    )
    assert landed(kernel_release="99.1", first_tag="v99.1<b>") == "<span>Landed in Linux 99.1 (v99.1&lt;b&gt;)</span>"
    assert landed(sha="1") == ""
