"""A mail as it was sent (RFC 5322), or taken out of a mailbox; broken headers and dates are survived."""

import datetime as dt
import email
import email.message
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import parsedate_tz

from flows.reading.charset import decode
from flows.reading.frames import frames_where
from flows.reading.html import parse_tree
from flows.reading.moments import PublishedMoment, read_moment
from flows.reading.visible import Block, Visible, visible_blocks

_HEADER_LINE = re.compile(rb"\A(?:From [^\n]{3,200}\n)?(?:[!-9;-~]{1,60}:[ \t][^\n]*\r?\n|[!-9;-~]{1,60}:\r?\n)")
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_ENVELOPE = re.compile(rb"^From \S+.{10,60}\d{4}.*$", re.MULTILINE)
_MAIL_HEADER = re.compile(
    rb"^(?:from|date|subject|message-id|return-path|received|delivered-to|x-[\w-]+):",
    re.IGNORECASE | re.MULTILINE,
)
_MESSAGE_ID = re.compile(r"<\s*([^<>\s]+@[^<>\s]+)\s*>|^\s*([^<>\s]+@[^<>\s]+)\s*$")
_ANGLE = re.compile(r"<[^>]*>?")
_BARE_MAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)*")
_PARENTHESES = re.compile(r"\(([^()]*)\)")
_LIST_ID = re.compile(r"<?([\w-]+)(?:\.[\w.-]+)?>?\s*$")
_LIST_MAIL = re.compile(r"([\w-]+)@(?:vger\.|lists?[.-]|lists\.)[\w.-]+", re.IGNORECASE)
_QUOTE_HINT = re.compile(r"(?:^|[\s_-])(?:gmail_)?quoted?(?:$|[\s_-])")
_QUOTE_SIGN = re.compile(r"\s*[A-Za-z]{0,4}>|\s*\|")
_LONGEST_HEADER = 4000
_HEADERS_READ = 4096
_NAME_CHARS = 400


@dataclass(frozen=True, slots=True)
class Mail:
    """What a mail says, from the mail itself or from an archive's page; anything but `body` may be missing."""

    subject: str | None
    sender: str | None
    sender_address: str | None
    moment: PublishedMoment | None
    message_id: str | None
    in_reply_to: str | None
    list_name: str | None
    body: str


def is_message(body: bytes) -> bool:
    """Whether bytes begin as a mail does: header lines, two of them such as mails have."""
    start = _BLANK_LINE.split(body[:_HEADERS_READ].lstrip(b"\r\n \xef\xbb\xbf"), maxsplit=1)[0] + b"\n"
    return bool(_HEADER_LINE.match(start)) and len(_MAIL_HEADER.findall(start)) >= 2


def read_message(body: bytes, charset: str | None, wanted_id: str) -> Mail:
    """The mail in `body`; of a mailbox the one with the Message-ID `wanted_id`, else the first."""
    parts = _mailbox(body)
    wanted = next((part for part in parts if f"<{wanted_id}>".encode() in part[:_HEADERS_READ]), parts[0])
    message = email.message_from_bytes(wanted)
    sender, address = name_and_address(header(message, "From") or header(message, "Sender"))
    return Mail(
        subject=header(message, "Subject"),
        sender=sender,
        sender_address=address,
        moment=read_mail_date(header(message, "Date")),
        message_id=message_id(header(message, "Message-ID")),
        in_reply_to=message_id(header(message, "In-Reply-To")) or _last_reference(header(message, "References")),
        list_name=_list_name(message),
        body="\n\n".join(_texts(message, charset)),
    )


def header(message: email.message.Message, name: str) -> str | None:
    """A header's text with encoded words decoded; what is broken in it stays as it came."""
    raw = next((value for key, value in message.raw_items() if key.lower() == name.lower()), None)
    if raw is None:
        return None
    text = " ".join(_readable(str(raw)[:_LONGEST_HEADER]).split())
    try:
        parts = decode_header(text)
    except (HeaderParseError, ValueError):
        return text
    return " ".join("".join(_decoded(part, charset) for part, charset in parts).split())


