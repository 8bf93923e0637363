"""PDF files: slides and papers, by address."""

from collections.abc import Sequence

from flows.reading.keys import Address, page_key
from flows.reading.links import Identify
from flows.sources.source import Source
from warehouse.errors import PageSetAside
from warehouse.records import Capture, Document, Identity


def identify(address: Address) -> Identity | None:
    """The file an address ending in `.pdf` names."""
    if not address.path.lower().endswith(".pdf"):
        return None
    return Identity("pdf", page_key(address), address.url)


def parse(identity: Identity, captures: Sequence[Capture], identify_link: Identify) -> Document:
    """Not read yet."""
    raise PageSetAside("pdf pages are not read yet", reason="unread")


SOURCE = Source("pdf", identify, parse)
