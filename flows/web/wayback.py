"""Pages from a web archive: the capture with status 200 nearest to the target day, and a list of the issues in it."""

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import replace

from flows.web.cdx import CdxQuery, CdxRow
from flows.web.client import Budget, Client
from flows.web.issue_listing import SLUG, Prefix, prefixes_to_list
from flows.web.live import refuse_mail_archives
from flows.web.memento_archive import Memento, MementoArchive
from flows.web.origin import Listed
from warehouse.captures.files import Response
from warehouse.errors import FetchFailed, Gone
from warehouse.frontier.ledger import Due
from warehouse.settings import Settings

NO_DAY = dt.datetime(2010, 12, 31)  # the middle of the column's life, for addresses without a target day
OWN_WITHIN = dt.timedelta(days=366)  # a page captured this near is preferred to the target of a redirect
MOST_TRIED = 3  # captures of one address, because the archive fails to replay some that are in its index
LANES = 8  # requests in flight; the limiter decides how often one may start


class Wayback:
    """A stage that fetches from an archive that speaks the Wayback protocol."""

    name = "wayback"
    lanes = LANES

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._prefixes = {prefix.url: prefix for prefix in prefixes_to_list(settings.host_aliases)}

    def parts(self) -> list[str]:
        """Return the URL prefixes to list."""
        return list(self._prefixes)

    async def list_part(self, client: Client, part: str) -> AsyncIterator[Listed]:
        """Yield every issue address below a prefix, with the time of its first capture in the index."""
        prefix = self._prefixes[part]
        seen: set[str] = set()
        async for row in MementoArchive(client, self._settings).search(_issue_query(prefix)):
            if row.urlkey not in seen and SLUG.match(row.urlkey):
                seen.add(row.urlkey)
                yield Listed(row.url, row.captured_at, "cdx", part)

    def lane(self, due: Due) -> str:
        """Return one of a few lanes, by the hash of the address, because one service serves all addresses."""
        return str(hash(due.url) % LANES)

    async def get(self, client: Client, due: Due) -> Response:
        """Return the capture nearest to the target day.

        Raises:
            Gone: the archive has no capture of a page (`not_archived`, `archived_404`, ...).
            Refused: reason `mail_archive`, or as `MementoArchive.memento`.
            FetchFailed: as `MementoArchive.memento`.
        """
        archive = MementoArchive(client, self._settings)
        budget = client.budget()
        at = due.target_at or NO_DAY
        refuse_mail_archives(due.url, self._settings.host_aliases)
        try:
            return self._response(due, await self.nearest_capture(archive, due.url, at, budget))
        except Gone as error:
            escaped = _escaped(due)
            if error.reason != "not_archived" or escaped is None:
                raise
        return self._response(due, await self.nearest_capture(archive, escaped, at, budget))

    async def nearest_capture(self, archive: MementoArchive, url: str, at: dt.datetime, budget: Budget) -> Memento:
        """Return the nearest capture, in one request if it is a page; query the index only if it is a redirect or an error."""
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
            request_headers=(),  # the request went to the archive, and the original request is unknown
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
    """Return the form in which crawlers stored some inner pages of The H (`...html%3Fpage=2`), or None if not applicable."""
    if due.kind != "issue" or due.url.count("?") != 1:
        return None
    return due.url.replace("?", "%3F")
