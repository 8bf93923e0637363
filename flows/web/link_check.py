"""Whether addresses still answer: ask for the head alone, and for the page where a server fails at that."""

import datetime as dt

from flows.web.client import Budget, Client, ClientResponse, HostLimits
from flows.web.live import Live, check_status
from warehouse.captures.files import Response
from warehouse.errors import FetchFailed, Gone, Refused, TooLarge
from warehouse.frontier.ledger import Due


class LinkCheck(Live):
    """A stage that asks as `Live` does, with its robots rules and limits, and keeps no page."""

    async def get(self, client: Client, due: Due) -> Response:
        """Return the answer without its body; `url` is where redirects led from `asked`.

        Raises:
            Refused, Gone, FetchFailed: as of `Live`.
        """
        answer = await self._follow(client, due.url)
        if not 200 <= answer.status < 300:
            check_status(answer)
        return Response(
            url=answer.url,
            status=answer.status,
            reason=answer.reason,
            headers=[],
            body=b"",
            captured_at=dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0),
            origin=self.name,
            asked=str(client.check(due.url)),
        )

    async def _ask(self, client: Client, url: str, manners: HostLimits, budget: Budget) -> ClientResponse:
        try:
            answer = await client.ask(url, manners, budget, method="HEAD")
        except (Gone, Refused):
            raise
        except FetchFailed:
            if budget.seconds <= 0:
                raise
        else:
            if answer.status < 400:
                return answer
        try:
            return await client.ask(url, manners, budget)
        except TooLarge:  # it answers, with more than is read
            return ClientResponse(url, 200, "", (), b"", ())
