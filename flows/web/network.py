"""Network origins: one service, or several tried in order for each address (`auto`)."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Protocol, runtime_checkable

from flows.web.client import Client
from flows.web.fetch_scheduler import FetchScheduler, Stage
from flows.web.origin import Fetched, Listed
from warehouse.errors import FetchFailed, Wait
from warehouse.frontier.ledger import Due

LISTED_AT_ONCE = 500  # to start the event loop for each address takes longer than to read the address


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
        """Yield every address of a part, a few hundred at a time, and those that arrived before an error.

        Raises:
            Wait, FetchFailed: the list is incomplete.
        """
        client = self._open_client()
        with asyncio.Runner() as runner:
            listing = aiter(self._listers[part].list_part(client, part))
            try:
                while True:
                    arrived: list[Listed] = []
                    try:
                        runner.run(_take(listing, arrived))
                    except (Wait, FetchFailed):
                        yield from arrived
                        raise
                    yield from arrived
                    if len(arrived) < LISTED_AT_ONCE:
                        return
            finally:
                runner.run(client.aclose())

    def fetch(self, due: Sequence[Due]) -> Iterator[Fetched]:
        """Yield the result of every address, in the order in which they finish."""
        if due:
            yield from FetchScheduler(self._open_client(), self._stages).run(due)


async def _take(listing: AsyncIterator[Listed], arrived: list[Listed]) -> None:
    async for listed in listing:
        arrived.append(listed)
        if len(arrived) == LISTED_AT_ONCE:
            return
