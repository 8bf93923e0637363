"""Each guard alone keeps the home whole: the other, and what DuckDB itself forbids, is switched off."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.warehouse.sql.hostile_statements import ALL
from warehouse.errors import QueryRefused
from warehouse.home import Home
from warehouse.settings import Settings
from warehouse.sql import processes, run_sql

# All but the time zone, whose file a confined process cannot read.
DUCKDB_OFF = (
    "execution.confine_statements = lambda connection, **limits: connection.execute(\"SET TimeZone = 'UTC'\"); "
)
JUDGE_OFF = "execution.allowed_statement = lambda connection, statement: statement; "
LANDLOCK_OFF = "confinement.landlock.is_ready = lambda: False; "
CONFINEMENT_OFF = "execution.confine = lambda *given: None; execution.drop_root = lambda: None; "
SWITCHED = {
    "judged alone": DUCKDB_OFF + CONFINEMENT_OFF,
    "Landlock alone": DUCKDB_OFF + JUDGE_OFF,
    "seccomp alone": DUCKDB_OFF + JUDGE_OFF + LANDLOCK_OFF,
}
# Those that would change the home, each seen to do so on a process without either guard.
WRITING = (
    "COPY (SELECT 'gone') TO '{DB}' (FORMAT csv, USE_TMP_FILE false)",
    "EXPLAIN ANALYZE COPY (SELECT 'gone') TO '{DB}' (FORMAT csv, USE_TMP_FILE false)",
    "COPY (SELECT 1 AS a, 2 AS b) TO '{HOME}/releases' (FORMAT csv, PARTITION_BY (a), OVERWRITE)",
    "EXPLAIN ANALYZE COPY (SELECT 1 AS a, 2 AS b) TO '{HOME}/captures' (FORMAT csv, PARTITION_BY (a), OVERWRITE)",
    "COPY (SELECT 1 AS a, 2 AS b) TO '{HOME}/parts' (FORMAT parquet, PARTITION_BY (a))",
    "EXPORT DATABASE '{HOME}/exported'",
    "ATTACH '{HOME}/new.duckdb' AS new",
    "SELECT * FROM enable_logging(storage := 'file', storage_path := '{HOME}')",
    "SELECT * FROM enable_profiling(save_location := '{HOME}/profile.json')",
)
_TOUCHES = re.compile(r"COPY|EXPORT|ATTACH|logging|profiling|CHECKPOINT|SECRET|DROP|read_|PRAGMA", re.IGNORECASE)


def switched(monkeypatch: pytest.MonkeyPatch, off: str) -> None:
    start = processes.START.replace(
        "from warehouse.sql.execution import main;",
        f"from warehouse.sql import execution, confinement; {off}main = execution.main;",
    )
    monkeypatch.setattr(processes, "START", start)


def try_all(home: Path, statements: list[str], *, limit_s: float = 5) -> None:
    """Run statements in a process each, which does answer; what it answers to them does not matter."""
    assert run_sql(Home(home).release(), "SELECT 1", Settings(sql_seconds=60)).rows == ((1,),)
    for statement in statements:
        filled = statement.replace("{DB}", str(Home(home).release() / "archive.duckdb")).replace("{HOME}", str(home))
        try:
            run_sql(Home(home).release(), filled, Settings(sql_seconds=limit_s))
        except QueryRefused:
            continue


@pytest.mark.parametrize("alone", SWITCHED)
def test_each_guard_alone_keeps_the_home_whole(whole_home: Path, monkeypatch: pytest.MonkeyPatch, alone: str) -> None:
    switched(monkeypatch, SWITCHED[alone])
    try_all(whole_home, list(WRITING))


@pytest.mark.soak
@pytest.mark.parametrize("alone", SWITCHED)
def test_each_guard_alone_withstands_every_statement_that_touches_files(
    whole_home: Path, monkeypatch: pytest.MonkeyPatch, alone: str
) -> None:
    switched(monkeypatch, SWITCHED[alone])
    touching = [one.sql for one in ALL if _TOUCHES.search(one.sql)]
    assert len(touching) >= 140
    try_all(whole_home, touching)


def test_without_both_guards_the_same_statement_overwrites_the_release(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Show that the tests above would see it."""
    switched(monkeypatch, DUCKDB_OFF + JUDGE_OFF + CONFINEMENT_OFF)
    archive = Home(own_home).release() / "archive.duckdb"
    size = archive.stat().st_size
    try_all(own_home, [WRITING[1]])
    assert archive.stat().st_size < size


