"""The flow: its steps in order. Each step skips work that is already done, so a killed run is simply started again."""

import asyncio
import os
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
from prefect import flow
from prefect.exceptions import TerminationSignal
from prefect.runner import Runner
from prefect.types.entrypoint import EntrypointType

from flows.orphans import end_with_parent
from flows.parameters import Days, Paths, Reason, Sources, StepName
from flows.prefect_outages import go_on_after_outages
from flows.start import open_run
from flows.steps.discover import discover
from flows.steps.embed import embed
from flows.steps.fetch import fetch
from flows.steps.index import index
from flows.steps.link import link
from flows.steps.parse import parse
from flows.steps.publish import publish
from flows.steps.report import record_run, report, waits_for_all
from flows.steps.run import Run
from flows.steps.transform import transform
from flows.up_to_date import remember_settled
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

# Of fetching pages that were found in pages; the longest feature takes ten, and the next run continues an endless one.
MOST_ROUNDS = 50
_FINDING = ("parse", "link")  # steps that return how many addresses they made due


@flow(name="kernel-log-archive", log_prints=False)
def build_archive(
    home: Path,
    sources: Sources = (),
    only: StepName | None = None,
    accept_loss: Reason | None = None,
    addresses: Path | None = None,
    mail: Paths = (),
    git: Paths = (),
    recheck: bool = False,
    show_progress: bool = False,
    gmane_map: Path | None = None,
    all_mail: bool = False,
    force: bool = False,
    relist_after_days: Days | None = None,
    recheck_after_days: Days | None = None,
) -> dict[str, Any]:
    """Bring the archive at `home` up to date, or run only one step.

    Return the `run_id`, the report's `rows`, the `counts` and `seconds` of the steps, and the `paused` hosts.
    `klog build --help` describes the parameters.

    Raises:
        HomeHeld: another run holds the home.
        GateFailed: a check failed, so nothing was published; the current release stays.
        WarehouseBroken: the home's warehouse cannot be read or written.
    """
    with open_run(
        home,
        sources,
        accept_loss,
        addresses,
        mail,
        recheck,
        show_progress,
        gmane_map=gmane_map,
        git=git,
        all_mail=all_mail,
        force=force,
        relist_after_days=relist_after_days,
        recheck_after_days=recheck_after_days,
    ) as run:
        try:
            _do_steps(run, only)
        except (KlogError, OSError, RuntimeError, httpx.HTTPError, KeyboardInterrupt, TerminationSignal) as error:
            cause = _cause_of(error)
            with suppress(KlogError, OSError):  # the failure may prevent this too; the first error is the one to report
                record_run(run, _outcome_of(cause), _message_of(cause))
            if cause is not error:
                raise cause from error
            raise
        rows = report(run)
        paused = record_run(run, "done")
        if only is None:
            remember_settled(run)
        return {
            "run_id": run.run_id,
            "rows": rows,
            "counts": run.counts,
            "seconds": run.seconds,
            "paused": paused,
        }


def build_through_outages(home: Path, patience_s: float, **options: Any) -> dict[str, Any]:
    """Run the flow; if Prefect's server stops answering, wait for it and start the flow again.

    Raises:
        Wait: Prefect's server did not answer within `patience_s`.
    """
    return go_on_after_outages(lambda: build_archive(home=home, **options), patience_s)


def serve_archive(home: Path, cron: str, options: Mapping[str, Any]) -> None:
    """Run the flow over `home` on a cron schedule, one run at a time, until the process receives a signal to end."""
    runner = Runner(name="kernel-log", limit=1)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, runner.handle_sigterm)  # the current run ends first
    with suppress(SystemExit):  # Prefect's answer to a signal that comes before the runner has started
        runner.add_flow(
            scheduled_build,
            name="kernel-log",
            cron=cron,
            parameters={**options, "home": str(home), "parent": os.getpid()},
            entrypoint_type=EntrypointType.MODULE_PATH,  # independent of the working directory
        )
        asyncio.run(runner.start())


@flow(name="kernel-log-archive", log_prints=False)
def scheduled_build(
    home: Path,
    parent: int,
    sources: Sources = (),
    addresses: Path | None = None,
    mail: Paths = (),
    git: Paths = (),
    recheck: bool = False,
    gmane_map: Path | None = None,
    relist_after_days: Days | None = None,
    recheck_after_days: Days | None = None,
) -> dict[str, Any]:
    """Bring the archive up to date in a separate process, which ends together with the process `parent`."""
    end_with_parent(parent)
    return build_archive.fn(
        home,
        sources,
        None,
        None,
        addresses,
        mail,
        git,
        recheck,
        gmane_map=gmane_map,
        relist_after_days=relist_after_days,
        recheck_after_days=recheck_after_days,
    )


def _do_steps(run: Run, only: str | None) -> None:
    if only in (None, "parse"):
        run.readers.warm_up()
    more = 0
    for name in STEPS if only is None else (only,):
        if name == "embed" and only is None and waits_for_all(run):
            return
        with run.step(name):
            found = STEPS[name](run)
        more += found if name in _FINDING else 0
        rounds = 0
        while name == "link" and more and only is None and rounds < MOST_ROUNDS:
            more = _read_more(run)
            rounds += 1


def _read_more(run: Run) -> int:
    """Fetch and parse pages of features and cited sources; return how many more addresses became due.

    The sources of an issue found in this way are followed too, but the links of sources are not, so this ends.
    """
    more = 0
    for name in ("fetch", *_FINDING):
        with run.step(name):
            found = STEPS[name](run)
        more += found if name in _FINDING else 0
    return more


def _cause_of(error: BaseException) -> BaseException:
    """Return the interruption of a query, which DuckDB wraps in a RuntimeError; any other error is returned unchanged."""
    cause = error.__cause__
    stopped = isinstance(error, RuntimeError) and isinstance(cause, KeyboardInterrupt | TerminationSignal)
    return cause if stopped and cause is not None else error


def _outcome_of(error: BaseException) -> str:
    match error:
        case Wait() | httpx.HTTPError():
            return "paused"
        case KeyboardInterrupt() | TerminationSignal():
            return "stopped"
    return "failed"


def _message_of(error: BaseException) -> str:
    return str(error) or "it was stopped; the next run continues from there"
