"""Client of a web archive that speaks the Wayback CDX and replay protocol: it searches the index and fetches raw captures.

The rules for its responses are derived from recorded traffic with web.archive.org (tests/flows/web/test_recordings.py).
"""

import datetime as dt
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode, urlsplit

from flows.reading.urls import page_key, read_address
from flows.web.cdx import MOST_PAGES, MOST_ROWS, STAMP, CdxQuery, CdxRow, no_end, read_page, without_repeats
from flows.web.client import Budget, Client, ClientResponse, HostLimits
from flows.web.safety import join_address
from warehouse.captures.unpack import unpack
from warehouse.errors import FetchFailed, Gone, PageSetAside, Refused, UsageError
from warehouse.settings import Settings

_REPLAY = re.compile(r"/(?P<stamp>\d{14})(?:[a-z]{2}_)?/(?P<url>https?:/.+)\Z", re.IGNORECASE | re.DOTALL)
_ORIGINAL = re.compile(r'<(?P<url>[^>]+)>\s*;\s*rel="?original"?')
_BLOCKED = re.compile(rb"has been excluded from|AdministrativeAccessControl|Blocked Site|robots?\.txt", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Memento:
    """A capture: `url` as captured, `answer` as the archive sends it, `location` of a redirect as an archive address."""

    url: str
    captured_at: dt.datetime
    status: int
    answer: ClientResponse
    memento_url: str
    location: str | None = None

    @property
    def body(self) -> bytes:
        """The body as sent."""
        return self.answer.body


class MementoArchive:
    """Client of one archive, with the rate limits of the settings."""

    def __init__(self, client: Client, settings: Settings) -> None:
        self._client = client
        self._settings = settings
        self._base = settings.wayback_base.rstrip("/")
        self._searching = HostLimits(60 / settings.cdx_per_minute, "cdx", patient=True)
        self._replaying = HostLimits(
            1 / settings.captures_per_second, "replay", patient=True, quoted="memento-datetime"
        )

    async def search(self, query: CdxQuery) -> AsyncIterator[CdxRow]:
        """Yield each capture that matches a query once, in the order of the index, from all pages of the result.

        Raises:
            Refused: reason `blocked`, the archive blocks access to this address.
            Wait, FetchFailed: a page could not be fetched or the list exceeds the limits, so the list is incomplete.
        """
        address = self._settings.wayback_cdx.format(base=self._base)
        seen: set[int] = set()
        keys: set[str] = set()
        key: str | None = None
        for _ in range(MOST_PAGES):
            speaks_pywb = not address.endswith("/cdx/search/cdx")
            parameters = query.pywb_parameters() if speaks_pywb else query.wayback_parameters(key)
            asked = f"{address}?{urlencode(parameters)}"
            rows, next_key = await self._search_page(asked)
            for row in without_repeats(iter(rows), seen):
                yield row
            if next_key is None or next_key in keys:
                return
            if len(seen) > MOST_ROWS:
                break
            key = next_key
            keys.add(key)
        raise no_end(query.url)

    async def _search_page(self, asked: str) -> tuple[list[CdxRow], str | None]:
        answer = await self._client.ask_patiently(asked, self._searching)
        body = _plain(answer, self._settings.max_body_bytes)
        if answer.status in (401, 403) or (answer.status != 200 and _BLOCKED.search(body[:2000])):
            raise Refused(f"{asked}: the archive blocks access to this URL.", reason="blocked")
        if answer.status == 404:
            return [], None  # pywb returns 404 if it has no captures
        if answer.status != 200:
            raise FetchFailed(f"{asked}: it returned HTTP {answer.status}; expected a CDX list.", reason="cdx")
        return read_page(body.decode("utf-8", "replace"), asked)

    async def memento(
        self,
        url: str,
        at: dt.datetime,
        *,
        exact: bool = False,
        follow: bool = True,
        window_days: float | None = None,
        budget: Budget | None = None,
    ) -> Memento:
        """Return the raw capture of `url` nearest to `at`; with `follow`, follow archived redirects.

        With `exact`, accept only the capture of that exact second. With `window_days`, accept no capture further from `at`.

        Raises:
            Gone: `not_archived`, `outside_window`, or `archived_404` and the like if an error was captured.
            Refused: `blocked`, the archive blocks access to this address.
            FetchFailed: `not_playable`, `redirect_loop`, `redirects`, `no_memento`, or a network failure.
        """
        budget = budget or self._client.budget()
        asked = self._replay_address(url, at)
        seen = {asked}
        redirected = False
        # Twice the redirects, because the archive may redirect each archived one to the nearest capture of its target.
        for _ in range(2 * self._settings.max_redirects + 1):
            answer = await self._client.ask(asked, self._replaying, budget)
            memento = read_memento(answer, self._settings.max_body_bytes)
            if memento is None:  # the archive redirects to its nearest capture
                asked = _within(asked, join_address(asked, answer.location or ""))
                if exact:
                    raise FetchFailed(
                        f"{url} of {at:{STAMP}} is in the index, but the archive does not replay it.",
                        reason="not_playable",
                    )
                _check_window(asked, at, window_days)
            elif not redirected and not is_same_address(url, memento.url):  # pywb guesses if it has no capture
                raise Gone(f"{url}: it is not in the archive, which offers {memento.url}.", reason="not_archived")
            elif memento.location is None or not follow:
                return memento
            else:
                asked, exact, redirected = _within(asked, memento.location), False, True
            if asked in seen:
                raise FetchFailed(f"{url}: its archived redirects form a loop.", reason="redirect_loop")
            seen.add(asked)
        raise FetchFailed(f"{url}: more than {self._settings.max_redirects} redirects.", reason="redirects")

    def _replay_address(self, url: str, at: dt.datetime) -> str:
        bare = url.partition("#")[0]
        return self._settings.wayback_replay.format(base=self._base, timestamp=at.strftime(STAMP), url=bare)


def read_memento(answer: ClientResponse, limit: int) -> Memento | None:
    """Return the capture in a replay response, or None if the archive redirects to another capture.

    Raises:
        Gone, Refused, FetchFailed: as `MementoArchive.memento`.
    """
    moment = _memento_moment(answer)
    if moment is None:
        if answer.location:
            return None
        raise _not_a_memento(answer, limit)
    place = _REPLAY.search(answer.url)
    original = _ORIGINAL.search(answer.header("link") or "")
    url = original["url"].replace("&amp;", "&") if original else place["url"] if place else answer.url
    if answer.status >= 400:
        raise Gone(f"{url}: the archived response has status {answer.status}.", reason=f"archived_{answer.status}")
    target = _redirect_target(answer.url, answer.location) if answer.location else None
    exact = answer.header("content-location") or ""  # pywb replays the nearest capture at the requested address
    memento_url = exact if _REPLAY.search(exact) else answer.url
    return Memento(url, moment, answer.status, answer, memento_url, target)


def is_same_address(one: str, other: str) -> bool:
    """Return whether an archive treats two addresses as one.

    Scheme, `www.`, default ports, case and a trailing slash are ignored.
    """
    try:
        return page_key(read_address(one)).lower() == page_key(read_address(other)).lower()
    except UsageError:
        return one == other


def _host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _within(asked: str, location: str) -> str:
    """Return the redirect target, which must be in the archive, so that no other host is requested.

    Raises:
        FetchFailed: reason `no_memento`, the target is on another host.
    """
    if _host(location) != _host(asked):
        raise FetchFailed(f"{asked}: it redirects to {location}, which is not in the archive.", reason="no_memento")
    return location


def _redirect_target(asked: str, location: str) -> str:
    """Return the target of an archived redirect as an address in the archive; not every archive rewrites it."""
    full = join_address(asked, location)
    if _REPLAY.search(full) and _host(full) == _host(asked):
        return full
    place = _REPLAY.search(asked)
    if place is None:
        return full
    prefix = asked[: place.start("url")]
    return prefix + join_address(place["url"], location)


def _check_window(asked: str, at: dt.datetime, window_days: float | None) -> None:
    found = _REPLAY.search(asked)
    if window_days is None or found is None:
        return
    distance = abs(dt.datetime.strptime(found["stamp"], STAMP) - at)
    if distance > dt.timedelta(days=window_days):
        raise Gone(f"{found['url']}: the nearest capture is {distance.days} days away.", reason="outside_window")


def _memento_moment(answer: ClientResponse) -> dt.datetime | None:
    value = answer.header("memento-datetime")
    if not value:
        return None
    try:
        return parsedate_to_datetime(value).astimezone(dt.UTC).replace(tzinfo=None)
    except ValueError:
        return None


def _not_a_memento(answer: ClientResponse, limit: int) -> FetchFailed:
    if answer.status in (401, 403, 451) or (answer.status == 200 and _BLOCKED.search(_plain(answer, limit))):
        return Refused(f"{answer.url}: the archive blocks access to this URL.", reason="blocked")
    if answer.status in (404, 410):
        return Gone(f"{answer.url}: it is not in the archive.", reason="not_archived")
    return FetchFailed(
        f"{answer.url}: expected a capture, got a page of the archive itself ({answer.status}).", reason="no_memento"
    )


def _plain(answer: ClientResponse, limit: int) -> bytes:
    try:
        return unpack(answer.body, answer.header("content-encoding"), limit=limit)
    except PageSetAside:
        return answer.body
