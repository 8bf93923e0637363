"""Bugs: by tracker and number."""

import re
from collections.abc import Sequence

from flows.reading.keys import Address
from flows.reading.links import Identify
from flows.sources.source import Source
from warehouse.errors import PageSetAside
from warehouse.records import Capture, Document, Identity

_TRACKERS = re.compile(r"(?:bugzilla|bugs|bugme|bugreports?)\.")
_SAME = {"bugme.osdl.org": "bugzilla.kernel.org", "bugme-new.osdl.org": "bugzilla.kernel.org"}
_SHOWN = re.compile(r"/(?:show_bug|xml|bugreport|process_bug|show_activity)\.cgi\Z")
_IN_PATH = re.compile(
    r"(?:/\+bug/|/bugs?/|/issues/|/ticket/|/show_bug\.cgi/|/-/issues/|/work_items/)#?(?P<number>\d{1,9})"
    r"(?:/[\w/+-]*)?\Z"
)
_SHORT = re.compile(r"/(?P<number>\d{1,9})/?\Z")


def identify(address: Address) -> Identity | None:
    """The bug an address names."""
    number = _number(address)
    if number is None:
        return None
    tracker = _SAME.get(address.host, address.host)
    if tracker in {"github.com", "gitlab.com"} or tracker.startswith("gitlab."):
        tracker += address.path[: address.path.rfind("/issues/")].removesuffix("/-").lower()
    if tracker.endswith("launchpad.net"):
        tracker = "launchpad.net"
    return Identity("bug", f"{tracker}/{number}", address.url, number=number)


def _number(address: Address) -> str | None:
    query = address.query
    if _SHOWN.search(address.path):
        value = query.get("id") or query.get("bug") or query.get("bug_id") or ""
        return value if value.isascii() and value.isdigit() else None
    match = _IN_PATH.search(address.path)
    if match is None and _TRACKERS.match(address.host):
        match = _SHORT.match(address.path)
    return match["number"] if match else None


def parse(identity: Identity, captures: Sequence[Capture], identify_link: Identify) -> Document:
    """Not read yet."""
    raise PageSetAside("bug pages are not read yet", reason="unread")


SOURCE = Source("bug", identify, parse)
