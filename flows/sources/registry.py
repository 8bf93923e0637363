"""The registry: finds the source of an address, and its parser."""

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
"""In order of match: the first source that knows an address has it, and `page` knows every address."""

_ANY_PAGE = frozenset(["page", "blog", "release_note"])
"""Kinds whose addresses say nothing of what the server sends: a download script may send a PDF."""

_LONGEST_KNOWN = 2000
"""Characters: no site of the time took longer addresses, and no rule has to look at them."""


def identify(url: str, *, aliases: Mapping[str, str] | None = None) -> Identity:
    """Return the thing that an address names, whatever its form or mirror.

    `aliases` maps hosts that stand for others (`{"lwn.example": "lwn.net"}`, also for hosts below them).

    Raises:
        UsageError: the text is no http or https address; no other error, whatever the text.
    """
    address = read_address(url, aliases)
    for source in SOURCES if len(address.url) <= _LONGEST_KNOWN else SOURCES[-1:]:
        identity = source.identify(address)
        if identity is not None:
            return replace(identity, source=source.name)
    raise UsageError(f"no source knows {url!r}")


def parse(identity: Identity, captures: Sequence[Capture], *, aliases: Mapping[str, str] | None = None) -> Document:
    """Return the document that captures of one thing hold, all pages of a feature in order.

    Raises:
        PageSetAside: the page is there and nobody can read it; `reason` says why in one word.
    """
    return source_of(identity, captures).parse(identity, captures, link_identifier(aliases))


def source_of(identity: Identity, captures: Sequence[Capture]) -> Source:
    """Return the source that reads a thing: the one that knows its address, unless its server sent a PDF."""
    is_pdf = identity.kind in _ANY_PAGE and captures[0].body[:5] == b"%PDF-"
    return pdf.SOURCE if is_pdf else _known_by(identity)


def stored_as(kind: Kind, key: str, url: str, *, aliases: Mapping[str, str] | None = None) -> Identity:
    """Return the identity of a thing that the ledger has under a kind and a key, whatever its address says now."""
    known = identify(url, aliases=aliases)
    return replace(known, kind=kind, key=key, page=1, source=known.source if known.kind == kind else "")


def readers_of(identity: Identity) -> tuple[Source, ...]:
    """Return the sources that may read a thing, depending on what its server sent."""
    return (_known_by(identity), *([pdf.SOURCE] if identity.kind in _ANY_PAGE else []))


def sources_of_kind(kind: Kind) -> tuple[Source, ...]:
    """Return all sources that may have read a thing of a kind."""
    return (*(source for source in SOURCES if source.kind == kind), *([pdf.SOURCE] if kind in _ANY_PAGE else []))


def _known_by(identity: Identity) -> Source:
    """Return the source of that name; without one the last of its kind, which knows what no other of the kind knows."""
    of_kind = [source for source in SOURCES if source.kind == identity.kind]
    return next((source for source in of_kind if source.name == identity.source), of_kind[-1])


def link_identifier(aliases: Mapping[str, str] | None = None) -> Identify:
    """Return the `identify` that readers are given for links: None for what is no web address."""

    def identify_link(href: str) -> Identity | None:
        if not href[:6].lower().startswith(("http:", "https:")):
            return None
        try:
            return identify(href, aliases=aliases)
        except UsageError:
            return None

    return identify_link
