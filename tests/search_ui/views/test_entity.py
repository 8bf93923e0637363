"""The page of a topic, a person, a project and a kernel release."""

import re
from pathlib import Path

import duckdb
import pytest

from tests.command import writable_copy
from tests.search_ui.conftest import Show, html_of, rows, shower, soup_of
from tests.search_ui.test_hostile import checked
from warehouse.home import Home


def _count(soup: object, heading: str) -> int:
    found = next(one for one in soup.select("h2") if one.text.startswith(heading))
    listed = found.find_next("ol").select("li")
    assert int(found.span.text.replace(",", "")) == len(listed)
    return len(listed)


def test_a_topic_has_a_sentence_its_documents_and_turning_points_with_their_places(
    show: Show, sample_home: Path
) -> None:
    shown = show(view="topic", id="big-kernel-lock")
    soup = soup_of(shown)
    assert soup.h1.text == "Big kernel lock"
    assert soup.select_one(".kicker a[href='?view=topic&id=locking']")
    assert soup.select_one(".quoted") and "passage=" in soup.select_one(".from a")["href"]
    (about,) = rows(
        sample_home, "SELECT count(*) FROM subjects WHERE entity_type = 'topic' AND entity_id = 'big-kernel-lock'"
    )[0]
    assert _count(soup, "Documents about it") == about
    points = soup.select("ol.entries li")
    assert points and all("passage=" in one.select_one(".cited a")["href"] for one in points)
    assert "March 2010" in soup.select_one("ol.entries").text
    assert shown.get("vega_lite_chart")


def test_what_a_person_wrote_and_where_others_name_them_stand_apart(
    show: Show, sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = writable_copy(sample_home, tmp_path / "home")
    with duckdb.connect(str(Home(home).release() / "archive.duckdb")) as archive:
        archive.execute(
            "UPDATE documents SET author = 'Thomas Gleixner' WHERE kind = 'mail' AND document_id < 'mail-5'"
        )
        (written,) = archive.execute("SELECT count(*) FROM documents WHERE author = 'Thomas Gleixner'").fetchone()
    soup = soup_of(shower(home, monkeypatch)(view="person", id="thomas-gleixner"))
    assert _count(soup, "Written by") == written > 3
    assert _count(soup, "Named in") == 4
    assert soup.select_one("table.numbers th:nth-of-type(2)").text == "About them"
    assert not re.search(r"(about|naming|names) it\b", soup.text, re.IGNORECASE)
    assert all("Thomas Gleixner" in one.text for one in soup.select("ol.lines")[0].select("li"))


def test_a_release_has_its_day_neighbours_and_parts(show: Show) -> None:
    soup = soup_of(show(view="release", id="2.6.38"))
    assert soup.h1.text == "Linux 2.6.38"
    assert "Released 14 March 2011" in soup.select_one(".release").text
    assert {one["href"] for one in soup.select(".release nav a")} == {
        "?view=release&id=2.6.37",
        "?view=release&id=2.6.39",
    }
    assert [one.text for one in soup.select(".part h3 a")] == ["Kernel Log: Coming in 2.6.38 (Part 1) - Graphics"]
    gaps = soup_of(show(view="release", id="2.6.36"))
    assert "Part 1, Part 2" in gaps.select_one(".note").text


def test_a_page_of_what_is_hardly_named_has_no_empty_parts(show: Show, sample_home: Path) -> None:
    statement = "SELECT entity_id FROM mentions WHERE entity_type = '{}' GROUP BY 1 ORDER BY count(DISTINCT document_id), entity_id LIMIT 6"
    for view, kind in (("person", "person"), ("release", "kernel_release")):
        for (name,) in rows(sample_home, statement.format(kind)):
            assert soup_of(show(view=view, id=name)).h1 is not None, name


def test_a_count_of_a_year_is_that_of_the_search_it_leads_to(show: Show) -> None:
    soup = soup_of(show(view="topic", id="xen"))
    for row in soup.select("table.numbers tbody tr")[:3]:
        link = row.select("td")[2].a
        if link is None:
            continue
        address = dict(part.split("=") for part in link["href"].removeprefix("?").split("&"))
        found = soup_of(show(**address))
        assert f"{link.text} document" in found.select_one(".count").text


def test_a_name_in_a_text_and_a_query_lead_to_the_page(show: Show, sample_home: Path) -> None:
    (issue,) = rows(sample_home, "SELECT document_id FROM mentions JOIN documents USING (document_id) "
                    "WHERE entity_id = 'thomas-gleixner' AND kind = 'issue' ORDER BY document_id LIMIT 1")[0]  # fmt: skip
    links = soup_of(show(view="document", id=issue)).select(".article a.named")
    assert "?view=person&id=thomas-gleixner" in [one["href"] for one in links]
    assert len({one["href"] for one in links}) == len(links), "the first mention of each"
    for text, href in (
        ("tglx", "?view=person&id=thomas-gleixner"),
        ("2.6.33", "?view=release&id=2.6.33"),
        ("bkl", "?view=topic&id=big-kernel-lock"),
    ):
        assert soup_of(show(q=text, mode="keyword")).select_one(".hinted a")["href"] == href
    assert not soup_of(show(q="Xen and others", mode="keyword")).select(".hinted")


@pytest.mark.parametrize("view", ["topic", "person", "project", "release"])
def test_an_unknown_id_says_so_and_leads_on(show: Show, view: str) -> None:
    soup = soup_of(show(view=view, id="<script>alert(1)</script>"))
    assert soup.h1.text.endswith("not found")
    assert len(soup.select(".empty a")) == 2
    assert not [one for one in soup.select("script") if "alert(1)" in one.text]


def test_hostile_names_are_text(sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = writable_copy(sample_home, tmp_path / "home")
    name = "<script>alert(1)</script>=1+1" + " and so on" * 20
    with duckdb.connect(str(Home(home).release() / "archive.duckdb")) as archive:
        for table in ("topics", "people", "projects"):
            archive.execute(f"UPDATE {table} SET name = ?", [name])
        archive.execute("UPDATE kernel_releases SET source = 'javascript:alert(1)'")
        archive.execute("UPDATE sections SET heading = ? WHERE heading IS NOT NULL", [name])
    show = shower(home, monkeypatch)
    for address in ({"view": "topic", "id": "xen"}, {"view": "person", "id": "linus-torvalds"}, {"view": "release", "id": "2.6.38"},
                    {"view": "browse", "of": "topics"}, {"view": "browse", "of": "people"}, {"view": "timeline", "topic": ["xen", "kvm"]}, {}):  # fmt: skip
        soup = checked(html_of(show(**address)))
        assert address.get("id") == "2.6.38" or name in soup.text
