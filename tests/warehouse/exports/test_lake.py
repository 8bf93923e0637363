"""Releases in a DuckLake: one snapshot each, the difference between two by one query, one writer."""

import dataclasses
import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.command import klog, writable_copy
from tests.flows.postgresql import postgresql
from tests.s3 import s3
from warehouse.connection import Connection, open_apart
from warehouse.errors import HomeHeld, LakeFailed, UsageError
from warehouse.exports import lake
from warehouse.exports.lake import publish_to_lake
from warehouse.home import Home
from warehouse.releases.publish import MARTS, Manifest, read_manifest

ROOT = Path(__file__).parents[3]
GONE = "DELETE FROM documents WHERE kind = 'pdf'"


@pytest.fixture(scope="module")
def catalog() -> Iterator[str]:
    with postgresql() as address:
        port = address.rpartition(":")[2].partition("/")[0]
        yield f"postgres:dbname=postgres user=klog host=127.0.0.1 port={port}"


@pytest.fixture(scope="module")
def releases(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, Manifest]]:
    """The sample's release, and a later one with changed rows."""
    import duckdb

    first = Home(sample_home).release()
    later = writable_copy(first, tmp_path_factory.mktemp("later") / "release")
    with duckdb.connect(str(later / "archive.duckdb")) as connection:
        connection.execute(GONE)
        connection.execute(
            "UPDATE documents SET title = 'Another title' WHERE document_id = (SELECT min(document_id) FROM documents)"
        )
        connection.execute("INSERT INTO set_aside SELECT * FROM set_aside")  # equal rows
    manifest = read_manifest(first)
    assert manifest is not None
    return [(first, manifest), (later, dataclasses.replace(manifest, release_id="20990101T000000-abcdef"))]


@pytest.fixture(scope="module")
def published(
    releases: list[tuple[Path, Manifest]], catalog: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Connection]:
    """A reader of a lake with both releases, whose files lie in S3."""
    with s3() as bucket:
        snapshots = [publish_to_lake(*one, f"ducklake:{catalog}", f"{bucket}/lake") for one in releases]
        assert [(one.number, one.is_new) for one in snapshots] == [(1, True), (2, True)]
        with closing(open_apart(releases[1][0])) as reader:
            lake._load(reader, "ducklake")
            lake._load(reader, "postgres_scanner")
            lake._attach(reader, f"ducklake:{catalog}", None)
            yield reader


def test_each_release_is_one_snapshot_with_its_id(published: Connection, releases: list[tuple[Path, Manifest]]) -> None:
    rows = published.execute(
        "SELECT author, commit_message FROM lake.snapshots() WHERE snapshot_id > 0 ORDER BY snapshot_id"
    )
    assert rows.fetchall() == [("klog", manifest.release_id) for _, manifest in releases]


def test_the_newest_snapshot_has_the_rows_of_the_release(published: Connection) -> None:
    for table in MARTS:
        columns = lake._columns(published, "archive", table)
        values = ", ".join(f'"{name}"::{kind} AS "{name}"' for name, kind in columns.items())
        ours, theirs = f'SELECT {values} FROM archive.main."{table}"', f'SELECT {values} FROM lake.main."{table}"'
        assert (
            published.execute(f"SELECT count(*) FROM ({ours})").fetchone()
            == published.execute(f"SELECT count(*) FROM ({theirs})").fetchone()
        ), table
        assert not published.execute(f"{ours} EXCEPT ALL {theirs}").fetchall(), table


