"""Whatever stops a build, and whatever home it finds, readers see the old release or the new one and the next build makes all good.

The builds are small (tests/builds.py) and stand in one file, so that one process imports what they need.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from flows import pipeline
from tests import builds
from tests.bad_machine import fill_and_do, modules_with_the_clock, turned_now
from tests.command import klog, writable_copy
from tests.faulty_pages import faults
from tests.flows.test_runs import rows, watch
from tests.flows.web.server import Server
from warehouse.captures.files import warc_files
from warehouse.connection import open_release, open_warehouse
from warehouse.errors import ArchiveMismatch, ArchiveMissing
from warehouse.home import Home
from warehouse.releases.publish import changed_files, current_manifest
from warehouse.search import open_search
from warehouse.settings import Settings
from warehouse.sql import processes, run_sql

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]

FULL_AT = ("fetch", "parse", "embed", "transform", "index")
LONGEST_S = 1.0  # behind the beginning of a step, at which a kill comes
READS_EVERY_S = 3.0  # a reading takes half a second of a core, most of it the process that answers SQL
CONTENT = ("documents", "passages", "links", "mentions", "events", "vectors", "main.documents")
MAIL = b"""From: Jane Roe <jane@example.org>
To: linux-kernel@vger.kernel.org
Subject: Merging the plan
Message-ID: <plan-1@example.org>
Date: Wed, 4 Mar 2009 17:31:00 +0000

