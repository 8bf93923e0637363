"""A parsed HTML page: its tree, limited in depth, and its visible words."""

import codecs
import re
from dataclasses import dataclass, replace
from urllib.parse import urljoin

from lxml import etree

from flows.reading.decoding import Decoded, decode
from flows.reading.visible import Visible, visible_blocks
from warehouse.errors import PageSetAside
from warehouse.records import Capture

_SNIFFED_BYTES = 4096
_MOST_TAGS = 250_000
"""A long index page of a mailing list has about ten thousand; ten million would take minutes and gigabytes."""
_CONTROL = bytes(byte for byte in range(32) if byte not in b"\t\n\v\f\r\x1b")
_FRAMESET = re.compile(r"<frameset\b", re.IGNORECASE)
_FRAMED_CHARS = 20_000  # in which to look for a frameset, because a page with one is short
_NO_FRAMES = re.compile(r"<noframes\b[^>]{0,200}>(?P<text>.*?)(?:</noframes\b|\Z)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(rb"<\s*[!/?]?\s*[a-zA-Z]")


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """A parsed page: its tree, the text of its `<title>`, its visible blocks, and how its bytes were decoded."""

    root: etree._Element
    title: str
    visible: Visible
    decoded: Decoded

    @property
    def language(self) -> str | None:
        """The two-letter language that the page declares, or None."""
        said = (self.root.get("lang") or "").strip().lower()[:2]
        return said if said.isalpha() and said else None

    def base(self, url: str) -> str:
        """Return the base address of the page's links: its first `<base href>`, resolved against the page's address.

        Source: WHATWG HTML, 4.2.3, https://html.spec.whatwg.org/#the-base-element (2024).
        """
        href = next((found for element in self.root.iter("base") if (found := element.get("href")) is not None), "")
        try:
            base = urljoin(url, href.strip())
        except ValueError:
            return url
        return base if base.lower().startswith(("http://", "https://")) else url

    def meta(self, *names: str) -> str | None:
        """Return the content of the first `<meta>` with one of these names or properties, or None."""
        for element in self.root.iter("meta"):
            name = element.get("name") or element.get("property") or element.get("itemprop") or ""
            if name.lower() in names and (content := (element.get("content") or "").strip()):
                return content
        return None


def read_page(capture: Capture) -> HtmlPage:
    """Return the page of a capture.

    Raises:
        PageSetAside: the bytes are not HTML (`not_html`), are empty (`empty`), or exceed a limit (`too_deep`,
            `too_many_tags`).
    """
    refuse_what_is_no_text(capture.body)
    decoded = decode(capture.body, capture.charset)
    if (unframed := without_frames(decoded.text)) is not decoded.text:
        decoded = replace(decoded, text=unframed)
    root = parse_tree(decoded.text)
    title = next(root.iter("title"), None)
    words = " ".join("".join(title.itertext()).split()) if title is not None else ""
    return HtmlPage(root, words, visible_blocks(root), decoded)


def without_frames(text: str) -> str:
    """Return the page with its `noframes` text in place of its frameset, because frames are separate pages."""
    frames = _FRAMESET.search(text, 0, _FRAMED_CHARS)
    noframes = _NO_FRAMES.search(text, frames.start()) if frames else None
    return text[: frames.start()] + noframes["text"] if frames and noframes else text


def parse_tree(text: str) -> etree._Element:
    """Return the tree of a page without comments.

    Raises:
        PageSetAside: the page has no element (`empty`), more levels than the parser supports (`too_deep`), or more tags
            than any real page (`too_many_tags`).
    """
    if text.count("<") > _MOST_TAGS:
        raise PageSetAside(f"the page has more than {_MOST_TAGS} tags", reason="too_many_tags")
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = etree.fromstring(text.replace("\0", "").encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        root = None
        if "depth" not in str(error).lower():
            raise PageSetAside(f"the page has no element to read: {error}", reason="empty") from error
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        raise PageSetAside("elements are nested deeper than the parser reads", reason="too_deep")
    if root is None:
        raise PageSetAside("the page has no element to read", reason="empty")
    return root


def refuse_what_is_no_text(body: bytes) -> None:
    """Refuse bytes that are not a page.

    Raises:
        PageSetAside: the bytes are only white space (`empty`), or have many control characters or no tag (`not_html`).
    """
    if not body.strip(b"\0 \t\r\n"):
        raise PageSetAside("the page is empty", reason="empty")
    start = body[:_SNIFFED_BYTES]
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return
    control = len(start) - len(start.translate(None, _CONTROL))
    if control * 20 > len(start) or not _TAG.search(body):
        raise PageSetAside("the bytes are not HTML", reason="not_html")
