"""The statement files are the same bytes whether sentences are read or taken from the release before."""

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from warehouse.connection import open_release
from warehouse.timeline import statement_writer
from warehouse.timeline.statement_writer import build_statement_files

CHANGES = """
UPDATE events SET sentence = 'Btrfs was merged in 2.6.29 by Linus Torvalds on 23 March 2009.' WHERE event_id = 'lwn-3:0.e0';
UPDATE documents SET title = 'Xen Dom0 waits' WHERE document_id = 'issue-2';
DELETE FROM events WHERE document_id = 'mail-1';
INSERT INTO events SELECT 'issue-4:0.e9', passage_id, document_id, date, date_end, precision, tense,
    'The scheduler was rewritten for interactive desktops in this cycle.', 900, 960, NULL, explicit, topics
    FROM events WHERE event_id = 'issue-4:0.e0';
"""


@pytest.fixture
def earlier(release: Path, tmp_path: Path) -> Path:
    """A release whose statement files were written by version 1."""
    folder = tmp_path / "earlier"
    folder.mkdir()
    shutil.copy(release / "archive.duckdb", folder)
    _build(folder, version="1")
    return folder


@pytest.fixture
def changed(release: Path, tmp_path: Path) -> Path:
    """A later release, in which a sentence and a title have changed and statements have come and gone."""
    folder = tmp_path / "later"
    folder.mkdir()
    shutil.copy(release / "archive.duckdb", folder)
    with duckdb.connect(str(folder / "archive.duckdb")) as archive:
        archive.execute(CHANGES)
    return folder


def _build(folder: Path, name: str = "statements", **options: Any) -> dict[str, bytes]:
    with open_release(folder) as archive:
        build_statement_files(archive, folder / name, **options)
    return {path.name: path.read_bytes() for path in (folder / name).iterdir()}


@pytest.fixture
def sentences_read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    read: list[str] = []
    real = statement_writer.read_report

    def noting(sentence: str, title: str):
        read.append(sentence)
        return real(sentence, title)

    monkeypatch.setattr(statement_writer, "read_report", noting)
    return read


def test_only_new_sentences_are_read_and_the_files_are_those_of_a_full_build(
    earlier: Path, changed: Path, sentences_read: list[str]
):
    whole = _build(changed, "whole", version="1")
    all_read = list(sentences_read)
    sentences_read.clear()
    assert _build(changed, "partly", version="1", earlier=earlier) == whole
    assert 0 < len(sentences_read) < len(all_read)
    assert "Btrfs was merged in 2.6.29 by Linus Torvalds on 23 March 2009." in sentences_read
    assert not any("Its format on the disk" in sentence for sentence in sentences_read)


def test_files_of_another_version_are_not_used(earlier: Path, changed: Path, sentences_read: list[str]):
    whole = _build(changed, "whole", version="2")
    all_read = list(sentences_read)
    sentences_read.clear()
    assert _build(changed, "partly", version="2", earlier=earlier) == whole
    assert sentences_read == all_read


def test_a_release_without_changes_reads_nothing(earlier: Path, sentences_read: list[str]):
    whole = _build(earlier, "whole", version="1")
    sentences_read.clear()
    assert _build(earlier, "again", version="1", earlier=earlier) == whole
    assert sentences_read == []
