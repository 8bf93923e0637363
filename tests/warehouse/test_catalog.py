"""The catalog's questions, compared with SQL written another way."""

import datetime as dt
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import pytest

from warehouse import catalog
from warehouse.errors import ArchiveMissing
from warehouse.home import Home
from warehouse.records import KINDS, Filters
from warehouse.search import Search, open_search


@pytest.fixture(scope="module")
def release(sample_home: Path) -> Path:
    return Home(sample_home).release()


@pytest.fixture(scope="module")
def reader(release: Path) -> Iterator[catalog.Catalog]:
    reader = catalog.open_catalog(release)
    yield reader
    reader.close()


@pytest.fixture(scope="module")
def search(release: Path) -> Iterator[Search]:
    with open_search(release / "search") as search:
        yield search


@pytest.fixture(scope="module")
def ask(release: Path) -> Any:
    with duckdb.connect(str(release / "archive.duckdb"), read_only=True) as archive:
        yield lambda statement: archive.execute(statement).fetchall()


def test_a_document_is_whole(reader: catalog.Catalog, ask: Any) -> None:
    for (document_id,) in ask("SELECT document_id FROM documents ORDER BY hash(document_id) LIMIT 20"):
        page = catalog.read_document(reader, document_id)
        assert page is not None
        where = f"WHERE document_id = '{document_id}'"
        assert [section.text for section in page.sections] == [
            row[0] for row in ask(f"SELECT text FROM sections {where} ORDER BY position")
        ]
        bullets = [section.text[start:end] for section in page.sections for _, start, end in section.bullets]
        assert bullets == [row[0] for row in ask(f"SELECT text FROM items {where} ORDER BY char_start")]
        assert len(page.citations) == ask(f"SELECT count(*) FROM links {where}")[0][0]
        assert len(page.passages) == ask(f"SELECT count(*) FROM passages {where}")[0][0]
        assert page.captures


def test_a_citation_has_its_source_exactly_where_the_archive_has_it(reader: catalog.Catalog, ask: Any) -> None:
    for (document_id,) in ask("SELECT DISTINCT document_id FROM links ORDER BY 1 LIMIT 10"):
        page = catalog.read_document(reader, document_id)
        assert page is not None
        found = [citation.target and citation.target.document_id for citation in page.citations]
        assert found == [
            row[0]
            for row in ask(
                f"SELECT target_document_id FROM links WHERE document_id = '{document_id}' ORDER BY position"
            )
        ]
        assert all(bool(citation.excerpt) == (citation.target is not None) for citation in page.citations)


def test_what_cites_a_document_comes_once_and_in_order(reader: catalog.Catalog, ask: Any) -> None:
    cited, number = ask(
        """SELECT target_document_id, count(DISTINCT document_id) FROM links
        WHERE target_document_id <> document_id GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1"""
    )[0]
    page = catalog.read_document(reader, cited)
    assert page is not None
    assert len({card.document_id for card, _ in page.cited_by}) == len(page.cited_by) == number
    days = [card.published_at for card, _ in page.cited_by if card.published_at]
    assert days == sorted(days)


def test_topics_of_a_card_are_what_it_is_about_those_of_the_passage_shown_first(
    reader: catalog.Catalog, ask: Any
) -> None:
    document_id, passage_id = ask(
        """SELECT document_id, last(passage_id ORDER BY char_start) FROM mentions WHERE entity_type = 'topic'
        GROUP BY document_id ORDER BY count(DISTINCT entity_id) DESC, 1 LIMIT 1"""
    )[0]
    reasons = ["title", "heading", "lead", "share"]
    about = {
        one: (reasons.index(reason), -mentions, one)
        for one, reason, mentions in ask(
            f"SELECT entity_id, reason, mentions FROM subjects WHERE document_id = '{document_id}' AND entity_type = 'topic'"
        )
    }
    shown = {one for (one,) in ask(f"SELECT entity_id FROM mentions WHERE passage_id = '{passage_id}'")}
    (card,) = catalog.read_cards(reader, [document_id], [passage_id])
    assert list(card.topics) == sorted(about, key=lambda one: (one not in shown, about[one]))
    page = catalog.read_document(reader, document_id, passage_id)
    assert page is not None
    assert page.card.topics == card.topics
    (plain,) = catalog.read_cards(reader, [document_id])
    assert list(plain.topics) == sorted(about, key=about.__getitem__)


def test_a_release_without_the_table_subjects_has_the_topics_that_are_named(own_home: Path) -> None:
    release = Home(own_home).release()
    with duckdb.connect(str(release / "archive.duckdb")) as archive:
        archive.execute("DROP TABLE subjects")
    reader = catalog.open_catalog(release)
    (card,) = catalog.read_cards(reader, ["issue-112853"])
    assert len(card.topics) > 8
    reader.close()


def test_no_such_document_is_none(reader: catalog.Catalog) -> None:
    assert catalog.read_document(reader, "nope") is None
    assert catalog.read_cards(reader, ["nope"]) == ()


