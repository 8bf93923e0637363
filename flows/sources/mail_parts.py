"""The text of a mail's parts: choose the text parts and decode them, broken ones as far as possible.

Source: RFC 2045, 6 (transfer encodings); RFC 2046, 5.1 (multipart); RFC 2183 (attachments).
"""

import base64
import binascii
import email
import email.message
import quopri
import re
from collections.abc import Iterator, Sequence

from flows.reading.decoding import decode_mail
from flows.reading.frames import frames_where
from flows.reading.html import parse_tree
from flows.reading.visible import Block, Visible, visible_blocks
from flows.sources.mail_headers import charset_of
from warehouse.errors import PageSetAside

_NO_HTML = re.compile(
    r"^.{0,200}\b(?:can(?:not|'t)|does not|doesn't|unable to|not able to)\b.{0,40}\b(?:HTML|view|display|show)\b.{0,200}\Z",
    re.IGNORECASE,
)
"""The plain text part of some newsletters, which only says that the program cannot show HTML."""
_QUOTE_HINT = re.compile(r"(?:^|[\s_-])(?:gmail_)?quoted?(?:$|[\s_-])")
_QUOTE_SIGN = re.compile(r"\s*[A-Za-z]{0,4}>|\s*\|")
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/]+={0,2}")
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s]+")
_TRAILING_BLANKS = re.compile(rb"[ \t]+(?=\r?$)", re.MULTILINE)
_PART_START = re.compile(r"^--(?P<boundary>[^\r\n]{1,70})\r?\n(?=[\w-]{1,40}:)", re.MULTILINE)
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")


def part_texts(message: email.message.Message, charset: str | None) -> list[str]:
    """Return the texts of a mail in order: plain text, patches, and HTML if it has no plain alternative.

    `charset` is the charset that the mail was served with; it is used for parts that name none.
    """
    return [text for text in _texts(message, charset) if text.strip()]


def in_marked_quotes(visible: Visible, blocks: Sequence[Block]) -> frozenset[int]:
    """Return the positions of the blocks that only the markup shows as quotations, or none if that would be all blocks."""
    quoted = frames_where(visible, lambda frame: frame.tag == "blockquote" or _QUOTE_HINT.search(frame.hint))
    marked = [block for block in blocks if block.frame >= 0 and quoted[block.frame]]
    if len(marked) == len(blocks):
        return frozenset()
    return frozenset(block.position for block in marked if not any(map(_QUOTE_SIGN.match, block.text.split("\n"))))


def _texts(part: email.message.Message, charset: str | None) -> Iterator[str]:
    if part.is_multipart():
        if part.get_content_subtype() == "alternative":
            yield from _best(part, charset)
        else:
            for inside in _inside(part):
                yield from _texts(inside, charset)
    elif part.get_content_maintype() == "multipart":
        yield from _unparted(part, charset)
    elif part.get_content_maintype() == "text" and not _is_attached_page(part):
        text = _INVISIBLE.sub("", decode_mail(_payload(part), charset_of(part), charset).text)
        yield _text_of_html(text) if part.get_content_subtype() == "html" else text


def _inside(part: email.message.Message) -> list[email.message.Message]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, email.message.Message)] if isinstance(payload, list) else []


def _best(part: email.message.Message, charset: str | None) -> Iterator[str]:
    """Yield the texts of the plain alternative, or of the last one if the plain one has no words or only a notice."""
    choices = [(inside, [text for text in _texts(inside, charset) if text.strip()]) for inside in _inside(part)]
    spoken = [(inside, texts) for inside, texts in choices if any(map(str.isalnum, "".join(texts)))]
    plain = next((texts for inside, texts in spoken if inside.get_content_type() == "text/plain"), None)
    if plain is not None and len(spoken) > 1 and _NO_HTML.search(" ".join(" ".join(plain).split())):
        plain = None
    yield from plain if plain is not None else spoken[-1][1] if spoken else []


def _unparted(part: email.message.Message, charset: str | None) -> Iterator[str]:
    """Yield the texts of a multipart without its declared boundary: split at the boundary found in it, else as one text."""
    payload = str(part.get_payload())
    found = _PART_START.search(payload)
    if found is None:
        yield decode_mail(payload.encode("utf-8", "surrogateescape"), charset_of(part), charset).text
        return
    boundary = found["boundary"].rstrip()
    head = f'Content-Type: multipart/{part.get_content_subtype()}; boundary="{boundary}"\n\n'
    again = email.message_from_bytes((head + payload).encode("utf-8", "surrogateescape"))
    if again.is_multipart():
        yield from _texts(again, charset)
    else:
        yield payload


def _is_attached_page(part: email.message.Message) -> bool:
    return part.get_content_subtype() == "html" and part.get_content_disposition() == "attachment"


def _payload(part: email.message.Message) -> bytes:
    """Return the bytes of a part with its transfer encoding decoded as far as possible."""
    encoding = str(part.get("Content-Transfer-Encoding", "")).partition(";")[0].strip().lower()
    raw = str(part.get_payload()).encode("utf-8", "surrogateescape")
    if encoding == "base64":
        return _from_base64(raw)
    if encoding == "quoted-printable":
        return quopri.decodestring(_TRAILING_BLANKS.sub(b"", raw))
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else raw


def _from_base64(raw: bytes) -> bytes:
    """Return the text decoded from base64; plain lines after it (a mailing list's footer) are kept unchanged.

    If most of the text is not base64, return it unchanged.
    """
    lines = raw.splitlines()
    packed = [line for line in lines if _is_base64(line)]
    if sum(map(len, packed)) * 2 < sum(len(line.strip()) for line in lines):
        return raw
    last = max((number for number, line in enumerate(lines) if _is_base64(line)), default=-1)
    out = _unpack_base64(b"".join(lines[: last + 1]))
    rest = b"\n".join(lines[last + 1 :]).strip()
    return out + (b"\n" + rest if rest else b"")


def _is_base64(line: bytes) -> bool:
    """Return whether a line is base64, allowing a few broken characters."""
    line = line.strip()
    if _BASE64_LINE.fullmatch(line):
        return True
    return len(line) > 40 and b" " not in line and sum(map(len, _NO_BASE64.findall(line))) * 10 < len(line)


def _unpack_base64(packed: bytes) -> bytes:
    """Return the decoded bytes of base64, which may be padded in the middle.

    If the end is cut off, only its last bytes are lost.
    """
    out = b""
    for piece in re.split(rb"=+", _NO_BASE64.sub(b"", b"".join(packed.split()))):
        whole = piece[: len(piece) - 1] if len(piece) % 4 == 1 else piece
        try:
            out += base64.b64decode(whole + b"=" * (-len(whole) % 4))
        except (binascii.Error, ValueError):
            continue
    return out


def _text_of_html(text: str) -> str:
    try:
        visible = visible_blocks(parse_tree(text))
    except PageSetAside:
        return ""
    quotes = in_marked_quotes(visible, visible.blocks)
    return "\n\n".join(
        "\n".join(f"> {line}" for line in block.text.split("\n")) if block.position in quotes else block.text
        for block in visible.blocks
    )
