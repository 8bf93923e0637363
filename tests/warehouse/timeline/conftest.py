"""A small archive made by hand: three documents on a file system, one on cookery, with real DuckDB and real search files."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from warehouse.dates.times import find_times
from warehouse.search import build_search_files, open_search
from warehouse.sentences import split_sentences
from warehouse.timeline import Timelines, open_timelines
from warehouse.timeline.statement_writer import build_statement_files

RELEASES = {"2.6.29": dt.date(2009, 3, 23), "2.6.30": dt.date(2009, 6, 9)}
DOCUMENTS = {
    "mail-1": ("mail", "Btrfs for 2.6.29", "2009-01-06 10:00:00", "Chris Mason asks Linus Torvalds to merge Btrfs for the next kernel. Btrfs may be merged in 2.6.29."),
    "issue-2": ("issue", "Kernel Log: a quiet week", "2009-01-20 10:00:00", "The stable kernels were updated again this week by their maintainer. Xen Dom0 is still discussed by the developers."),
    "lwn-3": ("lwn", "Btrfs is in", "2009-03-25 00:00:00", "Btrfs was merged in 2.6.29, which was released on 23 March 2009. Its format on the disk may still change."),
    "issue-4": ("issue", "Kernel Log: recipes", "2009-06-20 10:00:00", "The developers talked about nothing but the summer holidays. KVM and Xen were both improved a little in this cycle."),
}  # fmt: skip
LINKS = [("lwn-3", "mail-1")]
TOPICS = {"file-systems": (None, []), "btrfs": ("file-systems", ["Btrfs"]), "ext4": ("file-systems", ["Ext4"]),
          "virtualisation": (None, []), "xen": ("virtualisation", ["Xen", "Xen Dom0"]), "kvm": ("virtualisation", ["KVM"])}  # fmt: skip


def write_archive(path: Path) -> None:
    """Write the marts that timelines and search read, with one passage per document."""
    with duckdb.connect(str(path)) as archive:
        archive.execute(
            "CREATE TABLE documents (document_id VARCHAR, kind VARCHAR, url VARCHAR, memento_url VARCHAR, title VARCHAR, "
            "author VARCHAR, published_at TIMESTAMP, published_precision VARCHAR, language VARCHAR, text VARCHAR, site VARCHAR)"
        )
        archive.execute(
            "CREATE TABLE sections (section_id VARCHAR, document_id VARCHAR, position INTEGER, heading VARCHAR, role VARCHAR)"
        )
        archive.execute(
            "CREATE TABLE passages (passage_id VARCHAR, document_id VARCHAR, section_id VARCHAR, position INTEGER, text VARCHAR, "
            "words INTEGER, embedding FLOAT[2])"
        )
        archive.execute("CREATE TABLE links (document_id VARCHAR, target_document_id VARCHAR, sentence VARCHAR)")
        archive.execute("CREATE TABLE topics (topic_id VARCHAR, name VARCHAR, parent_id VARCHAR, aliases VARCHAR[])")
        archive.execute("CREATE TABLE people (person_id VARCHAR, name VARCHAR, aliases VARCHAR[])")
        archive.execute(
            "CREATE TABLE kernel_releases (version VARCHAR, released_on DATE, mainline BOOLEAN, source VARCHAR)"
        )
        archive.execute(
            "CREATE TABLE mentions (passage_id VARCHAR, document_id VARCHAR, entity_type VARCHAR, entity_id VARCHAR, char_start INTEGER)"
        )
        archive.execute(
            "CREATE TABLE events (event_id VARCHAR, passage_id VARCHAR, document_id VARCHAR, date DATE, date_end DATE, "
            "precision VARCHAR, tense VARCHAR, sentence VARCHAR, char_start INTEGER, char_end INTEGER, kernel_release VARCHAR, "
            "explicit BOOLEAN, topics VARCHAR[])"
        )
        for name, (parent, aliases) in TOPICS.items():
            archive.execute("INSERT INTO topics VALUES (?, ?, ?, ?)", [name, name.capitalize(), parent, aliases])
        for version, day in RELEASES.items():
            archive.execute("INSERT INTO kernel_releases VALUES (?, ?, true, 'the announcement')", [version, day])
        for name, (kind, title, published, text) in DOCUMENTS.items():
            archive.execute(
                "INSERT INTO documents VALUES (?, ?, ?, NULL, ?, NULL, ?, 'minute', 'en', ?, 'archive.example')",
                [name, kind, f"https://archive.example/{name}", title, published, text],
            )
            archive.execute("INSERT INTO sections VALUES (?, ?, 0, NULL, 'body')", [f"{name}.0", name])
            archive.execute(
                "INSERT INTO passages VALUES (?, ?, ?, 0, ?, ?, NULL)",
                [f"{name}:0", name, f"{name}.0", text, len(text.split())],
            )
            for topic in _named(text):
                archive.execute(
                    "INSERT INTO mentions VALUES (?, ?, 'topic', ?, ?)",
                    [f"{name}:0", name, topic, text.lower().index(topic)],
                )
            _write_events(archive, name, dt.datetime.fromisoformat(published).date(), text)
        archive.executemany("INSERT INTO links VALUES (?, ?, '')", LINKS)


def _write_events(archive: duckdb.DuckDBPyConnection, name: str, written: dt.date, text: str) -> None:
    number = 0
    for start, end in split_sentences(text):
        sentence = text[start:end]
        times = [
            (time.date, time.date_end, time.precision, time.tense, True)
            for time in find_times(sentence, written=written, releases=RELEASES)
        ]
        for time in times or [(written, written, "day", "present", False)]:
            archive.execute(
                "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?)",
                [f"{name}:0.e{number}", f"{name}:0", name, *time[:4], sentence, start, end, time[4], _named(sentence)],
            )
            number += 1


def _named(text: str) -> list[str]:
    return [name for name, (parent, _) in TOPICS.items() if parent and name in text.lower()]


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release folder with the archive, its search files and its statement files."""
    folder = tmp_path_factory.mktemp("release")
    write_archive(folder / "archive.duckdb")
    with duckdb.connect(str(folder / "archive.duckdb"), read_only=True) as archive:
        build_search_files(archive, folder / "search")
        build_statement_files(archive, folder / "statements")
    return folder


@pytest.fixture
def timelines(release: Path) -> Iterator[Timelines]:
    """The timelines of the small archive, with a search by words."""
    with open_search(release / "search") as search, open_timelines(release, search) as opened:
        yield opened
