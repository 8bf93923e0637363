"""What Prefect shows of a run: its name, its log, its last state, and the message when it fails."""

import logging
import re
from typing import Any

from prefect import Flow, get_run_logger, runtime
from prefect.client.schemas.objects import FlowRun, State
from prefect.exceptions import MissingContextError
from prefect.states import Cancelled, Completed

from flows.alerts import send_alert
from flows.paused_hosts import name_paused
from flows.run_log import LOG, write_log
from warehouse.errors import HomeHeld
from warehouse.settings import read_settings

_ABOUT = ("document_id", "url")


class RunPage(logging.Handler):
    """A log handler that sends entries to the page of the current run, with what they are about in brackets."""

    def emit(self, record: logging.LogRecord) -> None:
        """Send an entry, if there is a run."""
        try:
            logger = get_run_logger()
        except MissingContextError:
            return
        about = " ".join(str(one) for name in _ABOUT if (one := getattr(record, name, None)))
        step = f"{one}: " if (one := getattr(record, "step", None)) else ""
        logger.log(record.levelno, "%s%s%s", step, record.getMessage(), f" [{about}]" if about else "")


_PAGE = RunPage()


def begin_log() -> None:
    """Write the log of this process as the settings say, and to the page of the run."""
    write_log(read_settings())
    LOG.addHandler(_PAGE)


def run_name() -> str:
    """Return what a run does and for which home: `refresh /srv/klog`, `transform /srv/klog`."""
    parameters = runtime.flow_run.parameters
    what = parameters.get("only") or runtime.deployment.name or "build"
    return f"{what} {parameters.get('home', '')}"


def name_of_home(home: object) -> str:
    """Return a home's path in lower-case letters, digits and dashes, as Prefect names artifacts and limits."""
    return re.sub(r"[^a-z0-9]+", "-", str(home).lower()).strip("-")[-100:] or "home"


def end_state(done: dict[str, Any]) -> State:
    """Return the last state of a run that ended by itself: `Completed`, or `PausedByLimit` if hosts asked to wait."""
    if done["paused"]:
        return Completed(
            name="PausedByLimit", message=f"Paused by a rate limit: {name_paused(done['paused'])}.", data=done
        )
    counts = done["counts"]
    release = "published a release" if counts.get("published") else "the release is unchanged"
    fetched, read = _counted(counts.get("fetched", 0), "page"), _counted(counts.get("parsed", 0), "document")
    message = f"{fetched} fetched, {read} read; {release}."
    return Completed(message=message, data=done)


def _counted(number: int, one: str) -> str:
    return f"{number:,} {one}{'' if number == 1 else 's'}"


def held_state(error: HomeHeld) -> State:
    """Return the last state of a run that did nothing, because another one holds the home."""
    return Cancelled(name="HomeHeld", message=str(error))


def alert(flow: Flow[Any, Any], flow_run: FlowRun, state: State) -> None:  # noqa: ARG001 - as Prefect calls hooks
    """Send the message of a failed or crashed run; a hook of flows."""
    address, outcome = read_settings().alert, state.name or state.type.value
    sent = send_alert(address, f"klog: {flow_run.name} {outcome.lower()}", state.message or outcome)
    if address and not sent:
        LOG.error("the message to KLOG_ALERT was not taken")
