"""Release notes: the kernel's ChangeLogs, and the release notes of other projects."""

import re
from collections.abc import Sequence

from flows.reading.decoding import decode
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
"""Lower-case `news` is a page of news, and `changes` inside a longer name is only a word, so neither matches."""

_IN_QUERY = frozenset({"release_id", "releasenotes"})


def identify(address: Address) -> Identity | None:
    """Return the release notes at an address, or None; all mirrors of a kernel.org ChangeLog have one key."""
    match = _KERNEL_CHANGELOG.search(address.path)
    if match:
        return Identity("release_note", match["name"], address.url)
    if address.on("lwn.net"):  # its pages list the releases of other projects
        return None
    if _NOTES.search(address.path) or _IN_QUERY & address.query.keys():
        return Identity("release_note", page_key(address), address.url)
    return None


def parse(identity: Identity, captures: Sequence[Capture], identify_link: Identify) -> Document:
    """Return the release notes from text or HTML; a kernel.org ChangeLog has the date of its first commit.

    Raises:
        PageSetAside: the page is not text, or has no words.
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
