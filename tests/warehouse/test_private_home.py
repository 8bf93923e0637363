"""A home is its owner's alone, and a run writes nothing behind a symbolic link in it."""

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.cli.ending import _write_report
from tests.warehouse.sql.hostile_statements import bytes_of
from warehouse.errors import UsageError
from warehouse.home import Home


def open_to_others(home: Path) -> list[str]:
    """What other users or a group may enter, read or change."""
    paths = [home, *home.rglob("*")]
    return [str(path) for path in paths if not path.is_symlink() and path.stat().st_mode & 0o077]


def test_all_that_a_build_makes_is_its_owners_alone(sample_home: Path) -> None:
    """The sample is built under umask 022, as most systems have it."""
    names = {path.name for path in sample_home.rglob("*")}
    assert {
        "klog-00001.warc.gz",
        "warehouse.duckdb",
        "archive.duckdb",
        "release.json",
        "home.json",
        "status.json",
    } <= names
    assert open_to_others(sample_home) == []
    for path in Home(sample_home).release().rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o400), path


def test_a_home_of_before_is_closed_to_others_and_what_lies_beside_it_is_left(tmp_path: Path) -> None:
    home = Home(tmp_path)
    (home.releases / "1").mkdir(parents=True)
    home.captures.mkdir()
    (tmp_path / "mine").mkdir()
    for path in (home.warehouse, home.record, home.status, tmp_path / "mine.txt"):
        path.write_text("{}")
    for path in (tmp_path, *tmp_path.rglob("*")):
        path.chmod(0o777)
    home.releases.chmod(0o755)
    with home.hold():
        (home.captures / "new").write_text("x")
    modes = {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in (tmp_path, *tmp_path.iterdir())}
    assert modes == {
        tmp_path.name: "0o777", "captures": "0o770", "releases": "0o750", "warehouse.duckdb": "0o770", "home.json": "0o770",
        "status.json": "0o770", ".lock": "0o600", "mine": "0o777", "mine.txt": "0o777",
    }  # fmt: skip
    assert stat.S_IMODE((home.captures / "new").stat().st_mode) == 0o600


def test_the_umask_comes_back_when_the_last_of_several_homes_is_let_go(tmp_path: Path) -> None:
    before = os.umask(0o022)
    first, second = Home(tmp_path / "first").kept_private(), Home(tmp_path / "second").kept_private()
    try:
        first.__enter__()
        second.__enter__()
        first.__exit__(None, None, None)
        (tmp_path / "still").touch()
        second.__exit__(None, None, None)
        assert stat.S_IMODE((tmp_path / "still").stat().st_mode) == 0o600
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)


def test_the_umask_of_who_holds_a_home_comes_back(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        with pytest.raises(KeyError), Home(tmp_path).hold():
            raise KeyError
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)


def to_file(home: Path, outside: Path, name: str) -> None:
    if (home / name).is_dir():
        shutil.rmtree(home / name)
    (home / name).unlink(missing_ok=True)
    (home / name).symlink_to(outside / "file")


def to_folder(home: Path, outside: Path, name: str) -> None:
    if (home / name).is_dir():
        shutil.rmtree(home / name)
    (home / name).symlink_to(outside / "folder")


@pytest.mark.parametrize(
    ("link", "name"),
    [
        *((to_file, name) for name in (".lock", "warehouse.duckdb", "warehouse.duckdb.wal", "home.json", "home.json.new", "status.json.new")),
        *((to_file, name) for name in ("captures", "captures/klog-00001.warc.gz", "captures/klog-00002.warc.gz", "releases/x")),
        *((to_folder, name) for name in ("prefect", "dbt", "releases", "releases/.making", "releases/0", "captures/x")),
    ],
)  # fmt: skip
def test_a_run_refuses_a_home_with_links_before_it_writes(link: Callable, name: str, tmp_path: Path) -> None:
    home, outside = Home(tmp_path / "home"), tmp_path / "outside"
    (outside / "folder").mkdir(parents=True)
    (outside / "file").write_text("precious")
    (outside / "folder" / "file").write_text("precious")
    home.captures.mkdir(parents=True)
    (home.releases / "1").mkdir(parents=True)
    home.current.symlink_to("releases/1")
    link(home.root, outside, name)
    before = bytes_of(tmp_path)
    with pytest.raises(UsageError, match="is a symbolic link, and a run does not write through links"), home.hold():
        raise AssertionError("it was held")
    home.is_held()
    assert {path: one for path, one in bytes_of(tmp_path).items() if not path.endswith("/.lock")} == {
        path: one for path, one in before.items() if not path.endswith("/.lock")
    }


@pytest.fixture
def linked(tmp_path: Path) -> Home:
    """A home whose captures lie elsewhere."""
    home = Home(tmp_path / "home")
    home.make()
    (tmp_path / "disk").mkdir(mode=0o755)
    home.captures.symlink_to(tmp_path / "disk")
    return home


def test_captures_may_lie_on_another_disk_of_the_same_user(linked: Home, tmp_path: Path) -> None:
    with linked.hold():
        (linked.captures / "klog-00001.warc.gz").write_bytes(b"")
    assert {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in (tmp_path / "disk", *linked.captures.iterdir())} == {
        "disk": "0o750", "klog-00001.warc.gz": "0o600",
    }  # fmt: skip
    (linked.captures / "klog-00002.warc.gz").symlink_to(tmp_path / "precious")
    with pytest.raises(UsageError, match=r"klog-00002\.warc\.gz is a symbolic link"), linked.hold():
        raise AssertionError("it was held")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize("given", ["home/captures", "disk"])
def test_captures_led_by_or_to_another_user_are_refused(linked: Home, tmp_path: Path, given: str) -> None:
    os.chown(tmp_path / given, 65534, 65534, follow_symlinks=False)
    with pytest.raises(UsageError, match="captures is a symbolic link"), linked.hold():
        raise AssertionError("it was held")


def test_the_report_of_a_fault_is_its_owners_alone(tmp_path: Path) -> None:
    assert stat.S_IMODE(_write_report(ValueError("x"), tmp_path).stat().st_mode) == 0o600


def test_the_report_of_a_fault_is_not_written_behind_a_link(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "klog-error.log").symlink_to(tmp_path / "precious")
    where = _write_report(ValueError("x"), tmp_path)
    assert where.parent != tmp_path
    where.unlink()
    assert (tmp_path / "precious").read_text() == "precious"
