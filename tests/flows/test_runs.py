"""A run can be repeated, killed and watched: the same rows come of it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from flows import sample, up_to_date
from flows.up_to_date import report_if_settled
from tests.command import klog

CLOCKS = {
    "raw.fetches": ["updated_at", "attempts"],
    "raw.forgotten": ["forgotten_at"],
    "raw.captures": ['"offset"'],
}
# A file begins with a record that says when it was begun, so places count from the first capture in it.
PLACES = 'SELECT capture_id, "offset" - min("offset") OVER (PARTITION BY warc) FROM raw.captures ORDER BY ALL'
TABLES = (
    "fetches", "captures", "set_aside", "documents", "issues", "sections", "items", "passages", "links", "mentions",
    "events", "quality", "feature_pages",
)  # fmt: skip


def rows(home: Path) -> dict[str, list]:
    """All rows of a home, clock columns aside; vectors by which texts have one."""
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        found = {}
        for table in TABLES:
            left_out = ", ".join(CLOCKS.get(f"raw.{table}", []))
            columns = f"* EXCLUDE ({left_out})" if left_out else "*"
            found[table] = sorted(map(repr, connection.execute(f"SELECT {columns} FROM raw.{table}").fetchall()))
        found["places"] = connection.execute(PLACES).fetchall()
        found["vectors"] = sorted(connection.execute("SELECT text_hash, model FROM raw.vectors").fetchall())
        for (mart,) in connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'"
        ).fetchall():
            if mart not in ("runs", "fetches", "captures"):
                found[f"main.{mart}"] = sorted(map(repr, connection.execute(f'SELECT * FROM main."{mart}"').fetchall()))
        return found


def test_a_second_run_does_nothing_not_even_start_prefect(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")  # where nothing answers
    before = rows(own_home)
    release = (own_home / "current").readlink()
    report = json.loads(klog(own_home, "build", "--json").stdout)
    counts = report["counts"]
    assert {name: counts.get(name, 0) for name in ("addresses_new", "fetched", "parsed", "vectors_new", "published")} == {
        "addresses_new": 0, "fetched": 0, "parsed": 0, "vectors_new": 0, "published": 0,
    }  # fmt: skip
    assert "dbt_nodes" not in counts
    assert (own_home / "current").readlink() == release
    assert rows(own_home) == before
    assert_counts_are_the_releases(report, own_home)


def test_a_second_run_does_nothing_where_the_program_lies_elsewhere(
    own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere" / "sample.warc.gz"
    elsewhere.parent.mkdir()
    elsewhere.write_bytes(sample.SAMPLE_WARC.read_bytes())
    monkeypatch.setattr(sample, "SAMPLE_WARC", elsewhere)
    report = report_if_settled(own_home, (), None)
    assert report is not None
    assert report["counts"]["published"] == 0


def test_rows_are_not_read_before_settings_and_files(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(up_to_date, "hash_rows", lambda *_: pytest.fail("the rows were read"))
    monkeypatch.setenv("KLOG_WARC_BYTES", "1000000")
    assert report_if_settled(own_home, (), None) is None


def assert_counts_are_the_releases(report: dict, home: Path) -> None:
    """What is in two documents, one a copy of the other, stands in the release once."""
    told = {row["what"]: row["count"] for row in report["rows"]}
    with duckdb.connect(str(home / "current" / "archive.duckdb"), read_only=True) as release:
        for what, query in {
            "documents": "SELECT count(*) FROM documents",
            "passages": "SELECT count(*) FROM passages",
            "dated statements": "SELECT count(*) FROM events WHERE explicit",
            "links": "SELECT count(*) FROM links",
        }.items():
            assert release.execute(query).fetchone() == (told[what],), what
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as warehouse:
        (read,) = warehouse.execute("SELECT count(*) FROM raw.passages").fetchone()
    assert read > told["passages"], "the sample has copies"


@pytest.mark.soak  # test_crashes.py kills small builds
@pytest.mark.parametrize("step", ["fetch", "embed", "index", "publish"])
def test_a_killed_run_is_made_good_by_the_next(sample_home: Path, tmp_path: Path, step: str) -> None:
    home = tmp_path / "archive"
    kill_in(home, step)
    klog(home, "build")
    assert rows(home) == rows(sample_home)
    assert not (home / "releases" / ".making").exists()
    assert json.loads(klog(home, "search", "--json", "Xen Dom0").stdout)["hits"]


def kill_in(home: Path, step: str) -> None:
    """Start a build of the sample and kill it, with no chance to clean up, while it is in `step`."""
    environment = {**os.environ, "KLOG_BATCH_DOCUMENTS": "20"}
    command = [sys.executable, "-m", "flows.cli", "--home", str(home), "build", "--from", "sample"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    for status in watch(home):
        if process.poll() is not None:
            raise AssertionError(f"the build ended before it came to {step}")
        if status.get("step") == step and (step != "fetch" or status.get("done", 0) > 0):
            break
    process.send_signal(signal.SIGKILL)
    process.wait()


def watch(home: Path, seconds: float = 240) -> Iterator[dict]:
    """The status of a home, again and again until it is given up."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            yield json.loads((home / "status.json").read_text())
        except (OSError, ValueError):
            yield {}
        time.sleep(0.01)
    raise AssertionError(f"{home} did not come to the step that was waited for")


def test_a_home_of_the_sample_refuses_other_pages(sample_home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.warc.gz"
    other.write_bytes(b"")
    refused = klog(sample_home, "build", "--from", str(other), check=False)
    assert refused.returncode == 2
    assert "--home" in refused.stderr


@pytest.mark.soak  # test_lost_home.py loses each file of a small one
def test_a_home_that_lost_its_warehouse_is_read_anew_from_its_captures(sample_home: Path, own_home: Path) -> None:
    (own_home / "warehouse.duckdb").unlink()
    klog(own_home, "build")
    assert rows(own_home) == rows(sample_home)


def test_a_page_of_the_sample_is_forgotten_by_the_address_that_it_shows(own_home: Path) -> None:
    release = (own_home / "current").resolve().name
    with duckdb.connect(str(own_home / "current" / "archive.duckdb"), read_only=True) as connection:
        url = connection.execute("SELECT url FROM documents WHERE kind = 'lwn' ORDER BY url").fetchone()[0]
    (own_home / "export.csv").touch()
    said = klog(own_home, "forget", url).stdout
    assert said.startswith("Forgot 1 document.")
    assert f"Releases that hold what was forgotten, which the next build that publishes removes: {release}" in said
    assert "Its capture stays in the WARC files: klog-00001.warc.gz at byte " in said
    assert f"klog does not change these, which may hold its text: {own_home / 'export.csv'}\n" in said
    assert klog(own_home, "forget", "https://lwn.net/Articles/99999999/").stdout.startswith(
        "No document has the address"
    )
    with duckdb.connect(str(own_home / "warehouse.duckdb"), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM raw.documents WHERE url = ?", [url]).fetchone() == (0,)
