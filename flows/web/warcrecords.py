"""Read WARC and ARC files record by record; a broken record is reported, and reading continues after it in a WARC file.

FastWARC reads WARC and warcio the older ARC. If FastWARC gives up, the next record is searched for in the bytes.
"""

import datetime as dt
import re
import zlib
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import IO, cast

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType
from warcio.archiveiterator import ArchiveIterator as ArcIterator
from warcio.bufferedreaders import DecompressingBufferedReader
from warcio.exceptions import ArchiveLoadFailed

from flows.web.warcpages import HEAD_BYTES, BrokenRecord, RecordPage, Revisit, read_page, unchunked
from flows.web.warctext import GZIP, PackedStream, UnpackedStream, WarcStream
from warehouse.errors import PageSetAside

_START = re.compile(rb"WARC/[01]\.\d+\r?\n")
_START_BYTES = 16
_LENGTH = re.compile(rb"\r?\nContent-Length:[ \t]*(?P<bytes>\d{1,18})[ \t]*(?=\r?\n|\Z)", re.IGNORECASE)
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_NO_BLANK = re.compile(rb"^WARC-Type:\S", re.IGNORECASE | re.MULTILINE)
_OTHER_CASE = re.compile(rb"^(?!WARC-Type|Content-Length)(?i:WARC-Type|Content-Length):", re.MULTILINE)
_NEEDED = frozenset(["WARC-Type", "Content-Length"])
_RECORD_END = re.compile(rb"\r\n\r\n|\n\n")
_PIECE = 1 << 16
_ARC_PIECE = 1 << 13  # compressed bytes, which warcio decompresses all at once
_MOST_BROKEN = 10_000  # of one file; one with more is not damaged but crafted


Record = RecordPage | Revisit | BrokenRecord


def read_warc(file: IO[bytes], limit: int) -> Iterator[Record]:
    """Yield every response, resource, revisit and broken record of a WARC file in order."""
    broken = 0
    for record in _read_all(_open_text(file), limit):
        yield record
        broken += isinstance(record, BrokenRecord)
        if broken >= _MOST_BROKEN:
            yield BrokenRecord(
                file.tell(), f"{broken:,} records before this location are broken, so the rest is not read"
            )
            return


def _read_all(text: WarcStream, limit: int) -> Iterator[Record]:
    start: int | None = 0
    while start is not None:
        begins = _next_record(text, start)
        if begins is not None:
            if start == 0 < begins:
                yield BrokenRecord(0, "no record begins here")
            read = _read_bare if _is_bare(text, begins) else _read_run
            start = yield from read(text, begins, limit)
        elif text.damage is not None:
            yield BrokenRecord(text.damage.offset, text.damage.why)
            start = text.resume()
        else:
            start = None


def has_record(file: IO[bytes]) -> bool:
    """Return whether a record begins anywhere in a file, and rewind the file."""
    text = _open_text(file)
    found = _next_record(text, 0) is not None or text.resume() is not None
    file.seek(0)
    return found


def _read_run(text: WarcStream, begins: int, limit: int) -> Generator[Record, None, int]:
    """Yield records up to the end of the text or to anything but a record; return where to search for the next.

    A page is yielded only after the next record was found, which shows that its length is right.
    """
    text.seek(begins)
    records = iter(ArchiveIterator(cast("IO[bytes]", text), record_types=WarcRecordType.any_type, parse_http=False))
    last: int | None = None
    held: RecordPage | Revisit | None = None
    why = ""
    while True:
        try:
            record = next(records, None)
        except (OSError, EOFError, ValueError) as error:
            record, why = None, str(error)
        if record is None:
            break
        if held:
            yield held
            held = None
        is_odd = "\n" in (record.headers.get("WARC-Type") or "\n") or not _NEEDED.issubset(record.headers.keys())
        if last is not None and is_odd:
            return int(record.stream_pos)  # its header lines are written differently from those before
        last, held = record.stream_pos, None
        try:
            held = read_page(record, limit)
        except (PageSetAside, OSError, EOFError, ValueError) as error:
            yield _broken(text, last, str(error))
    if last is not None:
        return (yield from _end_run(text, last, held, why))
    yield _broken(text, begins, why or "nothing follows")
    return begins + 1