def read_mail_date(text: str | None) -> PublishedMoment | None:
    """A Date header in any form that mailers of the time sent; None if no day can be made of it."""
    if not text:
        return None
    try:
        parsed = parsedate_tz(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        parsed = None
    if parsed is not None:
        year, month, day, hour, minute, second, *_, offset = parsed
        try:
            at = dt.datetime(year, month, day, hour, minute, min(second, 59))
        except ValueError:
            at = None
        if at is not None and 1980 <= year <= 2100:
            known = offset if offset is not None and abs(offset) <= 14 * 3600 and "-0000" not in text else None
            return PublishedMoment(at, "minute", known // 60 if known is not None else None, "header")
    return read_moment(text, origin="header")


def name_and_address(text: str | None) -> tuple[str | None, str | None]:
    """The name of `Name <address>`, `address (Name)` or `name at host`, and the address if it is whole."""
    if not text:
        return None, None
    text = text[:_NAME_CHARS]
    restored = text.replace(" () ", "@").replace(" ! ", ".").replace(" at ", "@", 1) if "@" not in text else text
    restored = restored.replace("<at>", "@")
    mail = _BARE_MAIL.search(restored)
    address = mail[0] if mail and "xxx" not in mail[0] and "..." not in mail[0] else None
    inside = _PARENTHESES.search(restored)
    name = _ANGLE.sub(" ", restored)
    if inside and _BARE_MAIL.fullmatch(_PARENTHESES.sub("", name).strip() or "-"):
        name = inside[1]
    name = " ".join(_BARE_MAIL.sub(" ", name).replace('"', " ").replace("\\", "").split()).strip("<>,;'()[] ")
    return name or (mail[0] if mail else None), address


def message_id(text: str | None) -> str | None:
    """The first Message-ID in a text, without its angle brackets; None if an archive has made it unreadable."""
    match = _MESSAGE_ID.search(text or "")
    found = (match[1] or match[2]) if match else None
    return None if found is None or "..." in found or "xxxx" in found else found


def _mailbox(body: bytes) -> list[bytes]:
    body = body.lstrip(b"\r\n \xef\xbb\xbf")
    if not body.startswith(b"From "):
        return [body]
    starts = [
        match.start()
        for match in _ENVELOPE.finditer(body)
        if _HEADER_LINE.match(body[match.start() : match.start() + 600])
    ]
    ends = [*starts[1:], len(body)]
    return [body[start:end] for start, end in zip(starts, ends, strict=True)] or [body]


def _readable(text: str) -> str:
    """Header bytes that were no ASCII, which `email` hands over as surrogates, read as what they most likely are."""
    if text.isascii():
        return text
    return decode(text.encode("utf-8", "surrogateescape")).text


def _decoded(part: bytes | str, charset: str | None) -> str:
    if isinstance(part, str):
        return part
    if charset in (None, "unknown-8bit"):
        return decode(part).text
    return decode(part, charset).text


def _last_reference(text: str | None) -> str | None:
    found = _MESSAGE_ID.findall(text or "")
    return (found[-1][0] or found[-1][1]) if found else None


def _list_name(message: email.message.Message) -> str | None:
    mailing_list = header(message, "X-Mailing-List")
    if mailing_list:
        return mailing_list.partition("@")[0].strip("<> ") or None
    by_id = _LIST_ID.search(header(message, "List-Id") or header(message, "List-ID") or "")
    if by_id:
        return by_id[1]
    for name in ("To", "Cc"):
        match = _LIST_MAIL.search(header(message, name) or "")
        if match:
            return match[1]
    return None


def _texts(message: email.message.Message, charset: str | None) -> Iterator[str]:
    """The readable parts in order: plain text and inline patches; HTML only where there is no plain text."""
    plain = [part for part in message.walk() if _is_text(part)]
    chosen = [part for part in plain if part.get_content_subtype() != "html"] or plain
    for part in chosen:
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes):
            continue
        text = decode(payload, _charset(part) or charset).text
        yield _text_of_html(text) if part.get_content_subtype() == "html" else text


def _is_text(part: email.message.Message) -> bool:
    return not part.is_multipart() and part.get_content_maintype() == "text"


def _charset(part: email.message.Message) -> str | None:
    try:
        return part.get_content_charset()
    except (LookupError, ValueError, AttributeError):
        return None


def in_marked_quotes(visible: Visible, blocks: Sequence[Block]) -> frozenset[int]:
    """The places of the blocks that only the markup tells to be quotations; none where that would be all of them."""
    quoted = frames_where(visible, lambda frame: frame.tag == "blockquote" or _QUOTE_HINT.search(frame.hint))
    marked = [block for block in blocks if block.frame >= 0 and quoted[block.frame]]
    if len(marked) == len(blocks):
        return frozenset()
    return frozenset(block.position for block in marked if not any(map(_QUOTE_SIGN.match, block.text.split("\n"))))


def _text_of_html(text: str) -> str:
    visible = visible_blocks(parse_tree(text))
    quotes = in_marked_quotes(visible, visible.blocks)
    return "\n\n".join(
        "\n".join(f"> {line}" for line in block.text.split("\n")) if block.position in quotes else block.text
        for block in visible.blocks
    )
