"""The WARC files of a home: append-only, one gzip member per record, read back by file name and offset.

Source: WARC 1.1, https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/
"""

import datetime as dt
import hashlib
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol, Self

from fastwarc.warc import ArchiveIterator, WarcRecordType

from warehouse.captures import warc
from warehouse.captures.places import open_record, warc_files
from warehouse.captures.unpack import unpack_what_is_whole
from warehouse.errors import PageSetAside
from warehouse.home import now
from warehouse.records import Capture
from warehouse.store import Store

ORIGIN_HEADER = "WARC-Source-Origin"  # our header for where a capture was taken from, to rebuild a lost ledger row
MEMENTO_HEADER = "WARC-Source-Memento"
ASKED_HEADER = "WARC-Source-Asked"
_NAME = re.compile(r"klog-(\d+)\.warc\.gz")
_ASK_AGAIN = "Fetch lost pages again with: klog build --recheck"


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP response to store: `body` as sent (still content-encoded, transfer encoding removed).

    `url` is the address that answered; `asked` is the address that was requested, if redirects led from it to `url`.
    """

    url: str
    status: int
    reason: str
    headers: Sequence[tuple[str, str]]
    body: bytes
    captured_at: dt.datetime
    origin: str
    memento_url: str | None = None
    request_headers: Sequence[tuple[str, str]] = ()
    asked: str | None = None
    is_truncated: bool = False


@dataclass(frozen=True, slots=True)
class Stored:
    """The location of a stored response: file name under `captures/`, byte offset of its record, digest of its payload.

    `url` is the address that was requested.
    """

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
        """Hash of address, time and content, so that storing the same capture twice gives one id."""
        name = f"{self.url} {self.captured_at.isoformat()} {self.digest}"
        return hashlib.sha256(name.encode()).hexdigest()[:20]


class KnownCaptures(Protocol):
    """Captures stored before, looked up one by one, so that memory does not grow with their number."""

    def last_offsets(self) -> Mapping[str, int]:
        """Return the offset of the last capture of each file."""
        ...

    def has(self, capture_id: str) -> bool:
        """Return whether a capture is known."""
        ...

    def with_body(self, digest: str) -> Stored | None:
        """Return a known capture with this body whose file is there, None if there is none."""
        ...


class CaptureList:
    """Known captures that are in memory."""

    def __init__(self, folder: Path, captures: Iterable[Stored] = ()) -> None:
        self._ids: set[str] = set()
        self._by_digest: dict[str, Stored] = {}
        self._last: dict[str, int] = {}
        for stored in captures:
            self._ids.add(stored.capture_id)
            self._last[stored.warc] = max(stored.offset, self._last.get(stored.warc, 0))
            if is_there(folder, stored):
                self._by_digest.setdefault(stored.digest, stored)

    def last_offsets(self) -> Mapping[str, int]:
        """Return the offset of the last capture of each file."""
        return self._last

    def has(self, capture_id: str) -> bool:
        """Return whether a capture is known."""
        return capture_id in self._ids

    def with_body(self, digest: str) -> Stored | None:
        """Return a known capture with this body whose file is there, None if there is none."""
        return self._by_digest.get(digest)


class CaptureWriter:
    """Appends responses to the newest file of a folder and starts a new file at `max_bytes`.

    A body that is already stored becomes a revisit record, and `Stored` points to the record with the body. With `is_unique`, bodies
    are expected to be all different: they are not compared, and memory does not grow with their number. Names that are `taken` by
    files elsewhere are not given again.
    """

    def __init__(
        self,
        folder: Path,
        *,
        max_bytes: int,
        known: KnownCaptures | None = None,
        is_unique: bool = False,
        taken: Iterable[str] = (),
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._max_bytes = max_bytes
        self._is_unique = is_unique
        self._known = known or CaptureList(folder)
        self._taken = list(taken)
        self._appended: dict[str, Stored] = {}
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def append(self, response: Response) -> Stored:
        """Store `response` and, if its headers are known, the request."""
        digest = warc.payload_digest(response.body)
        file = self._open_file()
        offset = file.tell()
        first = self._find(digest) if response.body and not self._is_unique else None
        file.write(_records(response, digest, first))
        file.flush()
        place = (first.warc, first.offset) if first else (Path(file.name).name, offset)
        stored = Stored(
            url=response.asked or response.url,
            warc=place[0],
            offset=place[1],
            digest=digest,
            captured_at=response.captured_at,
            status=response.status,
            mime=mime_of(response.headers),
            bytes=len(response.body),
            origin=response.origin,
            memento_url=response.memento_url,
        )
        if not self._is_unique:
            self._appended.setdefault(digest, stored)
        return stored

    @property
    def open_name(self) -> str | None:
        """The name of the file that is written to; None before the first response."""
        return None if self._file is None else Path(self._file.name).name

    def flush(self) -> None:
        """Sync the appended records to disk; call this before the ledger records them."""
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())

    def _find(self, digest: str) -> Stored | None:
        return self._appended.get(digest) or self._known.with_body(digest)

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
            # The name of a lost file is not reused, because the ledger still refers to offsets in it.
            names = [*self._known.last_offsets(), *self._taken, *(file.name for file in files)]
            numbers = [int(found[1]) for name in names if (found := _NAME.match(name))]
            path = newest or self._folder / f"klog-{max(numbers, default=0) + 1:05d}.warc.gz"
            self._file = path.open("ab")
            if self._file.tell() == 0:
                self._file.write(warc.warcinfo(path.name, now()))
        return self._file


def read_capture(folder: Path, stored: Stored, *, limit: int, store: Store | None = None) -> Capture:
    """Return the capture at the location in `stored`, with its body decompressed; read from `store` if the folder lacks the file.

    Raises:
        PageSetAside: the file is missing or has no complete response record at that offset (reason `lost`), or the record or
            the body is damaged.
        StoreFailed: the store cannot be read.
        TooLarge: the body is larger than `limit` bytes when decompressed.
    """
    place = f"{stored.warc} at byte {stored.offset}"
    try:
        with open_record(folder, store, stored.warc, stored.offset, stored.bytes) as file:
            records = ArchiveIterator(file, record_types=WarcRecordType.response, parse_http=True)
            record = next(iter(records), None)
            if record is None or record.http_headers is None:
                raise PageSetAside(f"{place}: found no response record. {_ASK_AGAIN}", reason="lost")
            headers = _joined(record.http_headers.astuples())
            sent = record.reader.read()
            if len(sent) < stored.bytes or record.headers.get("WARC-Payload-Digest", stored.digest) != stored.digest:
                raise PageSetAside(f"{place}: found a different or truncated record. {_ASK_AGAIN}", reason="lost")
    except FileNotFoundError as error:
        raise PageSetAside(f"{place}: the file is missing. {_ASK_AGAIN}", reason="lost") from error
    except OSError as error:
        raise PageSetAside(f"{place}: {error}", reason="warc") from error
    unpacked = unpack_what_is_whole(sent, headers.get("content-encoding"), limit=limit)
    return Capture(
        capture_id=stored.capture_id,
        url=stored.url,
        status=stored.status,
        mime=stored.mime,
        captured_at=stored.captured_at,
        body=unpacked.body,
        charset=record.http_charset,
        memento_url=stored.memento_url,
        headers=headers,
        is_cut=unpacked.is_cut,
    )


def is_there(folder: Path, stored: Stored) -> bool:
    """Return whether a capture's file reaches beyond its offset."""
    try:
        return (folder / stored.warc).stat().st_size > stored.offset
    except OSError:
        return False


