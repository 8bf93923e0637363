"""Mailing-list mail from any archive or mailbox."""

import re
from collections.abc import Sequence
from dataclasses import replace

from flows.reading.decoding import decode
from flows.reading.html import read_page
from flows.reading.links import Identify, make_links
from flows.reading.plain_text import read_plain
from flows.reading.urls import Address
from flows.sources.document import make_document
from flows.sources.mail_addresses import mail_key
from flows.sources.mail_headers import header_block
from flows.sources.mail_page import read_mail_page
from flows.sources.patch_id import patch_id
from flows.sources.raw_mail import Mail, is_message, read_message
from flows.sources.source import Source
from warehouse.errors import PageSetAside
from warehouse.records import Capture, Document, Identity, Section

_MARC = re.compile(r"' - MARC\s*\Z")
_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|pre|table)\b", re.IGNORECASE)
_SNIFFED_BYTES = 2048


def identify(address: Address) -> Identity | None:
    """Return the mail at an address, or None."""
    key = mail_key(address)
    return Identity("mail", key, address.url) if key else None


def parse(identity: Identity, captures: Sequence[Capture], identify_link: Identify) -> Document:
    """Return the mail, with quotes, patches and signatures marked in `Section.quoted`.

    `facts` contain `message_id`, `in_reply_to`, `references`, `list`, `author_email`, and `content`: `patch` if the mail contains
    a diff, else `text`; then also its `patch_id`, if git would read it.

    Raises:
        PageSetAside: the capture is not a mail and does not show one.
    """
    capture = captures[0]
    mail, facts = _read(identity, capture)
    plain = read_plain(mail.body)
    section = Section(0, None, "body", plain.text, (), plain.quoted)
    return make_document(
        identity,
        capture,
        title=mail.subject,
        sections=[section],
        links=make_links([(0, plain.text, plain.addresses)], identify_link),
        author=mail.sender,
        moments=[mail.moment],
        aliases=[mail.message_id or ""],
        facts={
            "message_id": mail.message_id,
            "in_reply_to": mail.in_reply_to,
            "references": list(mail.references) or None,
            "list": mail.list_name or _list_in_key(identity.key),
            "author_email": mail.sender_address,
            "content": "patch" if plain.has_patch else "text",
            "patch_id": patch_id(mail.body) if plain.has_patch else None,
            "cut_chars": plain.cut or None,
            **facts,
        },
    )


def _list_in_key(key: str) -> str | None:
    """Return the list's name in a key of archive, list, date and number (`spinics/linux-btrfs/15012`)."""
    archive, *rest = key.split("/")
    if archive == "lkml" or rest[:2] == ["linux", "kernel"]:
        return "linux-kernel"
    return rest[0] if len(rest) > 1 and not rest[0].isdigit() else None


def _read(identity: Identity, capture: Capture) -> tuple[Mail, dict[str, object]]:
    if capture.mime == "message/rfc822" or (
        is_message(capture.body) and not _MARKUP.search(header_block(capture.body))
    ):
        try:
            mail = read_message(capture.body, capture.charset, identity.key, is_one=capture.mime == "message/rfc822")
        except RecursionError as error:
            raise PageSetAside("parts of the mail are nested too deep to read", reason="too_deep") from error
        # A body is optional (RFC 5322, 3.5).
        return mail if mail.body.strip() else replace(mail, body=mail.subject or ""), {}
    if capture.mime.startswith("text/plain") and not _MARKUP.search(capture.body[:_SNIFFED_BYTES]):
        decoded = decode(capture.body, capture.charset)
        return Mail(None, None, None, None, None, None, None, decoded.text), dict(decoded.facts)
    page = read_page(capture)
    return read_mail_page(page, is_utc=bool(_MARC.search(page.title))), dict(page.decoded.facts)


SOURCE = Source("mail", "mail", identify, parse)
