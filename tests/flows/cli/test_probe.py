"""`klog status --probe`: an exit code that says whether all is well, and a sentence for each thing that is not."""

import datetime as dt
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows.cli import cli
from flows.cli.status import problems_of
from warehouse.home import Home

NOON = dt.datetime(2026, 11, 29, 12)
WELL = {"release": "r1", "running": False, "run": {"outcome": "done", "finished_at": "2026-11-29T04:00:00"}}


@pytest.mark.parametrize(
    ("change", "most_days", "problems"),
    [
        ({}, 1, []),
        ({"run": {**WELL["run"], "outcome": "paused"}}, 1, []),
        ({"running": True, "run": {"outcome": "running", "step": "fetch"}}, 1, []),
        ({"run": {"outcome": "running", "step": "fetch"}}, None, ["The last run was killed in fetch."]),
        ({"run": {"outcome": "failed", "message": "a gate"}}, None, ["The last run failed: a gate"]),
        ({"release": None}, None, ["Nothing is published yet."]),
        ({}, 0.25, ["No run has ended for 0.25 days; the last one ended at 2026-11-29 04:00:00."]),
        ({"run": {}}, 3, ["No run has ended for 3 days; the last one ended at no known time."]),
    ],
)
def test_each_problem_is_a_sentence(change: dict, most_days: float | None, problems: list[str]) -> None:
    assert problems_of({**WELL, **change}, NOON, most_days) == problems


def test_a_home_that_is_held_is_not_said_to_be_held_by_the_last_run(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.write_status({"outcome": "done", "step": None, "started_at": "2026-11-29T04:00:00"})
    with home.hold():
        told = CliRunner().invoke(cli, ["--home", str(tmp_path), "status"])
    assert told.stdout.startswith("Held by another process.\n")


def test_a_probe_ends_with_1_and_names_the_problem_while_status_ends_with_0(tmp_path: Path) -> None:
    Home(tmp_path).write_status({"outcome": "failed", "message": "documents: 3 of 900 are left"})
    told = CliRunner().invoke(cli, ["--home", str(tmp_path), "status", "--json", "--probe"])
    assert told.exit_code == 1
    expected = ["Nothing is published yet.", "The last run failed: documents: 3 of 900 are left"]
    assert json.loads(told.stdout)["problems"] == expected
    assert told.stderr.splitlines() == [f"klog: {one}" for one in expected]
    assert CliRunner().invoke(cli, ["--home", str(tmp_path), "status", "--json"]).exit_code == 0
