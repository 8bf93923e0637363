"""Pages are read outside the run's process: what is too slow, too large or kills its process is listed, the rest is read."""

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from flows.document_parser import DocumentParser
from flows.limited_pool import Broken, LimitedPool, TaskLimits
from flows.parse_pool import ParsePool
from flows.sources.registry import identify
from flows.steps import parse
from tests.flows.breaking import Breaking, be, take_half
from tests.flows.web.steps import run_steps
from warehouse.captures.files import CaptureWriter, Response
from warehouse.connection import open_warehouse
from warehouse.frontier.ledger import FoundAddress, Outcome, add_addresses, record_outcomes
from warehouse.frontier.parse_queue import MOST_TRIES, has_things_to_try_again, things_to_read
from warehouse.home import Home
from warehouse.settings import Settings

pytestmark = pytest.mark.slow

SOON = TaskLimits(cpu_s=1, wall_s=60)
WARM = ["flows.parse_worker"]


@pytest.fixture
def pool() -> Iterator[LimitedPool]:
    with closing(LimitedPool(SOON, preload=WARM)) as opened:
        yield opened


def reasons(pool: LimitedPool, *things: str) -> list[str]:
    return [one.reason if isinstance(one, Broken) else one for one in pool.run(be, things)]


def test_one_thing_alone_is_done_in_another_process(pool: LimitedPool) -> None:
    [worker] = pool.run(be, ["ask"])
    assert worker != str(os.getpid())


def test_what_breaks_its_process_is_named_and_the_rest_is_done(pool: LimitedPool) -> None:
    assert reasons(pool, "a", "kill", "b", "exit", "wait", "spin in a library", "c") == [
        "a", "crash", "b", "crash", "wait", "too_slow", "c",
    ]  # fmt: skip


def test_what_waits_for_ever_is_stalled() -> None:
    with closing(LimitedPool(TaskLimits(cpu_s=60, wall_s=1), preload=WARM)) as pool:
        assert reasons(pool, "sleep", "a") == ["stalled", "a"]


def test_what_wants_more_memory_than_it_may_have_does_not_get_it(pool: LimitedPool) -> None:
    assert reasons(pool, "memory", "a") == ["memory", "a"]


def test_each_thing_has_the_whole_time(pool: LimitedPool) -> None:
    assert list(pool.run(take_half, [0.4] * 4)) == ["done"] * 4


def test_nothing_is_started_before_the_first_thing() -> None:
    assert list(LimitedPool(SOON).run(be, [])) == []


@pytest.fixture(scope="module")
def read_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose pages were read, but for some that break their reader."""
    home = Home(tmp_path_factory.mktemp("read"))
    at = dt.datetime(2009, 3, 12)
    outcomes = []
    with open_warehouse(home) as connection, CaptureWriter(home.captures, max_bytes=1 << 30) as writer:
        for name in ("one", "kill", "spin", "two"):
            url = f"http://pages.example/{name}"
            body = f"<title>{name}</title><p>The {name} page says that Linux 2.6.29 is out.".encode()
            stored = writer.append(Response(url, 200, "OK", [("Content-Type", "text/html")], body, at, "live"))
            add_addresses(connection, [FoundAddress(identify(url), "file")], at)
            outcomes.append((identify(url), Outcome(url, "done", stored)))
        record_outcomes(connection, outcomes, at)
    assert read_due(home) == {"one": 0, "kill": 0, "spin": 0, "two": 0}
    return home.root


@pytest.fixture
def home(read_home: Path, tmp_path: Path) -> Home:
    return Home(shutil.copytree(read_home, tmp_path / "home"))


def read_due(home: Home, *, again: bool = True, parser: Callable[..., DocumentParser] = Breaking) -> dict[str, int]:
    """Read what is due and return the things by name, each with how often it was tried in vain before."""
    settings = Settings(home=home.root)
    with (
        open_warehouse(home) as connection,
        closing(ParsePool(parser(home.captures, settings), SOON)) as readers,
    ):
        things = things_to_read(connection, parse.present_versions(settings), again=again)
        run = SimpleNamespace(readers=readers, log=lambda *_, **__: None, log_failure=lambda *_, **__: None)
        parse.read_batch(connection, run, things, readers.read(things))
        return {thing.key.rpartition("/")[2]: thing.tries for thing in things}


def set_aside(home: Home) -> list[tuple]:
    with open_warehouse(home) as connection:
        return connection.execute(
            "SELECT regexp_extract(url, '[a-z]+$'), step, reason FROM raw.set_aside ORDER BY 1"
        ).fetchall()


def titles(home: Home) -> set[str]:
    with open_warehouse(home) as connection:
        return {title for (title,) in connection.execute("SELECT title FROM raw.documents").fetchall()}


def test_pages_that_break_their_process_are_listed_and_the_rest_of_the_batch_is_read(home: Home) -> None:
    assert titles(home) == {"one", "two"}
    assert set_aside(home) == [("kill", "parse", "crash"), ("spin", "parse", "too_slow")]


def test_what_there_was_no_time_for_is_tried_again_in_later_builds_and_not_for_ever(home: Home) -> None:
    assert read_due(home, again=False) == {}, "not in the same build"
    for tries in range(1, MOST_TRIES):
        with open_warehouse(home) as connection:
            assert has_things_to_try_again(connection)
        assert read_due(home) == {"spin": tries}
    assert read_due(home) == {}
    with open_warehouse(home) as connection:
        assert not has_things_to_try_again(connection)
    assert set_aside(home) == [("kill", "parse", "crash"), ("spin", "parse", "too_slow")]


def test_what_is_read_at_another_try_is_no_longer_listed(home: Home) -> None:
    assert read_due(home, parser=DocumentParser) == {"spin": 1}
    assert titles(home) == {"one", "spin", "two"}
    assert set_aside(home) == [("kill", "parse", "crash")]


def test_a_run_tries_again_once_however_often_it_parses(home: Home) -> None:
    run = run_steps(home.root, Settings(), [], ["parse", "parse"])
    assert run.counts["tried_again"] == 1
    assert titles(home) == {"one", "spin", "two"}
