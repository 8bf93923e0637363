"""Worker processes on other machines, which a Dask scheduler knows; the only file that knows `distributed`.

The coordinator hands whole batches to workers and loads the results, so that the warehouse has one writer.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from distributed import Client, Future
from distributed.client import ClosedClientError
from distributed.comm import CommClosedError
from distributed.scheduler import KilledWorker

from flows.cluster_worker import Facts, do_each, encode_texts, explain_difference, facts_like, reading_facts
from flows.limited_pool import Broken, TaskLimits
from warehouse.encoding.encoder import Vectors, supports_bfloat16
from warehouse.errors import ClusterLost, UsageError
from warehouse.settings import Settings

T = TypeVar("T")
R = TypeVar("R")

WAIT_S = 30  # for the scheduler, and for the first worker
RUN_AT_ONCE = 50  # things of `run` in one batch
_START = "start them with the same installation: dask scheduler; dask worker ADDRESS --nthreads 1"


class Cluster:
    """A pool whose workers are those of a Dask scheduler; the first work, or `warm_up`, connects to it.

    Attributes:
        address: the address of the scheduler.
    """

    def __init__(self, address: str, settings: Settings, captures: Path, limits: TaskLimits | None = None) -> None:
        if address.partition("://")[0] not in ("tcp", "tls"):
            raise UsageError(
                f"{address!r} is no scheduler; expected tcp://HOST:PORT or tls://HOST:PORT (KLOG_CLUSTER)."
            )
        self.address = address
        # Settings of this machine would make equal work look different, and need not leave it.
        self._settings = settings.model_copy(update={"cluster": "", "alert": ""})
        self._captures = captures.resolve()
        self._limits = limits or TaskLimits()
        self._connected: Client | None = None

    def warm_up(self) -> None:
        """Connect, and refuse workers of another version.

        Raises:
            UsageError: there is no scheduler or no worker, or a worker is of another version.
        """
        _ = self._client

    def close(self) -> None:
        """Leave the scheduler; what was not yet loaded is dropped."""
        if self._connected is not None:
            self._connected.close(timeout=5)
            self._connected = None

    def run(self, function: Callable[[T], R], things: Sequence[T]) -> Iterator[R | Broken]:
        """Yield, in order, the result of `function` for each thing, or how the thing broke its worker."""
        batches = (things[start : start + RUN_AT_ONCE] for start in range(0, len(things), RUN_AT_ONCE))
        for _, found in self.run_batches(function, batches):
            yield from found

    def run_batches(
        self, function: Callable[[T], R], batches: Iterable[Sequence[T]]
    ) -> Iterator[tuple[Sequence[T], Iterator[R | Broken]]]:
        """Yield each batch with the results of its things, in order.

        Raises:
            ClusterLost: the scheduler or all workers went away.
            UsageError: a worker is of another version.
        """

        def submit(batch: Sequence[T]) -> Future:
            expected = self._expected({"captures": self._settings.capture_store or str(self._captures)})
            return self._submit(do_each, expected, self._limits, function, batch)

        for batch, future, others in self._in_flight(submit, batches):
            with self._errors_named():
                try:
                    found = future.result()
                except KilledWorker:
                    # Each of those that a dead worker held is suspected; alone, only the one that kills workers is.
                    for one in others:
                        one.exception()  # waits
                    found = [self._alone(submit, thing) for thing in batch]
            yield batch, iter(found)

    def encode(
        self, batches: Iterable[Sequence[T]], text_of: Callable[[T], str], settings: Settings
    ) -> Iterator[tuple[Sequence[T], Callable[[], tuple[str, Vectors]]]]:
        """Yield each batch, in order, with a function that waits for the name of its encoder and the vectors of its texts.

        `auto` is resolved here, so that all workers encode in the precision that this machine would.

        Raises:
            ClusterLost: the scheduler or all workers went away, or a batch ended several workers.
            UsageError: a worker is of another version, or cannot compute in that precision.
        """
        precision = settings.precision
        if precision == "auto":
            precision = "bfloat16" if supports_bfloat16() else "float32"
        self._settings = settings.model_copy(update={"precision": precision, "cluster": "", "alert": ""})
        expected = self._expected({"precision": precision})
        self._refuse_others(expected)

        def submit(batch: Sequence[T]) -> Future:
            return self._submit(encode_texts, expected, [text_of(one) for one in batch])

        for batch, future, _ in self._in_flight(submit, batches):
            yield batch, partial(self._result, future)

    @property
    def _client(self) -> Client:
        if self._connected is None:
            self._connected = self._connect()
            self._refuse_others(self._expected({}))
        return self._connected

    def _connect(self) -> Client:
        try:
            client = Client(self.address, timeout=WAIT_S, set_as_default=False)
        except (OSError, TimeoutError) as error:
            raise UsageError(f"No scheduler answers at {self.address} (KLOG_CLUSTER); {_START}") from error
        try:
            client.wait_for_workers(1, timeout=WAIT_S)
        except TimeoutError as error:
            client.close()
            raise UsageError(f"The scheduler at {self.address} has no workers; {_START}") from error
        return client

    def _expected(self, more: Facts) -> Facts:
        return {**reading_facts(self._settings), **more}

    def _refuse_others(self, expected: Facts) -> None:
        """Raise UsageError if a worker that is there has other facts; later ones check themselves before they work."""
        with self._errors_named():
            threads = {name: one["nthreads"] for name, one in self._workers().items()}
            found = self._client.run(facts_like, expected, self._settings, self._captures, on_error="return")
        for name, facts in found.items():
            if isinstance(facts, Exception):
                differs = f"cannot run this program ({type(facts).__name__}: {facts})"
            elif threads.get(name, 1) != 1:
                differs = f"has {threads[name]} threads instead of 1"
            else:
                differs = explain_difference(expected, facts)
                differs = f"has {differs}" if differs else ""
            if differs:
                raise UsageError(f"The worker {name} {differs}; {_START}")

    def _workers(self) -> dict[str, Any]:
        found: dict[str, Any] = self._client.scheduler_info(n_workers=-1)
        if not found:
            raise ClosedClientError("the client has given up the scheduler")
        workers: dict[str, Any] = found["workers"]
        return workers

    def _submit(self, function: Callable[..., Any], expected: Facts, *given: Any) -> Future:
        return self._client.submit(function, expected, self._settings, self._captures, *given, pure=False)

    def _in_flight(
        self, submit: Callable[[Sequence[T]], Future], batches: Iterable[Sequence[T]]
    ) -> Iterator[tuple[Sequence[T], Future, list[Future]]]:
        """Yield batches with their futures in order, and the futures behind; twice as many as there are workers, at most."""
        flying: deque[tuple[Sequence[T], Future]] = deque()
        for batch in batches:
            with self._errors_named():
                most = 2 * max(1, len(self._workers()))
            if len(flying) >= most:
                yield *flying.popleft(), [future for _, future in flying]
            with self._errors_named():
                flying.append((batch, submit(batch)))
        while flying:
            yield *flying.popleft(), [future for _, future in flying]

    def _result(self, future: Future) -> Any:
        with self._errors_named():
            return future.result()

    def _alone(self, submit: Callable[[Sequence[T]], Future], thing: T) -> Any:
        try:
            return submit([thing]).result()[0]
        except KilledWorker:
            return Broken("crash", "it ended each worker that parsed it, by a crash or too much time or memory")

    @contextmanager
    def _errors_named(self) -> Iterator[None]:
        try:
            yield
        except KilledWorker as error:
            raise ClusterLost(f"A batch ended several workers of {self.address}: {error}. See their logs.") from error
        except (CancelledError, ClosedClientError, CommClosedError, TimeoutError, OSError) as error:
            raise ClusterLost(
                f"The scheduler at {self.address} went away. What was loaded is kept: start it and its workers, then run the "
                "same command again."
            ) from error
