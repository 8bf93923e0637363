"""A small archive's marts, written by hand, and the search on it."""

import datetime as dt

import duckdb
import pytest

from tests.fake_encoder import FakeEncoder
from warehouse.search import build_search_files, open_search

DDL = """
CREATE TABLE documents (document_id VARCHAR, kind VARCHAR, url VARCHAR, memento_url VARCHAR, title VARCHAR,
    author VARCHAR, published_at TIMESTAMP, site VARCHAR, language VARCHAR);
CREATE TABLE sections (section_id VARCHAR, document_id VARCHAR, position INTEGER, heading VARCHAR, role VARCHAR);
CREATE TABLE passages (passage_id VARCHAR, document_id VARCHAR, section_id VARCHAR, position INTEGER, text VARCHAR,
    embedding FLOAT[32]);
CREATE TABLE links (document_id VARCHAR, target_document_id VARCHAR, sentence VARCHAR);
CREATE TABLE mentions (document_id VARCHAR, entity_type VARCHAR, entity_id VARCHAR);
CREATE TABLE topics (topic_id VARCHAR, parent_id VARCHAR, name VARCHAR, aliases VARCHAR[]);
CREATE TABLE people (person_id VARCHAR, name VARCHAR, aliases VARCHAR[]);
CREATE TABLE kernel_releases (version VARCHAR, released_on DATE);
"""

# document_id, kind, title, day, passages
DOCUMENTS = [
    ("issue-1", "issue", "Kernel Log: Dom0 support for Xen", "2009-03-05",
     ["Xen developers want Dom0 support in Linux 2.6.30.", "Ext4 looses its experimental status.",
      "The paravirt_ops interface is the way for Xen to get in."]),
    ("issue-2", "issue", "Kernel Log: File systems", "2009-06-12",
     ["Btrfs is an experimental copy-on-write file system.", "CONFIG_BTRFS_FS has to be set.",
      "X.org 7.5 is late; 2.6.29-rc7 was out in time."]),
    ("mail-1", "mail", "Re: Dom0 patches", "2009-02-28",
     ["I do not like the paravirt hooks of these patches, said Linus Torvalds about ops in Xen."]),
    ("mail-2", "mail", "[PATCH] ksm: merge pages", None, ["CONFIG_KSM lets kernels merge identical pages."]),
    ("commit-1", "commit", "ext4: fix delayed allocation", "2009-03-12",
     ["commit 0123456789abcdef0123456789abcdef01234567 changes ext4_writepages and /proc/sys/vm."]),
    ("blog-1", "blog", "Plan d'été", "2010-01-01", ["Kernkraft für den Kernel: naïve 日本語 テスト."]),
    ("page-1", "page", "A page without text", None, []),
]  # fmt: skip
MENTIONS = [
    ("issue-1", "topic", "xen"), ("mail-1", "topic", "xen"), ("issue-2", "topic", "btrfs"),
    ("commit-1", "topic", "ext4"), ("issue-1", "topic", "ext4"), ("issue-1", "kernel_release", "2.6.30"),
    ("issue-2", "kernel_release", "2.6.29"), ("mail-1", "person", "torvalds"),
]  # fmt: skip
TOPICS = [
    ("filesystems", None, "File systems", ["file system"]), ("ext4", "filesystems", "Ext4", []),
    ("btrfs", "filesystems", "Btrfs", []), ("xen", None, "Xen", ["Xen Dom0"]),
]  # fmt: skip
PEOPLE = [("torvalds", "Linus Torvalds", ["Torvalds"]), ("tytso", "Theodore Ts'o", ["Tytso", "Ted Ts'o"])]
RELEASES = [("2.6.29", "2009-03-23"), ("2.6.30", "2009-06-09"), ("2.6.30-rc1", None)]
LANGUAGES = {"blog": "de"}
AUTHORS = {
    "issue-1": "Thorsten Leemhuis",
    "issue-2": "Thorsten Leemhuis",
    "mail-1": "Jeremy Fitzhardinge",
    "blog-1": "François Łuć",
}
LINKS = [("issue-1", "mail-2", "Page sharing for virtual machines was proposed again.")]


@pytest.fixture
def encoder():
    return FakeEncoder()


@pytest.fixture
def marts(encoder):
    """An open DuckDB connection with the marts."""
    connection = duckdb.connect()
    connection.execute(DDL)
    for document, kind, title, day, texts in DOCUMENTS:
        published = dt.datetime.fromisoformat(day) if day else None
        url = f"http://www.h-online.example/{document}"
        connection.execute(
            "INSERT INTO documents VALUES (?, ?, ?, NULL, ?, ?, ?, ?, ?)",
            [
                document,
                kind,
                url,
                title,
                AUTHORS.get(document),
                published,
                "lists.h-online.example",
                LANGUAGES.get(kind, "en"),
            ],
        )
        if texts:
            connection.execute("INSERT INTO sections VALUES (?, ?, 0, NULL, 'lead')", [f"{document}.0", document])
        for position, (text, vector) in enumerate(zip(texts, encoder.encode(texts), strict=True)):
            row = [f"{document}-p{position}", document, f"{document}.0", position, text, vector.tolist()]
            connection.execute("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)", row)
    connection.executemany("INSERT INTO mentions VALUES (?, ?, ?)", MENTIONS)
    connection.executemany("INSERT INTO topics VALUES (?, ?, ?, ?)", TOPICS)
    connection.executemany("INSERT INTO people VALUES (?, ?, ?)", PEOPLE)
    connection.executemany("INSERT INTO kernel_releases VALUES (?, ?)", RELEASES)
    connection.executemany("INSERT INTO links VALUES (?, ?, ?)", LINKS)
    yield connection
    connection.close()


@pytest.fixture
def search(marts, encoder, tmp_path):
    """The search on the marts, by words and by the fake encoder's meaning."""
    build_search_files(marts, tmp_path / "search", model=encoder.name)
    return open_search(tmp_path / "search")
