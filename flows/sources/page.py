"""Any other page: by its cleaned address."""

from collections.abc import Sequence

from flows.reading.keys import Address, page_key
from flows.reading.links import Identify
from flows.sources.source import Source
from warehouse.errors import PageSetAside
from warehouse.records import Capture, Document, Identity


def identify(address: Address) -> Identity:
    """The page an address names; every address has one."""
    return Identity("page", page_key(address), address.url)


def parse(identity: Identity, captures: Sequence[Capture], identify_link: Identify) -> Document:
    """Not read yet."""
    raise PageSetAside("page pages are not read yet", reason="unread")


SOURCE = Source("page", identify, parse)
