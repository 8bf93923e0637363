"""Repairs capture files after a kill, and finds captures that the ledger lacks."""

import datetime as dt
import zlib
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import IO

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from warehouse.captures.files import (
    ASKED_HEADER,
    MEMENTO_HEADER,
    ORIGIN_HEADER,
    KnownCaptures,
    Stored,
    mime_of,
)
from warehouse.captures.places import copies_of_stored, warc_files
from warehouse.store import Store

FindBody = Callable[[str], Stored | None]


def recover(folder: Path, known: KnownCaptures, *, whole: bool = False, store: Store | None = None) -> Iterator[Stored]:
    """Repair the files after a kill: cut off incomplete records, and yield captures that the ledger lacks.

    Files of the store are whole; only those of which the ledger has no capture are read.

    Args:
        known: the captures in the ledger.
        whole: read the files from the beginning, not only what follows the last capture in the ledger, and all of the store.
    """
    found_here: dict[str, Stored] = {}
    last = known.last_offsets()

    def with_body(digest: str) -> Stored | None:
        return found_here.get(digest) or known.with_body(digest)

    stored = copies_of_stored(folder, store, but=frozenset() if whole else frozenset(last))
    for path in chain(stored, warc_files(folder)):
        start = 0 if whole else last.get(path.name, 0)
        # A file that ends before the ledger's last offset has lost data somewhere, so it is read from the beginning.
        for offset in _whole_records(path, start if start < path.stat().st_size else 0):
            found = _read_back(path, offset, with_body)
            if found is not None and not known.has(found.capture_id):
                found_here.setdefault(found.digest, found)
                yield found


def _whole_records(path: Path, start: int) -> Iterator[int]:
    """Yield the offsets of the gzip members from `start` on.

    Damage between two members is skipped; damage after the last one is cut off the file.
    """
    with path.open("r+b") as file:
        offset = start
        while True:
            file.seek(offset)
            length = member_length(file)
            if length is None:
                following = next_member(file, offset + 1)
                if following is None:
                    file.truncate(offset)
                    return
                offset = following
                continue
            if length == 0:
                return
            yield offset
            offset += length


def next_member(file: IO[bytes], start: int) -> int | None:
    """Return the offset of the first whole gzip member at or after `start`."""
    file.seek(start)
    rest = file.read()
    place = rest.find(b"\x1f\x8b\x08")
    while place >= 0:
        file.seek(start + place)
        if member_length(file):
            return start + place
        place = rest.find(b"\x1f\x8b\x08", place + 1)
    return None


def member_length(file: IO[bytes]) -> int | None:
    """Return the length in bytes of the gzip member that starts at the file's position.

    0 at the end of the file, None if the member is truncated or not gzip.
    """
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


def _read_back(path: Path, offset: int, with_body: FindBody) -> Stored | None:
    with path.open("rb") as file:
        file.seek(offset)
        for record in ArchiveIterator(file, parse_http=True):
            return _stored(record, path.name, offset, with_body)
    return None


def _stored(record: WarcRecord, name: str, offset: int, with_body: FindBody) -> Stored | None:
    is_revisit = record.record_type == WarcRecordType.revisit
    if not (record.http_headers and record.record_date):
        return None
    if not is_revisit and record.record_type != WarcRecordType.response:
        return None
    digest = record.headers.get("WARC-Payload-Digest") or ""
    place, size = (name, offset), len(record.reader.read())
    if is_revisit:
        first = with_body(digest)
        if first is None:
            return None
        place, size = (first.warc, first.offset), first.bytes
    return Stored(
        url=record.headers.get(ASKED_HEADER) or record.headers.get("WARC-Target-URI") or "",
        warc=place[0],
        offset=place[1],
        digest=digest,
        captured_at=record.record_date.astimezone(dt.UTC).replace(tzinfo=None),
        status=record.http_headers.status_code or 0,
        mime=mime_of((name, value or "") for name, value in record.http_headers.astuples()),
        bytes=size,
        origin=record.headers.get(ORIGIN_HEADER) or "",
        memento_url=record.headers.get(MEMENTO_HEADER),
    )
