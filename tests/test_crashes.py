"""Whatever stops a build, readers see the old release or the new one, and the next build makes all good."""

import datetime as dt
import json
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from flows import pipeline
from tests import builds
from tests.flows.test_runs import rows
from warehouse import home as clock
from warehouse.connection import open_release, open_warehouse
from warehouse.errors import ArchiveMissing
from warehouse.home import Home
from warehouse.releases.publish import current_manifest
from warehouse.search import open_search
from warehouse.settings import Settings
from warehouse.sql import run_sql

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]

FULL_AT = ("fetch", "parse", "embed", "transform", "index")
ROOM = 64 * 1024  # bytes left on a disk that is full
LONGEST_S = 2.0  # behind the beginning of a step, at which a kill comes


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return builds.write_small_warc(tmp_path_factory.mktemp("source") / "small.warc.gz")


@pytest.fixture(scope="module")
def built(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that was built without any disturbance."""
    home = tmp_path_factory.mktemp("undisturbed") / "archive"
    assert "error" not in builds.run_build(home, [str(source)])
    return home


def unsettle(home: Path) -> None:
    """Make the whole build due again, reading to publishing, as a new version of everything would."""
    with open_warehouse(Home(home)) as connection:
        connection.execute("UPDATE raw.captures SET parsed_with = NULL")
        connection.execute("DELETE FROM raw.vectors")
        connection.execute("DELETE FROM raw.home WHERE name = 'transformed'")
        # Something that every release shows differs, so that a new one is published.
        connection.execute("UPDATE raw.fetches SET reason = CASE WHEN reason IS NULL THEN 'again' END WHERE page = 1")


def settle(home: Path) -> None:
    with open_warehouse(Home(home)) as connection:
        connection.execute("UPDATE raw.fetches SET reason = NULL")


def read_again_and_again(home: Path, stop: Path, told: Path) -> None:
    """Ask the current release until `stop` is there; what went wrong and how often all went well is told."""
    place, seen, wrong = Home(home), 0, []
    while not stop.exists():
        try:
            release = place.release()
        except ArchiveMissing:
            if seen:
                wrong.append("a release was there and is no more")
            time.sleep(0.05)
            continue
        try:
            with open_search(release / "search") as search:
                assert search.search("xen", mode="keyword").hits
            with open_release(release) as archive:
                assert archive.execute("SELECT text FROM documents ORDER BY document_id LIMIT 1").fetchone()[0]
            assert run_sql(release, "SELECT count(*) FROM passages", Settings()).rows[0][0] > 0
            seen += 1
        except Exception as error:
            wrong.append(f"{type(error).__name__}: {error}")
        time.sleep(0.01)
    told.write_text(json.dumps({"seen": seen, "wrong": wrong}), encoding="utf-8")


def kill_at_random(home: Path, source: Path, dice: random.Random) -> bool:
    """Kill a build somewhere in a step that is chosen at random; False where it ended before that."""
    step, later = dice.choice(list(pipeline.STEPS)), dice.uniform(0, LONGEST_S)
    process = builds.start_build(home, [str(source)])
    while process.is_alive() and Home(home).read_status().get("step") != step:
        time.sleep(0.005)
    process.join(later)
    was_alive = process.is_alive()
    process.kill()
    process.join()
    return was_alive


@pytest.mark.parametrize("kills", [6, pytest.param(50, marks=pytest.mark.soak)])
def test_kills_at_random_moments_lose_nothing_and_no_reader_sees_an_error(
    source: Path, built: Path, tmp_path: Path, kills: int
) -> None:
    home, stop, told = tmp_path / "archive", tmp_path / "stop", tmp_path / "told.json"
    shutil.copytree(built, home, symlinks=True)
    dice = random.Random(kills)
    reader = multiprocessing.get_context("spawn").Process(target=read_again_and_again, args=(home, stop, told))
    reader.start()
    try:
        unsettle(home)
        done = 0
        while done < kills:
            if kill_at_random(home, source, dice):
                done += 1
            else:
                unsettle(home)
        settle(home)
        assert "error" not in builds.run_build(home, [str(source)])
    finally:
        stop.touch()
        reader.join(60)
    seen = json.loads(told.read_text(encoding="utf-8"))
    assert seen["wrong"] == []
    assert seen["seen"] > kills
    assert rows(home) == rows(built)
    assert not (home / "releases" / ".making").exists()


def test_lists_that_are_merely_paused_stop_no_build(built: Path, source: Path, tmp_path: Path) -> None:
    home = shutil.copytree(built, tmp_path / "archive", symlinks=True)
    with open_warehouse(Home(home)) as connection:
        connection.execute(
            "INSERT INTO raw.set_aside SELECT 'list ' || n, 'discover', 'paused', 'a.example is not asked before "
            "2030-01-01 00:00:00 UTC', NULL, NULL, NULL FROM range(60) AS lists(n)"
        )
    told = builds.run_build(home, [str(source)])
    assert "error" not in told, told
    assert told["counts"]["published"] == 1
    assert told["paused"][0]["number"] == 60, "so the command ends with exit code 4"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 200 MB in memory."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200m", "tmpfs", str(place)], capture_output=True)
    if made.returncode:
        pytest.skip("only root may mount a disk")
    yield place
    subprocess.run(["mount", "-o", "remount,rw", str(place)], check=True)
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill_at(step: str, disk: Path) -> None:
    """Leave hardly any room on a disk when a step begins."""
    real = pipeline.STEPS[step]

    def full(run: object) -> object:
        left = shutil.disk_usage(disk).free - ROOM
        with (disk / "filler").open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, left)
        return real(run)

    pipeline.STEPS[step] = full


@pytest.mark.parametrize(
    "step", [pytest.param(step, marks=[] if step == "embed" else pytest.mark.soak) for step in FULL_AT]
)
def test_a_full_disk_is_one_sentence_and_the_next_build_makes_it_good(
    disk: Path, source: Path, built: Path, step: str
) -> None:
    home = disk / "archive"
    told = builds.run_build(home, [str(source)], before=partial(fill_at, step, disk))
    assert told["error"], told
    assert "Traceback" not in told["error"]
    (disk / "filler").unlink()
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
    """Set the clock of this process; modules that took `now` by name are given the other one."""
    real = clock.now

    def turned() -> dt.datetime:
        return real() + dt.timedelta(days=days)

    for module in list(sys.modules.values()):
        if getattr(module, "now", None) is real:
            module.now = turned


def test_a_clock_that_was_set_back_changes_nothing(source: Path, built: Path, tmp_path: Path) -> None:
    home = tmp_path / "archive"
    assert "error" not in builds.run_build(home, [str(source)], before=partial(turn_clock, 400))
    ahead = current_manifest(Home(home))
    unsettle(home)
    assert "error" not in builds.run_build(home, [str(source)])
    behind = current_manifest(Home(home))
    assert ahead is not None and behind is not None
    assert behind.release_id > ahead.release_id, "releases are kept by their names, the newest last"
    expected, found = rows(built), rows(home)
    for table in ("documents", "passages", "links", "mentions", "events", "vectors", "main.documents"):
        assert found[table] == expected[table], table
