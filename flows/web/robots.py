"""Rules for robots: fetch robots.txt once per host and run, and parse it with Protego.

Source: https://www.rfc-editor.org/rfc/rfc9309 (2022-09) for the meaning of a missing or unreachable file.
"""

import asyncio
from urllib.parse import urlsplit

from protego import Protego

from flows.web.client import Budget, Client, ClientResponse, HostLimits
from flows.web.safety import join_address
from warehouse.captures.unpack import unpack
from warehouse.errors import FetchFailed, Gone, PageSetAside, Refused, TooLarge

ROBOT = "kernel-log-archive"
MOST_BYTES = 512 * 1024  # RFC 9309, 2.5: crawlers must read at least 500 KiB
MOST_REDIRECTS = 5  # RFC 9309, 2.3.1.2
LONGEST_DELAY_S = 3600.0  # a longer delay is a mistake or a refusal; the next request is still sent after an hour


class Robots:
    """The rules of every host requested so far."""

    def __init__(self, seconds: float) -> None:
        self._manners = HostLimits(seconds, "live")
        self._rules: dict[str, Protego | FetchFailed | None] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    async def check(self, client: Client, url: str, budget: Budget) -> float | None:
        """Return the crawl delay of the host in seconds, at most an hour, or None if it sets none.

        Raises:
            Refused: reason `robots`, the file forbids this address.
            FetchFailed: reason `robots_unreachable`, the file could not be fetched; or any final failure of the host.
        """
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        async with self._asking.setdefault(site, asyncio.Lock()):
            if site not in self._rules:
                self._rules[site] = await self._ask(client, f"{site}/robots.txt", budget)
        rules = self._rules[site]
        if isinstance(rules, FetchFailed):
            raise rules
        if rules is None:
            return None
        if not rules.can_fetch(url, ROBOT):
            raise Refused(f"{url}: robots.txt of {parts.netloc} forbids it.", reason="robots")
        delay = rules.crawl_delay(ROBOT)
        return min(float(delay), LONGEST_DELAY_S) if delay else None

    async def _ask(self, client: Client, url: str, budget: Budget) -> Protego | FetchFailed | None:
        """Return the rules of a host, the error that forbids requests to it, or None if everything is allowed."""
        for _ in range(MOST_REDIRECTS + 1):
            try:
                answer = await client.ask(url, self._manners, budget)
            except (Gone, Refused, TooLarge) as error:
                return error
            except FetchFailed as error:
                return _unreachable(url, error.reason)
            if answer.location is None:
                return _read(answer)
            url = join_address(url, answer.location)
        return None


def _read(answer: ClientResponse) -> Protego | FetchFailed | None:
    if answer.status >= 500:
        return _unreachable(answer.url, f"http_{answer.status}")
    if answer.status != 200:
        return None
    try:
        body = unpack(answer.body, answer.header("content-encoding"), limit=64 * MOST_BYTES)
    except PageSetAside:
        return None
    return Protego.parse(body[:MOST_BYTES].decode("utf-8", "replace"))


def _unreachable(url: str, why: str) -> FetchFailed:
    return FetchFailed(f"{url} failed ({why}), so no page of the host is requested.", reason="robots_unreachable")
