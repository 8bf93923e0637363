"""Somebody's statement from outside: what is answered, what is refused, and that the home stays whole."""

import datetime as dt
import json
import re
import resource
import threading
from decimal import Decimal
from pathlib import Path

import pytest

from tests.command import klog
from tests.warehouse.sql.hostile_statements import ALL, HostileStatement, draw
from tests.warehouse.sql.test_guards import DUCKDB_OFF, JUDGE_OFF, switched
from warehouse.connection import open_release
from warehouse.errors import ArchiveMissing, QueryRefused, QueryStopped
from warehouse.home import Home
from warehouse.settings import Settings
from warehouse.sql import run_sql

EXHAUSTS = re.compile(r"range|repeat|RECURSIVE|sleep|pad\(|printf|format|0000|.{1000}|\$1", re.IGNORECASE | re.DOTALL)
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
    with pytest.raises(QueryStopped, match="longer than 2 s"):
        run_sql(release, "SELECT count(*) FROM range(100000000000) a WHERE hash(a.range) = 1", LIMITS)


def test_a_statement_that_wants_too_much_memory_is_refused(release: Path) -> None:
    patient = LIMITS.model_copy(update={"sql_seconds": 60})
    with pytest.raises(QueryStopped, match=r"[Mm]emory"):
        run_sql(release, "SELECT list(range::VARCHAR || repeat('x', 100)) FROM range(10000000)", patient)


# What DuckDB itself lets through: memory that it does not count, and work that it does not interrupt.
@pytest.mark.parametrize(
    "statement",
    ["SELECT repeat('x', 2000000000)", "SELECT range(200000000)", "SELECT unnest(range(1000000000))"],
)
def test_limits_hold_where_duckdb_does_not_keep_them(release: Path, statement: str) -> None:
    with pytest.raises(QueryRefused, match=r"[Mm]emory|longer"):
        run_sql(release, statement, LIMITS)
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 3 << 20  # KiB; other tests' children count


def test_a_pivot_without_its_values_hears_what_it_needs(release: Path) -> None:
    with pytest.raises(QueryRefused, match="needs its values named"):
        run_sql(release, "PIVOT documents ON kind USING count(*)", LIMITS)
    assert run_sql(release, "PIVOT documents ON kind IN ('mail', 'issue') USING count(*)", LIMITS).rows


def test_a_damaged_release_is_distinguished_from_a_wrong_statement(release: Path, tmp_path: Path) -> None:
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


def test_values_that_json_lacks_are_null_or_text(release: Path) -> None:
    statement = """SELECT 0.0 / 0.0 AS none, 1.0 / 0 AS most, ['-inf'::DOUBLE, 1.5] AS list, {'a': 'nan'::DOUBLE} AS struct,
        MAP {'a': 'inf'::FLOAT} AS map, 'a\\x00b'::BLOB AS bytes, ['"'::BLOB] AS nested, 'a\\x00b'::BLOB::VARCHAR AS written"""

    def refuse(value: str) -> None:
        raise AssertionError(f"{value} is no JSON")

    (row,) = json.loads(run_sql(release, statement, LIMITS).as_json(), parse_constant=refuse)
    assert row.pop("bytes") == row.pop("written") == r"a\x00b"
    assert row == {
        "none": None, "most": None, "list": [None, 1.5], "struct": {"a": None}, "map": {"a": None}, "nested": [r"\x22"],
    }  # fmt: skip


def test_values_come_back_as_python_has_them(release: Path) -> None:
    statement = """SELECT 9223372036854775807 AS big, sum(9223372036854775807::HUGEINT) AS huge, 1.50::DECIMAL(9, 2) AS exact,
        'x'::BLOB AS bytes, TIMESTAMP '2009-03-06 10:00:00' AS at, TIMESTAMPTZ '2009-03-06 10:00:00+00' AS zoned, true AS yes,
        INTERVAL 1 DAY AS span, TIME '10:00:00' AS hour, NULL AS nothing, 'NaN'::DOUBLE AS nan, MAP {1: DATE '2009-03-06'} AS map
        FROM range(2)"""
    table = run_sql(release, statement, LIMITS)
    row = dict(zip(table.columns, table.rows[0], strict=True))
    assert row["nan"] != row.pop("nan")
    assert row == {
        "big": 2**63 - 1, "huge": 2 * (2**63 - 1), "exact": Decimal("1.50"), "bytes": b"x", "at": dt.datetime(2009, 3, 6, 10),
        "zoned": dt.datetime(2009, 3, 6, 10, tzinfo=dt.UTC), "yes": True, "span": dt.timedelta(days=1), "hour": dt.time(10),
        "nothing": None, "map": {"1": "2009-03-06"},
    }  # fmt: skip


