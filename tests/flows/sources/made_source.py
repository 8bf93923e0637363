"""A source of a site in one file: a tracker's news, pages of a kind that another source reads too."""

import re
from collections.abc import Sequence

from flows.reading.links import Identify
from flows.reading.urls import Address
from flows.sources.document import make_document
from flows.sources.source import Source
from warehouse.records import Capture, Document, Identity, Section


def identify(address: Address) -> Identity | None:
    """Return the identity of the news that an address names."""
    match = re.fullmatch(r"/news/(?P<number>\d+)", address.path)
    if match is None or not address.on("tracker.example"):
        return None
    return Identity("page", f"tracker.example/news/{match['number']}", address.url, number=match["number"])


def parse(identity: Identity, captures: Sequence[Capture], identify_link: Identify) -> Document:
    """Return the news between its marks."""
    text = captures[0].body.decode().partition("<!-- news -->")[2].partition("<!-- end -->")[0]
    return make_document(
        identity, captures[0], title=f"News {identity.number}", sections=[Section(0, None, "body", text)], links=[]
    )


SOURCE = Source("tracker", "page", identify, parse)
