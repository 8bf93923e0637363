"""All mails of an archive are taken in, as many as there are: in little memory, once, and whatever stops it."""

import json
import time
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from flows.cli import cli
from flows.mail_archives import origin
from flows.steps import mails as mails_step
from tests import builds
from tests.command import klog
from tests.flows.mail_archives.made_threads import list_mails, made_threads, message, write_mbox
from tests.flows.mail_archives.test_threads import HOSTILE
from tests.flows.web.steps import run_steps
from tests.peak import MIB
from warehouse.settings import Settings

READ = {
    "fetches": "SELECT url, kind, key, state, found_how, capture_id FROM raw.fetches ORDER BY url",
    "captures": 'SELECT * EXCLUDE (warc, "offset", parsed_with) FROM raw.captures ORDER BY capture_id',
    "documents": "SELECT * FROM raw.documents ORDER BY document_id",
    "passages": "SELECT * FROM raw.passages ORDER BY passage_id",
}


def rows(home: Path, statement: str) -> list[tuple]:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(statement).fetchall()


class Stopped(Exception):
    """The program ended here."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(limiter=tmp_path / "limiter.sqlite", warc_bytes=20_000)


def test_all_mails_are_taken_in_once_whatever_stops_it(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = made_threads(70)
    path = write_mbox(tmp_path / "m", [*(message(mail, n) for n, mail in enumerate(made)), *HOSTILE])
    monkeypatch.setattr(mails_step, "MAILS_AT_ONCE", 10)
    monkeypatch.setattr(mails_step, "REOPENED_AFTER", 25)
    steps = ("discover", "fetch")
    run_steps(tmp_path / "whole", settings, [], steps, mail=[path], all_mail=True)

    for moment in ("add_addresses", "record_outcomes", "known_mails"):
        stop_at(monkeypatch, moment, 3)
        with suppress(Stopped):
            run_steps(tmp_path / "stopped", settings, [], steps, mail=[path], all_mail=True)
    assert 0 < len(rows(tmp_path / "stopped", READ["fetches"])) < 70
    run_steps(tmp_path / "stopped", settings, [], steps, mail=[path], all_mail=True)
    for table in ("fetches", "captures"):
        assert rows(tmp_path / "stopped", READ[table]) == rows(tmp_path / "whole", READ[table])
    found = {(key, state, how) for _, _, key, state, how, _ in rows(tmp_path / "stopped", READ["fetches"])}
    assert found >= {(mail.name, "done", "mail") for mail in made}
    assert len(found) == 70 + 8  # each Message-ID once, and none that no address can have

    monkeypatch.setattr(origin, "read_messages", lambda *_: pytest.fail("the archive is read a second time"))
    monkeypatch.setattr(origin, "read_archive", lambda *_: pytest.fail("the archive is read a second time"))
    run_steps(tmp_path / "whole", settings, [], steps, mail=[path], all_mail=True)


def stop_at(monkeypatch: pytest.MonkeyPatch, name: str, calls: int) -> None:
    """Let a function of the step work so many times, and then never again."""
    work = getattr(mails_step, name)
    left = [calls]

    def limited(*given: object) -> object:
        left[0] -= 1
        if left[0] < 0:
            monkeypatch.setattr(mails_step, name, work)
            raise Stopped
        return work(*given)

    monkeypatch.setattr(mails_step, name, limited)


def test_all_without_an_archive_names_the_command(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["--home", str(tmp_path), "build", "--all"])
    assert done.exit_code == 2
    assert "name one: klog build --mail PATH --all" in done.stderr


STEPS = ("fetch", "parse")


def start(home: Path, archive: Path, step: str) -> BaseProcess:
    """Start a step of a build of all mails in a separate process."""
    return builds.start(_work, home, archive, step)


def _work(home: Path, archive: Path, step: str) -> None:
    builds.run_steps(home, ["auto"], (step,), mail=(archive,), all_mail=True)
    (home / f"{step}.peak").write_text(str(builds.peak_bytes()), encoding="utf-8")


def finish(home: Path, archive: Path) -> int:
    """Fetch and parse all mails; return the larger peak of memory, in bytes."""
    for step in STEPS:
        process = start(home, archive, step)
        process.join()
        assert process.exitcode == 0
    return max(int((home / f"{step}.peak").read_text(encoding="utf-8")) for step in STEPS)


def kill_after(home: Path, archive: Path, step: str, mails: int) -> None:
    """Start a step and kill it when it has done so many mails."""
    (home / "status.json").unlink(missing_ok=True)  # of the step killed before
    process = start(home, archive, step)
    while process.is_alive() and not _done(home, step) >= mails:
        time.sleep(0.05)
    assert process.is_alive()
    process.kill()
    process.join()


def _done(home: Path, step: str) -> int:
    try:
        status = json.loads((home / "status.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return 0
    return status.get("done", 0) if status["step"] == step else 0


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_a_gigabyte_of_mail_takes_hardly_more_memory_than_a_tenth_of_it(tmp_path: Path) -> None:
    peaks = {}
    for size in (100, 1000):
        archive = write_mbox(tmp_path / f"{size}.mbox", list_mails(size * 1_000_000))
        peaks[size] = finish(tmp_path / str(size), archive)
        number, parsed = rows(tmp_path / str(size), "SELECT count(*), count(parsed_with) FROM raw.captures")[0]
        print(f"{size} MB, {number:,} mails: {peaks[size] / MIB:,.0f} MiB at most")
        assert number == parsed == rows(tmp_path / str(size), "SELECT count(*) FROM raw.documents")[0][0]
        archive.unlink()
    assert peaks[1000] < 1000 * MIB
    assert peaks[1000] <= 1.2 * peaks[100]


@pytest.mark.soak
def test_killed_three_times_the_rows_are_the_same(tmp_path: Path) -> None:
    archive = write_mbox(tmp_path / "m", list_mails(20_000_000))
    finish(tmp_path / "whole", archive)
    for step, mails in (("fetch", 1_000), ("parse", 400), ("parse", 200)):
        kill_after(tmp_path / "killed", archive, step, mails)
    finish(tmp_path / "killed", archive)
    for table, statement in READ.items():
        assert rows(tmp_path / "killed", statement) == rows(tmp_path / "whole", statement), table


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_twenty_megabytes_of_mail_become_an_archive_with_vectors(tmp_path: Path) -> None:
    archive = write_mbox(tmp_path / "m", list_mails(20_000_000))
    klog(tmp_path / "home", "build", "--from", "local", "--mail", str(archive), "--all", timeout_s=3600)
    with duckdb.connect(str(tmp_path / "home" / "current" / "archive.duckdb"), read_only=True) as release:
        mails, threads = release.execute("SELECT count(*), count(DISTINCT thread_id) FROM threads").fetchone()
        without = release.execute("SELECT count(*) FROM passages WHERE embedding IS NULL").fetchone()
        assert mails == release.execute("SELECT count(*) FROM documents").fetchone()[0] > 2_000
    assert 0 < threads < mails / 4
    assert without == (0,)
    found = klog(tmp_path / "home", "search", "--limit", "3", "regression in the btrfs locking").stdout
    assert "Matter" in found
