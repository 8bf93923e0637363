"""Read the headers of a raw message (its id and date) without parsing the whole message."""

import datetime as dt
import re
from urllib.parse import quote

from flows.reading.moments import PublishedMoment
from flows.sources.mail_dates import sent_moments
from flows.sources.mail_headers import read_headers_and_parts
from flows.sources.mail_references import read_references

_MESSAGE_ID = re.compile(
    rb"^Message-ID[ \t]*:[ \t]*(?:\r?\n[ \t]+)*(?:<[ \t]*(?P<id>[^>\s]+)[ \t]*>|(?P<bare>[^<>\s]+@[^<>\s]+)[ \t]*\r?$)",
    re.IGNORECASE | re.MULTILINE,
)
_ARCHIVED_AT = re.compile(
    rb"^(?:X-)?Archived-At:[ \t]*(?:\r?\n[ \t]+)*<?(?P<url>https?://[^>\s]+)", re.IGNORECASE | re.MULTILINE
)
# Other servers that take gmane's groups count their articles themselves.
_XREF = re.compile(
    rb"^Xref[ \t]*:[ \t]*(?:\r?\n[ \t]+)*[\w.-]*\bgmane\.(?:org|io)(?P<places>(?:[ \t]+[^\s]+|\r?\n[ \t]+[^\s]+)+)",
    re.IGNORECASE | re.MULTILINE,
)
_ABOVE = re.compile(
    rb"^(?P<name>References|In-Reply-To)[ \t]*:(?P<value>.*(?:\r?\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE
)
_PLACE = re.compile(rb"(?P<group>gmane\.[\w.+-]{1,200}):0*(?P<number>\d{1,8})(?=\s|\Z)")


def head_of(message: bytes) -> bytes:
    """Return the headers of a message, without the blank line that ends them."""
    ends = [end for end in (message.find(b"\n\n"), message.find(b"\r\n\r\n")) if end >= 0]
    return message[: min(ends)] if ends else message


def message_id(head: bytes) -> str | None:
    """Return the Message-ID without its brackets, or None if there is none."""
    found = _MESSAGE_ID.search(head)
    return (found["id"] or found["bare"]).decode("utf-8", "replace") if found else None


def archived_at(head: bytes) -> list[str]:
    """Return the addresses in the Archived-At headers, where mirrors keep the message."""
    return [found["url"].decode("utf-8", "replace") for found in _ARCHIVED_AT.finditer(head)]


def answered(head: bytes) -> list[str]:
    """Return the Message-IDs of the mails above a message in its thread, the nearest last."""
    found: dict[bytes, tuple[str, ...]] = {}
    for field in _ABOVE.finditer(head):
        found.setdefault(field["name"].lower(), read_references(field["value"]))
    nearest = found.get(b"in-reply-to", ())[:1]
    return [*(name for name in found.get(b"references", ()) if name not in nearest), *nearest]


def address_of(message_id: str) -> str:
    """Return the address under which a mail is archived that no link names; it is never asked for on the network (`NEVER_ASKED`)."""
    return f"https://lore.kernel.org/r/{quote(message_id, safe='')}/"


def gmane_keys(head: bytes) -> list[str]:
    """Return the keys of a message at gmane (`gmane.linux.kernel/1129793`), from the Xref header of its server."""
    return [
        f"{place['group'].decode('ascii')}/{place['number'].decode('ascii')}"
        for found in _XREF.finditer(head)
        for place in _PLACE.finditer(found["places"])
    ]


def sent_at(head: bytes) -> dt.datetime | None:
    """Return when the message was sent, in UTC, or None if no header gives a date that is not in the future."""
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    moments = map(_in_utc, sent_moments(read_headers_and_parts(head)))
    return next((moment for moment in moments if moment <= now), None)


def _in_utc(moment: PublishedMoment) -> dt.datetime:
    return moment.at - dt.timedelta(minutes=moment.offset_min or 0)
