"""Killed at any moment, a fetch loses nothing and asks for nothing twice."""

import asyncio
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from multiprocessing.process import BaseProcess as Process
from pathlib import Path

import duckdb
import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType

from tests.flows.web.server import Asked, Server, Write, numbered
from tests.flows.web.steps import run_steps
from tests.forks import fork
from warehouse.captures.files import warc_files
from warehouse.settings import Settings

pytestmark = pytest.mark.slow

ADDRESSES = 300


def captured(home: Path) -> list[str]:
    """Addresses of the whole response and revisit records."""
    kinds = WarcRecordType.response | WarcRecordType.revisit
    found = []
    for file in warc_files(home / "captures"):
        with file.open("rb") as stream:
            found += [record.headers["WARC-Target-URI"] for record in ArchiveIterator(stream, record_types=kinds)]
    return found


@pytest.fixture
def fetching(server: Server, settings_for: Callable[..., Settings], tmp_path: Path) -> Iterator[Callable[[], Process]]:
    """Starts a fetch of 300 addresses in a process of its own; the modules are imported once for all of them."""
    addresses = tmp_path / "addresses.txt"
    addresses.write_text("\n".join(f"{server.base}/page/{number}" for number in range(ADDRESSES)), encoding="utf-8")
    settings = settings_for(server.base, warc_bytes=20_000)

    def start() -> Process:
        given = (tmp_path / "home", settings, ["live"], ["discover", "fetch"])
        return fork(run_steps, *given, modules=("tests.flows.web.steps",), addresses=addresses)

    yield start


@pytest.mark.parametrize("kills", [2, pytest.param(20, marks=pytest.mark.soak)])
def test_kills_leave_every_address_captured_once_and_no_done_one_asked_again(
    server: Server, fetching: Callable[[], Process], tmp_path: Path, kills: int
) -> None:
    home = tmp_path / "home"
    wanted = [f"{server.base}/page/{number}" for number in range(ADDRESSES)]
    dice = random.Random(20081001)
    running: list[Process] = []
    until_kill = [0]

    async def killing(asked: Asked, writer: Write) -> None:
        until_kill[0] -= 1
        if until_kill[0] == 0:
            moment = dice.uniform(0, 0.05)  # before or behind this answer, its record, or the ledger's next batch
            asyncio.get_running_loop().call_later(moment, running[-1].kill)
        await numbered(asked, writer)

    server.answers["/page/"] = killing
    for number in range(kills):
        before, asked = set(captured(home)), len(server.asked)
        until_kill[0] = dice.randrange(1, ADDRESSES // kills)
        running.append(fetching())
        running[-1].join(120)
        assert running[-1].exitcode == -signal.SIGKILL
        again = {f"{server.base}{path}" for path in server.paths()[asked:]} & before
        assert not again, f"asked again after kill {number}"
    assert 0 < len(before) < ADDRESSES
    finish(fetching)
    assert Counter(captured(home)) == Counter(wanted)
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        assert connection.execute("SELECT state, count(*) FROM raw.fetches GROUP BY 1").fetchall() == [
            ("done", ADDRESSES)
        ]
        assert connection.execute("SELECT count(DISTINCT url) FROM raw.captures").fetchone() == (ADDRESSES,)
    assert len(warc_files(home / "captures")) > 2
    check_with_warcio(home)
    asked = len(server.asked)
    finish(fetching)
    assert len(server.asked) == asked


def finish(fetching: Callable[[], Process]) -> None:
    process = fetching()
    process.join(120)
    assert process.exitcode == 0


def check_with_warcio(home: Path) -> None:
    for file in warc_files(home / "captures"):
        command = [sys.executable, "-m", "warcio.cli", "check", "-v", str(file)]
        checked = subprocess.run(command, capture_output=True, text=True)
        assert checked.returncode == 0, checked.stdout
        assert "digest pass" in checked.stdout
        assert "failed" not in checked.stdout
