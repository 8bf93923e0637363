"""Decode bytes to text, even if the declared charset is missing or wrong."""

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import ftfy

from flows.reading.charset_labels import SEVEN_BIT, codec_of_mail_label, codec_of_page_label

_SNIFFED_BYTES = 4096
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{2,40})""", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"""\A\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w:.-]{2,40})""")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_ESCAPED_JAPANESE = re.compile(rb"\x1b\$[@B]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
"""Control characters, which have no meaning in a page or a mail."""
_BETWEEN_TAGS = re.compile(r"[^<>]+")
_SUSPECT = re.compile("[\u0080-\u009f]|[\u00c2-\u00f4][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
"""A lead byte and a following byte of UTF-8, both read as windows-1252, or a byte without a character."""
_PLAIN_WORDS = re.compile(r"[A-Za-z0-9]+")
_MENDED_RUNS = 20_000
_MENDED_CHARS = 1_000_000
"""Limits for repairing text between tags: a run takes 15 microseconds, a million characters take 1 s; no real page has more."""
_ASCII = bytes(range(128))


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded page: `charset` was used, `declared` says what named it, `repaired` counts repaired runs of mojibake."""

    text: str
    charset: str
    declared: str
    repaired: int = 0

    @property
    def facts(self) -> Mapping[str, object]:
        """Facts for the document; empty if the page was UTF-8 and nothing was repaired."""
        facts: dict[str, object] = {}
        if self.charset != "utf-8":
            facts["charset"] = self.charset
        if self.repaired:
            facts["mojibake_repaired"] = self.repaired
        return facts


def decode(body: bytes, charset: str | None = None) -> Decoded:
    """Return the decoded text of a page without control characters; no byte causes an error, whatever was declared.

    A byte order mark takes precedence, then valid UTF-8, then the header's charset, the page's own, and windows-1252.
    Invalid bytes become replacement characters. Mojibake from before the capture is repaired if no plain word is lost.

    Source: WHATWG Encoding Standard, https://encoding.spec.whatwg.org/ (2024), except for the precedence of valid UTF-8.
    """
    return _mended(*_characters(body, _declarations(body, charset)))


def decode_mail(body: bytes, *charsets: str | None) -> Decoded:
    """Return the decoded text of a mail's part or header, as `decode` does, with the first of `charsets` that fits.

    Source: RFC 2045 to 2047; RFC 1468, 1557, 1843 and 2152 for seven-bit charsets.
    """
    said = [(known, "mail") for label in charsets if label and (known := codec_of_mail_label(label))]
    return _mended(*_characters(body, said))


def _mended(text: str, used: str, declared: str) -> Decoded:
    # The text without ASCII is short to search, and adjacent suspects stay adjacent in it.
    rest = text.encode("utf-8", "replace").translate(None, _ASCII).decode("utf-8", "replace")
    if not _SUSPECT.search(rest):
        return Decoded(_CONTROLS.sub("", text), used, declared)
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
    return Decoded(_CONTROLS.sub("", text), used, declared, mended)


def _characters(body: bytes, said: Sequence[tuple[str, str]]) -> tuple[str, str, str]:
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace"), name, "byte order mark"
    for name, by in _seven_bit(body, said):
        text = _strict(body, name)
        if text is not None:
            return text, name, by
    try:
        return body.decode("utf-8"), "utf-8", "utf-8" if not said else said[0][1]
    except UnicodeDecodeError:
        pass
    for name, by in said:
        text = _strict(body, name) if name != "utf-8" else None
        if text is not None:
            return text, name, by
    for name, by in (*said, ("utf-8", "guess")):
        if (text := _mostly(body, name)) is not None:
            return text, name, by
    return body.decode("cp1252", "replace"), "cp1252", "guess"


def _seven_bit(body: bytes, said: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the possible seven-bit charsets: those that were named, and ISO-2022-JP if its escape sequences are found."""
    yield from ((name, by) for name, by in said if name in SEVEN_BIT)
    if _ESCAPED_JAPANESE.search(body) and body.isascii():
        yield "iso2022_jp_ext", "escapes"


def _declarations(body: bytes, charset: str | None) -> list[tuple[str, str]]:
    """Return the declared charsets by their Python names, with the declaring place, in order of precedence."""
    start = body[:_SNIFFED_BYTES]
    found = [(charset, "header")]
    found += [
        (match[1].decode("ascii"), "page")
        for match in (_META_CHARSET.search(start), _XML_CHARSET.search(start))
        if match
    ]
    named = [(known, by) for label, by in found if label and (known := codec_of_page_label(label))]
    return [("utf-8" if by == "page" and name.startswith("utf-16") else name, by) for name, by in named]


def _strict(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except (UnicodeDecodeError, UnicodeError):
        return None


def _mostly(body: bytes, name: str) -> str | None:
    """Return the text decoded with a charset if only a few bytes are invalid (a truncated page, a pasted comment), else None."""
    text = body.decode(name, "replace")
    broken = text.count("\ufffd")
    beyond_ascii = sum(not character.isascii() for character in text)
    return text if broken * 2 <= beyond_ascii else None
