"""Redirects on the live web."""

from collections.abc import Awaitable, Callable

from flows.web.client import ClientResponse
from flows.web.safety import join_address
from warehouse.errors import FetchFailed


async def follow_redirects(url: str, most: int, request: Callable[[str], Awaitable[ClientResponse]]) -> ClientResponse:
    """Return the first response that is not a redirect; `request` checks and requests one address.

    Raises:
        FetchFailed: `redirect_loop`, or `redirects` after more than `most`.
    """
    asked = url
    seen: set[str] = set()
    for _ in range(most + 1):
        if asked in seen:
            raise FetchFailed(f"{url}: its redirects form a loop.", reason="redirect_loop")
        seen.add(asked)
        answer = await request(asked)
        if answer.location is None:
            return answer
        asked = join_address(asked, answer.location).partition("#")[0]
    raise FetchFailed(f"{url}: more than {most} redirects.", reason="redirects")