def _end_run(text: WarcStream, last: int, held: RecordPage | Revisit | None, why: str) -> Generator[Record, None, int]:
    """Yield the last record of a run or the reason that it is broken; return where to search for the next.

    In a corrupt gzip member, only a digest proves a page, and not even that if the page is the member's first record,
    because its header may be corrupt.
    """
    stopped = text.tell()
    is_damaged = text.damage is not None and text.damage.member == text.place(last)
    end, is_clean = _end_of(text, last)
    is_good = is_clean
    if held:
        is_proved = isinstance(held, RecordPage) and held.is_proved
        is_good = is_proved and _shares_member(text, last) if is_damaged else is_proved or is_clean
        bad = f"{held.url}: its length is wrong, or the data around it damaged"
        yield held if is_good else _broken(text, last, bad)
    if why and is_good:
        yield _broken(text, end, why)
    return last + 1 if why or not is_clean else stopped


def _broken(text: WarcStream, at: int, why: str) -> BrokenRecord:
    return BrokenRecord(text.place(at), why, at if _shares_member(text, at) else None)


def _shares_member(text: WarcStream, at: int) -> bool:
    """Return whether the record at a position is not the first one in its gzip member."""
    return at > 0 and text.place(at - 1) == text.place(at)


def _next_record(text: WarcStream, start: int) -> int | None:
    """Return the position of the first record from `start` on, or None if the text ends or is corrupt before one."""
    text.seek(start)
    start, window = text.tell(), b""
    while piece := text.read(_PIECE):
        window += piece
        if found := _START.search(window):
            return start + found.start()
        keep = window[-_START_BYTES:]  # the start of a record may span two pieces
        start += len(window) - len(keep)
        window = keep
    return None


def _end_of(text: WarcStream, begins: int) -> tuple[int, bool]:
    """Return where a record should end by its length, and whether a record's end or the next record follows there."""
    text.seek(begins)
    head = _read_head(text)
    end_of_head = _HEAD_END.search(head)
    length = _LENGTH.search(head[: end_of_head.start()]) if end_of_head else None
    if end_of_head is None or length is None:
        return begins, False
    end = begins + end_of_head.end() + int(length["bytes"])
    text.seek(end - 1)  # at its last byte, to check that the record is complete
    tail = b""
    while len(tail) < 6 and (piece := text.read(6 - len(tail))):
        tail += piece
    if behind := _RECORD_END.match(tail[1:]):
        return end + behind.end(), True
    return end, tail[1:] == b"WARC/" or len(tail) == 1


def _read_head(text: WarcStream) -> bytes:
    """Return the bytes from the current position on that contain a record's headers."""
    head = b""
    while not _HEAD_END.search(head) and len(head) < HEAD_BYTES and (piece := text.read(4096)):
        head += piece
    return head


@dataclass(frozen=True, slots=True)
class _BareRecord:
    """A record whose header lines FastWARC cannot split."""

    headers: Mapping[str, str]
    record_type: WarcRecordType
    content_length: int
    reader: IO[bytes]


def _is_bare(text: WarcStream, begins: int) -> bool:
    """Return whether a record has header lines that FastWARC cannot split.

    These end in a bare LF, have no space after the colon, or have names in another case.

    Source: RFC 9112, 2.2 and 5.1, which allow a reader to accept them; WARC 1.1, 4, on the case of names.
    """
    text.seek(begins)
    head = _HEAD_END.split(_read_head(text), maxsplit=1)[0]
    return b"\r" not in head.partition(b"\n")[0] or bool(_NO_BLANK.search(head) or _OTHER_CASE.search(head))