CHANGES = """
import os, sys
from pathlib import Path
from warehouse.sql import confinement
from warehouse.sql.limits import SqlLimits
folder = Path(sys.argv[1])
if sys.argv[2] == "seccomp":
    confinement.landlock.is_ready = lambda: False
confinement.confine(folder, SqlLimits(1, 1, "1GB"))
confinement.drop_root()
changed = []
for name, change in {
    "write": lambda: open(folder / "file", "w"), "update": lambda: open(folder / "file", "r+"),
    "append": lambda: open(folder / "file", "a"), "empty": lambda: os.truncate(folder / "file", 0),
    "empty by reading": lambda: os.open(folder / "file", os.O_RDONLY | os.O_TRUNC),
    "create": lambda: os.open(folder / "new", os.O_RDONLY | os.O_CREAT), "rename": lambda: os.rename(folder / "file", folder / "x"),
    "remove": lambda: os.unlink(folder / "file"), "folder": lambda: os.mkdir(folder / "x"),
    "remove folder": lambda: os.rmdir(folder / "empty"), "link": lambda: os.link(folder / "file", folder / "x"),
    "symlink": lambda: os.symlink("file", folder / "x"), "run": lambda: os.execv("/bin/true", ["true"]),
}.items():
    try:
        change()
        changed.append(name)
    except OSError:
        pass
os.write(1, f"{changed} {os.getuid()} {(folder / 'release.json').open().read()}".encode())
"""


@pytest.mark.parametrize("guard", ["landlock", "seccomp"])
def test_a_confined_process_changes_nothing_and_is_not_root(tmp_path: Path, guard: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("whole")
    (tmp_path / "release.json").write_text("whole")
    for folder in (tmp_path, *tmp_path.parents[:-2]):  # what nobody may write as well
        folder.chmod(0o777)
    (tmp_path / "file").chmod(0o666)
    done = subprocess.run(
        [sys.executable, "-c", CHANGES, str(tmp_path), guard], stdout=subprocess.PIPE, check=True, text=True
    )
    assert done.stdout == f"[] {os.getuid() or 65534} whole"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "file", "release.json"]
    assert (tmp_path / "file").read_text() == "whole"


def test_sql_is_off_and_says_why_where_neither_can_be_set(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.sql.landlock.is_ready", lambda: False)
    monkeypatch.setattr("warehouse.sql.seccomp.is_ready", lambda: False)
    with pytest.raises(QueryRefused, match=r"SQL is off: .*Landlock.*seccomp"):
        run_sql(release, "SELECT 1", Settings())


def test_a_spare_child_ends_with_its_parent(release: Path) -> None:
    script = (
        "import sys, os, time; from pathlib import Path; from warehouse.sql import _spare, keep_spare; "
        "from warehouse.settings import Settings; keep_spare(Path(sys.argv[1]), Settings()); "
        "_spare._child._read(1, time.monotonic() + 60); print(_spare._child._process.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(release)], stdout=subprocess.PIPE, text=True, check=False)
    spare = int(done.stdout)
    for _ in range(200):
        try:
            state = Path(f"/proc/{spare}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            return
        if state == "Z":  # ended, and not yet collected by who inherits it
            return
        os.sched_yield()
        subprocess.run([sys.executable, "-c", ""], check=True)
    raise AssertionError(f"{spare} lives on")
