"""A pool of processes that run a function on one thing at a time, with limits on CPU time and memory for each thing."""

import math
import os
import resource
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import forkserver, get_context
from pathlib import Path
from typing import Protocol, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

T = TypeVar("T")
R = TypeVar("R")

# A fork server, because DuckDB, Prefect and the encoder run threads that a fork of this process would leave in an undefined
# state, and because one process that has imported the workers' modules starts each worker in a tenth of a second.
_CONTEXT = get_context("forkserver")


@dataclass(frozen=True, slots=True)
class TaskLimits:
    """Limits for one task: seconds of CPU time, and bytes of memory beyond a worker's use at its start.

    `wall_s` also limits a task that waits without using CPU time.
    """

    cpu_s: float = 30.0  # the slowest real page takes 2 s, one crafted to be slow 10 s
    wall_s: float = 900.0  # thirty times as long, for a busy machine
    memory_bytes: int = 1 << 30


@dataclass(frozen=True, slots=True)
class Broken:
    """The failure of a task that broke its worker: `reason` is one of `too_slow stalled memory crash`."""

    reason: str
    detail: str


_CRASHED = Broken("crash", "its parser process was killed, out of memory or in a crash")
_TERMINATED = Broken("crash", "its parser process was terminated")


class Pool(Protocol):
    """Processes that do work: those of this machine, or the workers of a cluster."""

    def warm_up(self) -> None:
        """Get ready for the first work."""

    def run(self, function: Callable[[T], R], things: Sequence[T]) -> Iterator[R | Broken]:
        """Yield, in order, the result of `function` for each thing, or how the thing broke its worker."""
        ...

    def run_batches(
        self, function: Callable[[T], R], batches: Iterable[Sequence[T]]
    ) -> Iterator[tuple[Sequence[T], Iterator[R | Broken]]]:
        """Yield each batch with what `run` gives for it; later batches may be worked on meanwhile."""
        ...

    def close(self) -> None:
        """Stop."""


class LimitedPool:
    """A pool of one process per core, started with the first task; a broken process is replaced."""

    def __init__(self, limits: TaskLimits, *, preload: Sequence[str] = ()) -> None:
        self._limits = limits
        self._preload = list(preload)
        self._pool: ProcessPool | None = None

    def warm_up(self) -> None:
        """Import the workers' modules in another process, while this one continues."""
        _CONTEXT.set_forkserver_preload(self._preload)
        forkserver.ensure_running()

    def run(self, function: Callable[[T], R], things: Sequence[T]) -> Iterator[R | Broken]:
        """Yield, in order, the result of `function` for each thing, or how the thing broke its worker."""
        futures = [self._schedule(function, thing) for thing in things]
        for thing, future in zip(things, futures, strict=True):
            found = self._outcome(future)
            # A signal to the whole process group ends this process too; if only the worker was terminated, try again.
            yield self._outcome(self._schedule(function, thing)) if found is _TERMINATED else found

    def run_batches(
        self, function: Callable[[T], R], batches: Iterable[Sequence[T]]
    ) -> Iterator[tuple[Sequence[T], Iterator[R | Broken]]]:
        """Yield each batch with what `run` gives for it, which begins when it is asked for."""
        for batch in batches:
            yield batch, self.run(function, batch)

    def close(self) -> None:
        """Stop the processes at once."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]  # pebble has no types
            self._pool.join()
            self._pool = None

    def _schedule(self, function: Callable[[T], R], thing: T) -> "ProcessFuture[R]":
        if self._pool is None:
            self.warm_up()
            self._pool = ProcessPool(
                os.cpu_count() or 1,
                initializer=_get_ready,
                initargs=[self._preload, self._limits.memory_bytes],
                context=_CONTEXT,
            )
        future: ProcessFuture[R] = self._pool.schedule(
            _run_limited, args=[function, thing, self._limits.cpu_s], timeout=self._limits.wall_s
        )
        return future

    def _outcome(self, future: "ProcessFuture[R]") -> R | Broken:
        try:
            return future.result()
        except TookTooLong:
            return Broken("stalled", f"it was not parsed within {self._limits.wall_s:g} seconds")
        except MemoryError:
            return Broken("memory", "parsing it takes more memory than a page may use")
        except ProcessExpired as error:
            if error.exitcode == -signal.SIGXCPU:
                return Broken("too_slow", f"parsing it takes more than {self._limits.cpu_s:g} seconds of CPU time")
            return _TERMINATED if error.exitcode == signal.SIGTERM else _CRASHED


def _run_limited(function: Callable[[T], R], thing: T, cpu_s: float) -> R:
    """Run in a worker."""
    limit_cpu(cpu_s)
    return function(thing)


def limit_cpu(more_s: float) -> None:
    """Let the system send SIGXCPU after that much more CPU time, which ends this process even inside a library."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    until = math.ceil(time.process_time() + more_s)
    resource.setrlimit(resource.RLIMIT_CPU, (until if hard < 0 else min(until, hard), hard))


def _get_ready(modules: Sequence[str], more_bytes: int) -> None:
    """Import the worker's modules, then limit its address space to its present size plus `more_bytes`."""
    for name in modules:
        import_module(name)
    about = Path("/proc/self/statm")
    if about.exists():  # Linux only
        most = int(about.read_text().split()[0]) * resource.getpagesize() + more_bytes
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
