"""kernelnewbies.org: wiki pages, identified by name; the view and revision in an address are ignored."""

import re
from collections.abc import Sequence

from flows.reading.decoding import decode
from flows.reading.frames import blocks_inside, frames_where, has_hint, has_hint_like
from flows.reading.html import HtmlPage, read_page
from flows.reading.language import language_of
from flows.reading.links import Identify, make_links
from flows.reading.moments import PublishedMoment, read_moment
from flows.reading.sections import assemble, parts_by_heading
from flows.reading.urls import Address
from flows.reading.visible import Block, Visible
from flows.sources.document import make_document, one_line, unquoted
from flows.sources.page import is_plain, modified
from flows.sources.source import Source
from flows.sources.wiki_text import read_wiki
from warehouse.kernel_versions import is_version
from warehouse.records import Capture, Document, Identity

_LONGEST = 1_000_000  # characters read of wiki text; the wiki's longest page has a fifth of that
_RELEASE = re.compile(r"Linux[_ ](?P<version>[\d._ ]+)")
_SITE = re.compile(r"\s*(?:-|\||–)\s*(?:Linux )?Kernel ?Newbies\s*$", re.IGNORECASE)
_EDITED = re.compile(r"\blast (?:edited|modified)\b.{0,80}\d{4}", re.IGNORECASE | re.DOTALL)
_MENU = re.compile(
    r"(?:^|[\s_-])(?:header|footer|sidebar|navibar|editbar|pageline|locationline|pagelocation|searchform|credits|username|pageinfo|message"
    r"|interwiki|logo|table-of-contents)(?:$|[\s_-])"
)
_HOSTS = frozenset({"kernelnewbies.org", "wiki.kernelnewbies.org"})


def identify(address: Address) -> Identity | None:
    """Return the wiki page at an address of kernelnewbies.org, or None."""
    if address.host not in _HOSTS:
        return None
    name = address.path.strip("/").replace(" ", "_") or "FrontPage"
    return Identity("kernelnewbies", name, address.url)


def parse(identity: Identity, captures: Sequence[Capture], identify_link: Identify) -> Document:
    """Return the wiki page with a section for each heading, from any view of MoinMoin (including `?action=raw`).

    Raises:
        PageSetAside: the page is neither HTML nor wiki text, or has no words.
    """
    capture = captures[0]
    if is_plain(capture):
        return _read_raw(identity, capture, identify_link)
    page = read_page(capture)
    blocks = [block for block in _content(page.visible) if block.text]
    title = _title(page, blocks)
    kept = [block for block in blocks if one_line(block.text) != title]
    sections, links = assemble(parts_by_heading(kept), base=page.base(identity.url), identify=identify_link)
    edited = [read_moment(b.text) for b in page.visible.blocks if _EDITED.search(b.text)]
    return make_document(
        identity,
        capture,
        title=_release_title(title or identity.key),
        sections=unquoted(sections),
        links=links,
        moments=[*reversed(edited), *_released(kept), modified(capture)],
        language=language_of("\n".join(section.text for section in sections), page.language),
        facts=page.decoded.facts,
    )


def _content(visible: Visible) -> list[Block]:
    """Return the blocks of the wiki's content element, or of the page without one, without menus and table of contents."""
    inside = blocks_inside(visible.blocks, frames_where(visible, has_hint("content")))
    menu = frames_where(visible, has_hint_like(_MENU))
    return [
        block
        for block in inside or visible.blocks
        if block.text and not (block.frame >= 0 and menu[block.frame]) and not _EDITED.search(block.text)
    ]


def _title(page: HtmlPage, blocks: Sequence[Block]) -> str:
    first = next((block for block in blocks if block.tag == "h1"), None)
    named = _SITE.sub("", page.title).strip()
    if first is not None and (first is blocks[0] or one_line(first.text) == named):
        return one_line(first.text)
    return named


def _release_title(name: str) -> str:
    """Return `Linux 2.6.29` for the page `Linux_2_6_29` or `Linux 2 6 29`, and other names with spaces for underscores."""
    match = _RELEASE.fullmatch(name)
    version = match["version"].replace("_", ".").replace(" ", ".") if match else ""
    return f"Linux {version}" if is_version(version) else name.replace("_", " ")


def _released(blocks: Sequence[Block]) -> list[PublishedMoment | None]:
    """Return the days in those of the first blocks that mention a release."""
    return [read_moment(block.text) for block in blocks[:4] if "released" in block.text.lower()]


def _read_raw(identity: Identity, capture: Capture, identify_link: Identify) -> Document:
    decoded = decode(capture.body, capture.charset)
    sections, placed = read_wiki(decoded.text[:_LONGEST])
    return make_document(
        identity,
        capture,
        title=_release_title(identity.key),
        sections=sections,
        links=make_links(placed, identify_link),
        moments=[
            read_moment(section.text[:400]) for section in sections[:2] if "released" in section.text[:400].lower()
        ],
        language=language_of("\n".join(section.text for section in sections)),
        facts=decoded.facts,
    )


SOURCE = Source("kernelnewbies", "kernelnewbies", identify, parse)
