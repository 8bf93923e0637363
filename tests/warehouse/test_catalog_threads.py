"""A thread is read in the order of its replies, the mails nearest in time if it is long."""

from pathlib import Path

import duckdb
import pytest

from warehouse import catalog
from warehouse.catalog import threads

Row = tuple[str, str | None, int, str]
"""A mail, the mail that it answers, its position, and its title."""


def release(folder: Path, mails: list[Row]) -> catalog.Catalog:
    """A release with one thread."""
    with duckdb.connect(str(folder / "archive.duckdb")) as archive:
        archive.execute("""
            CREATE TABLE threads (document_id VARCHAR, thread_id VARCHAR, parent_document_id VARCHAR, depth INTEGER,
                position INTEGER, mails INTEGER);
            CREATE TABLE documents (document_id VARCHAR, title VARCHAR, author VARCHAR, published_at TIMESTAMP,
                published_precision VARCHAR);
        """)
        for name, above, position, title in mails:
            archive.execute("INSERT INTO threads VALUES (?, 't', ?, 0, ?, ?)", [name, above, position, len(mails)])
            archive.execute("INSERT INTO documents VALUES (?, ?, 'A', '2009-03-04', 'day')", [name, title])
    return catalog.open_catalog(folder)


def test_replies_stand_below_the_mail_that_they_answer(tmp_path: Path) -> None:
    mails: list[Row] = [
        ("a", None, 0, "Merge it"),
        ("b", "a", 1, "Re: Merge it"),
        ("c", "a", 2, "RE: re[2]: merge it"),
        ("d", "b", 3, "Something else (was: Merge it)"),
        ("e", "gone", 4, "Re: Merge it"),
        ("f", "d", 5, "Re: Something else (was: Merge it)"),
    ]
    thread = catalog.read_thread(release(tmp_path, mails), "c")
    assert thread is not None
    assert thread.size == 6
    assert [(mail.document_id, mail.level) for mail in thread.mails] == [
        ("a", 0), ("b", 1), ("d", 2), ("f", 3), ("c", 1), ("e", 0),
    ]  # fmt: skip
    assert [mail.document_id for mail in thread.mails if mail.has_own_title] == ["a", "d", "e"]


def test_of_a_long_thread_the_nearest_mails_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "MOST", 5)
    mails: list[Row] = [(f"m{n}", f"m{n - 1}" if n else None, n, "t") for n in range(9)]
    thread = catalog.read_thread(release(tmp_path, mails), "m5")
    assert thread is not None
    assert (thread.size, [mail.document_id for mail in thread.mails]) == (9, ["m3", "m4", "m5", "m6", "m7"])


@pytest.mark.parametrize("statement", ["UPDATE threads SET mails = 1", "DROP TABLE threads"])
def test_a_mail_alone_and_an_older_release_have_no_thread(tmp_path: Path, statement: str) -> None:
    release(tmp_path, [("a", None, 0, "t")]).close()
    with duckdb.connect(str(tmp_path / "archive.duckdb")) as archive:
        archive.execute(statement)
    assert catalog.read_thread(catalog.open_catalog(tmp_path), "a") is None
