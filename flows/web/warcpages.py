"""The page that a WARC record holds, and what is wrong with one that holds none."""

import base64
import datetime as dt
import hashlib
import re
from dataclasses import dataclass

from fastwarc.warc import WarcRecord, WarcRecordType

from flows.web.chunks import dechunk
from warehouse.errors import PageSetAside

HEAD_BYTES = 256 * 1024  # headers beyond this are no headers
_LENGTH = re.compile(r"\s*\d{1,18}\s*")
_TYPES = WarcRecordType.response | WarcRecordType.resource
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? +(?P<status>\d{3})(?: +(?P<reason>[^\r\n]*))?\Z")


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A response or resource record: `size` is that of its block, and `body` stops at the reader's limit.

    `is_proved` where a digest says that the block is the one that was stored.
    """

    url: str
    captured_at: dt.datetime
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    size: int
    is_proved: bool = False


@dataclass(frozen=True, slots=True)
class BrokenRecord:
    """A record that cannot be read: where it begins (or where the trouble was seen), and what is wrong.

    Where it shares a gzip member with others, `offset` is the member's and `unpacked` the place in the unpacked text.
    """

    offset: int
    why: str
    unpacked: int | None = None

    @property
    def place(self) -> str:
        """Where it is, as the end of an address."""
        return f"#byte={self.offset}" + ("" if self.unpacked is None else f",unpacked={self.unpacked}")


def read_page(record: WarcRecord, limit: int) -> RecordPage | None:
    """The page of a response or resource record, None where it is another record or of no web address.

    Raises:
        PageSetAside: the record is not whole, or not what it says.
    """
    url = (record.headers.get("WARC-Target-URI") or "").strip("<> ")
    kind = record.headers.get("WARC-Type")
    length = record.headers.get("Content-Length")
    if not kind or length is None:
        raise PageSetAside("the record has no type or no length", reason="warc")
    if not _LENGTH.fullmatch(length):
        why = f"its Content-Length is {length[:40]!r}, and a number of bytes was expected"
        raise PageSetAside(f"{url}: {why}", reason="warc")
    if record.record_type == WarcRecordType.unknown:
        raise PageSetAside(f"{kind!r} is no type of record", reason="warc")
    if not record.record_type & _TYPES:
        return None
    if not url.lower().startswith(("http:", "https:")):
        if "application/http" in (record.headers.get("Content-Type") or ""):
            raise PageSetAside(f"{url!r} is no address of the web", reason="warc")
        return None  # metadata:, dns:, file: and the like are no pages
    if record.record_date is None:
        raise PageSetAside(f"{url}: the record has no date", reason="warc")
    moment = record.record_date.astimezone(dt.UTC).replace(tzinfo=None)
    size = record.content_length
    block = record.reader.read(min(size, limit + HEAD_BYTES))
    if len(block) < min(size, limit + HEAD_BYTES):
        raise PageSetAside(f"{url}: {len(block):,} of {size:,} bytes are there", reason="truncated")
    is_proved = len(block) == size and _is_proved(url, record, block)
    if record.record_type == WarcRecordType.resource:
        content_type = record.headers.get("Content-Type") or ""
        return RecordPage(url, moment, 200, "OK", (("Content-Type", content_type),), block, size, is_proved)
    head, body = _split_http(block)
    first, *lines = head.splitlines() or [b""]
    match = _STATUS.match(first.strip()) if head else None
    if match is None:
        raise PageSetAside(f"{url}: no HTTP header", reason="warc")
    headers, body = unchunked(_headers(lines), body)
    reason = (match["reason"] or b"").decode("latin-1").strip()
    return RecordPage(url, moment, int(match["status"]), reason, headers, body, size, is_proved)


def _is_proved(url: str, record: WarcRecord, block: bytes) -> bool:
    """Whether a digest proves a block.

    Raises:
        PageSetAside: it is not the one that was stored.
    """
    name, _, value = (record.headers.get("WARC-Block-Digest") or "").partition(":")
    if name.lower() != "sha1" or not value:
        return False
    digest = hashlib.sha1(block, usedforsecurity=False).digest()
    if value.upper() not in (base64.b32encode(digest).decode(), digest.hex().upper()):
        raise PageSetAside(f"{url}: the block is not the one that was stored (its digest differs)", reason="warc")
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
    """Headers and body without the transfer encoding."""
    if any(name.lower() == "transfer-encoding" and "chunked" in value.lower() for name, value in headers):
        body = dechunk(body)
    return tuple(pair for pair in headers if pair[0].lower() != "transfer-encoding"), body
