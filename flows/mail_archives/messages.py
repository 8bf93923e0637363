"""The head of a raw message: what names it and when it was sent, without parsing the whole."""

import datetime as dt
import re
from email.errors import MessageError
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime

_MESSAGE_ID = re.compile(rb"^Message-ID:[ \t]*(?:\r?\n[ \t]+)*<(?P<id>[^>\s]+)>", re.IGNORECASE | re.MULTILINE)
_ARCHIVED_AT = re.compile(
    rb"^(?:X-)?Archived-At:[ \t]*(?:\r?\n[ \t]+)*<?(?P<url>https?://[^>\s]+)", re.IGNORECASE | re.MULTILINE
)
_FIRST_YEAR = 1980  # before this a Date header is a broken clock


def head_of(message: bytes) -> bytes:
    """The headers of a message, its first empty line left out."""
    ends = [end for end in (message.find(b"\n\n"), message.find(b"\r\n\r\n")) if end >= 0]
    return message[: min(ends)] if ends else message


def message_id(head: bytes) -> str | None:
    """The Message-ID without its brackets."""
    found = _MESSAGE_ID.search(head)
    return found["id"].decode("utf-8", "replace") if found else None


def archived_at(head: bytes) -> list[str]:
    """The addresses under which mirrors say they keep the message."""
    return [found["url"].decode("utf-8", "replace") for found in _ARCHIVED_AT.finditer(head)]


def sent_at(head: bytes) -> dt.datetime | None:
    """When the message says it was sent, in UTC; None where it does not or cannot have been then."""
    try:
        value = BytesHeaderParser().parsebytes(head)["Date"]
        moment = parsedate_to_datetime(str(value)) if value else None
    except (ValueError, MessageError):
        return None
    if moment is None:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    try:
        moment = moment.astimezone(dt.UTC).replace(tzinfo=None)
    except OverflowError:
        return None
    return moment if _FIRST_YEAR <= moment.year <= dt.datetime.now(dt.UTC).year else None
