"""The WARC files of a home: append-only, gzip a record, read back by file name and offset.

Source: WARC 1.1, https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/
"""

import datetime as dt
import hashlib
import io
import os
import zlib
from base64 import b32encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self
from urllib.parse import urlsplit

from fastwarc.warc import ArchiveIterator, WarcRecordType
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from warehouse.errors import PageSetAside
from warehouse.records import Capture
from warehouse.unpack import unpack

ORIGIN_HEADER = "WARC-Source-Origin"  # ours: where the capture was taken from, so that a lost ledger row can be rebuilt
MEMENTO_HEADER = "WARC-Source-Memento"


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP response to store: `body` as sent (content-encoded still, transfer encoding undone)."""

    url: str
    status: int
    reason: str
    headers: Sequence[tuple[str, str]]
    body: bytes
    captured_at: dt.datetime
    origin: str
    memento_url: str | None = None
    request_headers: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """Where a response lies: file name under `captures/`, offset of its record in bytes, digest of its payload."""

    url: str
    warc: str
    offset: int
    digest: str
    captured_at: dt.datetime
    status: int
    mime: str
    bytes: int
    origin: str
    memento_url: str | None

    @property
    def capture_id(self) -> str:
        """Named by address, moment and content, so that storing the same capture twice gives one id."""
        name = f"{self.url} {self.captured_at.isoformat()} {self.digest}"
        return hashlib.sha256(name.encode()).hexdigest()[:20]


class CaptureWriter:
    """Appends responses to the newest file of a folder and starts a new one at `max_bytes`.

    A body that is stored already becomes a revisit record, and `Stored` points at the record that has the body.
    """

    def __init__(self, folder: Path, *, max_bytes: int, known: Mapping[str, Stored] | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._max_bytes = max_bytes
        self._known = dict(known or {})
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def append(self, response: Response) -> Stored:
        """Store `response` (and its request, where its headers are known)."""
        digest = payload_digest(response.body)
        file = self._open_file()
        offset = file.tell()
        writer = WARCWriter(file, gzip=True, warc_version="WARC/1.1")
        first = self._known.get(digest) if response.body else None
        record = _revisit(writer, response, first) if first else _response(writer, response)
        writer.write_record(record)
        if response.request_headers:
            writer.write_record(_request(writer, response, record.rec_headers.get_header("WARC-Record-ID")))
        file.flush()
        place = (first.warc, first.offset) if first else (Path(file.name).name, offset)
        stored = Stored(
            url=response.url,
            warc=place[0],
            offset=place[1],
            digest=digest,
            captured_at=response.captured_at,
            status=response.status,
            mime=_mime(response.headers),
            bytes=len(response.body),
            origin=response.origin,
            memento_url=response.memento_url,
        )
        self._known.setdefault(digest, stored)
        return stored

    def flush(self) -> None:
        """Make what was appended outlive a crash of the machine; call it before the ledger says so."""
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())

    def _close(self) -> None:
        if self._file is not None:
            self.flush()
            self._file.close()
            self._file = None

    def _open_file(self) -> IO[bytes]:
        if self._file is not None and self._file.tell() >= self._max_bytes:
            self._close()
        if self._file is None:
            files = warc_files(self._folder)
            newest = files[-1] if files and files[-1].stat().st_size < self._max_bytes else None
            path = newest or self._folder / f"klog-{len(files) + 1:05d}.warc.gz"
            self._file = path.open("ab")
            if self._file.tell() == 0:
                writer = WARCWriter(self._file, gzip=True, warc_version="WARC/1.1")
                about = {"software": "kernel-log-archive", "format": "WARC File Format 1.1"}
                writer.write_record(writer.create_warcinfo_record(path.name, about))
        return self._file


def read_capture(folder: Path, stored: Stored, *, limit: int) -> Capture:
    """The capture that lies where `stored` says, its body unpacked.

    Raises:
        PageSetAside: there is no whole response record at that place, or its body cannot be unpacked.
        TooLarge: it unpacks to more than `limit` bytes.
    """
    place = f"{stored.warc} at byte {stored.offset}"
    try:
        with (folder / stored.warc).open("rb") as file:
            file.seek(stored.offset)
            records = ArchiveIterator(file, record_types=WarcRecordType.response, parse_http=True)
            record = next(iter(records), None)
            if record is None or record.http_headers is None:
                raise PageSetAside(f"{place}: no response record is there.", reason="warc")
            headers = {name.lower(): value for name, value in record.http_headers.astuples()}
            sent = record.reader.read()
    except OSError as error:
        raise PageSetAside(f"{place}: {error}", reason="warc") from error
    return Capture(
        capture_id=stored.capture_id,
        url=stored.url,
        status=stored.status,
        mime=stored.mime,
        captured_at=stored.captured_at,
        body=unpack(sent, headers.get("content-encoding"), limit=limit),
        charset=record.http_charset,
        memento_url=stored.memento_url,
        headers=headers,
    )


def recover(folder: Path, known: Iterable[Stored]) -> Iterator[Stored]:
    """Make the files whole again after a kill: cut torn tails, and give back what the ledger does not have.

    Args:
        known: the captures that the ledger has.
    """
    by_digest: dict[str, Stored] = {}
    last: dict[str, int] = {}
    ids: set[str] = set()
    for stored in known:
        by_digest.setdefault(stored.digest, stored)
        last[stored.warc] = max(stored.offset, last.get(stored.warc, 0))
        ids.add(stored.capture_id)
    for path in warc_files(folder):
        for offset in _whole_records(path, last.get(path.name, 0)):
            found = _read_back(path, offset, by_digest)
            if found is not None and found.capture_id not in ids:
                by_digest.setdefault(found.digest, found)
                yield found


def warc_files(folder: Path) -> list[Path]:
    """The WARC files of a folder, oldest first."""
    return sorted(folder.glob("klog-*.warc.gz"))


def payload_digest(body: bytes) -> str:
    """The digest of a payload as WARC files and CDX indexes write it."""
    return "sha1:" + b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


def _whole_records(path: Path, start: int) -> Iterator[int]:
    """Offsets of the gzip members from `start` on; what follows the last whole one is cut off the file."""
    with path.open("r+b") as file:
        offset = start
        while True:
            file.seek(offset)
            length = _member_length(file)
            if length is None:
                file.truncate(offset)
                return
            if length == 0:
                return
            yield offset
            offset += length


def _member_length(file: IO[bytes]) -> int | None:
    """Bytes of the gzip member that starts here; 0 at the end of the file, None where it breaks off or is no gzip."""
    worker = zlib.decompressobj(wbits=31)
    read = 0
    while not worker.eof:
        piece = file.read(1 << 16)
        if not piece:
            return None if read else 0
        read += len(piece)
        try:
            while piece:
                worker.decompress(piece, 1 << 20)
                piece = worker.unconsumed_tail
        except zlib.error:
            return None
    return read - len(worker.unused_data)


def _read_back(path: Path, offset: int, by_digest: Mapping[str, Stored]) -> Stored | None:
    with path.open("rb") as file:
        file.seek(offset)
        record = next(iter(ArchiveIterator(file, parse_http=True)), None)
        if record is None or record.record_type not in (WarcRecordType.response, WarcRecordType.revisit):
            return None
        if record.http_headers is None:
            return None
        body = record.reader.read()
        digest = record.headers.get("WARC-Payload-Digest", "")
        place = (path.name, offset)
        size = len(body)
        if record.record_type == WarcRecordType.revisit:
            first = by_digest.get(digest)
            if first is None:
                return None
            place, size = (first.warc, first.offset), first.bytes
        return Stored(
            url=record.headers.get("WARC-Target-URI", ""),
            warc=place[0],
            offset=place[1],
            digest=digest,
            captured_at=record.record_date.astimezone(dt.UTC).replace(tzinfo=None),
            status=record.http_headers.status_code or 0,
            mime=_mime(record.http_headers.astuples()),
            bytes=size,
            origin=record.headers.get(ORIGIN_HEADER, ""),
            memento_url=record.headers.get(MEMENTO_HEADER),
        )


def _response(writer: WARCWriter, response: Response) -> ArcWarcRecord:
    return writer.create_warc_record(
        response.url,
        "response",
        payload=io.BytesIO(response.body),
        http_headers=_http(response),
        warc_headers_dict=_warc_headers(response),
    )


def _revisit(writer: WARCWriter, response: Response, first: Stored) -> ArcWarcRecord:
    return writer.create_revisit_record(
        response.url,
        digest=first.digest,
        refers_to_uri=first.url,
        refers_to_date=_warc_date(first.captured_at),
        http_headers=_http(response),
        warc_headers_dict=_warc_headers(response),
    )


def _request(writer: WARCWriter, response: Response, concurrent_to: str) -> ArcWarcRecord:
    target = _target(response.url)
    return writer.create_warc_record(
        response.url,
        "request",
        http_headers=StatusAndHeaders(f"GET {target} HTTP/1.1", list(response.request_headers), is_http_request=True),
        warc_headers_dict={
            "WARC-Date": _warc_date(response.captured_at),
            "WARC-Concurrent-To": concurrent_to,
        },
    )


def _target(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _http(response: Response) -> StatusAndHeaders:
    status_line = f"{response.status} {response.reason}".strip()
    return StatusAndHeaders(status_line, list(response.headers), protocol="HTTP/1.1")


def _warc_headers(response: Response) -> dict[str, str]:
    headers = {"WARC-Date": _warc_date(response.captured_at), ORIGIN_HEADER: response.origin}
    if response.memento_url:
        headers[MEMENTO_HEADER] = response.memento_url
    return headers


def _warc_date(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _mime(headers: Iterable[tuple[str, str]]) -> str:
    found = next((value for name, value in headers if name.lower() == "content-type"), "")
    return found.split(";")[0].strip().lower()
