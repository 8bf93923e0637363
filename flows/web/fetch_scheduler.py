"""Fetch many addresses concurrently, through stages in order; each lane of a stage fetches one address after another.

An address that a stage does not have is passed on to the next; the result of the last stage is final. The event loop
runs only while the caller takes results, so that the caller can store a result before the next one is taken.
"""

import asyncio
from collections import deque
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Protocol

from flows.retries import delay_until_next_run
from flows.web.client import Client
from flows.web.origin import Fetched
from warehouse.captures.files import Response
from warehouse.errors import FetchFailed, Gone, KlogError, Refused, TooLarge, Wait
from warehouse.frontier.ledger import Due


class Stage(Protocol):
    """One service that pages are fetched from."""

    name: str

    @property
    def lanes(self) -> int:
        """The number of lanes that run at once."""
        ...

    def lane(self, due: Due) -> str:
        """Return the lane of an address: its host on the live web, one of a few for an archive."""
        ...

    async def get(self, client: Client, due: Due) -> Response:
        """Return the response for an address, or raise a `KlogError`."""
        ...


@dataclass(slots=True)
class _Stand:
    """The state of a stage: the addresses waiting in each lane, the lanes ready to start, and how many run."""

    stage: Stage
    waiting: dict[str, deque[tuple[Due, KlogError | None]]]
    ready: deque[str]
    running: int = 0


class FetchScheduler:
    """A scheduler that passes addresses through the stages; `run` yields their results."""

    def __init__(self, client: Client, stages: Sequence[Stage]) -> None:
        self._client = client
        self._stands = [_Stand(stage, {}, deque()) for stage in stages]
        self._results: asyncio.Queue[Fetched] = asyncio.Queue(maxsize=64)
        self._tasks: set[asyncio.Task[None]] = set()

    def run(self, due: Sequence[Due]) -> Iterator[Fetched]:
        """Yield one result for each address, in the order in which they finish."""
        with asyncio.Runner() as runner:
            loop = runner.get_loop()
            stops: list[BaseException] = []

            def end_on_stop(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
                """End the loop on a signal that Prefect's handler raised in a callback; asyncio only logs what callbacks raise."""
                error = context.get("exception")
                if error is None or isinstance(error, Exception):
                    loop.default_exception_handler(context)
                else:
                    stops.append(error)
                    loop.stop()

            loop.set_exception_handler(end_on_stop)

            def step(work: Coroutine[Any, Any, Any]) -> Any:
                try:
                    return loop.run_until_complete(work)
                except RuntimeError:
                    if stops:
                        raise stops.pop() from None
                    raise

            step(self._begin(due))
            try:
                for _ in range(len(due)):
                    yield step(self._next())
            finally:
                step(self._end())

    async def _begin(self, due: Sequence[Due]) -> None:
        for one in due:
            self._enqueue(0, one, None)

    async def _next(self) -> Fetched:
        """Return the next result, or raise the error of a lane, so that a bug does not turn into an endless wait."""
        result = asyncio.ensure_future(self._results.get())
        while not result.done():
            await asyncio.wait({result, *self._tasks}, return_when=asyncio.FIRST_COMPLETED)
            for task in [task for task in self._tasks if task.done()]:
                self._tasks.discard(task)
                task.result()
        return result.result()

    async def _end(self) -> None:
        async with AsyncExitStack() as ending:
            ending.push_async_callback(self._client.aclose)
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _enqueue(self, number: int, due: Due, before: KlogError | None) -> None:
        stand = self._stands[number]
        lane = stand.stage.lane(due)
        if lane not in stand.waiting:
            stand.waiting[lane] = deque()
            stand.ready.append(lane)
        stand.waiting[lane].append((due, before))
        self._open_lanes(number)

    def _open_lanes(self, number: int) -> None:
        stand = self._stands[number]
        while stand.ready and stand.running < stand.stage.lanes:
            stand.running += 1
            self._tasks.add(asyncio.get_running_loop().create_task(self._run_lane(number, stand.ready.popleft())))

    async def _run_lane(self, number: int, lane: str) -> None:
        stand = self._stands[number]
        waiting = stand.waiting[lane]
        while waiting:
            due, before = waiting.popleft()
            await self._serve(number, due, before)
        del stand.waiting[lane]
        stand.running -= 1
        self._open_lanes(number)

    async def _serve(self, number: int, due: Due, before: KlogError | None) -> None:
        try:
            response = await self._stands[number].stage.get(self._client, due)
        except Wait as error:
            await self._results.put(Fetched(due.url, error=error))
        except KlogError as error:
            worse = failure_to_report(before, error)
            # A temporary failure is left to the next run, which may get the page from this better stage; only the last
            # try passes the address on to the next stage.
            if number + 1 < len(self._stands) and delay_until_next_run(error, due.attempts) is None:
                self._enqueue(number + 1, due, worse)
            else:
                await self._results.put(Fetched(due.url, error=worse))
        except (ValueError, LookupError, TypeError) as error:
            # An unexpected response must not end the run, so the address is set aside.
            message = f"{due.url}: {type(error).__name__}: {error}"
            await self._results.put(Fetched(due.url, error=FetchFailed(message, reason="odd_answer")))
        else:
            await self._results.put(Fetched(due.url, response=response))


def failure_to_report(before: KlogError | None, after: KlogError) -> KlogError:
    """Return which of two failures of one address to report.

    Any other failure is preferred to `TooLarge`, that to `Refused`, and that to `Gone`; of two equal ones, the later.
    """
    ranks = (TooLarge, Refused, Gone)
    if before is None:
        return after

    def rank(error: KlogError) -> int:
        if isinstance(error, FetchFailed) and not isinstance(error, ranks):
            return 0
        return next((place for place, kind in enumerate(ranks, 1) if isinstance(error, kind)), 0)

    return before if rank(before) < rank(after) else after
