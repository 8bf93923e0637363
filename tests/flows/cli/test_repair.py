"""Each fault that `klog doctor` finds is planted, found, and mended where it says so; nothing is lost on the way."""

import json
import shutil
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from flows.cli import cli, doctor, doctor_checks
from flows.cli.context import Context
from flows.cli.faults import Fault
from tests import builds
from tests.flows.test_runs import rows
from tests.warehouse.releases.test_history import plant
from warehouse.captures.files import warc_files
from warehouse.connection import open_warehouse
from warehouse.frontier.consistency import Inconsistency, find_inconsistency
from warehouse.home import Home
from warehouse.migrations import migrations
from warehouse.settings import Settings

CONTENT = ("documents", "issues", "sections", "passages", "items", "links", "mentions", "events", "quality", "vectors")


@pytest.fixture
def home(read_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it; a build for a repair runs the steps that leave nothing open."""
    monkeypatch.setenv("KLOG_HOST_ALIASES", builds.ALIASES)
    monkeypatch.setattr(doctor, "build_home", lambda context, **_: builds.run_steps(context.home.root))
    return shutil.copytree(read_home, tmp_path / "archive")


def klog_doctor(home: Path, *options: str) -> tuple[dict[str, str], list[str]]:
    """What is wrong, by check, and what was mended."""
    done = CliRunner().invoke(cli, ["--home", str(home), "doctor", "--json", *options])
    said = json.loads(done.stdout)
    faults = {one["check"]: one["detail"] for one in said["checks"] if not one["ok"]}
    assert done.exit_code == (1 if faults else 0)
    return faults, said["mended"]


def test_rows_vectors_and_a_killed_run_are_found_and_mended_together(home: Path, read_home: Path) -> None:
    with open_warehouse(Home(home)) as connection:
        first, second, third, fourth = (
            one for (one,) in connection.execute(
                "SELECT document_id FROM raw.documents WHERE kind <> 'issue' ORDER BY document_id LIMIT 4"
            ).fetchall()
        )  # fmt: skip
        connection.execute("DELETE FROM raw.passages WHERE document_id = ?", [first])
        connection.execute("DELETE FROM raw.documents WHERE document_id = ?", [second])
        (lost,) = connection.execute(
            "SELECT capture_ids[1] FROM raw.documents WHERE document_id = ?", [third]
        ).fetchone()
        connection.execute("DELETE FROM raw.captures WHERE capture_id = ?", [lost])
        connection.execute("DELETE FROM raw.vectors WHERE text_hash = (SELECT min(text_hash) FROM raw.vectors)")
        connection.execute(
            "UPDATE raw.vectors SET vector = list_transform(vector, lambda one: one * 2) "
            "WHERE text_hash = (SELECT text_hash FROM raw.passages WHERE document_id = ? ORDER BY text_hash LIMIT 1)",
            [fourth],
        )
    Home(home).write_status({"outcome": "running", "step": "parse"})
    faults, _ = klog_doctor(home)
    assert "killed in parse" in faults["lock"]
    assert faults["captures"].startswith("1 capture is in the files but not in the ledger")
    assert "2 captures are read without leaving a document and all its rows" in faults["rows"]
    assert "rows are without a document" in faults["rows"]
    assert "1 address is said to be fetched without a capture" in faults["rows"]
    assert faults["vectors"].startswith("1 vector is of another dimension or length")
    faults, mended = klog_doctor(home, "--repair")
    assert not {"lock", "captures", "rows", "vectors", "warehouse"} & set(faults), faults
    assert "1 capture is in the ledger again" in mended
    found, expected = rows(home), rows(read_home)
    assert {table: found[table] for table in CONTENT} == {table: expected[table] for table in CONTENT}


def test_captures_that_are_lost_or_damaged_are_fetched_again(home: Path, read_home: Path) -> None:
    (file,) = warc_files(home / "captures")
    whole = file.read_bytes()
    file.write_bytes(whole[:2000] + bytes(40) + whole[2040:])
    faults, _ = klog_doctor(home)
    assert "1 capture is not where the ledger says" in faults["captures"]
    faults, mended = klog_doctor(home, "--repair")
    assert not {"captures", "rows"} & set(faults), faults
    assert mended[0].startswith("1 page is due again")
    found, expected = rows(home), rows(read_home)
    assert {table: found[table] for table in CONTENT} == {table: expected[table] for table in CONTENT}
    assert file.read_bytes().startswith(whole[:2000]), "the damaged file stays"


def test_a_capture_that_nothing_has_any_more_stays_a_fault_and_its_text_is_kept(home: Path, tmp_path: Path) -> None:
    before = rows(home)["documents"]
    (file,) = warc_files(home / "captures")
    file.unlink()
    with open_warehouse(Home(home)) as connection:  # no source has its pages
        connection.execute("UPDATE raw.home SET value = '' WHERE name = 'sources'")
    doctor_said, mended = klog_doctor(home, "--repair")
    assert mended
    assert "documents are kept though the captures are lost" in doctor_said["rows"]
    assert rows(home)["documents"] == before


def test_a_damaged_or_lost_warehouse_is_read_anew(home: Path, read_home: Path) -> None:
    (home / "warehouse.duckdb").write_bytes(b"no database")
    faults, _ = klog_doctor(home, "--quick")
    assert "is damaged" in faults["warehouse"]
    faults, mended = klog_doctor(home, "--quick", "--repair")
    assert mended == ["built again"]
    assert not {"warehouse", "rows", "vectors"} & set(faults)
    assert rows(home) == rows(read_home)
    assert list(home.glob("warehouse.duckdb.damaged-*"))


def test_copies_are_counted_apart_as_status_leaves_them_out(home: Path) -> None:
    context = Context(Settings(home=home))
    with open_warehouse(Home(home)) as connection:
        connection.execute("DELETE FROM raw.mirrors")
        (first, second), every = connection.execute(
            "SELECT (SELECT list(document_id ORDER BY document_id)[:2] FROM raw.documents), count(*) FROM raw.passages"
        ).fetchone()
        (copied,) = connection.execute("SELECT count(*) FROM raw.passages WHERE document_id = ?", [first]).fetchone()
    assert "copies" not in doctor_checks.check_warehouse(context) + doctor_checks.check_vectors(context)
    with open_warehouse(Home(home)) as connection:
        connection.execute("INSERT INTO raw.mirrors VALUES (?, ?)", [first, second])
    assert "without copies, which are not published" in doctor_checks.check_warehouse(context)
    assert f"all {every} passages ({every - copied} without those of copies)" in doctor_checks.check_vectors(context)


def test_an_older_schema_is_brought_up_to_date_and_a_newer_one_is_left(old_home: Path) -> None:
    context = Context(Settings(home=old_home))
    with pytest.raises(Fault, match="has schema version 0") as older:
        doctor_checks.check_schema(context)
    assert older.value.mend() == f"the schema was brought to version {len(migrations())}"
    assert doctor_checks.check_schema(context) == f"version {len(migrations())}"
    with open_warehouse(Home(old_home)) as connection:
        connection.execute("UPDATE raw.home SET value = '99' WHERE name = 'schema_version'")
    with pytest.raises(Fault, match="made by a newer klog") as newer:
        doctor_checks.check_schema(context)
    assert not newer.value.can_be_mended


def test_a_lost_link_leads_to_the_newest_release_again_and_damaged_older_ones_are_named(
    sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forced = []
    monkeypatch.setattr(doctor, "build_home", lambda context, force, **_: forced.append(force))
    home = Home(tmp_path / "archive")
    shutil.copytree(sample_home / "releases", home.releases)
    name = (sample_home / "current").resolve().name
    older = plant(home, "20010101T000000", files={"archive.duckdb": "0" * 64})
    home.current.unlink()
    faults, _ = klog_doctor(home.root)
    assert "leads to no release" in faults["release"]
    assert f"release prune {older}" in faults["releases"]
    faults, mended = klog_doctor(home.root, "--repair")
    assert mended == [f"{name} is current"]
    assert "release" not in faults
    assert older in faults["releases"], "it cannot be made again"
    said = home.releases / name / "release.json"
    said.chmod(0o600)
    said.write_text(json.dumps({**json.loads(said.read_text()), "schema_version": 1}))
    faults, mended = klog_doctor(home.root, "--repair")
    assert "published by an older klog" in faults["release"]
    assert forced == [True]


def test_a_home_that_is_held_is_left_alone(home: Path) -> None:
    with Home(home).hold(), duckdb.connect(str(home / "warehouse.duckdb"), read_only=True):
        faults, mended = klog_doctor(home, "--quick", "--repair")
    assert "the home is held by another process" in faults["lock"]
    assert mended == []


def test_a_document_of_nothing_but_quotations_has_no_passages_and_is_no_fault(home: Path) -> None:
    with open_warehouse(Home(home)) as connection:
        (name,) = connection.execute("SELECT min(document_id) FROM raw.documents WHERE kind = 'mail'").fetchone()
        for table in ("passages", "mentions", "events"):
            connection.execute(f"DELETE FROM raw.{table} WHERE document_id = ?", [name])
        assert find_inconsistency(connection) == Inconsistency((), 0, 0, 0)


def test_one_file_is_one_file(home: Path) -> None:
    said = CliRunner().invoke(cli, ["--home", str(home), "doctor", "--quick"]).output
    assert "captures: 1 file, " in said
