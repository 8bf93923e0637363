"""Pages from Common Crawl: its list of collections, the index of each, and single records by byte range.

Source: https://index.commoncrawl.org/ and https://commoncrawl.org/blog/index-to-warc-files-and-urls-in-columnar-format
(2018-03); the index API is pywb's.
"""

import asyncio
import datetime as dt
import io
import json
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flows.web.cdx import MOST_PAGES, MOST_ROWS, CdxRow, no_end, read_page
from flows.web.client import Client, ClientResponse, HostLimits
from flows.web.issue_listing import SLUG, prefixes_to_list
from flows.web.live import refuse_mail_archives
from flows.web.origin import Listed
from flows.web.warcfile import first_page
from warehouse.captures.files import Response
from warehouse.errors import FetchFailed, Gone
from warehouse.frontier.ledger import Due
from warehouse.settings import Settings

COLUMN_YEARS = range(2008, 2014)
LANES = 4
_YEAR = re.compile(r"\b(20\d\d)\b")


@dataclass(frozen=True, slots=True)
class Collection:
    """One crawl: its id and the first and last year it covers."""

    name: str
    first: int
    last: int


class CommonCrawl:
    """A stage that fetches from Common Crawl: the crawls of the column's years first, then the later ones."""

    name = "commoncrawl"
    lanes = LANES

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._prefixes = {f"commoncrawl {prefix.url}": prefix for prefix in prefixes_to_list(settings.host_aliases)}
        self._collections: list[Collection] | None = None
        self._listing: asyncio.Lock | None = None
        self._searching = HostLimits(60 / settings.cdx_per_minute, "index", patient=True)
        self._reading = 1 / settings.captures_per_second

    def parts(self) -> list[str]:
        """Return the URL prefixes to list in each collection of the column's years."""
        return list(self._prefixes)

    async def list_part(self, client: Client, part: str) -> AsyncIterator[Listed]:
        """Yield every issue address below a prefix in the collections of 2008 to 2013, each once."""
        prefix = self._prefixes[part]
        seen: set[str] = set()
        left = MOST_PAGES
        for collection in await self.collections(client):
            if collection.first not in COLUMN_YEARS:
                continue
            pages = await self._pages(client, collection, prefix.url)
            left -= max(pages, 1)
            for page in range(pages):
                if left < 0 or len(seen) > MOST_ROWS:
                    raise no_end(f"{collection.name} {prefix.url}")
                query = [*_QUERY, ("url", prefix.url), ("matchType", "prefix"), ("page", str(page))]
                for row in await self._search(client, collection, query):
                    if row.urlkey not in seen and SLUG.match(row.urlkey):
                        seen.add(row.urlkey)
                        yield Listed(row.url, row.captured_at, "commoncrawl", collection.name)

    def lane(self, due: Due) -> str:
        """Return one of a few lanes, by the hash of the address."""
        return str(hash(due.url) % LANES)

    async def get(self, client: Client, due: Due) -> Response:
        """Return a capture with status 200 from the nearest collection that has one: the capture nearest to the target day.

        Raises:
            Gone: reason `not_archived`, none of the searched collections has one.
            Refused: reason `mail_archive`.
            FetchFailed: the index or the record cannot be read.
        """
        refuse_mail_archives(due.url, self._settings.host_aliases)
        for collection in nearest_collections(await self.collections(client), due.target_at)[: self._most]:
            rows = await self._search(client, collection, [*_QUERY, ("url", due.url)])
            if rows:
                at = due.target_at or rows[0].captured_at
                return await self._read(client, due, min(rows, key=lambda row: abs(row.captured_at - at)))
        raise Gone(f"{due.url}: Common Crawl does not have it.", reason="not_archived")

    async def collections(self, client: Client) -> list[Collection]:
        """Return all crawls, oldest first, but those of the column's years before the others."""
        self._listing = self._listing or asyncio.Lock()
        async with self._listing:
            if self._collections is None:
                url = f"{self._settings.commoncrawl_base.rstrip('/')}/collinfo.json"
                self._collections = _read_collections(await client.ask_patiently(url, self._searching))
        return self._collections

    @property
    def _most(self) -> int:
        return self._settings.commoncrawl_collections

    async def _pages(self, client: Client, collection: Collection, url: str) -> int:
        query = [("url", url), ("matchType", "prefix"), ("output", "json"), ("showNumPages", "true")]
        answer = await self._ask_index(client, collection, query)
        if answer.status == 404:
            return 0
        try:
            return int(json.loads(answer.body)["pages"])
        except (ValueError, KeyError, TypeError) as error:
            raise FetchFailed(f"{answer.url}: expected a number of pages.", reason="cdx") from error

    async def _search(self, client: Client, collection: Collection, query: list[tuple[str, str]]) -> list[CdxRow]:
        answer = await self._ask_index(client, collection, query)
        if answer.status == 404:
            return []  # the index returns 404 if it has no captures
        rows, _ = read_page(answer.body.decode("utf-8", "replace"), answer.url)
        return [row for row in rows if row.status == 200 and row.warc is not None]

    async def _ask_index(self, client: Client, collection: Collection, query: list[tuple[str, str]]) -> ClientResponse:
        url = f"{self._settings.commoncrawl_base.rstrip('/')}/{collection.name}-index?{urlencode(query)}"
        answer = await client.ask_patiently(url, self._searching)
        if answer.status not in (200, 404):
            raise FetchFailed(f"{url}: it returned HTTP {answer.status}; expected a list of captures.", reason="cdx")
        return answer

    async def _read(self, client: Client, due: Due, row: CdxRow) -> Response:
        assert row.warc is not None
        offset, length = row.offset or 0, row.length or 0
        place = f"{self._settings.commoncrawl_data.rstrip('/')}/{row.warc}"
        byte_range = ("Range", f"bytes={offset}-{offset + length - 1}")
        manners = HostLimits(self._reading, "data", patient=True, headers=(("Accept-Encoding", "identity"), byte_range))
        answer = await client.ask(place, manners, client.budget())
        if answer.status != 206:
            message = f"{place}: it returned HTTP {answer.status} to a range request; expected 206."
            raise FetchFailed(message, reason="range")
        memento_url = f"{place}#offset={offset}&length={length}"
        return first_page(io.BytesIO(answer.body), self._settings.max_sent_bytes, self.name, due.url, memento_url)


