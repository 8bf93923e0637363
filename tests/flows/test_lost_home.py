"""A home that loses a file, its disk's room or the date is made whole from what is left, and never becomes something else."""

import shutil
from functools import partial
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from flows import pipeline
from flows.cli import cli
from flows.start import open_run
from tests import builds
from tests.bad_machine import fill_and_do, modules_with_the_clock, turned_now
from tests.flows.test_runs import rows
from warehouse.captures.files import CaptureWriter, Response, warc_files
from warehouse.connection import open_warehouse
from warehouse.errors import ArchiveMismatch, KlogError, WarehouseDamaged
from warehouse.frontier.forget import forget_thing
from warehouse.frontier.home_record import facts_of, keep_record, restore_record
from warehouse.home import Home, now
from warehouse.records import Identity


@pytest.fixture
def home(read_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KLOG_HOST_ALIASES", builds.ALIASES)
    return shutil.copytree(read_home, tmp_path / "archive")


def doctor(home: Path, *options: str) -> dict[str, str]:
    """What `klog doctor` says of each thing it looks at."""
    done = CliRunner().invoke(cli, ["--home", str(home), "doctor", *options])
    said = {line[6:].split(": ")[0]: line for line in done.output.splitlines() if line.startswith(("ok ", "FAIL "))}
    assert done.exit_code == (1 if any(line.startswith("FAIL") for line in said.values()) else 0)
    return said


@pytest.mark.parametrize(
    "name", ["warehouse.duckdb", "home.json", "status.json", ".lock", "captures/klog-00001.warc.gz"]
)
def test_a_home_that_loses_a_file_has_the_same_rows_after_the_next_run(home: Path, read_home: Path, name: str) -> None:
    before = rows(home)
    (home / name).unlink()
    builds.run_steps(home)
    assert rows(home) == before
    assert (home / "home.json").read_text() == (read_home / "home.json").read_text()


@pytest.mark.parametrize("left", [0, 300, 0.5])
def test_a_damaged_warehouse_is_moved_aside_and_read_anew(
    home: Path, left: float, capsys: pytest.CaptureFixture
) -> None:
    before = rows(home)
    path = home / "warehouse.duckdb"
    whole = path.read_bytes()
    path.write_bytes(whole[: int(left * len(whole)) if left < 1 else int(left)] or b"no database")
    assert doctor(home)["warehouse"].startswith("FAIL")
    try:
        builds.run_steps(home)
        assert "is damaged" in capsys.readouterr().err
    except WarehouseDamaged as error:  # it opened, and a block of it could not be read
        assert "was moved to" in str(error)
        assert f"klog --home {home} build" in str(error)
        builds.run_steps(home)
    assert rows(home) == before
    assert len([path for path in home.glob("warehouse.duckdb.damaged-*") if path.suffix != ".wal"]) == 1


def test_captures_alone_are_enough_and_the_home_stays_what_it_was(home: Path) -> None:
    before = rows(home)
    for path in home.iterdir():
        if path.is_file():
            path.unlink()
    builds.run_steps(home)
    after = rows(home)
    for table in ("documents", "passages", "links", "events", "mentions", "captures", "vectors"):
        assert after[table] == before[table], table
    with open_warehouse(Home(home)) as connection:
        assert facts_of(connection)["home_kind"] == "archive"
    with pytest.raises(ArchiveMismatch), open_run(home, ["sample"]):
        pass


def test_checks_of_links_come_back_from_the_release(home: Path) -> None:
    check = {"url": "http://a.org/", "checked_at": now(), "state": "gone", "reason": "dns", "moved_to": None}
    release = home / "releases" / "made"
    release.mkdir(parents=True)
    with duckdb.connect(str(release / "archive.duckdb")) as made:
        made.execute(
            "CREATE TABLE link_checks AS SELECT $url AS url, $checked_at AS checked_at, $state AS state, $reason AS reason, $moved_to AS moved_to",
            check,
        )
    (home / "current").symlink_to(release)
    (home / "warehouse.duckdb").unlink()
    with open_warehouse(Home(home)) as connection:
        restore_record(connection, Home(home))
        assert connection.execute("FROM raw.link_checks").fetchall() == [tuple(check.values())]


def test_captures_of_the_sample_make_the_sample_again(tmp_path: Path) -> None:
    with CaptureWriter(tmp_path / "captures", max_bytes=10_000) as writer:
        writer.append(Response("http://a.example/", 200, "OK", [], b"x", now(), origin="sample"))
    with open_run(tmp_path) as run:
        assert run.home_kind == "sample"


def test_what_was_forgotten_stays_forgotten(home: Path) -> None:
    with open_warehouse(Home(home)) as connection:
        kind, key, url = connection.execute("SELECT kind, key, url FROM raw.documents WHERE kind = 'lwn'").fetchone()
        forget_thing(connection, Identity(kind, key, url), now())
        keep_record(connection, Home(home))
    (home / "warehouse.duckdb").unlink()
    builds.run_steps(home)
    with open_warehouse(Home(home)) as connection:
        assert connection.execute("SELECT count(*) FROM raw.documents WHERE key = ?", [key]).fetchone() == (0,)


def test_pages_of_a_lost_capture_file_stay_and_are_asked_for_again_on_request(home: Path) -> None:
    before = rows(home)
    (file,) = warc_files(home / "captures")
    file.unlink()
    with open_warehouse(Home(home)) as connection:
        connection.execute("UPDATE raw.captures SET parsed_with = 'older'")
    assert builds.run_steps(home)["fetched"] == 0
    with open_warehouse(Home(home)) as connection:
        reasons = connection.execute("SELECT DISTINCT reason FROM raw.set_aside").fetchall()
    assert reasons == [("lost",)]
    assert rows(home)["documents"] == before["documents"]
    builds.run_steps(home, recheck=True)
    after = rows(home)
    assert after["documents"] == before["documents"]
    assert after["set_aside"] == []
    assert doctor(home)["captures"].startswith("ok")


def test_doctor_finds_what_is_lost_cut_or_changed(home: Path) -> None:
    sound = doctor(home)
    assert all(sound[name].startswith("ok") for name in ("warehouse", "captures", "vectors"))
    (file,) = warc_files(home / "captures")
    whole = file.read_bytes()
    for broken in (whole[: len(whole) // 2], whole[:-1], whole[:2000] + bytes(40) + whole[2040:]):
        file.write_bytes(broken)
        told = doctor(home)["captures"]
        assert told.startswith("FAIL")
        assert f"klog --home {home} build --recheck" in told
    file.write_bytes(whole[: len(whole) // 2])
    assert "the file ends at byte" in doctor(home, "--quick")["captures"]
    file.unlink()
    assert "the file is missing" in doctor(home, "--quick")["captures"]
    assert "the file is missing" in doctor(home)["captures"]
    with open_warehouse(Home(home)) as connection:
        connection.execute("DELETE FROM raw.vectors")
    assert "have no vector" in doctor(home)["vectors"]
    (home / "warehouse.duckdb").unlink()
    told = doctor(home)["warehouse"]
    assert told.startswith("FAIL")
    assert f"klog --home {home} build" in told


def test_a_full_disk_is_one_sentence_and_the_next_run_makes_it_good(
    disk: Path, read_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KLOG_HOST_ALIASES", builds.ALIASES)
    home = shutil.copytree(read_home, disk / "archive")
    read_anew(home)
    with monkeypatch.context() as patch:
        patch.setitem(pipeline.STEPS, "parse", partial(fill_and_do, disk, pipeline.STEPS["parse"]))
        with pytest.raises((KlogError, OSError)) as full:
            builds.run_steps(home)
    assert len(str(full.value).splitlines()) == 1
    (disk / "filler").unlink()
    builds.run_steps(home)
    assert rows(home) == rows(read_home)


def test_a_clock_that_was_set_back_changes_no_row(home: Path, read_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in modules_with_the_clock():
        monkeypatch.setattr(module, "now", partial(turned_now, -400))
    read_anew(home)
    builds.run_steps(home)
    assert rows(home) == rows(read_home)


def read_anew(home: Path) -> None:
    """Make the reading of all pages due again."""
    with open_warehouse(Home(home)) as connection:
        connection.execute("UPDATE raw.captures SET parsed_with = NULL")
