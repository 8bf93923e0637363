"""Network origins: one service, or several tried in order for each address (`auto`)."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Protocol, runtime_checkable

from flows.web.client import Client
from flows.web.fetch_scheduler import FetchScheduler, Stage
from flows.web.origin import Fetched, Listed
from warehouse.frontier.ledger import Due


@runtime_checkable
class Lister(Protocol):
    """A stage that can list the issues in it."""

    def parts(self) -> list[str]:
        """Return the parts that it can list one by one."""
        ...

    def list_part(self, client: Client, part: str) -> AsyncIterator[Listed]:
        """Yield every address of a part."""
        ...


class Web:
    """An origin made of stages in order; each call has its own client and event loop."""

    def __init__(self, name: str, stages: Sequence[Stage], open_client: Callable[[], Client]) -> None:
        self.name = name
        self._stages = stages
        self._open_client = open_client
        self._listers = {part: stage for stage in stages if isinstance(stage, Lister) for part in stage.parts()}

    def parts(self) -> list[str]:
        """Return the parts that its stages can list."""
        return list(self._listers)

    def discover(self, part: str) -> Iterator[Listed]:
        """Yield every address of a part as it arrives.

        Raises:
            Wait, FetchFailed: the list is incomplete.
        """
        client = self._open_client()
        with asyncio.Runner() as runner:
            listing = aiter(self._listers[part].list_part(client, part))
            try:
                while (listed := runner.run(_next(listing))) is not None:
                    yield listed
            finally:
                runner.run(client.aclose())

    def fetch(self, due: Sequence[Due]) -> Iterator[Fetched]:
        """Yield the result of every address, in the order in which they finish."""
        if due:
            yield from FetchScheduler(self._open_client(), self._stages).run(due)


async def _next(listing: AsyncIterator[Listed]) -> Listed | None:
    return await anext(listing, None)
