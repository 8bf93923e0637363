"""Turns, pauses and what a stored pause does to the next run; the clock is a number that sleeping moves."""

import asyncio
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from flows.retries import FIRST_PAUSE_S, LONGEST_PAUSE_S
from flows.web.limiter import Limiter, retry_after
from warehouse.errors import SettingError, Wait

START = 1_700_000_000.0


class Time:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def time() -> Time:
    return Time()


def limiter(path: Path, time: Time) -> Limiter:
    return Limiter(path / "limiter.sqlite", clock=time, sleep=time.sleep)


def turns(limiter: Limiter, host: str, seconds: float, count: int, time: Time) -> list[float]:
    async def take() -> list[float]:
        found = []
        for _ in range(count):
            await limiter.turn(host, seconds)
            found.append(time.now - START)
        return found

    return asyncio.run(take())


def test_turns_of_a_host_are_apart_and_hosts_do_not_wait_for_each_other(tmp_path: Path, time: Time) -> None:
    one = limiter(tmp_path, time)
    assert turns(one, "a", 2, 3, time) == [0, 2, 4]
    assert turns(one, "b", 2, 2, time) == [4, 6]


def test_two_processes_with_one_file_share_the_turns(tmp_path: Path, time: Time) -> None:
    one, two = limiter(tmp_path, time), limiter(tmp_path, time)
    assert [turns(which, "a", 3, 1, time)[0] for which in (one, two, one, two)] == [0, 3, 6, 9]


def test_runs_that_start_at_the_same_moment_all_get_the_new_file(tmp_path: Path) -> None:
    runs = 8
    together = threading.Barrier(runs)

    def start(path: Path) -> None:
        together.wait(60)
        one = Limiter(path)
        asyncio.run(one.turn("a", 0.001))
        one.close()

    with ThreadPoolExecutor(runs) as pool:
        for number in range(20):
            list(pool.map(start, [tmp_path / f"{number}.sqlite"] * runs))


def test_queues_of_a_host_have_rates_of_their_own_and_one_pause(tmp_path: Path, time: Time) -> None:
    one = limiter(tmp_path, time)

    async def both() -> None:
        await one.turn("a", 100, "cdx")
        await one.turn("a", 1, "replay")

    asyncio.run(both())
    assert time.now == START
    one.pause("a", "it answered 429", 30)
    for queue in ("cdx", "replay"):
        with pytest.raises(Wait):
            asyncio.run(one.turn("a", 1, queue))


def test_a_pause_lasts_as_long_as_it_was_asked_for_in_every_process(tmp_path: Path, time: Time) -> None:
    limiter(tmp_path, time).pause("a", "it answered 429", 30)
    later = limiter(tmp_path, time)
    time.now += 29.9
    with pytest.raises(Wait, match="429") as caught:
        later.check("a")
    assert caught.value.retry_after_s == pytest.approx(0.1)
    time.now += 0.1
    later.check("a")
    later.check("b")


def test_a_pause_that_comes_while_a_turn_is_waited_for_is_kept(tmp_path: Path, time: Time) -> None:
    one = limiter(tmp_path, time)
    turns(one, "a", 10, 1, time)

    async def sleep(seconds: float) -> None:
        time.now += seconds
        one.pause("a", "it answered 503", 60)

    one.sleep = sleep
    with pytest.raises(Wait):
        turns(one, "a", 10, 1, time)


def test_pauses_without_a_time_double_until_the_host_answers(tmp_path: Path, time: Time) -> None:
    one = limiter(tmp_path, time)
    lengths = []
    for _ in range(12):
        lengths.append(one.pause("a", "it answered 429").retry_after_s)
        time.now += lengths[-1]
    assert lengths[:3] == [FIRST_PAUSE_S, 2 * FIRST_PAUSE_S, 4 * FIRST_PAUSE_S]
    assert lengths[-1] == LONGEST_PAUSE_S
    one.answered("a")
    assert one.pause("a", "it answered 429").retry_after_s == FIRST_PAUSE_S


def test_answers_on_their_way_when_a_pause_begins_are_one_strike(tmp_path: Path, time: Time) -> None:
    one = limiter(tmp_path, time)
    assert [one.pause("a", "it answered 429").retry_after_s for _ in range(5)] == [FIRST_PAUSE_S] * 5
    assert one.strikes("a") == 1


def test_a_longer_pause_is_not_cut_by_a_shorter_one(tmp_path: Path, time: Time) -> None:
    one = limiter(tmp_path, time)
    one.pause("a", "it answered 429", 600)
    assert one.pause("a", "it answered 503", 5).retry_after_s == 600


def test_a_clock_that_was_wrong_does_not_pause_for_years(tmp_path: Path, time: Time) -> None:
    one = limiter(tmp_path, time)
    turns(one, "a", 2, 2, time)
    one.pause("a", "it answered 429", 3600)
    time.now -= 10 * 365 * 86400
    one.check("a")
    assert turns(one, "a", 2, 1, time)[0] == time.now - START


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("30", 30), (" 120 ", 120), ("0", 0), ("-5", None), ("soon", None), ("", None), (None, None), ("1e3", None),
        ("Tue, 14 Nov 2023 22:14:20 GMT", 60), ("Tue, 14 Nov 2023 22:12:20 GMT", 0), ("9" * 30, 999999999),
    ],
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, START) == seconds


def test_a_file_that_cannot_be_written_is_a_wrong_setting(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(SettingError, match="KLOG_LIMITER"):
        Limiter(tmp_path / "file" / "limiter.sqlite")
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"no database" * 100)
    with pytest.raises(SettingError, match="KLOG_LIMITER"):
        Limiter(broken)


def test_what_is_stored_can_be_read_by_anybody(tmp_path: Path, time: Time) -> None:
    limiter(tmp_path, time).pause("a", "it answered 429", 30)
    with sqlite3.connect(tmp_path / "limiter.sqlite") as connection:
        assert connection.execute("SELECT host, why FROM hosts").fetchall() == [("a", "it answered 429")]
