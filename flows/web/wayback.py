"""Pages out of a web archive: the 200 capture nearest to the day asked for, and a list of the issues it has."""

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import replace

from flows.web.cdx import CdxQuery, CdxRow
from flows.web.client import Budget, Client
from flows.web.issue_prefixes import SLUG, Prefix, issue_prefixes
from flows.web.live import refuse_mail_archives
from flows.web.memento_archive import Memento, MementoArchive
from flows.web.origin import Listed
from warehouse.captures.files import Response
from warehouse.errors import FetchFailed, Gone
from warehouse.frontier.ledger import Due
from warehouse.settings import Settings

NO_DAY = dt.datetime(2010, 12, 31)  # the middle of the column's life, for addresses nobody gave a day
OWN_WITHIN = dt.timedelta(days=366)  # a capture of the address itself this near is taken before where it redirected to
MOST_TRIED = 3  # captures of one address that the index has and the archive does not play
LANES = 8  # requests on their way at once; the limiter says how often one may begin


class Wayback:
    """An archive that speaks the Wayback protocol."""

    name = "wayback"
    lanes = LANES

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._prefixes = {prefix.url: prefix for prefix in issue_prefixes(settings.host_aliases)}

    def parts(self) -> list[str]:
        """Return the prefixes it is asked for."""
        return list(self._prefixes)

    async def list_part(self, client: Client, part: str) -> AsyncIterator[Listed]:
        """Yield every issue address below a prefix, with the moment of its first capture."""
        prefix = self._prefixes[part]
        seen: set[str] = set()
        async for row in MementoArchive(client, self._settings).search(_issue_query(prefix)):
            if row.urlkey not in seen and SLUG.match(row.urlkey):
                seen.add(row.urlkey)
                yield Listed(row.url, row.captured_at, "cdx", part)

    def lane(self, due: Due) -> str:
        """Return any of a few lanes: one service serves all addresses."""
        return str(hash(due.url) % LANES)

    async def get(self, client: Client, due: Due) -> Response:
        """Return the capture nearest to the day asked for.

        Raises:
            Gone: it has none (`not_archived`, `archived_404`, ...).
            Refused, FetchFailed: as `Archive.memento`.
        """
        archive = MementoArchive(client, self._settings)
        budget = client.budget()
        at = due.target_at or NO_DAY
        refuse_mail_archives(due.url, self._settings.host_aliases)
        try:
            return self._response(due, await self._nearest(archive, due.url, at, budget))
        except Gone as error:
            escaped = _escaped(due)
            if error.reason != "not_archived" or escaped is None:
                raise
        return self._response(due, await self._nearest(archive, escaped, at, budget))

    async def _nearest(self, archive: MementoArchive, url: str, at: dt.datetime, budget: Budget) -> Memento:
        """Fetch the nearest capture in one request; ask the index only where that capture is a redirect or an error."""
        refused: Gone | None = None
        try:
            memento = await archive.memento(url, at, follow=False, window_days=self._window, budget=budget)
            if memento.location is None:
                return memento
        except Gone as error:
            if not error.reason.startswith("archived_"):
                raise
            refused = error
        own = await self._pages(archive, url, at)
        near = [row for row in own if abs(row.captured_at - at) <= OWN_WITHIN] if refused is None else own
        for row in near[:MOST_TRIED]:
            try:
                return await archive.memento(row.url, row.captured_at, exact=True, budget=budget)
            except FetchFailed:
                continue
        if refused is not None:
            raise refused
        followed = await archive.memento(url, at, window_days=self._window, budget=budget)
        refuse_mail_archives(followed.url, self._settings.host_aliases)
        return followed

    async def _pages(self, archive: MementoArchive, url: str, at: dt.datetime) -> list[CdxRow]:
        """Return the captures of an address that are pages, nearest first."""
        query = CdxQuery(url, filters=("statuscode:200",), collapse="digest")
        rows = [row async for row in archive.search(query) if row.status == 200]
        return sorted(rows, key=lambda row: abs(row.captured_at - at))

    @property
    def _window(self) -> float | None:
        return self._settings.wayback_window_days or None

    def _response(self, due: Due, memento: Memento) -> Response:
        return Response(
            url=memento.url,
            status=memento.status,
            reason=memento.answer.reason or "OK",
            headers=[pair for pair in memento.answer.headers if pair[0].lower() not in _OF_THE_WAY],
            body=memento.body,
            captured_at=memento.captured_at,
            origin=self.name,
            memento_url=memento.memento_url,
            request_headers=(),  # what was asked was the archive; the request of that day is not ours to invent
            asked=due.url,
            is_truncated=memento.answer.broken,
        )


_OF_THE_WAY = ("transfer-encoding", "connection", "keep-alive")


def _issue_query(prefix: Prefix) -> CdxQuery:
    query = CdxQuery(prefix.url, match="prefix", filters=("statuscode:200",), collapse="urlkey")
    if prefix.everything:
        return query
    return replace(query, filters=(*query.filters, f"urlkey:{SLUG.pattern}"))


def _escaped(due: Due) -> str | None:
    """Return the form in which crawlers kept some inner pages of The H: `...html%3Fpage=2`."""
    if due.kind != "issue" or due.url.count("?") != 1:
        return None
    return due.url.replace("?", "%3F")
