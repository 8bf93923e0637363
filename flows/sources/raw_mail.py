"""Parse a mail (RFC 5322), single or from a mailbox, including broken headers and dates."""

import email.message
import re
from dataclasses import dataclass

from flows.reading.moments import PublishedMoment
from flows.sources.mail_dates import read_mail_date as read_mail_date
from flows.sources.mail_dates import sent_moments
from flows.sources.mail_envelopes import split_mbox
from flows.sources.mail_headers import header, raw_header, read_headers_and_parts, without_start
from flows.sources.mail_headers import is_message as is_message
from flows.sources.mail_names import name_and_address as name_and_address
from flows.sources.mail_parts import in_marked_quotes as in_marked_quotes
from flows.sources.mail_parts import part_texts
from flows.sources.mail_references import read_references

_MESSAGE_ID = re.compile(r"<\s*([^<>\s]+@[^<>\s]+)\s*>|^\s*([^<>\s]+@[^<>\s]+)\s*$")
_LIST_ID = re.compile(r"<?([\w-]+)(?:\.[\w.-]+)?>?\s*$")
_LIST_MAIL = re.compile(r"([\w-]+)@(?:vger\.|lists?[.-]|lists\.)[\w.-]+", re.IGNORECASE)
_HEADERS_READ = 4096


@dataclass(frozen=True, slots=True)
class Mail:
    """A parsed mail, from the mail itself or from an archive's page; every field except `body` may be None.

    `references` are the Message-IDs of the mails above it in its thread, the first mail first; empty if none is known.
    """

    subject: str | None
    sender: str | None
    sender_address: str | None
    moment: PublishedMoment | None
    message_id: str | None
    in_reply_to: str | None
    list_name: str | None
    body: str
    references: tuple[str, ...] = ()


def read_message(body: bytes, charset: str | None, own_id: str, *, is_one: bool = False) -> Mail:
    """Return the mail in `body`.

    From a mailbox, return the mail with the Message-ID `own_id`, else the first; with `is_one`, `body` is a single mail.
    """
    parts = [body] if is_one else _mailbox(body)
    message_bytes = next((part for part in parts if f"<{own_id}>".encode() in part[:_HEADERS_READ]), parts[0])
    message = read_headers_and_parts(message_bytes)
    sender, address = name_and_address(header(message, "From") or header(message, "Sender"))
    references = read_references(raw_header(message, "References"))
    return Mail(
        subject=header(message, "Subject"),
        sender=sender,
        sender_address=address,
        moment=next(sent_moments(message), None),
        message_id=message_id(header(message, "Message-ID")),
        in_reply_to=message_id(header(message, "In-Reply-To"))
        or next(reversed(references), None)
        or message_id(header(message, "References")),
        list_name=_list_name(message),
        body="\n\n".join(part_texts(message, charset)),
        references=references,
    )


def message_id(text: str | None) -> str | None:
    """Return the first Message-ID in a text without angle brackets, or None if there is none or an archive has masked it."""
    match = _MESSAGE_ID.search(text or "")
    found = (match[1] or match[2]) if match else None
    return None if found is None or "..." in found or "xxxx" in found else found


def _mailbox(body: bytes) -> list[bytes]:
    body = without_start(body)
    if not body.startswith(b"From "):
        return [body]
    return list(split_mbox(body.splitlines(keepends=True))) or [body]


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
