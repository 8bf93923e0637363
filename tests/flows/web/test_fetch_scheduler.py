"""Stages in order for each address, lanes one after another, and nothing that ends the run."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from unittest.mock import Mock

import pytest
from prefect.exceptions import TerminationSignal

from flows.web.fetch_scheduler import FetchScheduler, failure_to_report
from warehouse.captures.files import Response
from warehouse.errors import FetchFailed, Gone, KlogError, Refused, TooLarge, Wait
from warehouse.frontier.ledger import Due


@dataclass
class Told:
    """A stage that does what it is told for each key, and notes what ran beside what."""

    name: str
    does: dict[str, KlogError | Exception] = field(default_factory=dict)
    lanes: int = 2
    running: dict[str, int] = field(default_factory=dict)
    most: list[int] = field(default_factory=lambda: [0])
    asked: list[str] = field(default_factory=list)

    def lane(self, due: Due) -> str:
        return due.key[0]

    async def get(self, client: object, due: Due) -> Response:
        self.asked.append(due.key)
        lane = self.lane(due)
        self.running[lane] = self.running.get(lane, 0) + 1
        assert self.running[lane] == 1, "two at once in one lane"
        self.most.append(sum(self.running.values()))
        await asyncio.sleep(0)
        self.running[lane] -= 1
        if due.key in self.does:
            raise self.does[due.key]
        return Response(due.url, 200, "OK", [], b"", None, self.name)


class NoClient:
    async def aclose(self) -> None:
        pass


def due(key: str, attempts: int = 0) -> Due:
    return Due(f"http://x.org/{key}", "page", key, 1, None, attempts)


def run(stages: list[Told], addresses: list[Due]) -> dict[str, object]:
    found = FetchScheduler(NoClient(), stages).run(addresses)
    return {one.url.rsplit("/", 1)[1]: one.response.origin if one.response else one.error for one in found}


def test_each_address_goes_on_until_somebody_has_it() -> None:
    gone = Gone("no", reason="not_archived")
    one, two = Told("one", {"a2": gone, "b1": gone}), Told("two", {"b1": gone})
    found = run([one, two], [due(key) for key in ("a1", "a2", "b1")])
    assert found == {"a1": "one", "a2": "two", "b1": gone}
    assert sorted(two.asked) == ["a2", "b1"]


def test_lanes_work_one_after_another_and_only_so_many_at_once() -> None:
    stage = Told("one", lanes=3)
    keys = [f"{lane}{number}" for lane in "abcdef" for number in range(5)]
    assert run([stage], [due(key) for key in keys]) == dict.fromkeys(keys, "one")
    assert max(stage.most) == 3
    assert [key for key in stage.asked if key[0] == "a"] == [f"a{number}" for number in range(5)]


def test_who_asks_to_wait_is_waited_for_and_not_gone_around() -> None:
    wait = Wait("later", host="x", retry_after_s=9)
    one, two = Told("one", {"a": wait}), Told("two")
    assert run([one, two], [due("a")]) == {"a": wait}
    assert two.asked == []


@pytest.mark.parametrize(("attempts", "origin"), [(0, None), (1, None), (2, "two")])
def test_what_fails_in_passing_is_tried_twice_before_others_are_asked(attempts: int, origin: str | None) -> None:
    error = FetchFailed("slow", reason="timeout")
    found = run([Told("one", {"a": error}), Told("two")], [due("a", attempts)])
    assert found == {"a": origin or error}


def test_an_answer_nobody_thought_of_is_set_aside_and_the_rest_goes_on() -> None:
    found = run([Told("one", {"a": ValueError("odd")})], [due("a"), due("b")])
    assert found["b"] == "one"
    assert (type(found["a"]), found["a"].reason) == (FetchFailed, "odd_answer")


def test_a_fault_of_ours_ends_the_run_instead_of_hanging_it() -> None:
    with pytest.raises(AttributeError):
        run([Told("one", {"a": AttributeError("ours")})], [due("a")])


def test_a_signal_in_a_callback_ends_the_run() -> None:
    class Stopped(Told):
        async def get(self, client: object, due: Due) -> Response:
            asyncio.get_running_loop().call_soon(Mock(side_effect=TerminationSignal(signal=15)))
            return await asyncio.sleep(30)

    with pytest.raises(TerminationSignal):
        run([Stopped("one")], [due("a")])


@pytest.mark.parametrize("order", [lambda pair: pair, lambda pair: pair[::-1]], ids=["as is", "reversed"])
def test_what_may_pass_counts_more_than_what_is_final(order: Callable) -> None:
    passing, final = FetchFailed("slow", reason="tls"), Gone("no", reason="http_404")
    assert failure_to_report(*order((passing, final))) is passing
    refused, large = Refused("no", reason="robots"), TooLarge("big", reason="too_large")
    assert failure_to_report(*order((refused, final))) is refused
    assert failure_to_report(*order((large, refused))) is large
