"""A build that is asked to end, or killed, leaves no process behind and holds nothing of its caller."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from httpx import ReadTimeout
from prefect.exceptions import TerminationSignal

from dbt_models import PROJECT
from flows import sample
from flows.pipeline import _outcome_of
from tests.flows.test_runs import watch


def test_the_marts_know_every_way_in_which_a_run_ends() -> None:
    columns = yaml.safe_load((PROJECT / "models" / "marts" / "runs.generated.yml").read_text())["models"][0]["columns"]
    (outcome,) = [column for column in columns if column["name"] == "outcome"]
    (allowed,) = [one["accepted_values"] for one in outcome["data_tests"] if "accepted_values" in one]
    ends = {
        _outcome_of(error) for error in (KeyboardInterrupt(), TerminationSignal(signal=15), OSError(), ReadTimeout(""))
    }
    assert {"running", "done", *ends} == set(allowed.get("arguments", allowed)["values"])


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