def _joined(fields: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the header fields of a response by name; repeated fields are joined by commas (RFC 9110, 5.3)."""
    found: dict[str, str] = {}
    for name, value in fields:
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key == "content-encoding" and key in found else value
    return found


def mime_of(headers: Iterable[tuple[str, str]]) -> str:
    """Return the media type in the headers, in lower case and without parameters; empty if they have none."""
    found = next((value for name, value in headers if name.lower() == "content-type"), "")
    return found.split(";")[0].strip().lower()


def _records(response: Response, digest: str, first: Stored | None) -> bytes:
    """Return the response (or revisit) record, followed by the record of its request."""
    about = [(ORIGIN_HEADER, response.origin)]
    if response.memento_url:
        about.append((MEMENTO_HEADER, response.memento_url))
    if response.asked and response.asked != response.url:
        about.append((ASKED_HEADER, response.asked))
    if response.is_truncated:
        about.append(("WARC-Truncated", "disconnect"))
    http = warc.http_head(f"HTTP/1.1 {response.status} {response.reason}".strip(), response.headers)
    url, moment = response.url, response.captured_at
    if first is None:
        name, record = warc.response(url, moment, http, response.body, about)
    else:
        place = (first.url, first.captured_at)
        name, record = warc.revisit(url, moment, http, about, digest=digest, first=place)
    if response.request_headers:
        record += warc.request(url, moment, response.request_headers, concurrent_to=name)
    return record