The plan for Xen Dom0 was merged on 4 March 2009, and all of it is good.
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A WARC file of some pages, and of faults between two more."""
    file = builds.write_small_warc(tmp_path_factory.mktemp("source") / "small.warc.gz")
    with file.open("ab") as more:
        more.write(faults())
    return file


@pytest.fixture(scope="module")
def undisturbed(source: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    """A home that was built without any disturbance, and what the build said."""
    home = tmp_path_factory.mktemp("undisturbed") / "archive"
    told = builds.run_build(home, [str(source)])
    assert "error" not in told
    return home, told


@pytest.fixture(scope="module")
def built(undisturbed: tuple[Path, dict]) -> Path:
    return undisturbed[0]


def test_pages_beside_faults_are_in_the_release(built: Path) -> None:
    statement = "SELECT url FROM documents WHERE url LIKE '%/Articles/100000%' ORDER BY url"
    found = run_sql(Home(built).release(), statement, Settings()).rows
    assert [url for (url,) in found] == ["https://lwn.net/Articles/1000001/", "https://lwn.net/Articles/1000006/"]


def test_each_refusal_is_listed_with_its_reason_everywhere(built: Path) -> None:
    found = run_sql(Home(built).release(), "SELECT url, reason, detail FROM set_aside", Settings()).rows
    reasons = {url.rsplit("/", 2)[-2]: reason for url, reason, _ in found if "/Articles/100000" in url}
    assert reasons == {"1000002": "too_large", "1000004": "too_large", "1000005": "not_html"}
    assert any(reason == "warc" and "small.warc.gz" in url for url, reason, _ in found)
    assert all(detail for _, _, detail in found)
    status = json.loads(klog(built, "status", "--json").stdout)
    assert {row["url"] for row in status["ledger"]["set_aside"]} == {url for url, _, _ in found}


def test_no_process_of_a_build_takes_more_than_a_gibibyte_and_a_half(undisturbed: tuple[Path, dict]) -> None:
    assert 0 < undisturbed[1]["peak_bytes"] < 1.5 * (1 << 30)


def unsettle(home: Path, *, reading: bool = True) -> None:
    """Make the whole build due again as a new version of everything would, or what follows the reading of pages."""
    with open_warehouse(Home(home)) as connection:
        if reading:
            connection.execute("UPDATE raw.captures SET parsed_with = NULL")
        connection.execute("DELETE FROM raw.vectors")
        connection.execute("DELETE FROM raw.home WHERE name = 'transformed'")
        # Something that every release shows differs, so that a new one is published.
        connection.execute(
            "UPDATE raw.fetches SET reason = CASE WHEN reason IS NULL THEN 'again' END WHERE page = 1 AND state = 'done'"
        )


def settle(home: Path) -> None:
    with open_warehouse(Home(home)) as connection:
        connection.execute("UPDATE raw.fetches SET reason = NULL WHERE state = 'done'")


def read_again_and_again(home: Path, stop: Path, told: Path) -> None:
    """Ask the current release until `stop` is there, and once more; tell what went wrong and how often all went well."""
    processes.START_S = 600  # a machine too busy to answer says so, which is no fault of the release
    patient = Settings().model_copy(update={"sql_seconds": 600})
    seen, wrong, is_last = 0, [], False
    while not is_last:
        is_last = stop.exists()
        try:
            ask_release(Home(home).release(), patient)
            seen += 1
        except ArchiveMissing as error:
            if seen:
                wrong.append(f"a release was there and is no more: {error}")
        except Exception as error:
            wrong.append(f"{type(error).__name__}: {error}")
        time.sleep(READS_EVERY_S)
    told.write_text(json.dumps({"seen": seen, "wrong": wrong}), encoding="utf-8")


def ask_release(release: Path, settings: Settings) -> None:
    """Search a release, open a document of it and ask it in SQL."""
    with open_search(release / "search") as search:
        assert search.search("xen", mode="keyword").hits
    with open_release(release) as archive:
        assert archive.execute("SELECT text FROM documents ORDER BY document_id LIMIT 1").fetchone()[0]
    assert run_sql(release, "SELECT count(*) FROM passages", settings).rows[0][0] > 0


@contextmanager
def read_meanwhile(home: Path, tmp_path: Path) -> Iterator[None]:
    """Search, open a document and ask SQL all the while, and see the old release or the new one and never an error."""
    stop, told = tmp_path / "stop", tmp_path / "told.json"
    reader = builds.start(read_again_and_again, home, stop, told)
    try:
        yield
    finally:
        stop.touch()
        reader.join(700)
    seen = json.loads(told.read_text(encoding="utf-8"))
    assert seen["wrong"] == []
    assert seen["seen"] > 0
    print(f"{seen['seen']} times all was well")


def kill_at_random(home: Path, source: Path, dice: random.Random) -> bool:
    """Kill a build somewhere in a step that is chosen at random; False where it ended before that."""
    step, later = dice.choice(list(pipeline.STEPS)), dice.uniform(0, LONGEST_S)
    started = builds.start_build(home, [str(source)])
    while started.process.is_alive() and Home(home).read_status().get("step") != step:
        time.sleep(0.005)
    started.process.join(later)
    return started.kill()


@pytest.mark.parametrize("kills", [2, pytest.param(50, marks=pytest.mark.soak)])
def test_kills_at_random_moments_lose_nothing_and_no_reader_sees_an_error(
    source: Path, built: Path, tmp_path: Path, kills: int
) -> None:
    home = shutil.copytree(built, tmp_path / "archive", symlinks=True)
    dice = random.Random(kills)
    with read_meanwhile(home, tmp_path):
        unsettle(home)
        done = whole = 0
        while done < kills:
            if kill_at_random(home, source, dice):
                done += 1
            else:
                whole += 1
                unsettle(home)
        settle(home)
        assert "error" not in builds.run_build(home, [str(source)])
    print(f"{done} builds were killed, {whole} ended before their kill")
    assert rows(home) == rows(built)
    assert not (home / "releases" / ".making").exists()


def test_a_second_run_at_once_is_told_who_holds_the_home_and_readers_are_answered(
    source: Path, built: Path, tmp_path: Path
) -> None:
    home = shutil.copytree(built, tmp_path / "archive", symlinks=True)
    unsettle(home)
    started = builds.start_build(home, [str(source)])
    first = started.process
    for status in watch(home):
        assert first.is_alive(), "it ended by itself"
        if status.get("pid") == first.pid:
            break
    assert first.pid is not None
    os.kill(first.pid, signal.SIGSTOP)
    second = klog(home, "build", check=False)
    ask_release(Home(home).release(), Settings())
    assert json.loads(klog(home, "status", "--json").stdout)["release"]
    started.kill()
    assert second.returncode == 3
    assert f"process {first.pid}" in second.stderr
    assert len(second.stderr.strip().splitlines()) == 1


@pytest.mark.soak  # one of them is stopped above
def test_two_builds_at_once_are_one_build_and_one_sentence(source: Path, built: Path, tmp_path: Path) -> None:
    home = shutil.copytree(built, tmp_path / "archive", symlinks=True)
    unsettle(home)
    with read_meanwhile(home, tmp_path):
        started = [builds.start_build(home, [str(source)]) for _ in range(2)]
        told = [one.told() for one in started]
    (refused,) = [one for one in told if "error" in one]
    assert refused["type"] == "HomeHeld"
    assert len(refused["error"].splitlines()) == 1
    settle(home)
    assert rows(home) == rows(built)


def test_a_release_that_was_damaged_is_made_again(built: Path, tmp_path: Path) -> None:
    home = writable_copy(built, tmp_path / "archive")
    (home / "current" / "archive.duckdb").write_bytes(b"no database")
    said = builds.klog(home, "doctor", "--quick", "--repair")["out"]
    assert said.index("\nFAIL  release: ") < said.index("\nmend  building again") < said.index("\nok    release: ")
    assert run_sql(Home(home).release(), "SELECT count(*) FROM runs", Settings()).rows == ((2,),)
    assert_same_content(home, built)


def junk_warehouse(home: Path) -> None:
    (home / "warehouse.duckdb").write_bytes(random.Random(1).randbytes(100_000))


def cut_warehouse(home: Path) -> None:
    path = home / "warehouse.duckdb"
    os.truncate(path, path.stat().st_size // 2)


def cut_captures(home: Path) -> None:
    (path,) = warc_files(home / "captures")
    os.truncate(path, path.stat().st_size // 2)


def lose_captures(home: Path) -> None:
    (path,) = warc_files(home / "captures")
    path.unlink()


@pytest.mark.soak  # test_lost_home.py reads damaged homes anew without publishing
@pytest.mark.parametrize("damage", [lose_captures, cut_captures, junk_warehouse, cut_warehouse])
def test_what_is_damaged_stops_no_reader_and_is_made_good(
    source: Path, built: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    home = shutil.copytree(built, tmp_path / "archive", symlinks=True)
    unsettle(home)
    damage(home)
    with read_meanwhile(home, tmp_path):
        told = builds.run_build(home, [str(source)])
        if "error" in told:  # the warehouse opened, and a part of it that was read later is damaged
            assert "was moved to" in told["error"]
            told = builds.run_build(home, [str(source)])
        assert "error" not in told, told  # what is lost is named in the release, and no gate stops it
        assert "error" not in builds.run_build(home, [str(source)], recheck=True)
    assert_same_content(home, built)


@pytest.mark.soak
def test_whichever_file_of_a_home_is_lost_the_next_build_makes_it_whole(
    source: Path, built: Path, tmp_path: Path
) -> None:
    files = [path.relative_to(built) for path in sorted(built.rglob("*")) if path.is_symlink() or path.is_file()]
    files = [name for name in files if name.parts[0] != "dbt"]  # what dbt compiles is written anew by every transform
    for number, name in enumerate(files):
        home = shutil.copytree(built, tmp_path / str(number), symlinks=True)
        (home / name).unlink()
        told = builds.run_build(home, [str(source)], recheck=name.parts[0] == "captures")
        assert "error" not in told, (name, told)
        assert_same_content(home, built)
        assert (home / "current" / "archive.duckdb").is_file(), name
        manifest = current_manifest(Home(home))
        assert manifest is not None and not changed_files(home / "current", manifest), name
        shutil.rmtree(home)
    print(f"{len(files)} files, each lost in turn")


def assert_same_content(home: Path, other: Path) -> None:
    """Where captures lie and when they were made may differ; what was read in them may not."""
    expected, found = rows(other), rows(home)
    for table in CONTENT:
        assert found[table] == expected[table], table


def test_an_old_home_builds_and_searches(old_home: Path, tmp_path: Path) -> None:
    release = Home(old_home).release()
    with pytest.raises(ArchiveMismatch, match=r"have format 1, expected 3.*klog build"):
        open_search(release / "search")
    told = builds.run_build(old_home, [str(builds.write_small_warc(tmp_path / "small.warc.gz"))])
    assert told["counts"]["vectors_new"] == 0, "the old vectors serve"
    assert told["counts"]["published"] == 1
    with open_search(Home(old_home).release() / "search") as search:
        assert search.tables.model.startswith("all-MiniLM-L6-v2@53aa5117/32/")
        assert search.search("Xen Dom0", mode="keyword").hits


def test_mail_and_addresses_are_published_while_the_archives_are_out_of_reach(tmp_path: Path) -> None:
    with Server() as gone:
        nowhere = gone.base
    (tmp_path / "addresses.txt").write_text(
        "http://lwn.net/Articles/1/\nhttps://lore.kernel.org/r/plan-1@example.org/\n"
    )
    (tmp_path / "one.eml").write_bytes(MAIL)
    names = {"WAYBACK_BASE": nowhere, "COMMONCRAWL_BASE": nowhere, "LIMITER": str(tmp_path / "limiter.sqlite")}
    done = builds.klog_build(
        tmp_path / "archive", "--addresses", str(tmp_path / "addresses.txt"), "--mail", str(tmp_path / "one.eml"),
        before=partial(builds.set_environment, **{f"KLOG_{name}": value for name, value in names.items()}),
    )  # fmt: skip
    assert done["code"] == 4, done
    (sentence,) = done["error"].splitlines()
    assert sentence.startswith(f"klog: paused by a rate limit: {nowhere.removeprefix('http://')} until 20")
    assert "lwn.net" not in sentence, "which was never asked"
    titles = run_sql(Home(tmp_path / "archive").release(), "SELECT title FROM documents", Settings())
    assert titles.rows == (("Merging the plan",),)


def fill_at(step: str, disk: Path) -> None:
    """Leave hardly any room on a disk when a step begins."""
    pipeline.STEPS[step] = partial(fill_and_do, disk, pipeline.STEPS[step])


@pytest.mark.soak  # test_lost_home.py fills a disk before the smaller steps
@pytest.mark.parametrize("step", FULL_AT)
def test_a_full_disk_is_one_sentence_and_the_next_build_makes_it_good(
    disk: Path, source: Path, built: Path, tmp_path: Path, step: str
) -> None:
    home = disk / "archive"
    if step != "fetch":  # which has something to do in a new home alone
        shutil.copytree(built, home, symlinks=True)
        unsettle(home, reading=step == "parse")
    with read_meanwhile(home, tmp_path):
        told = builds.run_build(home, [str(source)], before=partial(fill_at, step, disk))
        assert told["error"], told
        assert len(told["error"].splitlines()) == 1
        (disk / "filler").unlink()
        settle(home)
        assert "error" not in builds.run_build(home, [str(source)])
    assert rows(home) == rows(built)


def test_a_read_only_disk_is_one_sentence_and_its_release_is_read(disk: Path, source: Path, built: Path) -> None:
    home = disk / "archive"
    shutil.copytree(built, home, symlinks=True)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    command = [sys.executable, "-m", "flows.cli", "--home", str(home)]
    done = subprocess.run([*command, "build"], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("klog: ")
    assert len(done.stderr.strip().splitlines()) == 1
    found = subprocess.run([*command, "search", "--mode", "keyword", "xen"], capture_output=True, text=True)
    assert found.returncode == 0, found.stderr


def turn_clock(days: int) -> None:
    """Set the clock of this process, and of every module that took it by name."""
    for module in modules_with_the_clock():
        module.now = partial(turned_now, days)


@pytest.mark.soak  # test_publish.py names releases by a clock that was set back
def test_a_clock_that_was_set_back_changes_nothing(source: Path, built: Path, tmp_path: Path) -> None:
    home = shutil.copytree(built, tmp_path / "archive", symlinks=True)
    ahead = current_manifest(Home(home))
    unsettle(home, reading=False)
    with read_meanwhile(home, tmp_path):
        assert "error" not in builds.run_build(home, [str(source)], before=partial(turn_clock, -400))
    behind = current_manifest(Home(home))
    assert ahead is not None and behind is not None
    assert behind.release_id > ahead.release_id, "releases are kept by their names, the newest last"
    assert_same_content(home, built)