def test_the_difference_between_two_releases_is_one_query(published: Connection) -> None:
    (pdfs,) = published.execute("SELECT count(*) FROM lake.documents AT (VERSION => 1) WHERE kind = 'pdf'").fetchone()
    changes = published.execute(
        "SELECT change_type, kind, count(*) FROM lake.table_changes('documents', 2, 2) GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    assert [one for one in changes if one[1] == "pdf"] == [("delete", "pdf", pdfs)]
    assert sorted(kind for kind, which, _ in changes if which != "pdf") in (
        ["delete", "insert"], ["update_postimage", "update_preimage"],
    )  # fmt: skip
    assert sum(number for _, _, number in changes) == pdfs + 2, "only what differs was written"
    (before,) = published.execute("SELECT count(*) FROM lake.documents AT (VERSION => 1)").fetchone()
    assert published.execute("SELECT count(*) FROM lake.documents").fetchone() == (before - pdfs,)


def test_a_lake_explains_its_columns(published: Connection) -> None:
    told = "SELECT comment FROM duckdb_columns() WHERE database_name = 'lake' AND table_name = 'documents' AND column_name = 'title'"
    assert published.execute(told).fetchone()[0]


def test_a_release_that_is_there_is_not_written_again(
    published: Connection, releases: list[tuple[Path, Manifest]], catalog: str
) -> None:
    again = publish_to_lake(*releases[1], f"ducklake:{catalog}")
    assert (again.number, again.is_new) == (2, False)


def test_a_second_writer_is_refused(releases: list[tuple[Path, Manifest]], catalog: str, tmp_path: Path) -> None:
    release, manifest = releases[0]
    with closing(open_apart(release)) as connection, closing(connection.cursor()) as holder:
        lake._load(connection, "postgres_scanner")
        lake._lock(holder, catalog.partition(":")[2])
        with pytest.raises(HomeHeld, match="Another process writes to the lake"):
            publish_to_lake(release, manifest, f"ducklake:{catalog}", str(tmp_path))


def test_a_write_that_fails_leaves_the_lake_as_it_was(
    releases: list[tuple[Path, Manifest]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"ducklake:{tmp_path}/lake.ducklake"
    with monkeypatch.context() as broken:
        broken.setattr(lake, "MARTS", ("documents", "nothing"))
        with pytest.raises(LakeFailed, match="The lake is as it was"):
            publish_to_lake(*releases[0], address, str(tmp_path / "data"))
    monkeypatch.setattr(lake, "MARTS", ("documents",))
    assert publish_to_lake(*releases[0], address).came == {"documents": releases[0][1].counts["documents"]}


def test_the_readmes_calls_remove_the_bytes_of_what_went(releases: list[tuple[Path, Manifest]], tmp_path: Path) -> None:
    calls = re.findall(r"^CALL .*;$", (ROOT / "flows" / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(calls) == 4
    address = f"ducklake:{tmp_path}/lake.ducklake"
    for one in releases:
        publish_to_lake(*one, address, str(tmp_path / "data"))
    with closing(open_apart(releases[0][0])) as connection:
        lake._load(connection, "ducklake")
        lake._attach(connection, address, None)
        rows = connection.execute("SELECT count(*) FROM lake.documents").fetchone()
        left = tmp_path / "data" / "main" / "documents" / "ducklake-left.parquet"  # as a killed publish leaves one
        shutil.copy(next(left.parent.glob("*.parquet")), left)
        for call in calls:
            connection.execute(call).fetchall()
        assert not left.exists()
        files = f"read_parquet('{tmp_path}/data/main/documents/*.parquet')"
        assert connection.execute(f"SELECT count(*) FROM {files} WHERE kind = 'pdf'").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM lake.documents").fetchone() == rows


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("lake.ducklake", "is no lake; expected ducklake:"),
        ("ducklake:sqlite:lake.sqlite", "is no lake; expected ducklake:"),
        ("ducklake:postgres:dbname=lake password=secret", "no password"),
        ("ducklake:postgres:postgresql://klog:secret@db/lake", "no password"),
    ],
)
def test_an_address_that_is_none_is_refused_without_saying_the_password(
    releases: list[tuple[Path, Manifest]], address: str, says: str
) -> None:
    with pytest.raises(UsageError, match=says) as refused:
        publish_to_lake(*releases[0], address)
    assert "secret" not in str(refused.value)


def test_a_catalog_that_does_not_answer_is_named(releases: list[tuple[Path, Manifest]]) -> None:
    with pytest.raises(LakeFailed, match=r"port=9: .*Unable to connect.* run the same command again"):
        publish_to_lake(*releases[0], "ducklake:postgres:dbname=lake host=127.0.0.1 port=9")


def test_a_missing_extension_says_what_to_install(
    releases: list[tuple[Path, Manifest]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lake.importlib.util, "find_spec", lambda name: None)
    with closing(open_apart(releases[0][0])) as connection:
        connection.execute(f"SET extension_directory = '{tmp_path}'")
        connection.execute("SET custom_extension_repository = '/nowhere'")
        with pytest.raises(LakeFailed, match=r"pip install duckdb-extension-ducklake==1\.5\.\d"):
            lake._load(connection, "ducklake")


def test_the_command_publishes_the_current_release(sample_home: Path, tmp_path: Path) -> None:
    arguments = ("publish", "--lake", f"ducklake:{tmp_path}/lake.ducklake", "--data", str(tmp_path / "data"))
    assert "is snapshot 1 of the lake" in klog(sample_home, *arguments).stdout
    assert "is in the lake: snapshot 1" in klog(sample_home, *arguments).stdout