_QUERY = [("output", "json"), ("filter", "=status:200")]


def nearest_collections(collections: Sequence[Collection], target_at: dt.datetime | None) -> list[Collection]:
    """Return the collections sorted by their distance in years from the target day, or unsorted without one."""
    if target_at is None:
        return list(collections)
    year = target_at.year

    def distance(one: Collection) -> int:
        return 0 if one.first <= year <= one.last else min(abs(one.first - year), abs(one.last - year))

    return sorted(collections, key=distance)


def _read_collections(answer: ClientResponse) -> list[Collection]:
    try:
        found = [_collection(entry) for entry in json.loads(answer.body)]
    except (ValueError, KeyError, TypeError) as error:
        raise FetchFailed(f"{answer.url}: expected a list of collections.", reason="cdx") from error
    return sorted(found, key=lambda one: (one.first not in COLUMN_YEARS, one.first, one.name))


def _collection(entry: dict[str, str]) -> Collection:
    """Return a collection; its years are those of `from` and `to`, else those in its id, else 9999.

    Examples of ids: `CC-MAIN-2009-2010`, `CC-MAIN-2013-20`.
    """
    years = [int(entry[key][:4]) for key in ("from", "to") if entry.get(key)]
    years = years or [int(year) for year in _YEAR.findall(entry["id"])] or [9999]
    return Collection(entry["id"], min(years), max(years))
