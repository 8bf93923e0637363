"""What the archive has about a topic, person, project or kernel release, compared with SQL written another way."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from warehouse import catalog
from warehouse.catalog.introductions import _worth
from warehouse.home import Home

THINGS = [
    ("topic", "xen"),
    ("topic", "file-systems"),
    ("person", "linus-torvalds"),
    ("project", "mesa"),
    ("kernel_release", "2.6.33"),
]


@pytest.fixture(scope="module")
def release(sample_home: Path) -> Path:
    return Home(sample_home).release()


@pytest.fixture(scope="module")
def reader(release: Path) -> Iterator[catalog.Catalog]:
    reader = catalog.open_catalog(release)
    yield reader
    reader.close()


@pytest.fixture(scope="module")
def ask(release: Path) -> Any:
    with duckdb.connect(str(release / "archive.duckdb"), read_only=True) as archive:
        yield lambda statement: archive.execute(statement).fetchall()


def _where(entity_type: str, entity_id: str) -> str:
    ids = f"'{entity_id}'"
    if entity_type == "topic":
        ids = f"SELECT topic_id FROM topics WHERE topic_id = '{entity_id}' OR parent_id = '{entity_id}'"
    return f"entity_type = '{entity_type}' AND entity_id IN ({ids})"


@pytest.mark.parametrize(("entity_type", "entity_id"), THINGS)
def test_its_documents_are_those_of_sql_each_in_one_list(
    reader: catalog.Catalog, ask: Any, entity_type: Any, entity_id: str
) -> None:
    page = catalog.read_entity(reader, entity_type, entity_id)
    where = _where(entity_type, entity_id)
    about = {row[0] for row in ask(f"SELECT DISTINCT document_id FROM subjects WHERE {where}")}
    naming = {row[0] for row in ask(f"SELECT DISTINCT document_id FROM mentions WHERE {where}")}
    written = {row[0] for row in ask(f"SELECT document_id FROM authors WHERE person_id = '{entity_id}'")}
    assert {one.card.document_id for one in page.about} == about - written
    assert {card.document_id for card in page.written} == written
    assert {card.document_id for card in page.naming} == naming - about - written
    days = [card.published_at for card in page.naming if card.published_at]
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize(("entity_type", "entity_id"), THINGS)
def test_attention_counts_every_dated_document(
    reader: catalog.Catalog, ask: Any, entity_type: Any, entity_id: str
) -> None:
    page = catalog.read_entity(reader, entity_type, entity_id)
    where = _where(entity_type, entity_id)
    years = ask(
        f"SELECT year(published_at), count(*) FROM documents WHERE document_id IN (SELECT document_id FROM mentions WHERE {where}) "
        "AND published_at IS NOT NULL GROUP BY 1 ORDER BY 1"
    )
    found = catalog.years_of(page.attention)
    assert [(one.year, one.naming) for one in found if one.naming] == years
    assert [one.year for one in found] == list(range(years[0][0], years[-1][0] + 1))
    assert all(one.about <= one.naming <= one.documents for one in page.attention)


def test_sentences_of_a_page_stand_in_the_passages_they_lead_to(reader: catalog.Catalog, ask: Any) -> None:
    text = dict(ask("SELECT passage_id, text FROM passages"))
    for entity_type, entity_id in THINGS:
        page = catalog.read_entity(reader, entity_type, entity_id)
        for point in page.points:
            assert point.sentence in text[point.passage_id]
        if page.introduction:
            assert page.introduction.text in " ".join(text[page.introduction.passage_id].split())
        assert [point.date for point in page.points] == sorted(point.date for point in page.points)
    assert "hypervisor" in catalog.read_entity(reader, "topic", "xen").introduction.text


def test_the_sentence_of_a_person_says_a_role_or_there_is_none(reader: catalog.Catalog) -> None:
    def text(person: str) -> str | None:
        found = catalog.read_entity(reader, "person", person).introduction
        return found and found.text

    assert text("theodore-tso").startswith("Theodore Ts'o, the maintainer of ext4")
    assert text("greg-kroah-hartman").startswith("Greg Kroah-Hartman maintains 2.6.32")
    assert text("ben-skeggs").startswith("Ben Skeggs of Red Hat")
    assert text("linus-torvalds") is None


def test_what_is_unknown_has_no_page(reader: catalog.Catalog) -> None:
    for entity_type in ("topic", "person", "project", "kernel_release"):
        assert catalog.read_entity(reader, entity_type, "' OR 1=1 --") is None
    assert catalog.read_release(reader, "<script>") is None


def test_another_spelling_finds_the_page(reader: catalog.Catalog) -> None:
    assert catalog.find_entity(reader, "Ted Ts'o").entity_id == "theodore-tso"
    assert catalog.find_entity(reader, "BKL").entity_id == "big-kernel-lock"
    assert catalog.find_entity(reader, "nobody at all") is None


def test_a_release_has_its_parts_neighbours_candidates_and_updates(reader: catalog.Catalog) -> None:
    found = catalog.read_release(reader, "2.6.38")
    assert found.released_on == dt.date(2011, 3, 14)
    assert (found.previous, found.next) == ("2.6.37", "2.6.39")
    assert [version for version, _ in found.candidates] == ["2.6.38-rc1", "2.6.38-rc6"]
    assert [version for version, _ in found.updates] == ["2.6.38.2"]
    assert [one.part for one in found.parts] == [1]
    assert [heading for heading, _, _ in found.parts[0].sections][:2] == ["Nouveau", "Radeon"]
    assert catalog.read_release(reader, "2.6.36").missing == (1, 2)
    assert catalog.read_release(reader, "2.6.38-rc1").base == "2.6.38"
    assert catalog.read_release(reader, "3.1").next == "3.2"


def test_a_release_that_never_was_is_no_neighbour(reader: catalog.Catalog) -> None:
    assert catalog.read_release(reader, "2.6.39").next == "3.0"
    assert catalog.read_release(reader, "3.0").previous == "2.6.39"
    named = catalog.read_release(reader, "2.6.40")
    assert (named.previous, named.next, named.released_on) == ("2.6.39", "3.0", None)
    assert catalog.read_release(reader, "2.6.40-rc1").base == "2.6.40"


def test_the_calendar_counts_what_a_month_lists(reader: catalog.Catalog, ask: Any) -> None:
    for issues_only in (True, False):
        months = catalog.count_months(reader, issues_only=issues_only)
        assert (
            sum(months.values())
            == ask(
                "SELECT count(*) FROM documents WHERE published_at IS NOT NULL AND published_precision IS DISTINCT FROM 'year'"
                + (" AND kind = 'issue'" if issues_only else "")
            )[0][0]
        )
        for (year, month), number in months.items():
            cards = catalog.list_month(reader, year, month, issues_only=issues_only)
            assert len(cards) == number
            assert all((card.published_at.year, card.published_at.month) == (year, month) for card in cards)


def test_the_issue_before_the_next_one_is_the_issue(reader: catalog.Catalog, ask: Any) -> None:
    chains = ask("SELECT series, language, list(document_id ORDER BY published_at, document_id) FROM issues JOIN documents "
                 "USING (document_id) WHERE published_at IS NOT NULL GROUP BY ALL")  # fmt: skip
    for _, _, chain in chains:
        for place, one in enumerate(chain):
            found = catalog.read_neighbours(reader, one)
            assert (found.previous and found.previous.document_id) == (chain[place - 1] if place else None)
            assert (found.next and found.next.document_id) == (chain[place + 1] if place + 1 < len(chain) else None)
    assert catalog.read_neighbours(reader, "mail-b5001103fe93") == catalog.Neighbours(None, None)


@pytest.mark.parametrize("entity_type", ["topic", "person", "project", "kernel_release"])
def test_an_index_has_the_numbers_of_the_pages(reader: catalog.Catalog, entity_type: Any) -> None:
    lines = catalog.list_index(reader, entity_type)
    assert lines
    for line in lines[::7]:
        page = catalog.read_entity(reader, entity_type, line.entity_id)
        assert line.written == len(page.written)
        assert line.about == len(page.about)
        assert line.naming == len(page.about) + len(page.naming)
        assert sum(line.years.values()) == sum(one.naming for one in page.attention)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (
            "Xen is a hypervisor that runs several systems beside each other.",
            "This is what the developers of Xen and others think now.",
        ),
        (
            "Only the maintainer Xen could say what will become of all of it.",
            "Nobody expects that Xen will be merged before the summer.",
        ),
        (
            "Mr Xen, who looks after the patches, asked for another round.",
            "> Xen is a hypervisor that was quoted from another mail.",
        ),
        (
            "A hypervisor called Xen runs several systems beside each other.",
            "But Xen is a hypervisor of which nobody had thought until then.",
        ),
    ],
)
def test_a_sentence_that_defines_is_better(better: str, worse: str) -> None:
    row = {"surfaces": ["Xen"], "place": 9, "kind": "mail", "title": "The week in review"}
    assert _worth(better, row, "Xen") > 0 == _worth(worse, row, "Xen")
