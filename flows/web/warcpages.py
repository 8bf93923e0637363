"""Read the page from a WARC record."""

import base64
import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from fastwarc.warc import WarcRecord, WarcRecordType

from flows.web.chunks import dechunk
from warehouse.errors import PageSetAside

HEAD_BYTES = 256 * 1024  # no real header block is longer
_LENGTH = re.compile(r"\s*\d{1,18}\s*")
_TYPES = WarcRecordType.response | WarcRecordType.resource
_DATE = re.compile(
    r"(\d{4})-?(\d\d)?-?(\d\d)?(?:[T ]?(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?)?\s*(?P<zone>Z|[+-]\d\d:?\d\d)?\Z",
    re.IGNORECASE,
)
_PAGE_START = re.compile(rb"\s*<(?:!doctype|html|head|body)\b", re.IGNORECASE)
_DIGEST = "WARC-Payload-Digest"
_NO_SCHEME = re.compile(r"[\w.-]+(?::\d+)?(?:/|\Z)")
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? +(?P<status>\d{3})(?: +(?P<reason>[^\r\n]*))?\Z")


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A response or resource record: `size` is that of its block; `body` is cut at the reader's limit.

    `is_proved` is true if the digest of the block matches.
    """

    url: str
    captured_at: dt.datetime
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    size: int
    is_proved: bool = False
    digest: str | None = None
    record_id: str | None = None


@dataclass(frozen=True, slots=True)
class Revisit:
    """A record that refers to an earlier capture of the same content, by its address, payload digest or record id."""

    url: str
    captured_at: dt.datetime
    refers_to: str | None
    digest: str | None
    refers_to_id: str | None = None


@dataclass(frozen=True, slots=True)
class BrokenRecord:
    """A record that cannot be read: the offset of its beginning (or of the damage) in the file, and the reason.

    In a gzip member with several records, `offset` is the member's and `unpacked` the offset in the decompressed text.
    """

    offset: int
    why: str
    unpacked: int | None = None

    @property
    def place(self) -> str:
        """Its location as a URL fragment."""
        return f"#byte={self.offset}" + ("" if self.unpacked is None else f",unpacked={self.unpacked}")


def read_page(record: WarcRecord, limit: int) -> RecordPage | Revisit | None:
    """Return the page or the revisit in a record, or None if it is another record or has no web address.

    Raises:
        PageSetAside: the record is incomplete, malformed or does not match its digest.
    """
    url = (record.headers.get("WARC-Target-URI") or "").strip("<> ")
    kind = record.headers.get("WARC-Type")
    length = record.headers.get("Content-Length")
    if not kind or length is None:
        raise PageSetAside("the record has no type or no length", reason="warc")
    if not _LENGTH.fullmatch(length):
        why = f"its Content-Length is {length[:40]!r}; expected a number of bytes"
        raise PageSetAside(f"{url}: {why}", reason="warc")
    if record.record_type == WarcRecordType.unknown:
        raise PageSetAside(f"{kind!r} is not a record type", reason="warc")
    if not record.record_type & (_TYPES | WarcRecordType.revisit):
        return None
    if _NO_SCHEME.match(url) and "." in url.partition("/")[0]:
        url = f"http://{url}"
    if not url.lower().startswith(("http:", "https:")):
        if (record.headers.get("Content-Type") or "").lower().startswith(("application/http", "text/html")):
            raise PageSetAside(f"{url!r} is not a web address", reason="warc")
        return None  # metadata:, dns:, file: and similar records are not pages
    moment = read_warc_date(record.headers.get("WARC-Date") or "")
    if record.record_type == WarcRecordType.revisit:
        refers_to, by_id = _cleaned(record, "WARC-Refers-To-Target-URI"), _cleaned(record, "WARC-Refers-To")
        return Revisit(url, moment or _today(), refers_to, _cleaned(record, _DIGEST), by_id)
    size = record.content_length
    block = record.reader.read(min(size, limit + HEAD_BYTES))
    if len(block) < min(size, limit + HEAD_BYTES):
        raise PageSetAside(f"{url}: truncated, found {len(block):,} of {size:,} bytes", reason="truncated")
    is_proved = len(block) == size and _is_proved(url, record, block)
    if record.record_type == WarcRecordType.resource:
        content_type = record.headers.get("Content-Type") or ""
        fields = (("Content-Type", content_type),)
        return RecordPage(url, moment or _today(), 200, "OK", fields, block, size, is_proved, *_names(record))
    return _answer(record, url, moment, block, is_proved=is_proved)


def _answer(record: WarcRecord, url: str, moment: dt.datetime | None, block: bytes, *, is_proved: bool) -> RecordPage:
    """Return the page in the block of a response record."""
    size = record.content_length
    head, body = _split_http(block)
    first, *lines = head.splitlines() or [b""]
    match = _STATUS.match(first.strip()) if head else None
    if match is None and _PAGE_START.match(block):  # only a body, as in HTTP/0.9 (RFC 1945, 4.1)
        fields = (("Content-Type", "text/html"),)
        return RecordPage(url, moment or _today(), 200, "OK", fields, block, size, is_proved, *_names(record))
    if match is None:
        raise PageSetAside(f"{url}: no HTTP header", reason="warc")
    headers, body = unchunked(_headers(lines), body)
    reason = (match["reason"] or b"").decode("latin-1").strip()
    moment = moment or _served_at(headers) or _today()
    status = int(match["status"])
    return RecordPage(url, moment, status, reason, headers, body, size, is_proved, *_names(record))


def read_warc_date(text: str) -> dt.datetime | None:
    """Return the capture time of a record in UTC, or None if it cannot be parsed.

    Also accepts a date without `Z` or with another offset, one shortened to the day, month or year, and the digits alone.

    Source: WARC 1.1, 5.4, https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/
    """
    match = _DATE.match(text.strip())
    if match is None:
        return None
    parts = [int(part) for part in match.groups(default="0")[:6]]
    try:
        moment = dt.datetime(parts[0], max(parts[1], 1), max(parts[2], 1), parts[3], parts[4], min(parts[5], 59))
        zone = match["zone"]
        if zone and zone not in "Zz":
            hours, minutes = int(zone[1:3]), int(zone[-2:])
            moment -= (1 if zone[0] == "+" else -1) * dt.timedelta(hours=hours, minutes=minutes)
    except (ValueError, OverflowError):
        return None
    return moment


def _served_at(headers: tuple[tuple[str, str], ...]) -> dt.datetime | None:
    """Return the time of the Date header in UTC, or None if it is missing or cannot be parsed."""
    said = next((value for name, value in headers if name.lower() == "date"), "")
    try:
        moment = parsedate_to_datetime(said)
    except ValueError:
        return None
    return moment.astimezone(dt.UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _today() -> dt.datetime:
    """Return the start of today in UTC: the latest day that a capture without any date can be from."""
    return dt.datetime.combine(dt.datetime.now(dt.UTC).date(), dt.time())


def _names(record: WarcRecord) -> tuple[str | None, str | None]:
    """Return the payload digest and the id of a record, by which revisits refer to it."""
    return _cleaned(record, _DIGEST), _cleaned(record, "WARC-Record-ID")


def _cleaned(record: WarcRecord, name: str) -> str | None:
    return (record.headers.get(name) or "").strip("<> ") or None


def _is_proved(url: str, record: WarcRecord, block: bytes) -> bool:
    """Return whether the record has a SHA-1 digest and the block matches it.

    Raises:
        PageSetAside: the digest differs.
    """
    name, _, value = (record.headers.get("WARC-Block-Digest") or "").partition(":")
    if name.lower() != "sha1" or not value:
        return False
    digest = hashlib.sha1(block, usedforsecurity=False).digest()
    if value.upper() not in (base64.b32encode(digest).decode(), digest.hex().upper()):
        raise PageSetAside(f"{url}: the digest of the block does not match", reason="warc")
    return True


def _split_http(block: bytes) -> tuple[bytes, bytes]:
    for end in (b"\r\n\r\n", b"\n\n"):
        head, found, body = block.partition(end)
        if found and len(head) <= HEAD_BYTES:
            return head, body
    return block[:HEAD_BYTES], b""


def _headers(lines: list[bytes]) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for line in lines:
        name, colon, value = line.decode("latin-1").partition(":")
        if line[:1] in b" \t" and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.decode('latin-1').strip()}")
        elif colon and name.strip():
            found.append((name.strip(), value.strip()))
    return tuple(found)


def unchunked(headers: tuple[tuple[str, str], ...], body: bytes) -> tuple[tuple[tuple[str, str], ...], bytes]:
    """Return the headers and the body with the transfer encoding removed."""
    if any(name.lower() == "transfer-encoding" and "chunked" in value.lower() for name, value in headers):
        body = dechunk(body)
    return tuple(pair for pair in headers if pair[0].lower() != "transfer-encoding"), body
