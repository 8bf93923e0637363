"""Bytes to text: which characters the bytes mean, whatever was declared."""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass

import ftfy

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
_MENDED_CHARS = 1_000_000
"""Of text between tags: 15 microseconds a run and a second for a million characters; a page with more is no page."""
_ASCII = bytes(range(128))


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
    mended = looked_at = 0

    def mend(match: re.Match[str]) -> str:
        nonlocal mended, looked_at
        run = match[0]
        if run.isascii() or not _SUSPECT.search(run):
            return run
        looked_at += len(run)
        if mended >= _MENDED_RUNS or looked_at > _MENDED_CHARS:
            return run
        fixed = ftfy.fix_encoding(run)
        if fixed == run or _PLAIN_WORDS.findall(fixed) != _PLAIN_WORDS.findall(run):
            return run
        mended += 1
        return fixed

    text = _BETWEEN_TAGS.sub(mend, text)
    return Decoded(text, used, declared, mended)


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
