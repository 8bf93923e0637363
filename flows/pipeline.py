"""The flow: its steps in order. Each step skips work that is already done, so a killed run is simply started again."""

import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
from prefect import flow
from prefect.client.schemas.objects import State

from flows.parameters import Days, Paths, Reason, Sources, StepName
from flows.policies import step_task
from flows.prefect_outages import go_on_after_outages
from flows.prefect_runs import alert, begin_log, end_state, run_name
from flows.start import open_run
from flows.steps.check_links import check_links
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
from flows.stops import STOPS, stop_of
from flows.up_to_date import remember_settled
from warehouse.errors import KlogError, Wait

STEPS: dict[str, Callable[[Run], Any]] = {
    "discover": discover,
    "fetch": fetch,
    "parse": parse,
    "link": link,
    "check_links": check_links,
    "embed": embed,
    "transform": transform,
    "index": index,
    "publish": publish,
}

# Of fetching pages that were found in pages; the longest feature takes ten, and the next run continues an endless one.
MOST_ROUNDS = 50
_FINDING = ("parse", "link")  # steps that return how many addresses they made due


@flow(name="kernel-log-archive", flow_run_name=run_name, on_failure=[alert], on_crashed=[alert])
def build_archive(
    home: Path,
    sources: Sources = (),
    only: StepName | None = None,
    accept_loss: Reason | None = None,
    addresses: Path | None = None,
    mail: Paths = (),
    git: Paths = (),
    recheck: bool = False,
    reread: bool = False,
    show_progress: bool = False,
    gmane_map: Path | None = None,
    all_mail: bool = False,
    force: bool = False,
    relist_after_days: Days | None = None,
    recheck_after_days: Days | None = None,
    check_links_after_days: Days | None = None,
    cluster: str | None = None,
) -> State:
    """Bring the archive at `home` up to date, or run only one step; `klog build --help` describes the parameters.

    Return a state with the result of `run_build`.
    """
    begin_log()
    return end_state(
        run_build(
            home,
            only=only,
            sources=sources,
            accept_loss=accept_loss,
            addresses=addresses,
            mail=mail,
            git=git,
            recheck=recheck,
            reread=reread,
            show_progress=show_progress,
            gmane_map=gmane_map,
            all_mail=all_mail,
            force=force,
            relist_after_days=relist_after_days,
            recheck_after_days=recheck_after_days,
            check_links_after_days=check_links_after_days,
            cluster=cluster,
        )
    )


def run_build(home: Path, *, only: str | None = None, **options: Any) -> dict[str, Any]:
    """Run the steps over a home, or only one; `options` are those of `open_run`.

    Return the `run_id`, the report's `rows`, the `counts` and `seconds` of the steps, and the `paused` hosts.

    Raises:
        HomeHeld: another run holds the home.
        GateFailed: a check failed, so nothing was published; the current release stays.
        WarehouseBroken: the home's warehouse cannot be read or written.
    """
    with open_run(home, **options) as run:
        try:
            with run.signals.noted():
                _do_steps(run, only)
                rows = report(run)
                paused = record_run(run, "done")
        except BaseException as error:
            cause = stop_of(error) or error
            try:
                _record_error(run, cause)
            except STOPS as stop:  # its process group got the signal too, and the end of another process was the error
                _record_error(run, stop)
                raise
            if cause is not error:
                raise cause from None
            raise
        for one in paused:
            run.log(f"paused until {one['until']} UTC: {one['why']}", level=logging.WARNING, url=one["host"])
        if only is None:
            remember_settled(run)
        return {
            "run_id": run.run_id,
            "rows": rows,
            "counts": run.counts,
            "seconds": run.seconds,
            "paused": paused,
        }


def _record_error(run: Run, error: BaseException) -> None:
    run.log(f"{_outcome_of(error)}: {_message_of(error)}", level=logging.ERROR)
    with suppress(KlogError, OSError):  # the failure may prevent this too; the first error is the one to report
        record_run(run, _outcome_of(error), _message_of(error))


def build_through_outages(home: Path, patience_s: float, **options: Any) -> dict[str, Any]:
    """Run the flow; if Prefect's server stops answering, wait for it and start the flow again.

    Raises:
        Wait: Prefect's server did not answer within `patience_s`.
    """

    def run() -> dict[str, Any]:
        done: Any = build_archive(home=home, **options)  # Prefect gives the result of the state that the flow returns
        return dict(done)

    return go_on_after_outages(run, patience_s)


def _do_steps(run: Run, only: str | None) -> None:
    if only in (None, "parse"):
        run.readers.warm_up()
    more = 0
    for name in STEPS if only is None else (only,):
        if name == "embed" and only is None and waits_for_all(run):
            return
        if name == "check_links" and only is None and run.check_links_before is None:
            continue
        found: Any = do_step(run, name, name)
        more += found if name in _FINDING else 0
        rounds = 0
        while name == "link" and more and only is None and rounds < MOST_ROUNDS:
            rounds += 1
            more = _read_more(run, rounds + 1)


@step_task("step", run_name="{shown}")
def do_step(run: Run, name: str, shown: str) -> Any:  # noqa: ARG001 - the name of the unit
    """Run one step, which Prefect shows as a unit of its own."""
    with run.step(name):
        return STEPS[name](run)


def _read_more(run: Run, number: int) -> int:
    """Fetch and parse pages of features and cited sources; return how many more addresses became due.

    The sources of an issue found in this way are followed too, but the links of sources are not, so this ends.
    """
    more = 0
    for name in ("fetch", *_FINDING):
        found: Any = do_step(run, name, f"{name} {number}")
        more += found if name in _FINDING else 0
    return more


def _outcome_of(error: BaseException) -> str:
    if isinstance(error, STOPS):
        return "stopped"
    return "paused" if isinstance(error, Wait | httpx.HTTPError) else "failed"


def _message_of(error: BaseException) -> str:
    if _outcome_of(error) == "stopped":
        return "it was stopped; the next run continues from there"
    return str(error) or type(error).__name__
