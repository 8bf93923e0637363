"""Mailing-list mail, in whichever archive or mailbox it was kept."""

from collections.abc import Sequence

from flows.reading.keys import Address
from flows.reading.links import Identify
from flows.sources.mail_addresses import mail_key
from flows.sources.source import Source
from warehouse.errors import PageSetAside
from warehouse.records import Capture, Document, Identity


def identify(address: Address) -> Identity | None:
    """The mail an address names."""
    key = mail_key(address)
    return Identity("mail", key, address.url) if key else None


def parse(identity: Identity, captures: Sequence[Capture], identify_link: Identify) -> Document:
    """Not read yet."""
    raise PageSetAside("mail pages are not read yet", reason="unread")


SOURCE = Source("mail", identify, parse)
