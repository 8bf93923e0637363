"""Whoever counts, filters or follows a topic counts those below it too, however deep."""

import contextlib
from collections.abc import Mapping
from pathlib import Path

import duckdb
import jinja2
import pytest

from tests.warehouse.search.conftest import DDL
from warehouse.catalog import list_choices, open_catalog
from warehouse.records import Filters
from warehouse.search import build_search_files, open_search
from warehouse.search.filters import keep_documents
from warehouse.timeline.archive_index import ArchiveIndex
from warehouse.topic_tree import MEMBERS

MACRO = Path(__file__).parents[2] / "dbt_models" / "macros" / "topic_members.sql"
PARENTS = {
    "kernel": None,
    "storage": "kernel",
    "ext4": "storage",
    "btrfs": "storage",
    "xen": "kernel",
    "graphics": None,
}
MEMBERS_OF = {
    "kernel": {"kernel", "storage", "ext4", "btrfs", "xen"},
    "storage": {"storage", "ext4", "btrfs"},
    "ext4": {"ext4"},
    "btrfs": {"btrfs"},
    "xen": {"xen"},
    "graphics": {"graphics"},
}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A document on each topic, named as the topic is."""
    folder = tmp_path_factory.mktemp("topics")
    with duckdb.connect(str(folder / "archive.duckdb")) as archive:
        archive.execute(DDL)
        archive.execute(
            "ALTER TABLE passages ADD COLUMN words INTEGER; ALTER TABLE mentions ADD COLUMN passage_id VARCHAR"
        )
        for name, parent in PARENTS.items():
            archive.execute("INSERT INTO topics VALUES (?, ?, ?, [])", [name, parent, name])
            archive.execute(
                "INSERT INTO documents (document_id, kind, url, title) VALUES (?, 'mail', ?, ?)", [name, name, name]
            )
            archive.execute("INSERT INTO sections VALUES (?, ?, 0, NULL, 'body')", [name, name])
            archive.execute("INSERT INTO passages VALUES (?, ?, ?, 0, 'words', NULL, 12)", [name, name, name])
            archive.execute("INSERT INTO mentions VALUES (?, 'topic', ?, ?)", [name, name, name])
        build_search_files(archive, folder / "search")
    return folder


def test_python_and_sql_have_one_definition():
    macro = jinja2.Environment(autoescape=False).from_string(MACRO.read_text(encoding="utf-8")).module.topic_members()
    with duckdb.connect() as archive:
        archive.execute("CREATE TABLE topics (topic_id VARCHAR, parent_id VARCHAR)")
        archive.executemany("INSERT INTO topics VALUES (?, ?)", list(PARENTS.items()))
        for rule in (MEMBERS, macro):
            assert _gathered(archive.execute(f"WITH RECURSIVE {rule} SELECT * FROM members").fetchall()) == MEMBERS_OF


def test_filters_choices_and_timelines_agree(release: Path):
    with open_search(release / "search") as search:
        names = search.tables.documents["document_id"]
        kept = {topic: keep_documents(search.tables, Filters(topics=(topic,))) for topic in PARENTS}
    assert {
        topic: {name for name, keep in zip(names, mask, strict=True) if keep} for topic, mask in kept.items()
    } == MEMBERS_OF
    with contextlib.closing(open_catalog(release)) as catalog:
        choices = {choice.choice_id: choice for choice in list_choices(catalog, "topic")}
    assert {topic: set(choice.members) for topic, choice in choices.items()} == MEMBERS_OF
    assert {topic: choice.documents for topic, choice in choices.items()} == {
        topic: len(all_) for topic, all_ in MEMBERS_OF.items()
    }
    with duckdb.connect(str(release / "archive.duckdb"), read_only=True) as archive:
        timelines = ArchiveIndex(archive)
        assert {name: set(topic.members) for name, topic in timelines.topics.items()} == MEMBERS_OF
        assert all(topic.members[0] == name for name, topic in timelines.topics.items())
        # Words are those of topics below another: what names a whole area only is on nothing in particular.
        below = {topic: {one for one in names_ if PARENTS[one]} for topic, names_ in MEMBERS_OF.items()}
        on_topic = {topic: {part.document_id for part in parts} for topic, parts in timelines.on_topic.items()}
        assert on_topic == {topic: names_ for topic, names_ in below.items() if names_}


def _gathered(rows: list[tuple[str, str]]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    for topic, member in rows:
        found.setdefault(topic, set()).add(member)
    return found
