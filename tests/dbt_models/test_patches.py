"""A mail's patch is joined to the commit that it became, by its Message-ID or by subject and author; replies and others are not."""

import json
from pathlib import Path

import duckdb
import jinja2
import pytest

import dbt_models
from search_ui.views.document import _patches
from warehouse import catalog
from warehouse.catalog import DocumentPage

MODEL = Path(dbt_models.__file__).parent / "models" / "marts" / "patches.sql"
STATEMENT = jinja2.Template(MODEL.read_text(encoding="utf-8")).render(ref=lambda name: name)
JANE, JOE = ("Jane Roe", "jane@example.org"), ("Joe", "joe@example.org")
MAILS = [  # id, title, who, sent at, minutes ahead of UTC, content
    ("v1", "[PATCH 2/3] slab: add a line", JANE, "2009-01-02 10:00", None, "patch"),
    ("v2", "[RFC][PATCH v2 2/3] slab: Add a line", JANE, "2009-01-05 10:00", 60, "patch"),
    ("later", "[PATCH] slab: add a line", JANE, "2009-02-20 10:00", 0, "patch"),
    ("other", "[PATCH] slab: add a line", JOE, "2009-01-06 10:00", 0, "patch"),
    ("reply", "Re: [PATCH] slab: add a line", JANE, "2009-01-06 10:00", 0, "patch"),
    ("words", "[PATCH] slab: add a line", JANE, "2009-01-06 10:00", 0, "text"),
    ("named", "[tip:x86/urgent] x86: fix", JOE, "2009-01-06 10:00", 0, "patch"),
    ("same", "[PATCH] x86: a first name of it", JOE, "2009-01-03 10:00", 0, "patch"),
    ("cover", "[PATCH] x86: fix", JANE, "2009-01-06 10:00", 0, "patch"),
]
COMMITS = [  # id, title, who, committed at, Message-IDs of its trailers
    ("c1", "slab: add a line", JANE, "2009-01-07T01:00:00+01:00", None),
    ("c2", "slab: add a line", ("Jane Roe", "jane@new.example"), "2009-03-07T00:00:00+00:00", None),
    ("c3", "x86: fix", JANE, "2009-01-08T00:00:00+00:00", ["named@x", "gone@x"]),
    ("c4", "x86: never sent", JANE, "2009-01-08T00:00:00+00:00", ["gone@x"]),
    ("c5", "x86: fix", JANE, "2008-01-08T00:00:00+00:00", None),
]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A release with the mails, the commits and the patches that the model finds."""
    with duckdb.connect(str(tmp_path / "archive.duckdb")) as connection:
        connection.execute("""
            CREATE TABLE documents (document_id VARCHAR, kind VARCHAR, url VARCHAR, title VARCHAR, author VARCHAR,
                published_at TIMESTAMP, utc_offset_min INTEGER, facts JSON)
        """)
        rows = []
        for name, title, (author, email), at, offset, content in MAILS:
            facts = {"message_id": f"{name}@x", "author_email": email, "content": content}
            facts |= {"patch_id": "4711"} if name in ("same", "named") else {}
            rows.append((name, "mail", f"http://x/{name}", title, author, at, offset, json.dumps(facts)))
        for name, title, (author, email), at, mails in COMMITS:
            facts = {"author_email": email, "committed_at": at, **({"patch_mails": mails} if mails else {})}
            facts |= {"patch_id": "4711"} if name == "c3" else {}
            rows.append((name, "commit", f"http://x/{name}", title, author, at[:19], None, json.dumps(facts)))
        connection.executemany("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        connection.execute("CREATE VIEW stg_documents AS FROM documents")
        connection.execute(f"CREATE TABLE patches AS {STATEMENT}")
    return tmp_path


def test_the_last_mail_before_the_commit_is_the_one_unless_the_commit_names_another(archive: Path) -> None:
    with duckdb.connect(str(archive / "archive.duckdb"), read_only=True) as connection:
        assert connection.execute("FROM patches").fetchall() == [
            ("later", "c2", "subject"),
            ("named", "c3", "link"),
            ("same", "c3", "patch"),
            ("v2", "c1", "subject"),
        ]


def test_each_end_of_a_patch_has_the_other(archive: Path) -> None:
    reader = catalog.open_catalog(archive)
    assert catalog.read_patches(reader, "named") == (catalog.PatchEnd("c3", "Commit", "x86: fix", "http://x/c3"),)
    assert [(one.name, one.document_id) for one in catalog.read_patches(reader, "c1")] == [("Patch mail", "v2")]
    assert catalog.read_patches(reader, "c4") == ()
    page = DocumentPage(None, "en", None, {}, (), (), (), (), patches=catalog.read_patches(reader, "named"))
    assert "id=c3" in _patches(page)
    reader.close()
    with duckdb.connect(str(archive / "archive.duckdb")) as connection:
        connection.execute("DROP TABLE patches")
    assert catalog.read_patches(catalog.open_catalog(archive), "c1") == ()
