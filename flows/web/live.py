"""The live web: check robots.txt, send one request at a time to a host, and check every redirect."""

import datetime as dt
from dataclasses import replace

from flows.reading.urls import read_address
from flows.web.client import Budget, Client, ClientResponse, HostLimits
from flows.web.redirects import follow_redirects
from flows.web.robots import Robots
from warehouse.captures.files import Response
from warehouse.errors import FetchFailed, Gone, Refused, UsageError
from warehouse.frontier.ledger import Due
from warehouse.settings import Settings

# The operators of these archives ask robots to download the mail with git or as mbox (`klog build --mail`).
NEVER_ASKED = ("lore.kernel.org", "lkml.kernel.org", "public-inbox.org")


class Live:
    """A stage that fetches pages as they are today."""

    name = "live"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._manners = HostLimits(settings.live_seconds, "live")
        self._robots = Robots(settings.live_seconds)

    @property
    def lanes(self) -> int:
        """The number of hosts requested at once."""
        return self._settings.live_hosts

    def lane(self, due: Due) -> str:
        """Return the host, because its addresses are fetched one after another."""
        return due.url.partition("://")[2].partition("/")[0].lower()

    async def get(self, client: Client, due: Due) -> Response:
        """Return the page as it is now.

        Raises:
            Refused: `robots`, `address`, `private`, `mail_archive`, or `http_401` and the like.
            Gone: `http_404`, `http_410`, `dns`.
            FetchFailed: `redirect_loop`, `redirects`, `http_...`, or a network failure.
        """
        answer = await self._follow(client, due.url)
        check_status(answer)
        return Response(
            url=answer.url,
            status=answer.status,
            reason=answer.reason,
            headers=[pair for pair in answer.headers if pair[0].lower() != "transfer-encoding"],
            body=answer.body,
            captured_at=dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0),
            origin=self.name,
            request_headers=answer.request_headers,
            asked=due.url,
        )

    async def _follow(self, client: Client, url: str) -> ClientResponse:
        budget = client.budget()
        return await follow_redirects(
            url, self._settings.max_redirects, lambda next_url: self._request(client, next_url, budget)
        )

    async def _request(self, client: Client, url: str, budget: Budget) -> ClientResponse:
        refuse_mail_archives(url, self._settings.host_aliases)
        client.check(url)
        delay = await self._robots.check(client, url, budget)
        manners = replace(self._manners, seconds=max(self._manners.seconds, delay or 0))
        return await self._ask(client, url, manners, budget)

    async def _ask(self, client: Client, url: str, manners: HostLimits, budget: Budget) -> ClientResponse:
        return await client.ask(url, manners, budget)


def check_status(answer: ClientResponse) -> None:
    """Check that the status is that of a page (200 or 203).

    Raises:
        Gone: 404 or 410.
        Refused: 401, 402, 403, 407 or 451.
        FetchFailed: any other status.
    """
    reason = f"http_{answer.status}"
    message = f"{answer.url}: it returned HTTP {answer.status} {answer.reason}".rstrip() + "."
    if answer.status in (200, 203):
        return
    if answer.status in (404, 410):
        raise Gone(message, reason=reason)
    if answer.status in (401, 402, 403, 407, 451):
        raise Refused(message, reason=reason)
    raise FetchFailed(message, reason=reason)


def refuse_mail_archives(url: str, aliases: dict[str, str]) -> None:
    """Refuse an address of a mail archive that asks robots to use git or mbox instead.

    Raises:
        Refused: reason `mail_archive`.
    """
    try:
        address = read_address(url, aliases)
    except UsageError:
        return
    if address.on(*NEVER_ASKED):
        message = f"{url}: pages of {address.host} are not fetched; clone the list and run: klog build --mail PATH"
        raise Refused(message, reason="mail_archive")
