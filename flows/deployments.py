"""The flows that Prefect deploys (`prefect.yaml`) or `klog schedule` serves: one run at a time over a home."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.concurrency.asyncio import ConcurrencySlotAcquisitionError
from prefect.concurrency.sync import concurrency
from prefect.exceptions import ObjectAlreadyExists
from prefect.runner import Runner
from prefect.types.entrypoint import EntrypointType

from flows.orphans import end_with_parent
from flows.parameters import Days, HomePath, Paths, Reason, Sources, StepName
from flows.pipeline import run_build
from flows.prefect_runs import alert, begin_log, end_state, held_state, name_of_home, run_name
from flows.run_log import LOG
from warehouse.errors import HomeHeld

LONGEST_WAIT_S = 12 * 3600  # for another run of the home
ENDS_WITHIN_S = 60  # the process of a run that is over
EVERY_S = 5
SCHEDULER = "KLOG_SCHEDULER"  # in the environment of runs of `klog schedule`: the process with which they end


@flow(
    name="kernel-log-archive",
    description="Bring a Kernel Log archive up to date and publish it.",
    flow_run_name=run_name,
    on_failure=[alert],
    on_crashed=[alert],
)
def archive(
    home: HomePath,
    sources: Sources = (),
    only: StepName | None = None,
    addresses: Path | None = None,
    mail: Paths = (),
    git: Paths = (),
    gmane_map: Path | None = None,
    all_mail: bool = False,
    relist_after_days: Days | None = None,
    recheck_after_days: Days | None = None,
    check_links_after_days: Days | None = None,
    recheck: bool = False,
    reread: bool = False,
    accept_loss: Reason | None = None,
    force: bool = False,
) -> State | dict[str, Any]:
    """Bring the archive at `home` up to date, or run only one step.

    Args:
        home: the folder of the archive, on the machine of the worker.
        sources: where pages come from; none means those of the last run.
        only: the only step to run.
        addresses: a file with one address per line.
        mail: mail archives.
        git: local clones in which cited commits are looked up.
        gmane_map: a file with numbers at gmane and their Message-IDs.
        all_mail: take in every mail of the mail archives.
        relist_after_days: list web archives again that were last listed so many days ago.
        recheck_after_days: fetch lost addresses again that were last tried so many days ago.
        check_links_after_days: ask whether cited addresses still answer that were last checked so many days ago.
        recheck: fetch all lost addresses again, and list all origins again.
        reread: read all captures again.
        accept_loss: why to publish even if a kind has lost documents.
        force: publish even if nothing is new.
    """
    scheduler = os.environ.get(SCHEDULER)
    if scheduler is not None:
        end_with_parent(int(scheduler))
    begin_log()
    try:
        # `klog schedule` starts one run at a time itself.
        with nullcontext() if scheduler is not None else one_run_of(home):
            done = _after_another(
                run_build,
                home,
                only=only,
                sources=sources,
                accept_loss=accept_loss,
                force=force,
                addresses=addresses,
                mail=mail,
                git=git,
                gmane_map=gmane_map,
                all_mail=all_mail,
                recheck=recheck,
                reread=reread,
                relist_after_days=relist_after_days,
                recheck_after_days=recheck_after_days,
                check_links_after_days=check_links_after_days,
            )
    except HomeHeld as error:
        return held_state(error)
    return end_state(done)


def _after_another(
    build: Callable[..., dict[str, Any]], home: Path, *, sleep: Callable[[float], None] = time.sleep, **options: Any
) -> dict[str, Any]:
    """Build; if a run that has just given back the limit still has the home's files open, wait until its process has ended.

    dbt keeps the warehouse open until then.

    Raises:
        HomeHeld: the home is still held after `ENDS_WITHIN_S`.
    """
    for _ in range(ENDS_WITHIN_S // EVERY_S - 1):
        try:
            return build(home, **options)
        except HomeHeld:
            sleep(EVERY_S)
    return build(home, **options)


def serve_archive(home: Path, cron: str, options: Mapping[str, Any]) -> None:
    """Run the flow over `home` on a cron schedule, one run at a time, until the process receives a signal to end."""
    # No parameter, which a run that an earlier process planned would have too.
    os.environ[SCHEDULER] = str(os.getpid())
    runner = Runner(name="kernel-log", limit=1)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, runner.handle_sigterm)  # the current run ends first
    with suppress(SystemExit):  # Prefect's answer to a signal that comes before the runner has started
        runner.add_flow(
            archive,
            name=f"schedule-{name_of_home(home)}",
            cron=cron,
            parameters={**options, "home": str(home)},
            tags=["klog", name_of_home(home)],
            entrypoint_type=EntrypointType.MODULE_PATH,  # independent of the working directory
        )
        asyncio.run(runner.start())


@contextmanager
def one_run_of(home: Path) -> Iterator[None]:
    """Wait until no other run of this home is known to Prefect's server, and keep others out until the block ends.

    The home's lock keeps out all others, also those of other servers and of the shell.

    Raises:
        HomeHeld: another run took longer than `LONGEST_WAIT_S`.
    """
    limit = f"klog-{name_of_home(home.resolve())}"
    with get_client(sync_client=True) as client, suppress(ObjectAlreadyExists):
        client.upsert_global_concurrency_limit_by_name(limit, 1)
    LOG.debug("waits for the limit %s", limit)
    with ExitStack() as held:
        try:
            held.enter_context(concurrency(limit, timeout_seconds=LONGEST_WAIT_S, raise_on_lease_renewal_failure=False))
        except TimeoutError as error:
            hours = LONGEST_WAIT_S // 3600
            raise HomeHeld(f"Another run of {home} has held the limit {limit} for {hours} hours.") from error
        except ConcurrencySlotAcquisitionError as error:
            LOG.warning("goes on without the limit %s, which the server did not give: %s", limit, error)
        yield
