"""The context of a run that is passed to every step: home, settings, origins and progress."""

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any, Protocol, TypeVar

from flows.document_parser import DocumentParser
from flows.parse_pool import ParsePool
from flows.web.origin import Origin
from warehouse.connection import Connection
from warehouse.home import Home, now
from warehouse.load import insert
from warehouse.settings import Settings

T = TypeVar("T")

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
    relist_before: dt.datetime | None = None
    """Indexes that were last listed before this time are listed again."""
    recheck_before: dt.datetime | None = None
    """Lost addresses that were last tried before this time are fetched again."""
    gmane_map: Path | None = None
    all_mail: bool = False
    counts: dict[str, Any] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    release_id: str | None = None
    ledger: dict[str, Any] = field(default_factory=dict)
    readers: ParsePool = field(init=False)

    def __post_init__(self) -> None:
        self.readers = ParsePool(DocumentParser(self.home.captures, self.settings))

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step and show it in `klog status`."""
        self.report(name)
        began = perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = round(self.seconds.get(name, 0.0) + perf_counter() - began, 3)
            self.progress.finish(name)

    def begin(self, step: str, total: int | None) -> None:
        """Report the number of items of a step, or None if it is unknown."""
        self.progress.start(step, total)
        self.report(step, done=0, total=total)

    def advance(self, step: str, count: int, done: int, total: int | None) -> None:
        """Report that `count` more items are done, `done` in total."""
        self.progress.advance(step, count)
        self.report(step, done=done, total=total)

    def report(self, step: str | None, **more: object) -> None:
        """Write `status.json`."""
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
        }
        insert(connection, "raw.runs", [row], replace=True)
        connection.execute(
            "DELETE FROM raw.runs WHERE run_id NOT IN (SELECT run_id FROM raw.runs ORDER BY started_at DESC LIMIT ?)",
            [RUNS_KEPT],
        )


def batches(things: list[T], size: int) -> Iterator[list[T]]:
    """Yield `things` in batches of at most `size`."""
    for start in range(0, len(things), size):
        yield things[start : start + size]
