"""The flow: what happens, in order. Every step does only what is not done yet, so a killed run is just begun again."""

import uuid
from collections.abc import Callable
from typing import Any

from prefect import flow

from flows.steps.discover import discover
from flows.steps.embed import embed
from flows.steps.fetch import fetch
from flows.steps.index import index
from flows.steps.link import link
from flows.steps.parse import parse
from flows.steps.publish import publish
from flows.steps.report import record_run, report
from flows.steps.run import Run
from flows.steps.transform import transform
from warehouse.errors import KlogError, Wait

STEPS: dict[str, Callable[[Run], Any]] = {
    "discover": discover,
    "fetch": fetch,
    "parse": parse,
    "link": link,
    "embed": embed,
    "transform": transform,
    "index": index,
    "publish": publish,
}


@flow(name="kernel-log-archive", flow_run_name="{run.run_id}", log_prints=False, validate_parameters=False)
def build_archive(run: Run, only: str | None = None) -> list[dict[str, Any]]:
    """Bring the archive of `run.home` up to date, or do one step of it; the report's rows come back.

    Raises:
        GateFailed: what was built is not fit to publish; the old release stays.
    """
    for name in STEPS if only is None else [only]:
        with run.step(name):
            follow_up = STEPS[name](run)
        if name == "link" and follow_up and only is None:
            _read_cited(run)
    return report(run)


def _read_cited(run: Run) -> None:
    """Fetch and read what the issues cite, once round: sources of sources are not followed."""
    for name in ("fetch", "parse", "link"):
        with run.step(name):
            STEPS[name](run)


def build(run: Run, only: str | None = None) -> list[dict[str, Any]]:
    """Hold the home, run the flow, and write down how it ended, whatever happens."""
    with run.home.hold():
        try:
            rows = build_archive(run, only)
        except Wait as error:
            record_run(run, "paused", str(error))
            raise
        except KlogError as error:
            record_run(run, "failed", str(error))
            raise
        record_run(run, "done")
        return rows


def new_run_id() -> str:
    """A short random name for a run."""
    return uuid.uuid4().hex[:12]