def test_an_input_error_of_a_statement_is_no_broken_release(release: Path) -> None:
    for statement in ("SELECT * FROM 'x.csv'", "SELECT content FROM read_text('/nothing')", "SELECT * FROM glob('/*')"):
        with pytest.raises(QueryRefused):
            run_sql(release, statement, LIMITS)


@pytest.mark.parametrize(
    "statement",
    ["SELECT content FROM read_text('/etc/hostname')", "FROM read_csv('/nothing.csv')", "COPY (SELECT 1) TO '{HOME}/x.csv'",
     "ATTACH '{HOME}/warehouse.duckdb' AS x (READ_ONLY)"],
)  # fmt: skip
def test_an_input_error_behind_the_judge_is_no_broken_release_either(
    sample_home: Path, release: Path, statement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    switched(monkeypatch, DUCKDB_OFF + JUDGE_OFF)  # the kernel alone says no
    with pytest.raises(QueryRefused, match="IO Error") as caught:
        run_sql(release, statement.replace("{HOME}", str(sample_home)), LIMITS)
    assert "klog build" not in str(caught.value)


def test_klog_sql_shows_no_absolute_path(sample_home: Path) -> None:
    shown = klog(sample_home, "sql", "--json", "FROM duckdb_tables()").stdout + klog(sample_home, "sql").stdout
    for statement in ("FROM duckdb_settings()", "FROM duckdb_databases()", "PRAGMA database_list", "FROM nowhere"):
        done = klog(sample_home, "sql", statement, check=False)
        assert done.returncode == 2
        shown += done.stdout + done.stderr
    assert not re.search(rf"{re.escape(str(sample_home))}|{re.escape(str(Path.home()))}/|/tmp/|\.duckdb\b", shown), (
        shown
    )


@pytest.mark.parametrize("before", [[], ["--"]])
def test_a_statement_of_the_command_may_begin_with_a_comment(sample_home: Path, before: list[str]) -> None:
    asked = [*before, "-- How many are one?\nSELECT 1 AS one"]
    assert klog(sample_home, "sql", "--csv", *asked).stdout.split() == ["one", "1"]


@pytest.mark.parametrize(
    "statement",
    ["SELECT * FROM duckdb_settings()", "SELECT * FROM duckdb_databases()", "FROM duckdb_databases", "PRAGMA database_list",
     "FROM pragma_database_list", "SELECT current_setting('allowed_paths')", "CALL duckdb_databases()", "SHOW DATABASES",
     "SELECT error('x' || current_setting('allowed_paths')::VARCHAR)", "SELECT * FROM nowhere", "EXPLAIN ANALYZE FROM documents",
     "FROM information_schema.schemata", "FROM duckdb_tables()", "FROM duckdb_functions()", "SUMMARIZE documents"],
)  # fmt: skip
def test_no_answer_and_no_refusal_shows_an_absolute_path(sample_home: Path, release: Path, statement: str) -> None:
    try:
        shown = run_sql(release, statement, Settings(sql_seconds=10), keep_spare=True).as_json()
    except QueryRefused as error:
        shown = str(error)
    assert str(sample_home) not in shown
    assert str(Path.home()) not in shown


def test_twenty_statements_at_once_are_answered(release: Path) -> None:
    answered: list[int] = []

    def ask(number: int) -> None:
        answered.append(run_sql(release, f"SELECT {number}", Settings(), keep_spare=True).rows[0][0])

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answered) == list(range(20))


def judge_all(home: Path, statements: list[HostileStatement]) -> list[tuple[str, str, str]]:
    """Those that are not answered as they are labelled: statement, label, what came."""
    wrong = []
    for one in statements:
        try:
            came = "answers"
            run_sql(Home(home).release(), one.on(home), Settings(sql_seconds=2), keep_spare=True)
        except QueryRefused as error:
            came = "refused"
            if str(home) in str(error) and str(home) not in one.on(home):
                wrong.append((one.sql, "no path", str(error)))
        if one.expect not in (came, "either"):
            wrong.append((one.sql, one.expect, came))
    return wrong


def test_hostile_statements_are_answered_as_labelled_and_change_no_byte(whole_home: Path) -> None:
    # What exhausts time is for make soak; here each takes a tenth of a second where the machine is quiet.
    quick = [one for one in ALL if one.expect != "either" and not EXHAUSTS.search(one.sql)]
    assert judge_all(whole_home, draw(30, seed=11, among=quick)) == []


@pytest.mark.soak
def test_every_hostile_statement_is_answered_as_labelled_within_its_memory(whole_home: Path) -> None:
    assert len(ALL) >= 140
    assert judge_all(whole_home, ALL) == []
    peak_kib = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"{len(ALL)} statements, {peak_kib >> 10} MB in this process and its largest child")
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 1_300_000
