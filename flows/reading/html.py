"""Bytes to text to tree: which characters the bytes mean, and a tree that no page can make too deep."""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass

import ftfy
from lxml import etree

from flows.reading.visible import Visible, visible_blocks
from warehouse.errors import PageSetAside
from warehouse.records import Capture

_SNIFFED_BYTES = 4096
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{2,40})""", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"""\A\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w:.-]{2,40})""")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_READ_AS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}
"""What browsers read for these labels. Source: WHATWG Encoding Standard, "Names and labels", 2024."""
_KNOWN = re.compile(
    r"utf-8|utf-16(?:-[lb]e)?|cp125\d|cp437|cp850|cp866|iso8859-\d+|koi8-[ru]|mac-\w+|gb18030|big5\w*|"
    r"shift_jis|euc_(?:jp|kr)|cp949|cp932|iso2022_jp|tis-620|ascii|gb2312|gbk"
)
_BETWEEN_TAGS = re.compile(r"[^<>]+")
_SUSPECT = re.compile("[\u0080-\u009f]|[\u00c2-\u00f4][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
"""A first byte of UTF-8 and a following one, both read as windows-1252, or a byte that has no character."""
_PLAIN_WORDS = re.compile(r"[A-Za-z0-9]+")
_MENDED_RUNS = 20_000
"""Runs of text between tags, some 15 microseconds each; pages with more are no pages."""
_MOST_TAGS = 250_000
"""A long page of a mailing-list index has some ten thousand; ten million would take minutes and gigabytes."""
_ASCII = bytes(range(128))
_CONTROL = bytes(byte for byte in range(32) if byte not in b"\t\n\v\f\r\x1b")
_TAG = re.compile(rb"<\s*[!/?]?\s*[a-zA-Z]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page's characters: `charset` they were read with, `declared` by whom, `repaired` runs of mojibake mended."""

    text: str
    charset: str
    declared: str
    repaired: int = 0

    @property
    def facts(self) -> Mapping[str, object]:
        """What a document says of it: nothing when the page was honest UTF-8."""
        facts: dict[str, object] = {}
        if self.charset != "utf-8":
            facts["charset"] = self.charset
        if self.repaired:
            facts["mojibake_repaired"] = self.repaired
        return facts


@dataclass(frozen=True, slots=True)
class Page:
    """A page read once: its tree, its visible words, and how its bytes were decoded."""

    root: etree._Element
    visible: Visible
    decoded: Decoded

    @property
    def title(self) -> str:
        """The words of `<title>`, or nothing."""
        title = next(self.root.iter("title"), None)
        return " ".join("".join(title.itertext()).split()) if title is not None else ""

    @property
    def language(self) -> str | None:
        """The language the page declares, two letters, or None."""
        said = (self.root.get("lang") or "").strip().lower()[:2]
        return said if said.isalpha() and said else None

    def meta(self, *names: str) -> str | None:
        """The content of the first `<meta>` of one of these names or properties, or None."""
        for element in self.root.iter("meta"):
            name = element.get("name") or element.get("property") or element.get("itemprop") or ""
            if name.lower() in names and (content := (element.get("content") or "").strip()):
                return content
        return None


def read_page(capture: Capture) -> Page:
    """The page of a capture.

    Raises:
        PageSetAside: the bytes are no HTML (`not_html`), empty (`empty`), or more than can be read (`too_deep`,
            `too_many_tags`).
    """
    refuse_what_is_no_text(capture.body)
    decoded = decode(capture.body, capture.charset)
    root = parse_tree(decoded.text)
    return Page(root, visible_blocks(root), decoded)


def decode(body: bytes, charset: str | None = None) -> Decoded:
    """The text of a page; every byte gives a character, whatever was declared.

    A byte order mark wins, then what is valid UTF-8, then the header's charset, the page's own, and windows-1252.
    Text that was read with the wrong charset before it was stored is mended where that loses no plain word.
    """
    text, used, declared = _characters(body, charset)
    # What is left without ASCII is short, and two suspects side by side in the text are so there too.
    rest = text.encode("utf-8", "replace").translate(None, _ASCII).decode("utf-8", "replace")
    if not _SUSPECT.search(rest):
        return Decoded(text, used, declared)
    mended = 0

    def mend(match: re.Match[str]) -> str:
        nonlocal mended
        run = match[0]
        if run.isascii() or not _SUSPECT.search(run):
            return run
        if mended >= _MENDED_RUNS:
            return run
        fixed = ftfy.fix_encoding(run)
        if fixed == run or _PLAIN_WORDS.findall(fixed) != _PLAIN_WORDS.findall(run):
            return run
        mended += 1
        return fixed

    text = _BETWEEN_TAGS.sub(mend, text)
    return Decoded(text, used, declared, mended)


def parse_tree(text: str) -> etree._Element:
    """The tree of a page, comments left out.

    Raises:
        PageSetAside: no element at all (`empty`), more levels than the parser keeps (`too_deep`), or more tags than
            any page has (`too_many_tags`).
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
    """Let pages pass and nothing else.

    Raises:
        PageSetAside: nothing but white space (`empty`), or bytes of a picture, archive or program (`not_html`).
    """
    if not body.strip(b"\0 \t\r\n"):
        raise PageSetAside("the page is empty", reason="empty")
    start = body[:_SNIFFED_BYTES]
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return
    control = len(start) - len(start.translate(None, _CONTROL))
    if control * 20 > len(start) or not _TAG.search(body):
        raise PageSetAside("the bytes are not HTML", reason="not_html")


def _characters(body: bytes, charset: str | None) -> tuple[str, str, str]:
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace"), name, "byte order mark"
    said = _declarations(body, charset)
    try:
        return body.decode("utf-8"), "utf-8", "utf-8" if not said else said[0][1]
    except UnicodeDecodeError:
        pass
    for name, by in said:
        text = _strict(body, name) if name != "utf-8" else None
        if text is not None:
            return text, name, by
    if said and said[0][0] == "utf-8" and _is_mostly_utf8(body):
        return body.decode("utf-8", "replace"), "utf-8", said[0][1]
    return body.decode("cp1252", "replace"), "cp1252", "guess"


def _declarations(body: bytes, charset: str | None) -> list[tuple[str, str]]:
    """The charsets named, by their names in Python, most binding first."""
    start = body[:_SNIFFED_BYTES]
    found = [(charset, "header")]
    found += [
        (match[1].decode("ascii"), "page")
        for match in (_META_CHARSET.search(start), _XML_CHARSET.search(start))
        if match
    ]
    named = [(known, by) for label, by in found if label and (known := _known(label))]
    return [(name, by) for name, by in named if not (by == "page" and name.startswith("utf-16"))]


def _known(label: str) -> str | None:
    try:
        name = codecs.lookup(label.strip().lower()).name
    except (LookupError, ValueError):
        return None
    return _READ_AS.get(name, name) if _KNOWN.fullmatch(name) else None


def _strict(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except (UnicodeDecodeError, UnicodeError):
        return None


def _is_mostly_utf8(body: bytes) -> bool:
    """Whether a few broken bytes stand in what is UTF-8 otherwise (a cut page, a pasted comment)."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    beyond_ascii = sum(not character.isascii() for character in text)
    return broken * 2 <= beyond_ascii
