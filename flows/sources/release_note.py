"""Release notes: ChangeLogs of the kernel and what other projects call theirs."""

import re
from collections.abc import Sequence

from flows.reading.keys import Address, page_key
from flows.reading.links import Identify
from flows.sources.source import Source
from warehouse.errors import PageSetAside
from warehouse.records import Capture, Document, Identity

_KERNEL_CHANGELOG = re.compile(r"/(?P<name>ChangeLog-\d[\w.-]*?)(?:\.(?:gz|bz2|xz|sign))?\Z")
_NOTES = re.compile(
    r"(?:\A|[/_.-])(?:release[-_ +]?notes?|relnotes?|shownotes|change-?logs?|changes)"
    r"(?:[/_.-]|\Z)|"
    r"/(?:NEWS|CHANGES|ChangeLog|RELEASE[-_]NOTES|README\.release)(?:[.-][\w.-]*)?\Z|"
    r"/releases/(?:tag/)?v?\d[\w.-]*/?\Z",
    re.IGNORECASE,
)
_IN_QUERY = frozenset({"release_id", "releasenotes"})


def identify(address: Address) -> Identity | None:
    """The release notes an address names; mirrors of kernel.org's ChangeLogs are one."""
    match = _KERNEL_CHANGELOG.search(address.path)
    if match:
        return Identity("release_note", match["name"], address.url)
    if _NOTES.search(address.path) or _IN_QUERY & address.query.keys():
        return Identity("release_note", page_key(address), address.url)
    return None


def parse(identity: Identity, captures: Sequence[Capture], identify_link: Identify) -> Document:
    """Not read yet."""
    raise PageSetAside("release_note pages are not read yet", reason="unread")


SOURCE = Source("release_note", identify, parse)