def _read_bare(text: WarcStream, begins: int, limit: int) -> Generator[Record, None, int]:
    """Yield the record whose header lines FastWARC cannot split; return where to search for the next."""
    text.seek(begins)
    head = _read_head(text)
    end = _HEAD_END.search(head)
    lines = head[: end.start() if end else 0].decode("utf-8", "replace").splitlines()[1:]
    fields = {
        name.strip().lower(): value.strip() for name, colon, value in (one.partition(":") for one in lines) if colon
    }
    length = _LENGTH.search(head[: end.start()]) if end else None
    if end is None or length is None:
        yield _broken(text, begins, "the record has no type or no length")
        return begins + 1
    size = int(length["bytes"])
    block = head[end.end() :][:size]
    while len(block) < min(size, limit + HEAD_BYTES) and (piece := text.read(min(size - len(block), _PIECE))):
        block += piece
    kind = getattr(WarcRecordType, fields.get("warc-type", ""), WarcRecordType.unknown)
    behind, is_clean = _end_of(text, begins)
    try:
        page = read_page(cast("WarcRecord", _BareRecord(_RecordHeaders(fields), kind, size, BytesIO(block))), limit)
    except (PageSetAside, ValueError) as error:
        yield _broken(text, begins, str(error))
        return behind if is_clean else begins + 1
    if page is not None:
        bad = f"{page.url}: its length is wrong, or the data around it damaged"
        yield page if is_clean else _broken(text, begins, bad)
    return behind if is_clean else begins + 1


class _RecordHeaders(dict[str, str]):
    """Header fields by case-insensitive name."""

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        """Return the value of a field, or `default`."""
        return super().get(name.lower(), default)


def _open_text(file: IO[bytes]) -> WarcStream:
    """Return a stream of the file: compressed if it begins as gzip or has no record near its beginning, else plain."""
    head = file.read(_PIECE)
    file.seek(0)
    if head.startswith(GZIP) or not _START.search(head):
        return PackedStream(file)
    return UnpackedStream(file)


class _ArcLines(DecompressingBufferedReader):  # type: ignore[misc]  # warcio has no types
    """A reader of an ARC file that limits the header lines of a record to `HEAD_BYTES`."""

    line_bytes = 0

    def readline(self, length: int | None = None) -> bytes:
        """Return the next line."""
        line: bytes = super().readline(min(length or HEAD_BYTES, HEAD_BYTES))
        self.line_bytes += len(line)
        if self.line_bytes > HEAD_BYTES or len(line) == HEAD_BYTES:
            raise ArchiveLoadFailed(f"its headers have more than {HEAD_BYTES:,} bytes")
        return line


class _ArcRecords(ArcIterator):  # type: ignore[misc]  # as above
    """The records of an ARC file."""

    INC_RECORD = ""  # no warning printed by warcio: broken records are yielded instead

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file, arc2warc=True)
        self.reader = _ArcLines(file, block_size=_ARC_PIECE)

    def _next_record(self, next_line: bytes | None) -> object:
        self.reader.line_bytes = 0
        return super()._next_record(next_line)


def read_arc(file: IO[bytes], limit: int) -> Iterator[RecordPage | BrokenRecord]:
    """Yield every response and broken record of an ARC file in order, up to the first one that cannot be parsed."""
    records = _ArcRecords(file)
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
                yield BrokenRecord(offset, f"{url}: no HTTP header")
                continue
            headers = tuple((name, value) for name, value in record.http_headers.headers)
            body = record.raw_stream.read(limit + 1)
            moment = dt.datetime.strptime(record.rec_headers.get_header("WARC-Date"), "%Y-%m-%dT%H:%M:%SZ")
        except (ArchiveLoadFailed, ValueError, OSError, EOFError, zlib.error) as error:
            yield BrokenRecord(
                offset, str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            )
            return
        size = len(body)
        headers, body = unchunked(headers, body)
        yield RecordPage(url, moment, int(status), "", headers, body, size)
