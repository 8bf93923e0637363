"""Whole `klog build` processes before a host that asks for a pause, judged by the turns of the limiter and by what arrives at the host."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from flows.web.origin import Listed
from tests import builds
from tests.flows.web.server import Asked, Server, Write, page, plain
from tests.flows.web.steps import MODULES
from tests.flows.web.turns import TurnLog
from warehouse.connection import open_warehouse
from warehouse.home import Home

pytestmark = pytest.mark.slow

Build = Callable[..., dict]


@pytest.fixture
def build(server: Server, tmp_path: Path) -> Build:
    """Gives the command `klog build` for a home of a name; all homes share a limiter."""
    addresses = tmp_path / "addresses.txt"
    addresses.write_text("\n".join(f"{server.base}/page/{number}" for number in range(4)), encoding="utf-8")

    def run(home: str, *arguments: str, patience_s: float = 0, live_seconds: float = 0, source: str = "live") -> dict:
        settings = {
            "WAYBACK_BASE": server.base, "LIMITER": tmp_path / "limiter.sqlite", "LIVE_SECONDS": live_seconds, "CDX_PER_MINUTE": 1e6,
            "PATIENCE_S": patience_s,
        }  # fmt: skip
        given = ["--from", source, *(["--addresses", str(addresses)] if source == "live" else [])]
        named = {f"KLOG_{name}": str(value) for name, value in settings.items()}
        return builds.klog_build(tmp_path / home, *given, *arguments, before=partial(builds.set_environment, **named))

    return run


def slow_down(server: Server, seconds: int) -> Callable:
    """Answers the first request with 429, and all others with a page."""

    async def answer(asked: Asked, writer: Write) -> None:
        first = [one.path for one in server.asked if one.path != "/robots.txt"] == [asked.path]
        await (plain(429, b"slow", f"Retry-After: {seconds}") if first else plain(200, page(asked.path)))(asked, writer)

    return answer


def test_a_pause_is_waited_out_by_the_process_and_nothing_is_asked_meanwhile(
    server: Server, build: Build, tmp_path: Path
) -> None:
    server.answers["/page/"] = slow_down(server, 3)
    with open_warehouse(Home(tmp_path / "one")) as connection:
        listed = [Listed(f"{server.base}/page/{number}") for number in range(4)]
        MODULES["discover"].enter_addresses(connection, listed, {})
    turns = TurnLog(tmp_path / "limiter.sqlite")
    done = build("one", "--only", "fetch", patience_s=60, live_seconds=0.01)
    assert done["code"] == 0, done
    paths = ["/page/0", "/page/0", "/page/1", "/page/2", "/page/3"]
    pages = [one for one in server.asked if one.path != "/robots.txt"]
    assert sorted(one.path for one in pages) == paths
    assert [one.path for one in pages[:2]] == ["/page/0", "/page/0"]
    assert all(end >= turns.paused_until() for end in turns.ends()[-4:])


def assert_paused(run: dict, server: Server) -> None:
    assert run["code"] == 4, run
    (sentence,) = run["error"].strip().splitlines()
    assert sentence.startswith(f"klog: paused by a rate limit: {server.base.removeprefix('http://')} until 20")
    assert "UTC" in sentence
    assert "klog --home" not in run["out"]  # there is nothing to search yet


def test_what_starts_during_a_pause_asks_nothing_says_until_when_and_ends_with_4(server: Server, build: Build) -> None:
    server.answers["/page/"] = slow_down(server, 600)
    runs = [build("one")]
    with ThreadPoolExecutor() as pool:  # a second run of this home and a first one of another, both in the pause
        runs += pool.map(build, ["one", "two"])
    for run in runs:
        assert_paused(run, server)
    assert server.paths() == ["/robots.txt", "/page/0"]


def test_a_pause_of_the_index_pauses_the_run(server: Server, build: Build) -> None:
    server.answers["/cdx/"] = slow_down(server, 600)
    assert_paused(build("one", source="wayback"), server)
    assert [path.partition("?")[0] for path in server.paths()] == ["/cdx/search/cdx"]
