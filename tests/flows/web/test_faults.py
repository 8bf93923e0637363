"""A server that does everything wrong: no run hangs or crashes, and each fault ends in its state."""

import asyncio
import gzip
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from tests.flows.web.server import Answer, Asked, Server, Write, dripping, head, page, plain, raw
from tests.flows.web.steps import run_steps
from tests.flows.web.turns import TurnLog
from warehouse.settings import Settings

pytestmark = pytest.mark.slow

FULL = head(200, "Content-Type: text/html", "Content-Length: 1000")
CHUNKED = head(200, "Content-Type: text/html", "Transfer-Encoding: chunked")


async def changing_loop(asked: Asked, writer: Write) -> None:
    """A redirect to another address each time, for ever."""
    number = int(asked.path.rsplit("/", 1)[-1]) + 1
    await plain(302, b"", f"Location: /endless/{number}")(asked, writer)


FAULTS: dict[str, tuple[Answer, str, str | None]] = {
    # name: how the server answers, the state it ends in, the reason
    "missing": (plain(404, b"no"), "gone", "http_404"),
    "removed": (plain(410, b"no"), "gone", "http_410"),
    "forbidden": (plain(403, b"no"), "refused", "http_403"),
    "teapot": (plain(418, b"no"), "set_aside", "http_418"),
    "broken": (plain(500, b"oh"), "paused", "http_500"),
    "reset": (raw(b"", reset=True), "paused", "reset"),
    "reset-in-head": (raw(b"HTTP/1.1 200 OK\r\nContent-Ty", reset=True), "paused", "reset"),
    "reset-in-body": (raw(FULL + b"half", reset=True), "paused", "reset"),
    "closed": (raw(b""), "paused", "reset"),
    "truncated": (raw(FULL + b"half"), "paused", "truncated"),
    "overlong": (raw(head(200, "Content-Length: 4") + page(1) * 20), "done", None),
    "no-length": (raw(head(200, "Content-Type: text/html") + page(2)), "done", None),
    "slow-head": (dripping(b"HTTP/1.1 200 OK\r\n", b"X-Drip: 1\r\n", 0.2), "paused", "timeout"),
    "silent": (dripping(b"", b"", 30), "paused", "timeout"),
    "slow-body": (dripping(FULL, b"x", 0.2), "paused", "timeout"),
    "stalled-body": (dripping(FULL + b"some", b"", 30), "paused", "timeout"),
    "chunk-size": (raw(CHUNKED + b"zz\r\nhello\r\n0\r\n\r\n"), "paused", "protocol"),
    "chunk-short": (raw(CHUNKED + b"ff\r\nhello"), "paused", "truncated"),
    "chunk-end": (raw(CHUNKED + b"5\r\nhelloXX0\r\n\r\n"), "paused", "protocol"),
    "no-http": (raw(b"SSH-2.0-OpenSSH_5.3\r\n\r\n"), "paused", "protocol"),
    "two-lengths": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"), "paused", "protocol"),
    "big-head": (raw(b"HTTP/1.1 200 OK\r\nX-Big: " + b"x" * 200_000 + b"\r\n\r\n"), "paused", "protocol"),
    "many-heads": (dripping(b"HTTP/1.1 200 OK\r\n", b"X-Many: 1\r\n" * 1000, 0), "paused", "protocol"),
    "self": (plain(302, b"", "Location: /self"), "set_aside", "redirect_loop"),
    "endless": (changing_loop, "set_aside", "redirects"),
    "away": (plain(302, b"", "Location: http://10.0.0.1/"), "refused", "private"),
    "declared-huge": (raw(head(200, "Content-Length: 99999999999") + b"x"), "set_aside", "too_large"),
    "endless-body": (dripping(head(200, "Content-Type: text/html"), b"x" * 500_000, 0), "set_aside", "too_large"),
    "bomb": (plain(200, gzip.compress(b"\0" * 3_000_000), "Content-Encoding: gzip"), "set_aside", "too_large"),
    "unknown-packing": (plain(200, b"hello", "Content-Encoding: secret"), "done", None),
    "empty": (plain(200, b""), "done", None),
    "binary": (plain(200, bytes(range(256)) * 9), "done", None),
    "odd-location": (plain(302, b"", "Location: http://[::bad"), "refused", "address"),
    "no-location": (plain(302, b""), "set_aside", "http_302"),
}  # fmt: skip


def states(home: Path) -> dict[str, tuple[str, str | None]]:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        rows = connection.execute("SELECT url, state, reason FROM raw.fetches").fetchall()
    return {url.split("/", 3)[3]: (state, reason) for url, state, reason in rows}


def address_file(folder: Path, base: str, names: list[str]) -> Path:
    file = folder / "addresses.txt"
    file.write_text("\n".join(f"{base}/{name}" for name in names), encoding="utf-8")
    return file


