"""Prefect's server gone, silent, closed to us or come back: a build waits, goes on, or says what to do."""

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from unittest.mock import Mock

import httpx
import pytest
from prefect.exceptions import TerminationSignal

from flows.prefect_outages import go_on_after_outages, wait_for_prefect
from flows.retries import PREFECT_STARTS
from tests.command import klog
from warehouse.errors import Terminated, UsageError, Wait


class _Health(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        statuses: list[int] = self.server.statuses  # type: ignore[attr-defined]
        self.send_response(statuses.pop(0) if len(statuses) > 1 else statuses[0])
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def statuses(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """What a server answers to health checks, one after another, the last for good."""
    with HTTPServer(("127.0.0.1", 0), _Health) as server:
        server.statuses = [200]  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{server.server_port}/api")
        yield server.statuses  # type: ignore[attr-defined]
        server.shutdown()


def no_sleep(_: float) -> None:
    """Wait no time at all."""


def test_a_server_that_comes_back_is_waited_for(statuses: list[int]) -> None:
    statuses[:] = [503, 503, 200]
    wait_for_prefect(10, no_sleep)
    assert statuses == [200]


def test_a_server_that_stays_silent_ends_in_one_sentence_that_says_how_to_go_on(statuses: list[int]) -> None:
    statuses[:] = [503]
    with pytest.raises(Wait, match=r"does not answer \(HTTP 503\) after 3 s .*same command again"):
        wait_for_prefect(3, no_sleep)


@pytest.mark.parametrize("status", [401, 403])
def test_a_server_that_does_not_let_us_in_is_a_matter_of_settings(statuses: list[int], status: int) -> None:
    statuses[:] = [status]
    with pytest.raises(UsageError, match="PREFECT_API_AUTH_STRING"):
        wait_for_prefect(3, no_sleep)


@pytest.mark.parametrize("cause", [None, asyncio.CancelledError()], ids=["refused", "a time limit of asyncio"])
def test_a_run_whose_server_went_away_goes_on_when_it_answers_again(
    statuses: list[int], cause: BaseException | None
) -> None:
    starts = []

    def run() -> str:
        starts.append(len(starts))
        if len(starts) == 1:
            raise httpx.ConnectError("All connection attempts failed") from cause
        return "done"

    assert go_on_after_outages(run, 0, no_sleep) == "done"
    assert len(starts) == 2


@pytest.mark.parametrize("error", [httpx.ReadError("lost"), ValueError("Task run is not set")])
@pytest.mark.parametrize(
    ("stop", "ends"), [(TerminationSignal(signal=15), Terminated), (KeyboardInterrupt(), KeyboardInterrupt)]
)
def test_a_run_that_a_signal_ended_is_not_started_again(
    statuses: list[int], error: Exception, stop: BaseException, ends: type[BaseException]
) -> None:
    error.__context__ = stop
    with pytest.raises(ends) as ended:
        go_on_after_outages(run := Mock(side_effect=error), 0, no_sleep)
    assert (ended.type, run.call_count) == (ends, 1)


def test_a_server_that_fails_at_everything_but_its_health_is_given_up(statuses: list[int]) -> None:
    starts = []

    def run() -> None:
        starts.append(len(starts))
        raise httpx.ReadTimeout("timed out")

    with pytest.raises(Wait, match="timed out"):
        go_on_after_outages(run, 0, no_sleep)
    assert len(starts) == PREFECT_STARTS


def test_an_address_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "nowhere")
    with pytest.raises(UsageError, match="PREFECT_API_URL is 'nowhere'"):
        wait_for_prefect(0, no_sleep)


@pytest.mark.slow
def test_a_build_whose_server_is_gone_ends_with_exit_code_4(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    ended = klog(tmp_path / "home", "build", check=False, patience_s="0")
    assert ended.returncode == 4, ended.stderr
    (sentence,) = ended.stderr.strip().splitlines()
    assert "http://127.0.0.1:9/api does not answer" in sentence
