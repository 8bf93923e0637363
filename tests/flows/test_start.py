import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from flows.start import open_run
from tests.command import klog
from warehouse.connection import open_warehouse
from warehouse.errors import UsageError
from warehouse.frontier.ledger import FoundAddress, add_addresses
from warehouse.home import Home, now
from warehouse.records import Identity


def test_a_mistyped_source_leaves_the_home_as_it_was(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"typo\.warc\.gz"), open_run(tmp_path, ["typo.warc.gz"]):
        pass
    with open_warehouse(Home(tmp_path)) as connection:
        assert connection.execute("SELECT * FROM raw.home WHERE name <> 'schema_version'").fetchall() == []
    with open_run(tmp_path) as run:
        assert run.home_kind == "sample"


def test_the_ledger_can_be_seen_from_the_first_moment_of_a_run(tmp_path: Path) -> None:
    one = FoundAddress(Identity("page", "a.org", "http://a.org/"), "file")
    with open_warehouse(Home(tmp_path)) as connection:
        add_addresses(connection, [one], now())
    with open_run(tmp_path, ["wayback"]) as run:
        run.begin("parse", None)
        ledger = Home(tmp_path).read_status()["ledger"]
    assert ledger["addresses"] == [{"state": "due", "kind": "page", "number": 1}]
    assert ledger["rest"][0]["left"] == 1


def test_an_error_of_a_build_is_one_sentence(tmp_path: Path) -> None:
    refused = klog(tmp_path / "archive", "build", "--from", "typo.warc.gz", check=False)
    assert refused.returncode == 2
    assert refused.stderr.startswith("klog: --from ")
    assert len(refused.stderr.strip().splitlines()) == 1


def test_a_home_that_is_no_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    refused = klog(tmp_path / "file", "build", check=False)
    assert refused.returncode == 2
    assert refused.stderr.startswith(f"klog: {tmp_path / 'file'} is a file; expected a folder.")
    assert len(refused.stderr.strip().splitlines()) == 1


def test_a_setting_and_a_cron_line_that_cannot_be_used_are_one_sentence(tmp_path: Path) -> None:
    for refused in (
        klog(tmp_path, "status", check=False, port="abc"),
        klog(tmp_path, "schedule", "--cron", "at noon", check=False),
    ):
        assert refused.returncode == 2
        assert len([line for line in refused.stderr.splitlines() if line]) == 1
        assert "abc" in refused.stderr or "at noon" in refused.stderr


def test_a_run_is_reported_from_its_beginning_and_never_ends_before_it(tmp_path: Path) -> None:
    with open_run(tmp_path) as run, open_warehouse(Home(tmp_path)) as connection:
        assert connection.execute("SELECT outcome, finished_at FROM raw.runs").fetchall() == [("running", None)]
        run.started_at += dt.timedelta(days=1)  # as if the clock had been set back since
        run.write_row(connection, "done")
        assert connection.execute("SELECT outcome, finished_at >= started_at FROM raw.runs").fetchall() == [
            ("done", True)
        ]


def test_a_file_that_has_moved_stops_no_build_and_stays_remembered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = tmp_path / "pages.warc.gz"
    there.write_bytes(b"")
    with open_run(tmp_path / "home", [str(there)]) as run:
        assert [origin.name for origin in run.origins] == ["pages.warc.gz"]
    there.unlink()
    with open_run(tmp_path / "home") as run:
        assert run.origins == ()
        assert run.home_kind == "archive"
    assert "no longer exists; the pages taken from it are in the captures" in capsys.readouterr().err
    there.write_bytes(b"")
    with open_run(tmp_path / "home") as run:
        assert [origin.name for origin in run.origins] == ["pages.warc.gz"]


@pytest.mark.parametrize(
    "given", [{"addresses": Path("addresses.txt")}, {"mail": (Path("mail.mbox"),)}, {"gmane_map": Path("map.txt")}]
)
def test_addresses_mail_and_a_map_make_a_new_home_a_real_archive(tmp_path: Path, given: dict[str, Any]) -> None:
    with open_run(tmp_path, **given) as run:
        assert run.home_kind == "archive"
        assert run.origins[-1].name == "auto"


def test_old_runs_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.steps.run.RUNS_KEPT", 2)
    for _ in range(4):
        with open_run(tmp_path):
            pass
    with open_warehouse(Home(tmp_path)) as connection:
        assert connection.execute("SELECT count(*) FROM raw.runs").fetchone() == (2,)


def test_links_of_the_sample_are_not_checked(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="stand for real ones"), open_run(tmp_path, check_links_after_days=30):
        pass
