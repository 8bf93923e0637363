"""Header fields of a mail: their unfolded, decoded text, from any charset and mailer.

Source: RFC 5322, 2.2 and 4.5 (spaces before the colon), and RFC 2047 (encoded words).
"""

import email
import email.message
import re
from email.errors import HeaderParseError
from email.header import decode_header

from flows.reading.decoding import decode_mail

HEADER_LINE = re.compile(rb"[!-9;-~]{1,60}[ \t]{0,9}:")
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_BLANK_BEFORE_COLON = re.compile(rb"^([!-9;-~]{1,60})[ \t]+:", re.MULTILINE)
_MAIL_HEADER = re.compile(
    rb"^(?:from|date|subject|message-id|return-path|received|delivered-to|to|x-[\w-]+)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_LONGEST_HEADER = 4000
_HEADERS_READ = 4096


def is_message(body: bytes) -> bool:
    """Return whether bytes begin like a mail: with header lines, at least two of which are typical of mail."""
    start = header_block(body)
    first = start.partition(b"\n")[2] if start.startswith((b"From ", b">From ")) else start
    return bool(HEADER_LINE.match(first)) and len(_MAIL_HEADER.findall(start)) >= 2


def header_block(body: bytes) -> bytes:
    """Return the header lines of a possible mail, up to the first empty line, from its first 4 KiB."""
    return _BLANK_LINE.split(without_start(body[:_HEADERS_READ]), maxsplit=1)[0] + b"\n"


def without_start(body: bytes) -> bytes:
    """Return the bytes without leading empty lines, spaces and byte order marks."""
    return body.lstrip(b"\r\n \xef\xbb\xbf")


def read_headers_and_parts(body: bytes) -> email.message.Message:
    """Return the parsed message; spaces before the colon of a header field are removed, as the parser requires."""
    body = without_start(body)
    end = _BLANK_LINE.search(body)
    split = end.start() if end else len(body)
    return email.message_from_bytes(_BLANK_BEFORE_COLON.sub(rb"\1:", body[:split]) + body[split:])


def header(message: email.message.Message, name: str) -> str | None:
    """Return the text of the first field with a name, with encoded words decoded; broken ones are left unchanged.

    Bytes beyond ASCII are decoded with the charset of the mail's text; no standard allows them, but mailers wrote them.
    """
    raw = _first(message, name)
    return None if raw is None else field_text(raw, charset_of_text(message))


def raw_header(message: email.message.Message, name: str) -> bytes:
    """Return the first field with a name as it was sent, however long it is; empty if there is none."""
    return (_first(message, name) or "").encode("utf-8", "surrogateescape")


def _first(message: email.message.Message, name: str) -> str | None:
    return next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), None)


def fields(message: email.message.Message, name: str) -> list[str]:
    """Return the texts of all fields with a name, in order."""
    found = [str(value) for key, value in message.raw_items() if key.lower() == name.lower()]
    return [field_text(value, charset_of_text(message)) for value in found]


def field_text(raw: str, charset: str | None = None) -> str:
    """Return the text of a raw field value: unfolded, decoded and cut to 4,000 characters."""
    text = raw[:_LONGEST_HEADER]
    if not text.isascii() or "\x1b" in text:
        text = decode_mail(text.encode("utf-8", "surrogateescape"), charset).text
    text = " ".join(text.split())
    try:
        parts = decode_header(text)
    except (HeaderParseError, ValueError):
        return text
    return " ".join("".join(_decoded(part, charset) for part, charset in parts).split())


def charset_of_text(message: email.message.Message) -> str | None:
    """Return the charset of the first text part that names one, or None."""
    for part in message.walk():
        if part.get_content_maintype() == "text" and (named := charset_of(part)):
            return named
    return None


def charset_of(part: email.message.Message) -> str | None:
    """Return the charset that a part names, or None if it names none or the field cannot be read."""
    try:
        return part.get_content_charset()
    except (LookupError, ValueError, AttributeError):
        return None


def _decoded(part: bytes | str, charset: str | None) -> str:
    if isinstance(part, str):
        return part
    return decode_mail(part, None if charset == "unknown-8bit" else charset).text
