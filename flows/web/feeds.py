"""Atom and RSS feeds as an origin: they list the addresses of their entries, and contain no pages.

Source: https://www.rfc-editor.org/rfc/rfc4287 (2005-12), https://www.rssboard.org/rss-specification (2009-03),
https://web.resource.org/rss/1.0/spec (2001-05).
"""

import asyncio
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from email.utils import parsedate_to_datetime
from itertools import islice

from lxml import etree

from flows.web.client import Client
from flows.web.live import Live
from flows.web.origin import Fetched, Listed
from flows.web.safety import join_address
from warehouse.captures.files import Response
from warehouse.captures.unpack import unpack
from warehouse.errors import FetchFailed, PageSetAside, Refused
from warehouse.frontier.ledger import Due
from warehouse.settings import Settings

FEEDS = "feeds"
ASKED_AGAIN_AFTER = dt.timedelta(hours=6)
"""A feed is asked at most so often, however often builds run."""

MOST_BYTES = 4 << 20  # decompressed; feeds hold some dozens of entries
MOST_ENTRIES = 1_000
_DATES = ("published", "pubDate", "date", "updated")  # Atom, RSS 2.0, Dublin Core in RSS 1.0; in order of preference


class Feeds:
    """The feeds that the settings name, each of them a part."""

    name = FEEDS

    def __init__(self, settings: Settings, open_client: Callable[[], Client]) -> None:
        self._settings = settings
        self._open_client = open_client

    def parts(self) -> list[str]:
        """Return the addresses of the feeds."""
        return list(self._settings.feeds)

    def discover(self, part: str) -> Iterator[Listed]:
        """Yield the address of every entry of a feed, with the day on which it was published.

        Raises:
            Wait: its host is paused, or has to be paused now.
            FetchFailed: reason `feed`, it is not a feed; or as `Live.get`.
        """
        with asyncio.Runner() as runner:
            response = runner.run(self._get(part))
        encoding = next((value for name, value in response.headers if name.lower() == "content-encoding"), None)
        try:
            body = unpack(response.body, encoding, limit=MOST_BYTES)
        except PageSetAside as error:
            raise FetchFailed(f"{part}: {error}", reason="feed") from error
        yield from read_feed(body, response.url, part)

    def fetch(self, due: Sequence[Due]) -> Iterator[Fetched]:
        """Fetch nothing."""
        yield from ()

    async def _get(self, url: str) -> Response:
        client = self._open_client()
        try:
            return await Live(self._settings).get(client, Due(url, "page", url, 1, None, 0))
        finally:
            await client.aclose()


def read_feed(body: bytes, url: str, part: str) -> Iterator[Listed]:
    """Yield those of the first `MOST_ENTRIES` entries of a feed that have an address; `url` is the address that it was read from.

    Raises:
        FetchFailed: reason `feed`, it is not an Atom or RSS feed.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(body, parser, base_url=url)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _no_feed(part) from error
    if root is None or _name(root) not in ("feed", "rss", "RDF"):
        raise _no_feed(part)
    for entry in islice(root.iter("{*}entry", "{*}item"), MOST_ENTRIES):
        address = _address(entry)
        if address:
            yield Listed(address, _date(entry), "feed", part)


def _no_feed(part: str) -> FetchFailed:
    return FetchFailed(f"{part}: expected an Atom or RSS feed, and found something else (KLOG_FEEDS).", reason="feed")


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _address(entry: etree._Element) -> str | None:
    """Return the absolute address of an entry's page: an Atom link that is an alternate, or the text of an RSS link."""
    for link in entry.iterchildren("{*}link"):
        written = link.get("href") if link.get("rel", "alternate") == "alternate" else None
        written = (written or link.text or "").strip()
        if written:
            try:
                return join_address(link.base or "", written)
            except Refused:
                return None
    return None


def _date(entry: etree._Element) -> dt.datetime | None:
    """Return when an entry was published, in UTC, or None if it does not say."""
    said = {_name(one): (one.text or "").strip() for one in entry.iterchildren("{*}*")}
    for name in _DATES:
        for read in (dt.datetime.fromisoformat, parsedate_to_datetime):
            try:
                moment = read(said[name])
                return moment.astimezone(dt.UTC).replace(tzinfo=None) if moment.tzinfo else moment
            except (KeyError, ValueError, OverflowError):
                continue
    return None