EVERYTHING = Filters(kinds=KINDS)
FILTERS = [
    (EVERYTHING, "true"),
    (Filters(kinds=("mail", "bug")), "kind IN ('mail', 'bug')"),
    (Filters(topics=("xen",)), "document_id IN (SELECT document_id FROM mentions WHERE entity_id = 'xen')"),
    (
        Filters(topics=("storage",)),
        "document_id IN (SELECT document_id FROM mentions JOIN topics ON entity_id = topic_id WHERE parent_id = 'storage')",
    ),
    (
        Filters(versions=("2.6.29",), people=("linus-torvalds",)),
        """document_id IN (SELECT document_id FROM mentions WHERE entity_id = '2.6.29' AND entity_type = 'kernel_release') AND
        document_id IN (SELECT document_id FROM mentions WHERE entity_id = 'linus-torvalds')""",
    ),
    (
        Filters(after=dt.date(2009, 3, 1), before=dt.date(2009, 3, 31)),
        "published_at >= '2009-03-01' AND published_at < '2009-04-01'",
    ),
]


def names_within(search: Search, filters: Filters, order: str = "newest") -> list[str]:
    """The documents that pass the filters, in order of their dates."""
    return [hit.document_id for hit in search.search("", filters=filters, order=order, k=1000).hits if hit.is_match]


@pytest.mark.parametrize(("filters", "rule"), FILTERS)
def test_filters_leave_what_sql_leaves(search: Search, ask: Any, filters: Filters, rule: str) -> None:
    expected = {row[0] for row in ask(f"SELECT document_id FROM documents WHERE {rule}")}
    for order in ("newest", "oldest"):
        assert set(names_within(search, filters, order)) == expected


def test_pages_of_a_list_make_up_the_whole(reader: catalog.Catalog, search: Search) -> None:
    whole = names_within(search, EVERYTHING, "oldest")
    pages = [
        [hit.document_id for hit in search.search("", filters=EVERYTHING, order="oldest", k=7, offset=at).hits]
        for at in range(0, len(whole), 7)
    ]
    assert [name for page in pages for name in page] == whole
    dated = {card.document_id: card.published_at for card in catalog.read_cards(reader, whole)}
    days = [dated[name] for name in whole if dated[name]]
    assert days == sorted(days)


@pytest.mark.parametrize("what", ["topic", "kernel_release", "person"])
def test_each_choice_of_a_filter_finds_as_many_documents_as_it_says(
    reader: catalog.Catalog, search: Search, what: Any
) -> None:
    name = {"topic": "topics", "kernel_release": "versions", "person": "people"}[what]
    choices = catalog.list_choices(reader, what)
    assert choices
    for choice in choices[:: max(1, len(choices) // 15)]:
        assert len(names_within(search, Filters(**{name: (choice.choice_id,)}))) == choice.documents


def test_releases_come_newest_first_candidates_before_their_release(reader: catalog.Catalog) -> None:
    names = [choice.name for choice in catalog.list_choices(reader, "kernel_release")]
    assert (
        names.index("3.0")
        < names.index("3.0-rc1")
        < names.index("2.6.39")
        < names.index("2.6.9" if "2.6.9" in names else "2.6.27")
    )


def test_counts_are_the_tables_counts(reader: catalog.Catalog, ask: Any) -> None:
    counts = catalog.read_counts(reader)
    for table in ("documents", "issues", "passages", "links", "events", "captures", "set_aside"):
        assert counts[table] == ask(f"SELECT count(*) FROM {table}")[0][0]
    assert sum(catalog.count_kinds(reader).values()) == counts["documents"]
    assert sum(number for _, _, number in catalog.count_years(reader)) == counts["documents"]
    assert len(catalog.list_set_aside(reader)) == counts["set_aside"]


def test_every_table_is_described_with_all_its_columns(reader: catalog.Catalog, ask: Any) -> None:
    tables = catalog.describe_tables(reader)
    assert [table.name for table in tables] == [
        row[0]
        for row in ask(
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' "
            "UNION ALL SELECT view_name FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal ORDER BY 1"
        )
    ]
    for table in tables:
        assert table.description
        assert [column.name for column in table.columns] == [
            row[0] for row in ask(f"SELECT column_name FROM (DESCRIBE {table.name})")
        ]


def test_hostile_names_are_values_and_no_sql(reader: catalog.Catalog, search: Search) -> None:
    for name in ("'; DROP TABLE documents; --", "$id", "{0}", "\x00"):
        assert catalog.read_document(reader, name) is None
        assert names_within(search, Filters(topics=(name,), versions=(name,))) == []


def test_threads_share_a_reader(reader: catalog.Catalog, ask: Any) -> None:
    names = [row[0] for row in ask("SELECT document_id FROM documents LIMIT 24")]
    with ThreadPoolExecutor(6) as pool:
        pages = list(pool.map(lambda name: catalog.read_document(reader, name), names))
    assert [page and page.card.document_id for page in pages] == names


def test_a_release_without_its_tables_says_the_next_command(release: Path, tmp_path: Path) -> None:
    shutil.copyfile(release / "archive.duckdb", tmp_path / "archive.duckdb")
    with duckdb.connect(str(tmp_path / "archive.duckdb")) as archive:
        archive.execute("DROP TABLE documents")
    reader = catalog.open_catalog(tmp_path)
    with pytest.raises(ArchiveMissing, match="klog build"):
        catalog.read_counts(reader)
    reader.close()
    with pytest.raises(ArchiveMissing, match="klog build"):
        catalog.open_catalog(tmp_path / "nowhere")
