import json
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from warehouse.connection import open_release, open_warehouse
from warehouse.errors import ArchiveMissing, HomeHeld, QueryRefused, WarehouseBroken
from warehouse.home import Home
from warehouse.settings import Settings
from warehouse.sql import START_S, run_sql

LIMITS = Settings(sql_seconds=2, sql_rows=50, sql_memory="200MB")

REFUSED = [
    "COPY documents TO 'stolen.csv'",
    "SELECT * FROM read_csv('/etc/hostname')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM '/etc/hostname'",
    "ATTACH 'other.duckdb' AS other",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SET memory_limit = '100GB'",
    "PRAGMA enable_profiling",
    "DELETE FROM documents",
    "DROP TABLE documents",
    "CREATE TABLE mine AS SELECT 1",
    "UPDATE documents SET title = ''",
    "EXPORT DATABASE 'stolen'",
    "SELECT 1; SELECT 2",
    "",
    "-- only a comment",
    "SELEC 1",
    "SELECT getenv('HOME')",
]


@pytest.fixture
def release(sample_home: Path) -> Path:
    return Home(sample_home).release()


@pytest.mark.parametrize("statement", REFUSED)
def test_what_would_leave_or_change_the_release_is_refused(
    release: Path, statement: str, monkeypatch, tmp_path
) -> None:
    monkeypatch.chdir(tmp_path)
    before = (release / "archive.duckdb").read_bytes()
    with pytest.raises(QueryRefused):
        run_sql(release, statement, LIMITS)
    assert list(tmp_path.iterdir()) == []
    assert (release / "archive.duckdb").read_bytes() == before


def test_a_long_statement_is_stopped(release: Path) -> None:
    with pytest.raises(QueryRefused, match="longer than 2 s"):
        run_sql(release, "SELECT count(*) FROM range(100000000000) a WHERE hash(a.range) = 1", LIMITS)


def test_a_statement_that_wants_too_much_memory_is_refused(release: Path) -> None:
    patient = LIMITS.model_copy(update={"sql_seconds": 60})
    with pytest.raises(QueryRefused, match=r"[Mm]emory"):
        run_sql(release, "SELECT list(range::VARCHAR || repeat('x', 100)) FROM range(10000000)", patient)


# What DuckDB itself lets through: memory that it does not count, and work that it does not interrupt.
@pytest.mark.parametrize(
    "statement",
    ["SELECT repeat('x', 2000000000)", "SELECT range(200000000)", "SELECT unnest(range(1000000000))"],
)
def test_limits_hold_where_duckdb_does_not_keep_them(release: Path, statement: str) -> None:
    began = time.monotonic()
    with pytest.raises(QueryRefused, match=r"[Mm]emory|longer"):
        run_sql(release, statement, LIMITS)
    assert time.monotonic() - began < LIMITS.sql_seconds + START_S + 30
    assert (
        resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 3 << 20
    )  # KiB; 200 MB and what the process is itself


def test_a_pivot_without_its_values_is_told_what_it_needs(release: Path) -> None:
    with pytest.raises(QueryRefused, match="needs its values named"):
        run_sql(release, "PIVOT documents ON kind USING count(*)", LIMITS)
    assert run_sql(release, "PIVOT documents ON kind IN ('mail', 'issue') USING count(*)", LIMITS).rows


def test_a_damaged_release_is_told_from_a_wrong_statement(release: Path, tmp_path: Path) -> None:
    whole = (release / "archive.duckdb").read_bytes()
    (tmp_path / "archive.duckdb").write_bytes(whole[:12288] + bytes(len(whole) - 12288))
    with pytest.raises(ArchiveMissing, match="klog build"):
        run_sql(tmp_path, "SELECT * FROM documents", LIMITS)


def test_limits_bind_one_statement_and_no_other_reader_of_the_process(release: Path) -> None:
    with open_release(release) as reader:
        before = reader.execute("SELECT current_setting('memory_limit')").fetchall()
        for _ in range(2):
            assert run_sql(release, "SELECT count(*) FROM documents", LIMITS).rows
        assert reader.execute("SELECT current_setting('memory_limit')").fetchall() == before


def test_rows_are_limited_and_it_is_said(release: Path) -> None:
    table = run_sql(release, "SELECT * FROM range(1000)", LIMITS)
    assert (len(table.rows), table.cut) == (50, True)
    assert len(run_sql(release, "SELECT * FROM range(1000)", LIMITS, limit=7).rows) == 7
    assert not run_sql(release, "SELECT * FROM range(50)", LIMITS).cut


def test_an_answer_is_json_that_a_program_reads(release: Path) -> None:
    statement = "SELECT DATE '2009-03-06' AS day, [1, 2] AS list, NULL AS nothing, 'é\"<' AS text, 1 AS a, 2 AS a"
    rows = json.loads(run_sql(release, statement, LIMITS).as_json())
    assert rows == [{"day": "2009-03-06", "list": [1, 2], "nothing": None, "text": 'é"<', "a": 1, "a_2": 2}]


def test_a_missing_or_broken_release_says_the_next_command(tmp_path: Path) -> None:
    with pytest.raises(ArchiveMissing, match="klog build"):
        open_release(tmp_path)
    (tmp_path / "archive.duckdb").write_bytes(b"no database" * 1000)
    with pytest.raises(ArchiveMissing, match="klog build"):
        open_release(tmp_path)


def test_a_damaged_warehouse_says_what_can_be_done(sample_home: Path, tmp_path: Path) -> None:
    home = Home(tmp_path)
    shutil.copy(sample_home / "warehouse.duckdb", home.warehouse)
    whole = home.warehouse.read_bytes()
    home.warehouse.write_bytes(whole[: len(whole) // 3])
    with pytest.raises(WarehouseBroken, match="captures are read anew"), open_warehouse(home):
        pass
    home.warehouse.write_bytes(whole[:12288] + bytes(len(whole) - 12288))
    with pytest.raises(WarehouseBroken, match="captures are read anew"), open_warehouse(home) as connection:
        connection.execute("SELECT count(text) FROM raw.documents WHERE text LIKE '%Xen%'").fetchall()


def test_a_warehouse_that_another_process_has_open_is_held(tmp_path: Path) -> None:
    home = Home(tmp_path)
    script = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", script, str(home.warehouse)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout and other.stdout.readline()
        with pytest.raises(HomeHeld, match="open elsewhere"), open_warehouse(home):
            pass
