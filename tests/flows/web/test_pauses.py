"""Whole `klog build` processes before a host that asks for a pause, judged by when requests arrive at it."""

import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from flows.web.origin import Listed
from tests.command import klog
from tests.flows.web.server import Asked, Server, Write, page, plain
from tests.flows.web.steps import MODULES
from warehouse.connection import open_warehouse
from warehouse.home import Home


@pytest.fixture
def build(server: Server, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs `klog build` on a home of a name; all homes share a limiter."""
    addresses = tmp_path / "addresses.txt"
    addresses.write_text("\n".join(f"{server.base}/page/{number}" for number in range(4)), encoding="utf-8")

    def run(
        home: str, *arguments: str, patience_s: float = 0, source: str = "live"
    ) -> subprocess.CompletedProcess[str]:
        settings = {
            "wayback_base": server.base, "limiter": tmp_path / "limiter.sqlite", "live_seconds": 0,
            "cdx_per_minute": 1e6, "patience_s": patience_s,
        }  # fmt: skip
        given = ["--from", source, *(["--addresses", str(addresses)] if source == "live" else [])]
        named = {name: str(value) for name, value in settings.items()}
        return klog(tmp_path / home, "build", *given, *arguments, check=False, **named)

    return run


def slow_down(server: Server, seconds: int) -> Callable:
    """Answers the first request with 429, and all others with a page."""

    async def answer(asked: Asked, writer: Write) -> None:
        first = [one.path for one in server.asked if one.path != "/robots.txt"] == [asked.path]
        await (plain(429, b"slow", f"Retry-After: {seconds}") if first else plain(200, page(asked.path)))(asked, writer)

    return answer


def test_a_pause_is_waited_out_by_the_process_and_nothing_is_asked_meanwhile(
    server: Server, build: Callable, tmp_path: Path
) -> None:
    server.answers["/page/"] = slow_down(server, 3)
    with open_warehouse(Home(tmp_path / "one")) as connection:
        listed = [Listed(f"{server.base}/page/{number}") for number in range(4)]
        MODULES["discover"].enter_addresses(connection, listed, {})
    done = build("one", "--only", "fetch", patience_s=60)
    assert done.returncode == 0, done.stderr
    paths = ["/page/0", "/page/0", "/page/1", "/page/2", "/page/3"]
    pages = [one for one in server.asked if one.path != "/robots.txt"]
    assert sorted(one.path for one in pages) == paths
    assert [one.path for one in pages[:2]] == ["/page/0", "/page/0"]
    assert min(one.at for one in server.asked if one.at > pages[0].at) - pages[0].at >= 3


def assert_paused(run: subprocess.CompletedProcess[str], server: Server) -> None:
    assert run.returncode == 4, run.stderr
    (sentence,) = run.stderr.strip().splitlines()
    assert sentence.startswith(f"klog: paused by a limit: {server.base.removeprefix('http://')} until 20")
    assert "UTC" in sentence
    assert "klog --home" not in run.stdout  # there is nothing to search yet


def test_what_starts_during_a_pause_asks_nothing_says_until_when_and_ends_with_4(
    server: Server, build: Callable
) -> None:
    server.answers["/page/"] = slow_down(server, 600)
    runs = [build("one")]
    with ThreadPoolExecutor() as pool:  # a second run of this home and a first one of another, both in the pause
        runs += pool.map(build, ["one", "two"])
    for run in runs:
        assert_paused(run, server)
    assert server.paths() == ["/robots.txt", "/page/0"]


def test_a_pause_of_the_index_pauses_the_run(server: Server, build: Callable) -> None:
    server.answers["/cdx/"] = slow_down(server, 600)
    assert_paused(build("one", source="wayback"), server)
    assert [path.partition("?")[0] for path in server.paths()] == ["/cdx/search/cdx"]
