"""LWN.net: articles, identified by number in all address forms of the site."""

import re
from collections.abc import Sequence

from flows.reading.links import Identify
from flows.reading.urls import Address
from flows.sources.lwn_article import read_article
from flows.sources.source import Source
from warehouse.records import Capture, Document, Identity

_NUMBER = re.compile(
    r"/(?:Articles/|SubscriberLink/|talk/)?(?P<number>\d{3,8})(?:/[0-9a-f]{8,}|/bigpage|/rss|/comments|/)?/?\Z",
    re.IGNORECASE,
)


def identify(address: Address) -> Identity | None:
    """Return the article at an address of lwn.net, or None."""
    match = _NUMBER.match(address.path) if address.on("lwn.net") else None
    return Identity("lwn", match["number"], address.url, number=match["number"]) if match else None


def parse(identity: Identity, captures: Sequence[Capture], identify_link: Identify) -> Document:
    """Return the article with a section for each heading, without comments, menus and appeals to subscribe.

    Raises:
        PageSetAside: the page is not HTML or has no article.
    """
    return read_article(identity, captures[0], identify_link)


SOURCE = Source("lwn", "lwn", identify, parse)
