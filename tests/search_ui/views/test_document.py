"""The document view: the text as it stands in the archive, what it cites and what cites it."""

from pathlib import Path

import duckdb
import pytest

from tests.command import writable_copy
from tests.search_ui.conftest import Show, rows, shower, soup_of
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
