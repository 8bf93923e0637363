"""The registry of sources: find the source of an address and its parser."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flows.reading.links import Identify
from flows.reading.urls import read_address
from flows.sources import blog, bug, commit, forum, kernelnewbies, lwn, mail, page, pdf, release_note
from flows.sources.source import Source
from flows.sources.the_h import issue
from warehouse.errors import UsageError
from warehouse.records import Capture, Document, Identity, Kind

SOURCES: tuple[Source, ...] = (
    issue.SOURCE,
    lwn.SOURCE,
    mail.SOURCE,
    commit.SOURCE,
    bug.SOURCE,
    kernelnewbies.SOURCE,
    pdf.SOURCE,
    forum.SOURCE,
    release_note.SOURCE,
    blog.SOURCE,
    page.SOURCE,
)
"""In order of precedence: the first source that identifies an address handles it; `page` identifies every address."""

_ANY_PAGE = frozenset(["page", "blog", "release_note"])
"""Kinds whose addresses do not determine the content type: a download script may send a PDF."""

_LONGEST_KNOWN = 2000
"""Characters. No site of the time had longer addresses, so only `page` is tried for them."""


def identify(url: str, *, aliases: Mapping[str, str] | None = None) -> Identity:
    """Return the identity of the thing at an address; all forms and mirrors of an address have the same kind and key.

    `aliases` maps hosts to the real ones (`{"lwn.example": "lwn.net"}`); their subdomains are mapped too.

    Raises:
        UsageError: the text is not an http or https address. No other error is raised, whatever the text.
    """
    address = read_address(url, aliases)
    for source in SOURCES if len(address.url) <= _LONGEST_KNOWN else SOURCES[-1:]:
        identity = source.identify(address)
        if identity is not None:
            return replace(identity, source=source.name)
    raise UsageError(f"no source handles {url!r}")


def parse(identity: Identity, captures: Sequence[Capture], *, aliases: Mapping[str, str] | None = None) -> Document:
    """Return the document in the captures of one thing; the pages of a feature are given in order.

    Raises:
        PageSetAside: the source cannot read the page; `reason` is one word.
    """
    return source_of(identity, captures).parse(identity, captures, link_identifier(aliases))


def source_of(identity: Identity, captures: Sequence[Capture]) -> Source:
    """Return the source that reads a thing: the one that identified its address, or `pdf` if the server sent a PDF."""
    is_pdf = identity.kind in _ANY_PAGE and captures[0].body[:5] == b"%PDF-"
    return pdf.SOURCE if is_pdf else _known_by(identity)


def stored_as(kind: Kind, key: str, url: str, *, aliases: Mapping[str, str] | None = None) -> Identity:
    """Return the identity of a thing with the kind and key stored in the ledger, whatever its address yields now."""
    known = identify(url, aliases=aliases)
    return replace(known, kind=kind, key=key, page=1, source=known.source if known.kind == kind else "")


def readers_of(identity: Identity) -> tuple[Source, ...]:
    """Return the sources that may read a thing, depending on the content that its server sent."""
    return (_known_by(identity), *([pdf.SOURCE] if identity.kind in _ANY_PAGE else []))


def sources_of_kind(kind: Kind) -> tuple[Source, ...]:
    """Return all sources that may read things of a kind."""
    return (*(source for source in SOURCES if source.kind == kind), *([pdf.SOURCE] if kind in _ANY_PAGE else []))


def _known_by(identity: Identity) -> Source:
    """Return the source named in the identity, or else the last source of its kind, which is the most general."""
    of_kind = [source for source in SOURCES if source.kind == identity.kind]
    return next((source for source in of_kind if source.name == identity.source), of_kind[-1])


def link_identifier(aliases: Mapping[str, str] | None = None) -> Identify:
    """Return the function that readers use to identify links; it returns None for anything but a web address."""

    def identify_link(href: str) -> Identity | None:
        if not href[:6].lower().startswith(("http:", "https:")):
            return None
        try:
            return identify(href, aliases=aliases)
        except UsageError:
            return None

    return identify_link
