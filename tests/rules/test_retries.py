"""Whoever asks again does so for the same faults, as often and as far apart as the README says."""

import datetime as dt
from pathlib import Path

import pytest

from flows import retries
from flows.steps.fetch import outcome_of
from warehouse.errors import FetchFailed, Gone, KlogError, Refused, TooLarge
from warehouse.frontier import parse_queue
from warehouse.frontier.ledger import Due

README = (Path(__file__).parents[2] / "flows" / "README.md").read_text(encoding="utf-8")
FINAL = [
    FetchFailed("x", reason="tls"),
    FetchFailed("x", reason="dns"),
    FetchFailed("x", reason="connection"),
    FetchFailed("x", reason="odd_answer"),
    Gone("x", reason="http_404"),
    Refused("x", reason="robots"),
    TooLarge("x", reason="too_large"),
]


def due(attempts: int) -> Due:
    return Due("http://a.example/", "page", "a.example", 1, None, attempts)


@pytest.mark.parametrize("reason", sorted(retries.PASSING))
def test_a_passing_fault_is_met_in_three_runs_an_address_then_it_is_set_aside(reason: str):
    error = FetchFailed("x", reason=reason)
    states = [outcome_of(error, due(attempts)) for attempts in range(4)]
    assert [one.state for one in states] == ["paused", "paused", "set_aside", "set_aside"]
    delays = [retries.delay_until_next_run(error, attempts) for attempts in range(4)]
    assert delays == [dt.timedelta(minutes=15), dt.timedelta(hours=1), None, None]
    assert f" {reason}" in README.replace("`", " ")


@pytest.mark.parametrize("error", FINAL)
def test_any_other_fault_is_final_at_once(error: KlogError):
    assert not retries.may_pass(error)
    assert retries.delay_until_next_run(error, 0) is None
    assert outcome_of(error, due(0)).state != "paused"


def test_pauses_grow_and_a_time_asked_for_is_kept():
    assert [retries.pause_s(None, strikes, 60.0) for strikes in (1, 2, 3, 30)] == [60, 120, 240, 6 * 3600]
    assert [retries.pause_s(asked, 1, 60.0) for asked in (0.0, 90.0, 1e9)] == [1, 90, 7 * 86400]


def test_the_readme_states_the_policys_numbers():
    told = " ".join(README.split())
    for sentence in (
        f"{retries.LONGEST_BELIEVED_S / 86400:.0f} days at most",
        f"else {retries.FIRST_PAUSE_S / 60:.0f} minute, doubled each time, {retries.LONGEST_PAUSE_S / 3600:.0f} hours at most",
        f"pauses it for {retries.NOT_CONNECTED_PAUSE_S / 60:.0f} minutes",
        f"after {retries.DEAD_AFTER} pauses in a row",
        f"tries that page {retries.LIST_PAGE_TRIES} times",
        f"in the next builds, {parse_queue.MOST_TRIES} in all",
        f"starts again, {retries.PREFECT_STARTS} times",
    ):
        assert sentence in told
    assert retries.REQUESTS == 2, "the README says: once more at once"
