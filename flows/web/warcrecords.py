"""Pages out of WARC and ARC files, one record at a time: what is broken is named, and reading goes on behind it.

FastWARC reads WARC and warcio the older ARC; where one of them gives up, the next record is looked for in the bytes.
"""

import base64
import datetime as dt
import hashlib
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType
from warcio.archiveiterator import ArchiveIterator as ArcIterator
from warcio.exceptions import ArchiveLoadFailed

from flows.web.chunks import dechunk
from warehouse.errors import PageSetAside

_TYPES = WarcRecordType.response | WarcRecordType.resource
_HEAD_BYTES = 256 * 1024  # HTTP headers beyond this are no headers
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? +(?P<status>\d{3})(?: +(?P<reason>[^\r\n]*))?\Z")
_PLAIN_START = re.compile(rb"WARC/[01]\.\d+\r?\n")
_PACKED_START = re.compile(rb"\x1f\x8b\x08")
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Page:
    """A response or resource record: `size` is that of its block, and `body` stops at the reader's limit."""

    url: str
    captured_at: dt.datetime
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    size: int


@dataclass(frozen=True, slots=True)
class Broken:
    """A record that cannot be read: where it begins (or where the trouble was seen), and what is wrong."""

    offset: int
    why: str


def read_warc(file: IO[bytes], limit: int) -> Iterator[Page | Broken]:
    """Every response and resource record of a WARC file, in order, and every broken one."""
    packed = file.read(2) == b"\x1f\x8b"
    start: int | None = 0
    while start is not None:
        last, failed = start, False
        file.seek(start)
        records = iter(ArchiveIterator(file, record_types=WarcRecordType.any_type, parse_http=False))
        while not failed:
            try:
                record = next(records, None)
                if record is None:
                    break
                if start is not None and record.stream_pos + start > last:
                    last = record.stream_pos + start
                if not record.headers.get("WARC-Type"):
                    raise PageSetAside("the record has no type", reason="warc")
                if record.record_type & _TYPES:
                    found = _read_record(record, limit)
                    if found is not None:
                        yield found
            except PageSetAside as error:
                yield Broken(last, str(error))
            except (OSError, EOFError, ValueError) as error:
                yield Broken(last, str(error))
                failed = True
        start = next_record(file, last + 1, packed) if failed else None


def next_record(file: IO[bytes], start: int, packed: bool) -> int | None:
    """Where the next record begins, looked for in the bytes from `start` on; None where there is none."""
    pattern = _PACKED_START if packed else _PLAIN_START
    file.seek(start)
    offset, window = start, b""
    while piece := file.read(_PIECE):
        window += piece
        for match in pattern.finditer(window):
            if not packed or _opens_record(window[match.start() : match.start() + 4096]):
                return offset + match.start()
        keep = window[-4096:]  # a start may lie across two pieces
        offset += len(window) - len(keep)
        window = keep
        if len(piece) < _PIECE:
            return None
    return None


def read_arc(file: IO[bytes], limit: int) -> Iterator[Page | Broken]:
    """Every response of an ARC file, in order, and every broken one."""
    records = ArcIterator(file, arc2warc=True)
    while True:
        offset = file.tell()
        try:
            record = next(records, None)
            if record is None:
                return
            if record.rec_type != "response":
                continue
            url = record.rec_headers.get_header("WARC-Target-URI") or ""
            status = record.http_headers.get_statuscode() if record.http_headers else ""
            if not status or not status.isdigit():
                yield Broken(offset, f"{url}: no HTTP header")
                continue
            headers = tuple((name, value) for name, value in record.http_headers.headers)
            body = record.raw_stream.read(limit + 1)
            moment = dt.datetime.strptime(record.rec_headers.get_header("WARC-Date"), "%Y-%m-%dT%H:%M:%SZ")
        except (ArchiveLoadFailed, ValueError, OSError, EOFError, zlib.error) as error:
            yield Broken(offset, str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__)
            return
        size = len(body)
        headers, body = _unchunked(headers, body)
        yield Page(url, moment, int(status), "", headers, body, size)


def _read_record(record: WarcRecord, limit: int) -> Page | None:
    url = (record.headers.get("WARC-Target-URI") or "").strip("<> ")
    if not url.lower().startswith(("http:", "https:")):
        return None  # metadata:, dns:, file: and the like are no pages
    if record.record_date is None:
        raise PageSetAside(f"{url}: the record has no date", reason="warc")
    moment = record.record_date.astimezone(dt.UTC).replace(tzinfo=None)
    size = record.content_length
    block = record.reader.read(min(size, limit + _HEAD_BYTES))
    if size <= limit + _HEAD_BYTES:
        _check_block(url, record, block, size)
    if record.record_type == WarcRecordType.resource:
        content_type = record.headers.get("Content-Type") or ""
        return Page(url, moment, 200, "OK", (("Content-Type", content_type),), block, size)
    head, body = _split_http(block)
    first, *lines = head.splitlines()
    match = _STATUS.match(first.strip()) if head else None
    if match is None:
        raise PageSetAside(f"{url}: no HTTP header", reason="warc")
    headers, body = _unchunked(_headers(lines), body)
    reason = (match["reason"] or b"").decode("latin-1").strip()
    return Page(url, moment, int(match["status"]), reason, headers, body, size)


def _check_block(url: str, record: WarcRecord, block: bytes, size: int) -> None:
    if len(block) < size:
        raise PageSetAside(f"{url}: {len(block):,} of {size:,} bytes are there", reason="truncated")
    name, _, value = (record.headers.get("WARC-Block-Digest") or "").partition(":")
    if name.lower() != "sha1" or not value:
        return
    digest = hashlib.sha1(block, usedforsecurity=False).digest()
    if value.upper() not in (base64.b32encode(digest).decode(), digest.hex().upper()):
        raise PageSetAside(f"{url}: the block is not the one that was stored (its digest differs)", reason="warc")


def _split_http(block: bytes) -> tuple[bytes, bytes]:
    for end in (b"\r\n\r\n", b"\n\n"):
        head, found, body = block.partition(end)
        if found and len(head) <= _HEAD_BYTES:
            return head, body
    return block[:_HEAD_BYTES], b""


def _headers(lines: list[bytes]) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for line in lines:
        name, colon, value = line.decode("latin-1").partition(":")
        if line[:1] in b" \t" and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.decode('latin-1').strip()}")
        elif colon and name.strip():
            found.append((name.strip(), value.strip()))
    return tuple(found)


def _unchunked(headers: tuple[tuple[str, str], ...], body: bytes) -> tuple[tuple[tuple[str, str], ...], bytes]:
    if any(name.lower() == "transfer-encoding" and "chunked" in value.lower() for name, value in headers):
        body = dechunk(body)
    return tuple(pair for pair in headers if pair[0].lower() != "transfer-encoding"), body


def _opens_record(window: bytes) -> bool:
    try:
        return zlib.decompressobj(wbits=31).decompress(window, 16).startswith(b"WARC/")
    except zlib.error:
        return False
