"""`klog schedule` builds at its times, and leaves nothing behind when it is stopped, in the middle of a build too."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from prefect.runner import Runner

from flows.pipeline import serve_archive
from tests.flows.test_runs import watch


@pytest.mark.timeout(600)
def test_a_scheduled_build_runs_and_sigterm_ends_it_first_and_the_server_last(own_home: Path) -> None:
    before = json.loads((own_home / "status.json").read_text())["run_id"]
    every_five_seconds = "* * * * * */5"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "--home", str(own_home), "schedule", "--cron", every_five_seconds],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, start_new_session=True,
    )  # fmt: skip
    try:
        for status in watch(own_home, seconds=420):
            assert process.poll() is None, process.communicate()[0]
            if status.get("run_id", before) != before and status["outcome"] == "running":
                break
    finally:
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=120)
    assert said.splitlines() == [
        f"Building {own_home} at {every_five_seconds!r}; press Ctrl-C to stop.",
        f"Stopped; resume with: klog --home {own_home} schedule --cron {every_five_seconds!r}",
    ]
    assert process.returncode == 0
    assert next(watch(own_home))["outcome"] in ("stopped", "done")
    # Python's tracker of shared memory ends by itself, a moment after the last process that named any.
    until = time.monotonic() + 30
    while (left := [found for found in _commands() if str(own_home) in found]) and time.monotonic() < until:
        time.sleep(0.1)
    assert not left


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_before_prefects_runner_has_started_ends_the_schedule(
    number: signal.Signals,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = signal.getsignal(number)
    monkeypatch.setattr(Runner, "add_flow", lambda *_, **__: signal.raise_signal(number))
    try:
        assert serve_archive(tmp_path, "0 0 1 1 *") is None
    finally:
        signal.signal(number, before)


def _commands() -> list[str]:
    """The command line and environment's folder of Prefect of every process that is left."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            found.append((folder / "cmdline").read_text() + (folder / "environ").read_text())
        except OSError:
            continue
    return found
