"""Any other page, identified by its cleaned address, of which the main text is kept."""

import re
from collections.abc import Iterator, Sequence

from flows.reading.bylines import posted_by
from flows.reading.decoding import decode
from flows.reading.html import HtmlPage, read_page
from flows.reading.language import language_of
from flows.reading.links import Identify, make_links
from flows.reading.moments import PublishedMoment, read_address_moment, read_moment
from flows.reading.plain_text import read_plain
from flows.reading.sections import assemble, parts_by_heading
from flows.reading.urls import Address, page_key
from flows.reading.visible import Block
from flows.sources import mail
from flows.sources.document import make_document, one_line, unquoted
from flows.sources.page_text import page_text
from flows.sources.raw_mail import is_message
from flows.sources.source import Source
from warehouse.records import Capture, Document, Identity, Section

_DATE_NAMES = (
    "article:published_time", "datepublished", "dc.date", "dc.date.issued", "dcterms.created", "date", "pubdate", "publish-date",
    "dc.date.created", "citation_publication_date",
)  # fmt: skip
_JSON_DATE = re.compile(r'"datePublished"\s*:\s*"([\dT:.+Z-]{8,32})"')
_BY = re.compile(
    r"^\s*(?:[Bb]y|[Vv]on|[Aa]uthor:)\s+(?P<name>[A-ZÄÖÜ][\w.'’-]*(?: [A-ZÄÖÜ][\w.'’-]*){1,3})\s*(?:[,|(·-]|$)"
)
_BAR_GAP = re.compile(r"\s+[|«»·–—-]+\s+|:\s+|\s*»\s*")
_HOST_NAME = re.compile(r"[\w.-]+\.(?:net|org|com|info|de|co\.uk)", re.IGNORECASE)
_NO_FRAMES = re.compile(r"^.{0,80}\bbrowser\b.{0,80}\bframes?\b.{0,80}$|^.{0,80}\bframes?\b.{0,80}\bbrowser\b.{0,80}$")
_CHANGED = re.compile(r"\b(?:last (?:modified|updated?|edited|changed)|zuletzt geändert)\b", re.IGNORECASE)
_DATED_BLOCKS = 12  # from the top or the end of the text, in which a date is the page's and not one in its story
_DATED_WORDS = 16


def identify(address: Address) -> Identity:
    """Return the page at an address; never None."""
    return Identity("page", page_key(address), address.url)


def parse(identity: Identity, captures: Sequence[Capture], identify_link: Identify) -> Document:
    """Return the page with its text, without menus and footers; a mail as it was sent is read as one, wherever it is.

    Raises:
        PageSetAside: the page is not text, or has no words.
    """
    capture = captures[0]
    if capture.mime == "message/rfc822" or (is_plain(capture) and is_message(capture.body)):
        return mail.parse(identity, captures, identify_link)
    if is_plain(capture):
        return read_plain_page(identity, capture, identify_link)
    page = read_page(capture)
    text = page_text(page)
    title = page_title(page)
    blocks = [block for block in text if one_line(block.text) != title and not _NO_FRAMES.search(block.text)]
    sections, links = assemble(parts_by_heading(blocks), base=page.base(identity.url), identify=identify_link)
    return make_document(
        identity,
        capture,
        title=title,
        sections=unquoted(sections),
        links=links,
        author=page_author(page, text),
        moments=page_moments(page, text, identity.url, capture),
        language=language_of("\n".join(section.text for section in sections), page.language),
        facts=page.decoded.facts,
    )


def is_plain(capture: Capture) -> bool:
    """Return whether a capture is text without markup."""
    return capture.mime.startswith("text/plain") and b"<html" not in capture.body[:2000].lower()


def read_plain_page(
    identity: Identity, capture: Capture, identify_link: Identify, *, moments: Sequence[PublishedMoment | None] = ()
) -> Document:
    """Return the document of a text without markup, with its first line as the title."""
    decoded = decode(capture.body, capture.charset)
    plain = read_plain(decoded.text)
    first = next((line for line in plain.text.split("\n") if line.strip()), "")
    return make_document(
        identity,
        capture,
        title=first.strip("=-*# ")[:200],
        sections=[Section(0, None, "body", plain.text)],
        links=make_links([(0, plain.text, plain.addresses)], identify_link),
        moments=[
            *moments,
            read_moment(plain.text[:2000]),
            modified(capture),
            read_address_moment(identity.url),
        ],
        language=language_of(plain.text),
        facts={"cut_chars": plain.cut or None, **decoded.facts},
    )


