"""Release notes: ChangeLogs of the kernel and what other projects call theirs."""

import re
from collections.abc import Sequence

from flows.reading.charset import decode
from flows.reading.links import Identify, make_links
from flows.reading.urls import Address, page_key
from flows.sources.changelog import is_changelog, read_changelog
from flows.sources.document import make_document
from flows.sources.page import modified
from flows.sources.page import parse as parse_page
from flows.sources.source import Source
from warehouse.records import Capture, Document, Identity

_KERNEL_CHANGELOG = re.compile(r"/(?P<name>ChangeLog-\d[\w.-]*?)(?:\.(?:gz|bz2|xz|sign))?\Z")
_NOTES = re.compile(
    r"(?i:(?:\A|[/_.-]|(?-i:(?<=[a-z])(?=R)))(?:release[-_ +]?notes?|relnotes?|shownotes|change-?logs?)(?:[/_.-]|\Z))|"
    r"/[Cc]hanges(?:[_.-]v?\d[\w.-]*)?(?:\.(?:html?|txt|php)|/)?\Z|"
    r"/(?:NEWS|CHANGES|README\.release)(?:[.-][\w.-]*)?\Z|"
    r"(?i:/releases/(?:tag/)?v?(?!(?:19|20)\d\d/?\Z)\d[\w.-]*/?\Z)"
)
"""`news` in small letters is a page of news, and `changes` in the words of an address are just words."""

_IN_QUERY = frozenset({"release_id", "releasenotes"})


def identify(address: Address) -> Identity | None:
    """Return the release notes an address names; mirrors of kernel.org's ChangeLogs are one."""
    match = _KERNEL_CHANGELOG.search(address.path)
    if match:
        return Identity("release_note", match["name"], address.url)
    if address.on("lwn.net"):  # lists the releases of others
        return None
    if _NOTES.search(address.path) or _IN_QUERY & address.query.keys():
        return Identity("release_note", page_key(address), address.url)
    return None


def parse(identity: Identity, captures: Sequence[Capture], identify_link: Identify) -> Document:
    """Return the note: as text, as HTML, or a ChangeLog of kernel.org, whose date is that of its first commit.

    Raises:
        PageSetAside: the page is no text, or has no words.
    """
    capture = captures[0]
    decoded = decode(capture.body, capture.charset)
    if not is_changelog(decoded.text):
        return parse_page(identity, captures, identify_link)
    section, addresses, moment, facts = read_changelog(decoded.text)
    return make_document(
        identity,
        capture,
        title=identity.url.rstrip("/").rpartition("/")[2],
        sections=[section],
        links=make_links([(0, section.text, addresses)], identify_link),
        moments=[moment, modified(capture)],
        facts={**facts, **decoded.facts},
    )


SOURCE = Source("release_note", "release_note", identify, parse)
