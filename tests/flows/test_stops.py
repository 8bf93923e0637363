"""A build that is asked to end, or killed, leaves no process behind and holds nothing of its caller."""

import asyncio
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from unittest.mock import Mock

import duckdb
import pytest
import yaml
from httpx import ReadTimeout
from prefect.exceptions import TerminationSignal

from dbt_models import PROJECT
from flows import pipeline, sample
from flows.pipeline import _outcome_of
from flows.signals import Signals
from flows.steps.dbt_project import build_project
from flows.steps.run import Run
from tests.flows.test_runs import watch
from warehouse.home import Home


def test_the_marts_know_every_way_in_which_a_run_ends() -> None:
    described = yaml.safe_load((PROJECT / "table_definitions" / "runs.yml").read_text())
    (outcome,) = [column for column in described["columns"] if column["name"] == "outcome"]
    ends = {
        _outcome_of(error) for error in (KeyboardInterrupt(), TerminationSignal(signal=15), OSError(), ReadTimeout(""))
    }
    assert {"running", "done", *ends} == set(outcome["values"])


@pytest.mark.parametrize(
    ("error", "outcome", "message"),
    [
        (EOFError(), "failed", "EOFError"),
        (ValueError("no year"), "failed", "no year"),
        (ReadTimeout("too late"), "paused", "too late"),
        (TerminationSignal(signal=15), "stopped", "it was stopped; the next run continues from there"),
        (asyncio.CancelledError(), "failed", "CancelledError"),
    ],
)
def test_every_error_ends_the_record_of_its_run(
    error: BaseException, outcome: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "_do_steps", Mock(side_effect=error))
    with pytest.raises(type(error)):
        pipeline.run_build(tmp_path)
    assert (ended := Home(tmp_path).read_status())["message"] == message
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        assert connection.execute("SELECT outcome, message FROM raw.runs").fetchall() == [(outcome, message)]
    assert ended["outcome"] == outcome


def test_an_error_that_a_signal_led_to_is_a_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def start_a_task(*_: object) -> None:  # as Prefect's engine of tasks does if the signal comes too early
        try:
            raise TerminationSignal(signal=15)
        except TerminationSignal:
            raise ValueError("Task run is not set")  # noqa: B904

    monkeypatch.setattr(pipeline, "_do_steps", start_a_task)
    with pytest.raises(TerminationSignal):
        pipeline.run_build(tmp_path)
    assert Home(tmp_path).read_status()["outcome"] == "stopped"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_a_library_swallows_ends_the_run_at_its_next_report(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def swallow(run: Run, _: object) -> None:
        run.report("fetch")
        with suppress(KeyboardInterrupt):
            signal.raise_signal(number)
        run.report("parse")

    monkeypatch.setattr(pipeline, "_do_steps", swallow)
    before = signal.signal(number, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            pipeline.run_build(tmp_path)
    finally:
        signal.signal(number, before)
    status = Home(tmp_path).read_status()
    assert (status["outcome"], status["step"]) == ("stopped", None)
    assert signal.set_wakeup_fd(-1) == -1


def test_signals_are_noted_in_the_main_thread_alone() -> None:
    def note() -> str:
        signals = Signals()
        with signals.noted():
            signals.raise_swallowed()
        return "nothing raised"

    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(note).result() == "nothing raised"


def test_a_signal_that_ended_another_process_first_ends_a_run_as_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "_do_steps", Mock(side_effect=EOFError))
    monkeypatch.setattr(pipeline, "record_run", record := Mock(side_effect=[TerminationSignal(signal=15), []]))
    with pytest.raises(TerminationSignal):
        pipeline.run_build(tmp_path)
    assert [call.args[1] for call in record.call_args_list] == ["failed", "stopped"]


@pytest.mark.filterwarnings("ignore")  # dbt's own, of its dependencies
@pytest.mark.parametrize("command", ["parse", "build"])
def test_a_signal_in_dbt_is_no_fault_of_the_marts(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Here, because they take seconds of every worker's collection.
    from dbt.cli.main import dbtRunner, dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

    ended = {"parse": dbtRunnerResult(success=True, result=Manifest())}
    ended[command] = dbtRunnerResult(success=False, exception=KeyboardInterrupt())
    monkeypatch.setattr(dbtRunner, "invoke", lambda _, arguments: ended[arguments[0]])
    with pytest.raises(KeyboardInterrupt):
        build_project(
            tmp_path / "one", tmp_path / "dbt", {"embedding_model": "tiny", "embedding_dimension": 2}, tmp_path
        )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "code", "by"),
    [
        # Their ends: cli/test_ending.py; SIGTERM to a scheduled build: test_schedule.py.
        pytest.param(signal.SIGINT, 130, "Ctrl-C", marks=pytest.mark.soak),
        pytest.param(signal.SIGTERM, 143, "SIGTERM", marks=pytest.mark.soak),
        (signal.SIGKILL, -9, ""),
    ],
)
def test_a_build_that_is_stopped_leaves_nothing_behind(number: int, code: int, by: str, tmp_path: Path) -> None:
    home = tmp_path / "archive"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "--home", str(home), "build", "--from", str(sample.SAMPLE_WARC)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    for status in watch(home):
        assert process.poll() is None, process.communicate()[0]
        if status.get("step") == "fetch":
            break
    process.send_signal(number)
    said, _ = process.communicate(timeout=120)  # which waits for whoever holds its standard output
    assert process.returncode == code
    if by:
        assert said.splitlines() == [f"klog: stopped by {by}; completed work is kept. Run the same command again."]
        assert next(watch(home))["outcome"] == "stopped"
    left = [found for found in Path("/proc").glob("[0-9]*/environ") if str(home) in _text(found)]
    assert not left


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
