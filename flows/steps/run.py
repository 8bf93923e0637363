"""The context of a run that is passed to every step: home, settings, origins and progress."""

import datetime as dt
import json
import logging
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from flows.document_parser import DocumentParser
from flows.parse_pool import ParsePool
from flows.run_log import LOG
from flows.signals import Signals
from flows.web.origin import Origin
from warehouse.connection import Connection
from warehouse.home import Home, now
from warehouse.load import insert
from warehouse.settings import Settings
from warehouse.store import Store, open_store
from warehouse.vector_store import check_store

if TYPE_CHECKING:
    from flows.cluster import Cluster

T = TypeVar("T")

MOST_LOGGED = 50  # failures of each step, one by one; `klog status` lists all
RUNS_KEPT = 500  # ten days of a build every half hour


class Progress(Protocol):
    """A display of the progress of steps; `total` is None if it is unknown."""

    def start(self, step: str, total: int | None) -> None:
        """Start a step."""
        ...

    def advance(self, step: str, count: int) -> None:
        """Add `count` finished items."""
        ...

    def finish(self, step: str) -> None:
        """Finish the step."""
        ...


class NoProgress:
    """A display that shows nothing, for tests, scheduled runs and pipes."""

    def start(self, step: str, total: int | None) -> None:
        """Show nothing."""

    def advance(self, step: str, count: int) -> None:
        """Show nothing."""

    def finish(self, step: str) -> None:
        """Show nothing."""


@dataclass(slots=True)
class Run:
    """One run over one home; the steps fill `counts` and `seconds` and share `readers`, which the opener of the run closes."""

    run_id: str
    home: Home
    settings: Settings
    origins: tuple[Origin, ...]
    home_kind: str
    started_at: dt.datetime = field(default_factory=now)
    progress: Progress = field(default_factory=NoProgress)
    accept_loss: str | None = None
    recheck: bool = False
    force: bool = False
    reread: bool = False
    """All captures are read again."""
    relist_before: dt.datetime | None = None
    """Indexes that were last listed before this time are listed again."""
    recheck_before: dt.datetime | None = None
    """Lost addresses that were last tried before this time are fetched again."""
    check_links_before: dt.datetime | None = None
    """Cited addresses that were last checked before this time are checked again."""
    gmane_map: Path | None = None
    all_mail: bool = False
    counts: dict[str, Any] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Metrics of each step: `times` it ran, `seconds`, `cpu_seconds` of this process, `items` done, `failures`, `peak_mb`."""
    rows: str | None = None
    """Digest of the raw rows that the marts are built from, once the step `transform` has read them."""
    release_id: str | None = None
    ledger: dict[str, Any] = field(default_factory=dict)
    signals: Signals = field(default_factory=Signals)
    cluster: "Cluster | None" = field(init=False, default=None)
    readers: ParsePool = field(init=False)

    def __post_init__(self) -> None:
        check_store(self.settings.search_store)  # now, not when all is read and encoded
        if self.settings.cluster:
            from flows.cluster import Cluster  # here, because only the extra `cluster` installs what it imports

            self.cluster = Cluster(self.settings.cluster, self.settings, self.home.captures)
        # The alert's address may hold a password, which workers need not know.
        parser = DocumentParser(self.home.captures.resolve(), self.settings.model_copy(update={"alert": ""}))
        self.readers = ParsePool(parser, pool=self.cluster)

    @property
    def store(self) -> Store | None:
        """The store of captures and releases, if there is one."""
        return open_store(self.settings.capture_store)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure a step, log it, and show it in `klog status`."""
        self.report(name)
        before = dict(self.counts)
        metrics = self._metrics(name)
        metrics["times"] += 1
        items, began, began_cpu = metrics["items"], perf_counter(), process_time()
        self.log("begins", step=name)
        try:
            yield
        finally:
            seconds = perf_counter() - began
            self.seconds[name] = metrics["seconds"] = round(metrics["seconds"] + seconds, 3)
            metrics["cpu_seconds"] = round(metrics["cpu_seconds"] + process_time() - began_cpu, 3)
            metrics["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            self.progress.finish(name)
            self.log(_ended(seconds, metrics["items"] - items, _changed(before, self.counts)), step=name)

    def log(self, message: str, *, level: int = logging.INFO, **about: str | None) -> None:
        """Log what happens; `about` may have `step`, `document_id` and `url`."""
        LOG.log(level, message, extra={"run_id": self.run_id, **about})

    def log_failure(self, step: str, message: str, **about: str | None) -> None:
        """Count what a step set aside or could not fetch, and log the first ones."""
        metrics = self._metrics(step)
        metrics["failures"] += 1
        if metrics["failures"] <= MOST_LOGGED:
            self.log(message, level=logging.WARNING, step=step, **about)
        elif metrics["failures"] == MOST_LOGGED + 1:
            self.log(f"more than {MOST_LOGGED} failures; klog status lists them", level=logging.WARNING, step=step)

    def _metrics(self, step: str) -> dict[str, Any]:
        new = {"times": 0, "seconds": 0.0, "cpu_seconds": 0.0, "items": 0, "failures": 0}
        return self.steps.setdefault(step, new)

    def begin(self, step: str, total: int | None) -> None:
        """Report the number of items of a step, or None if it is unknown."""
        self.progress.start(step, total)
        self.report(step, done=0, total=total)

    def advance(self, step: str, count: int, done: int, total: int | None) -> None:
        """Report that `count` more items are done, `done` in total."""
        self.progress.advance(step, count)
        self._metrics(step)["items"] += count
        self.report(step, done=done, total=total)

    def report(self, step: str | None, **more: object) -> None:
        """Write `status.json`, unless a signal has ended the run: then raise what its handler does."""
        self.signals.raise_swallowed()
        self.home.write_status(
            {
                "run_id": self.run_id,
                "started_at": self.started_at.isoformat(),
                "outcome": "running",
                "step": step,
                "counts": self.counts,
                "seconds": self.seconds,
                "ledger": self.ledger,
                **more,
            }
        )

    def write_row(self, connection: Connection, outcome: str, message: str | None = None) -> None:
        """Write or replace the run's row in `raw.runs`."""
        # If the clock was set back during the run, it must not end before it started.
        finished = None if outcome == "running" else max(now(), self.started_at)
        row = {
            "run_id": self.run_id,
            "started_at": self.started_at,
            "finished_at": finished,
            "outcome": outcome,
            "message": message,
            "release_id": self.release_id,
            "counts": json.dumps(self.counts, default=str),
            "seconds": json.dumps(self.seconds),
            "steps": json.dumps(self.steps),
        }
        insert(connection, "raw.runs", [row], replace=True)
        connection.execute(
            "DELETE FROM raw.runs WHERE run_id NOT IN (SELECT run_id FROM raw.runs ORDER BY started_at DESC LIMIT ?)",
            [RUNS_KEPT],
        )


def _changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in after.items() if value != before.get(name) and value != 0}


def _ended(seconds: float, items: int, changed: dict[str, Any]) -> str:
    done = [f"{items:,} done"] if items else []
    done += [f"{name} {value:,}" for name, value in changed.items() if isinstance(value, int)]
    return f"ends after {seconds:.1f} s: {', '.join(done) or 'nothing to do'}"


def batches(things: list[T], size: int) -> Iterator[list[T]]:
    """Yield `things` in batches of at most `size`."""
    for start in range(0, len(things), size):
        yield things[start : start + size]
