import shutil
from pathlib import Path

import duckdb
import pytest

from warehouse.errors import ArchiveMissing
from warehouse.timeline.event_kinds import KINDS
from warehouse.timeline.statement_index import StatementIndex
from warehouse.timeline.statement_words import statement_words


@pytest.fixture
def index(release: Path) -> StatementIndex:
    return StatementIndex(release / "statements")


def _sentences(release: Path) -> dict[str, str]:
    with duckdb.connect(str(release / "archive.duckdb"), read_only=True) as archive:
        return dict(archive.execute("SELECT event_id, sentence FROM events").fetchall())


def test_every_report_has_the_words_of_its_sentence(release: Path, index: StatementIndex):
    sentences, words = _sentences(release), list(index.terms)
    assert len(index.event_ids)
    for row, name in enumerate(index.event_ids.tolist()):
        found = {words[number] for number in index.words_of(row).tolist()}
        assert found == set(statement_words(sentences[name.decode()]))


def test_postings_give_the_statements_with_a_word(release: Path, index: StatementIndex):
    number = sum("btrfs" in statement_words(sentence) for sentence in _sentences(release).values())
    assert len(index.having("statement", index.terms["btrfs"])) == number > 0


def test_a_report_keeps_its_kinds_of_event(index: StatementIndex):
    rows = {name.decode(): row for row, name in enumerate(index.event_ids.tolist())}
    assert index.kinds[rows["lwn-3:0.e0"], KINDS.index("merged")]
    assert index.kinds.shape == (len(rows), len(KINDS))


def test_a_release_without_statement_files_says_what_to_run(tmp_path: Path):
    with pytest.raises(ArchiveMissing, match="klog build"):
        StatementIndex(tmp_path)


@pytest.mark.parametrize("name", ["reports.npz", "event_ids.npy"])
@pytest.mark.parametrize("content", [None, b"", b"no array"])
def test_a_damaged_file_is_named_with_what_to_run(release: Path, tmp_path: Path, name: str, content: bytes | None):
    shutil.copytree(release / "statements", tmp_path / "statements")
    (tmp_path / "statements" / name).unlink()
    if content is not None:
        (tmp_path / "statements" / name).write_bytes(content)
    index = StatementIndex(tmp_path / "statements")
    with pytest.raises(ArchiveMissing, match=rf"{name} cannot be read .*klog build"):
        index.rows_of(["lwn-3:0.e0"], ["lwn-3"])
