"""kernelnewbies.org: a wiki page by its name; how it is shown and which revision is decoration."""

from collections.abc import Sequence

from flows.reading.keys import Address
from flows.reading.links import Identify
from flows.sources.source import Source
from warehouse.errors import PageSetAside
from warehouse.records import Capture, Document, Identity

_HOSTS = frozenset({"kernelnewbies.org", "wiki.kernelnewbies.org"})


def identify(address: Address) -> Identity | None:
    """The wiki page an address of kernelnewbies.org names."""
    if address.host not in _HOSTS:
        return None
    name = address.path.strip("/").replace(" ", "_") or "FrontPage"
    return Identity("kernelnewbies", name, address.url)


def parse(identity: Identity, captures: Sequence[Capture], identify_link: Identify) -> Document:
    """Not read yet."""
    raise PageSetAside("kernelnewbies pages are not read yet", reason="unread")


SOURCE = Source("kernelnewbies", identify, parse)
