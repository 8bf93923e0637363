"""A new home's server begins with a database whose tables are made; what is damaged or grown is begun anew."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from flows.prefect_database import begin_database, database_in, drop_large_database, keep_database


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A cache in which a server's database was kept while the server had it open."""
    folder = make_folder(tmp_path / "first")
    with closing(sqlite3.connect(database_in(folder))) as connection:
        connection.execute("PRAGMA journal_mode = wal")
        connection.execute("CREATE TABLE flow_run (id TEXT)")
        connection.commit()
        keep_database(folder, tmp_path / "cache")
    return tmp_path / "cache"


def make_folder(folder: Path) -> Path:
    folder.mkdir()
    return folder


def tables(folder: Path) -> list[str]:
    with closing(sqlite3.connect(database_in(folder))) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM sqlite_master")]


def test_a_new_home_begins_with_the_kept_tables(cache: Path, tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "second")
    assert begin_database(folder, cache) is False
    assert tables(folder) == ["flow_run"]
    assert [path.suffix for path in cache.iterdir()] == [".db"]
    assert [path.name for path in folder.iterdir()] == ["prefect.db"]


def test_what_a_home_has_stays(cache: Path, tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "second")
    with closing(sqlite3.connect(database_in(folder))) as connection:
        connection.execute("CREATE TABLE own (id TEXT)")
    assert begin_database(folder, cache) is False
    assert tables(folder) == ["own"]


def test_without_a_kept_one_prefect_makes_its_tables(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "first")
    assert begin_database(folder, tmp_path / "cache") is True
    keep_database(folder, tmp_path / "cache")  # the server has its database somewhere else
    assert not (tmp_path / "cache").exists()
    assert not list(folder.iterdir())


@pytest.mark.parametrize("damage", [b"", b"no database", None])
def test_a_damaged_one_is_not_used(cache: Path, tmp_path: Path, damage: bytes | None) -> None:
    (kept,) = cache.iterdir()
    kept.write_bytes(kept.read_bytes()[:-4096] if damage is None else damage)
    folder = make_folder(tmp_path / "second")
    assert begin_database(folder, cache) is True
    assert not list(folder.iterdir())


def test_versions_that_are_no_more_go(cache: Path, tmp_path: Path) -> None:
    (cache / "1.0.0.db").write_bytes(b"old")
    folder = make_folder(tmp_path / "second")
    begin_database(folder, cache)
    keep_database(folder, cache)
    assert len(list(cache.iterdir())) == 1


def test_a_database_that_has_grown_is_begun_anew(tmp_path: Path) -> None:
    for name in ("prefect.db", "prefect.db-wal"):
        (tmp_path / name).write_bytes(b"x" * 100)
    assert not drop_large_database(tmp_path, 100)
    assert drop_large_database(tmp_path, 99)
    assert not list(tmp_path.iterdir())