def test_every_fault_ends_in_its_state(server: Server, settings_for: Callable[..., Settings], tmp_path: Path) -> None:
    for name, (answer, _, _) in FAULTS.items():
        server.answers[f"/{name}"] = answer
    names = [*(name if name != "endless" else "endless/0" for name in FAULTS), "page/good"]
    settings = settings_for(
        server.base, max_sent_bytes=1_000_000, max_body_bytes=2_000_000, max_redirects=4, read_timeout_s=2,
        total_timeout_s=5,
    )  # fmt: skip
    addresses = address_file(tmp_path, server.base, names)
    run_steps(tmp_path / "home", settings, ["live"], ["discover", "fetch"], addresses=addresses)
    found = states(tmp_path / "home")
    expected = {name: (state, reason) for name, (_, state, reason) in FAULTS.items()}
    expected["endless/0"] = expected.pop("endless")
    assert found == {**expected, "page/good": ("done", None)}


@pytest.mark.parametrize("name", ["slow-head", "slow-body", "silent"])
def test_one_address_costs_no_more_than_its_total_limit(
    name: str, server: Server, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    server.answers["/x"] = FAULTS[name][0]
    settings = settings_for(server.base, read_timeout_s=60, total_timeout_s=1)
    run_steps(
        tmp_path / "home",
        settings,
        ["live"],
        ["discover", "fetch"],
        addresses=address_file(tmp_path, server.base, ["x"]),
    )
    with duckdb.connect(str(tmp_path / "home" / "warehouse.duckdb"), read_only=True) as connection:
        ((state, error),) = connection.execute("SELECT state, last_error FROM raw.fetches").fetchall()
    assert state == "paused"
    assert "not finished within 1 s (KLOG_TOTAL_TIMEOUT_S)" in error  # and not after the 60 of a read


@pytest.mark.parametrize(("header", "least_s"), [("Retry-After: 300", 300), ("X-None: 1", 60)])
@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_says_too_many_is_not_asked_again_and_the_next_run_remembers(
    status: int, header: str, least_s: float, server: Server, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    server.answers["/page/0"] = plain(status, b"slow down", header)
    settings = settings_for(server.base)
    addresses = address_file(tmp_path, server.base, [f"page/{number}" for number in range(20)])
    run_steps(tmp_path / "home", settings, ["live"], ["discover", "fetch"], addresses=addresses)
    assert server.paths() == ["/robots.txt", "/page/0"]
    assert set(states(tmp_path / "home").values()) == {("paused", "host")}
    with duckdb.connect(str(tmp_path / "home" / "warehouse.duckdb"), read_only=True) as connection:
        waits = connection.execute(
            "SELECT min(epoch(retry_at - updated_at)), max(last_error), max(attempts) FROM raw.fetches"
        ).fetchone()
    assert waits[0] >= least_s - 30  # seconds between the answer and its being written down, on a busy machine
    assert str(status) in waits[1]
    assert waits[2] == 0
    for _ in range(2):
        run_steps(tmp_path / "home", settings, ["live"], ["discover", "fetch"], addresses=addresses)
        run_steps(tmp_path / "other", settings, ["live"], ["discover", "fetch"], addresses=addresses)
    assert len(server.asked) == 2


def test_a_short_pause_is_waited_out_and_the_work_goes_on(
    server: Server, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    from flows.steps import fetch as fetch_step

    async def once(asked: Asked, writer: Write) -> None:
        first = [one.path for one in server.asked].count("/page/0") == 1
        await (plain(429, b"slow", "Retry-After: 1") if first else plain(200, page(0)))(asked, writer)

    server.answers["/page/0"] = once
    settings = settings_for(server.base, patience_s=10, live_seconds=0.01)
    turns = TurnLog(settings.limiter)
    addresses = address_file(tmp_path, server.base, ["page/0", "page/1"])
    run = run_steps(tmp_path / "home", settings, ["live"], ["discover", "fetch"], addresses=addresses)
    assert run.counts["fetched"] == 2
    assert sorted(server.paths()).count("/page/0") == 2
    assert turns.ends()[-1] >= turns.paused_until()
    assert fetch_step.IDLE_ROUNDS > 1


def test_a_refused_connection_pauses_the_host(settings_for: Callable[..., Settings], tmp_path: Path) -> None:
    with Server() as gone:
        base = gone.base
    settings = settings_for(base)
    addresses = address_file(tmp_path, base, [f"page/{number}" for number in range(5)])
    run_steps(tmp_path / "home", settings, ["live"], ["discover", "fetch"], addresses=addresses)
    assert set(states(tmp_path / "home").values()) == {("paused", "host")}


def test_the_second_run_makes_no_request(server: Server, settings_for: Callable[..., Settings], tmp_path: Path) -> None:
    settings = settings_for(server.base)
    server.answers["/missing"] = plain(404, b"no")
    addresses = address_file(tmp_path, server.base, [*(f"page/{number}" for number in range(10)), "missing"])
    run_steps(tmp_path / "home", settings, ["live"], ["discover", "fetch"], addresses=addresses)
    asked = len(server.asked)
    run_steps(tmp_path / "home", settings, ["live"], ["discover", "fetch"], addresses=addresses)
    assert len(server.asked) == asked == 12
    run_steps(tmp_path / "home", settings, ["live"], ["discover", "fetch"], addresses=addresses, recheck=True)
    assert server.paths()[asked:] == ["/robots.txt", "/missing"]


def test_two_homes_with_one_limiter_stay_within_the_limit_together(
    server: Server, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    import threading

    settings = settings_for(server.base, live_seconds=0.15)
    addresses = address_file(tmp_path, server.base, [f"page/{number}" for number in range(12)])
    workers = [
        threading.Thread(
            target=run_steps,
            args=(tmp_path / name, settings, ["live"], ["discover", "fetch"]),
            kwargs={"addresses": addresses},
        )
        for name in ("one", "two")
    ]
    turns = TurnLog(settings.limiter)
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(server.asked) == len(turns.ends()) == 2 * 13
    assert all(later - earlier >= 0.15 - 1e-6 for earlier, later in pairwise(turns.ends()))


def test_robots_txt_is_honoured_with_its_delay(
    server: Server, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    rules = b"User-agent: *\nDisallow: /page/2\nCrawl-delay: 1\n"
    server.answers["/robots.txt"] = plain(200, rules, kind="text/plain")
    addresses = address_file(tmp_path, server.base, [f"page/{number}" for number in (1, 2, 3)])
    settings = settings_for(server.base)
    turns = TurnLog(settings.limiter)
    run_steps(tmp_path / "home", settings, ["live"], ["discover", "fetch"], addresses=addresses)
    assert server.paths() == ["/robots.txt", "/page/1", "/page/3"]
    first, second = turns.ends()
    assert second - first >= 1
    assert states(tmp_path / "home")["page/2"] == ("refused", "robots")


@pytest.mark.parametrize(("status", "state"), [(404, "done"), (403, "done"), (500, "paused")])
def test_a_missing_robots_txt_allows_and_a_failing_one_forbids(
    status: int, state: str, server: Server, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    server.answers["/robots.txt"] = plain(status, b"")
    addresses = address_file(tmp_path, server.base, ["page/1", "page/2"])
    run_steps(tmp_path / "home", settings_for(server.base), ["live"], ["discover", "fetch"], addresses=addresses)
    assert {found for found, _ in states(tmp_path / "home").values()} == {state}


def test_who_we_are_is_said_in_every_request(
    server: Server, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    settings = settings_for(server.base, contact="mailto:desk@kernel-log.example")
    addresses = address_file(tmp_path, server.base, ["page/1"])
    run_steps(tmp_path / "home", settings, ["live"], ["discover", "fetch"], addresses=addresses)
    for one in server.asked:
        name = one.headers["user-agent"]
        assert name.startswith("kernel-log-archive/")
        assert "(+mailto:desk@kernel-log.example)" in name


def test_pages_of_lore_are_never_asked(server: Server, settings_for: Callable[..., Settings], tmp_path: Path) -> None:
    file = tmp_path / "addresses.txt"
    file.write_text("https://lore.kernel.org/lkml/20090304173120.1@kernel.org/\nhttp://lkml.kernel.org/r/1@x.org\n")
    settings = settings_for(server.base)
    run_steps(tmp_path / "home", settings, ["auto"], ["discover", "fetch"], addresses=file)
    assert server.paths() == [path for path in server.paths() if "lore" not in path and "/r/1@" not in path]
    with duckdb.connect(str(tmp_path / "home" / "warehouse.duckdb"), read_only=True) as connection:
        found = connection.execute("SELECT DISTINCT state, reason FROM raw.fetches").fetchall()
    assert found == [("refused", "mail_archive")]


def test_a_result_that_is_not_taken_stops_the_work(server: Server, settings_for: Callable[..., Settings]) -> None:
    """A crew left in the middle (a kill, an error at the desk) ends its lanes and connections."""
    from flows.origins import open_origins
    from warehouse.frontier.ledger import Due

    (web,) = open_origins(["live"], settings_for(server.base))
    due = [Due(f"{server.base}/page/{number}", "page", str(number), 1, None, 0) for number in range(50)]
    results = web.fetch(due)
    next(results)
    results.close()
    asyncio.run(asyncio.sleep(0))
    assert len(server.asked) < 50
