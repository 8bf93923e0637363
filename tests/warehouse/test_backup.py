"""A backup is the home at one moment, though a build writes to it, and a restored or moved home goes on from there."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows.cli import cli
from flows.start import open_run
from flows.up_to_date import remember_settled, report_if_settled
from tests.flows.test_runs import rows
from warehouse import backup as backups
from warehouse.backup import check_backup, find_backup, list_backups, make_backup, restore_backup
from warehouse.connection import open_warehouse
from warehouse.errors import GateFailed, UsageError, WarehouseBroken
from warehouse.home import Home


def klog(home: Path, *arguments: str, code: int = 0) -> dict:
    done = CliRunner().invoke(cli, ["--home", str(home), *arguments, "--json"])
    assert done.exit_code == code, done.output
    return json.loads(done.stdout)


def settle(home: Path) -> Path:
    """Note that a home is up to date, as a complete build of this program does."""
    with open_run(home, begins=False) as run:
        remember_settled(run)
    return home


def test_a_restored_home_has_the_same_rows_and_release_and_nothing_to_do(own_home: Path, tmp_path: Path) -> None:
    settle(own_home)
    made = klog(own_home, "backup", str(tmp_path / "backups"))
    assert made["copied"] == made["bytes"] > 0
    assert klog(own_home, "backup", str(tmp_path / "backups"), "--check")["changed"] == []
    new = tmp_path / "new" / "archive"
    told = klog(new, "restore", str(tmp_path / "backups"))
    assert told["release"] == (own_home / "current").resolve().name == (new / "current").resolve().name
    assert rows(new) == rows(own_home)
    assert (new.stat().st_mode | (new / "warehouse.duckdb").stat().st_mode) & 0o077 == 0
    report = report_if_settled(new, (), None)
    assert report is not None, "a build would have something to do"
    assert report["counts"]["published"] == 0
    refused = CliRunner().invoke(cli, ["--home", str(new), "restore", str(tmp_path / "backups")])
    assert refused.exit_code == 2
    assert "is not empty" in refused.stderr


def test_a_moved_home_has_nothing_to_do(own_home: Path, tmp_path: Path) -> None:
    moved = settle(own_home).rename(tmp_path / "moved")
    report = report_if_settled(moved, (), None)
    assert report is not None, "a build would have something to do"


def test_a_second_backup_copies_what_is_new_and_old_ones_can_go(own_home: Path, tmp_path: Path) -> None:
    directory = tmp_path / "backups"
    first, _ = make_backup(Home(own_home), directory)
    with next((own_home / "captures").iterdir()).open("ab") as file:
        file.write(b"more")
    second, copied = make_backup(Home(own_home), directory)
    shutil.rmtree(own_home / "releases")
    assert [one.folder for one in list_backups(directory)] == [second.folder, first.folder]
    changed = [name for name in second.files if second.files[name] != first.files.get(name)]
    assert all(name.startswith("captures/") for name in changed)
    assert copied == sum(second.files[name]["bytes"] for name in changed)
    assert klog(own_home, "backup", str(directory), "--keep", "1")["removed"] == [second.folder.name, first.folder.name]
    (left,) = list_backups(directory)
    assert left.current is None
    assert check_backup(left) == []


def test_a_backup_of_an_untouched_home_is_all_links(own_home: Path, tmp_path: Path) -> None:
    first, _ = make_backup(Home(own_home), tmp_path / "backups")
    second, copied = make_backup(Home(own_home), tmp_path / "backups")
    assert (copied, second.files) == (0, first.files)
    assert all((second.folder / name).samefile(first.folder / name) for name in second.files)
    (first.folder / "warehouse.duckdb").write_bytes(b"damaged")
    third, copied = make_backup(Home(own_home), tmp_path / "backups")
    assert copied == third.files["warehouse.duckdb"]["bytes"]
    assert check_backup(third) == []


def test_a_backup_that_changed_is_named_and_not_restored(sample_home: Path, tmp_path: Path) -> None:
    made, _ = make_backup(Home(sample_home), tmp_path / "backups")
    with (made.folder / "warehouse.duckdb").open("r+b") as file:
        file.write(b"x")
    assert klog(sample_home, "backup", str(tmp_path / "backups"), "--check", code=1)["changed"] == ["warehouse.duckdb"]
    with pytest.raises(GateFailed, match=r"warehouse\.duckdb has changed"):
        restore_backup(made, Home(tmp_path / "new"))
    assert not (tmp_path / "new").exists()
    said = json.loads((made.folder / "backup.json").read_text())
    said["files"] = {"../outside": {"bytes": 0, "sha256": ""}}
    (made.folder / "backup.json").write_text(json.dumps(said))
    with pytest.raises(GateFailed, match="outside"):
        restore_backup(find_backup(tmp_path / "backups", None), Home(tmp_path / "new"))


def test_a_backup_never_lies_in_the_home(own_home: Path) -> None:
    for inside in (own_home, own_home / "backups"):
        with pytest.raises(UsageError, match="lies in the home"):
            make_backup(Home(own_home), inside)


# Inserts pairs of rows into two tables, with a checkpoint now and then, as a build does, until its input ends.
WRITE_ON_AND_ON = """
import select, sys, duckdb
with duckdb.connect(sys.argv[1]) as connection:
    connection.execute("CREATE TABLE raw.one (number INT, filler VARCHAR); CREATE TABLE raw.two (number INT)")
    number = 0
    while not select.select([sys.stdin], [], [], 0)[0]:
        number += 1
        connection.execute("BEGIN")
        connection.execute("INSERT INTO raw.one SELECT ?, repeat(?, 2000) FROM range(20)", [number, str(number)])
        connection.execute("INSERT INTO raw.two VALUES (?)", [number])
        connection.execute("COMMIT")
        if number % 40 == 0:
            connection.execute("CHECKPOINT")
        if number == 1:
            print("began", flush=True)
"""


@contextmanager
def writing(home: Path) -> Iterator[None]:
    command = [sys.executable, "-c", WRITE_ON_AND_ON, str(home / "warehouse.duckdb")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "began\n"
        yield
        process.stdin.close()
        assert process.wait(60) == 0


def test_a_backup_while_the_warehouse_is_written_holds_whole_transactions(tmp_path: Path) -> None:
    home = Home(tmp_path / "archive")
    with open_warehouse(home):
        pass
    seen = set()
    with writing(home.root):
        for number in range(3):
            made, _ = make_backup(home, tmp_path / "backups")
            restore_backup(made, Home(tmp_path / f"restored-{number}"))
            with open_warehouse(Home(tmp_path / f"restored-{number}")) as connection:
                one = connection.execute("SELECT count(*) / 20, max(number) FROM raw.one").fetchone()
                two = connection.execute("SELECT count(*), max(number) FROM raw.two").fetchone()
            assert one == two
            seen.add(two)
    assert len(seen) > 1


def test_a_warehouse_that_cannot_be_copied_whole_is_said_in_a_sentence(
    own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "_TRIES", 2)
    monkeypatch.setattr(backups, "_PAUSE_S", 0)
    (own_home / "warehouse.duckdb").write_bytes(b"no database" * 10_000)
    with pytest.raises(WarehouseBroken, match=r"could not be copied as a whole .*doctor"):
        make_backup(Home(own_home), tmp_path / "backups")
    assert list_backups(tmp_path / "backups") == []