def page_title(page: HtmlPage) -> str:
    """Return the longest `h1` that is also in the title bar, else `og:title`, else the title bar, else any `h1`.

    The heading may be only the name of a site or project; a part of the title bar that begins with it is then the title.
    """
    headings = [one_line(block.text) for block in page.visible.blocks if block.tag == "h1"]
    in_bar = max((words for words in headings if words.lower() in page.title.lower()), key=len, default="")
    parts = [part for part in _BAR_GAP.split(page.title) if part and not _HOST_NAME.fullmatch(part)]
    longer = next((part for part in reversed(parts) if in_bar and part.lower().startswith(f"{in_bar.lower()} ")), "")
    bar = page.title if len(parts) != 1 else parts[0]
    return longer or in_bar or page.meta("og:title") or bar or next(filter(None, headings), "")


def page_head(page: HtmlPage, text: Sequence[Block]) -> tuple[Block, ...]:
    """Return the short blocks between the heading and the first long block; the byline is there, and may not be in `text`."""
    if not text:
        return ()
    long = (block.position for block in text if len(block.text.split()) > _DATED_WORDS)
    end = next(long, text[0].position + _DATED_BLOCKS)
    above = page.visible.blocks[max(0, end - _DATED_BLOCKS) : end]
    title = page_title(page).lower()
    heading = next((number for number, block in enumerate(above) if one_line(block.text).lower() == title), len(above))
    return tuple(block for block in above[heading + 1 :] if len(block.text.split()) <= _DATED_WORDS)


def page_author(page: HtmlPage, text: Sequence[Block]) -> str | None:
    """Return the author in the page's metadata or in a byline at the top, or None."""
    said = page.meta("author", "dc.creator", "dcterms.creator", "article:author", "citation_author")
    if said and not said.startswith("http"):
        return said
    lines = [line for block in text[:_DATED_BLOCKS] for line in block.text.split("\n")]
    named = next((match["name"] for match in map(_BY.match, lines) if match), None)
    return named or next(filter(None, (posted_by(block.text) for block in page_head(page, text))), None)


def page_moments(page: HtmlPage, text: Sequence[Block], url: str, capture: Capture) -> Iterator[PublishedMoment | None]:
    """Yield candidate dates for a page, best first: from metadata, printed lines, its address, and the server."""
    yield read_moment(page.meta(*_DATE_NAMES) or "", origin="meta")
    for match in _JSON_DATE.finditer(page.decoded.text):
        yield read_moment(match[1], origin="meta")
    for element in page.root.iter("time"):
        yield read_moment(element.get("datetime") or "", origin="meta")
    yield from (read_moment(block.text) for block in page_head(page, text))
    yield from _printed(text)
    yield read_address_moment(url)
    yield from (read_moment(b.text) for b in page.visible.blocks if _CHANGED.search(b.text[:200]))
    yield modified(capture)


def modified(capture: Capture) -> PublishedMoment | None:
    """Return the Last-Modified time of the page, or None if it is missing or is the day of the capture or later."""
    headers = {name.lower(): value for name, value in capture.headers.items()}
    said = headers.get("x-archive-orig-last-modified") or headers.get("last-modified")
    moment = read_moment(said or "", origin="header")
    return moment if moment and moment.at.date() < capture.captured_at.date() else None


def _printed(blocks: Sequence[Block]) -> Iterator[PublishedMoment | None]:
    """Yield dates in short lines near the top or the end of the text."""
    for block in (*blocks[:_DATED_BLOCKS], *reversed(blocks[-_DATED_BLOCKS:])):
        if len(block.text.split()) <= _DATED_WORDS:
            yield read_moment(block.text)


SOURCE = Source("page", "page", identify, parse)
