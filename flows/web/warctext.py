"""The content of a WARC file, compressed or not, as one stream. It ends at damage and can resume after it."""

import zlib
from bisect import bisect_right
from dataclasses import dataclass
from typing import IO, Protocol

GZIP = b"\x1f\x8b\x08"
_PIECE = 1 << 16
_MARK_EVERY = 4 << 20  # bytes of text between two marks to seek back to; each takes about 50 KiB of memory
# Marks inside gzip members; older ones are thinned out, so that memory is bounded however long the text is.
_MOST_MARKS = 64
_OPENING = 4096  # compressed bytes, enough to see whether a record begins in them


@dataclass(frozen=True, slots=True)
class Damage:
    """The offset in the file at which decompression fails, the reason, and the offset of the gzip member, if in one."""

    offset: int
    why: str
    member: int | None = None


class WarcStream(Protocol):
    """A stream of the bytes of records; positions are those in the decompressed text."""

    damage: Damage | None
    """The damage that ended the text, or None if none was found so far."""

    def read(self, size: int = -1, /) -> bytes:
        """Return at most `size` bytes; empty at the end and at damage."""
        ...

    def seek(self, offset: int, /) -> object:
        """Move to a position that was read before."""
        ...

    def tell(self) -> int:
        """Return the position."""
        ...

    def place(self, offset: int) -> int:
        """Return the offset in the file of a position, or that of the gzip member around it."""
        ...

    def resume(self) -> int | None:
        """Move behind the damage and return the position of the next intact member, or None if there is none."""
        ...


class UnpackedStream:
    """A file that is not compressed."""

    damage: Damage | None = None

    def __init__(self, file: IO[bytes]) -> None:
        self.read, self.seek, self.tell = file.read, file.seek, file.tell

    def place(self, offset: int) -> int:
        """Return the position itself."""
        return offset

    def resume(self) -> int | None:
        """Return None."""
        return None


@dataclass(frozen=True, slots=True)
class _Mark:
    """A position to resume reading from: the offsets in the text and the file, the member, and its open decompressor."""

    at: int
    packed: int
    member: int
    worker: "zlib._Decompress | None" = None


class PackedStream:
    """The members of a gzip file as one stream, with one member per record, one for the whole file, or anything in between.

    Yields the text before the damage if a member is corrupt.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self.damage: Damage | None = None
        self._file = file
        self._marks = [_Mark(0, 0, 0)]
        self._worker: zlib._Decompress | None = None
        self._member = -1  # the offset of the member that was opened last
        self._at = 0
        self._rest = b""

    def tell(self) -> int:
        """Return the position."""
        return self._at

    def place(self, offset: int) -> int:
        """Return the offset in the file of the member that contains a position."""
        return self._mark_before(offset).member

    def seek(self, offset: int) -> None:
        """Move to a position, reading from the mark before it, because gzip can only be read forward."""
        if offset != self._at or self.damage is not None:
            self._open(self._mark_before(offset))
        while self._at < offset and self.read(min(offset - self._at, _PIECE)):
            pass

    def read(self, size: int = -1) -> bytes:
        """Return at most `size` bytes; empty at the end and at damage."""
        out = b""
        while not out and self.damage is None and self._more():
            assert self._worker is not None
            before = self._worker.copy()  # an error discards the output before it
            try:
                out = self._worker.decompress(self._rest, max(size, 0) or _PIECE)
                self._rest = self._worker.unconsumed_tail
            except zlib.error as error:
                out = self._salvage(before, str(error))
            self._at += len(out)
            if self._worker.eof:
                self._rest, self._worker = self._worker.unused_data, None
            elif self.damage is None and self._at >= self._marks[-1].at + _MARK_EVERY:
                here = self._file.tell() - len(self._rest)
                self._marks.append(_Mark(self._at, here, self._member, self._worker.copy()))
                self._thin_out()
        return out

    def resume(self) -> int | None:
        """Move to the next member that begins with a record and return its position, or None if there is none.

        The member may begin before the offset at which the damage was found.
        """
        packed = self._find_record(self._member + 1)
        if packed is None:
            return None
        mark = _Mark(self._at, packed, packed)
        self._keep(mark)
        self._open(mark)
        return self._at

    def _open(self, mark: _Mark) -> None:
        self._file.seek(mark.packed)
        self._at, self._rest, self._member, self.damage = mark.at, b"", mark.member, None
        self._worker = mark.worker.copy() if mark.worker else None

    def _keep(self, mark: _Mark) -> None:
        if self._marks[-1].packed < mark.packed:
            self._marks.append(mark)

    def _thin_out(self) -> None:
        inside = [mark.at for mark in self._marks if mark.worker is not None]
        if len(inside) > _MOST_MARKS:
            gone = set(inside[: _MOST_MARKS // 2 : 2])
            self._marks = [mark for mark in self._marks if mark.worker is None or mark.at not in gone]

    def _mark_before(self, offset: int) -> _Mark:
        return self._marks[max(bisect_right(self._marks, offset, key=lambda mark: mark.at) - 1, 0)]

    def _more(self) -> bool:
        """Return whether a member is open and has bytes to read; set `damage` if the file is broken here."""
        self._rest = self._rest or self._file.read(_PIECE)
        if self._worker is not None:
            if not self._rest:
                self._damaged("the file ends inside a gzip member")
            return self.damage is None
        while self._rest and len(self._rest) < len(GZIP) and (more := self._file.read(_PIECE)):
            self._rest += more
        begins = self._file.tell() - len(self._rest)
        if not self._rest.startswith(GZIP):
            if self._has_more_than_zeros():
                self.damage = Damage(begins, "no gzip member begins here")
            return False
        self._worker, self._member = zlib.decompressobj(wbits=31), begins
        self._keep(_Mark(self._at, begins, begins))
        return True

    def _has_more_than_zeros(self) -> bool:
        """Return whether anything but zeros is left; tapes and disks pad files with zeros."""
        while self._rest and not self._rest.strip(b"\0"):
            self._rest = self._file.read(_PIECE)
        return bool(self._rest)

    def _salvage(self, worker: "zlib._Decompress", why: str) -> bytes:
        """Return the output before the byte that causes the error."""
        out = []
        for at in range(len(self._rest)):
            try:
                out.append(worker.decompress(self._rest[at : at + 1]))
            except zlib.error:
                self._rest = self._rest[at:]
                break
        self._damaged(f"the compressed data is corrupt ({why.rpartition(': ')[2]})")
        return b"".join(out)

    def _damaged(self, why: str) -> None:
        place = self._file.tell() - len(self._rest)
        rest = f"the rest of the gzip member that begins at byte {self._member:,} cannot be decompressed"
        self.damage = Damage(place, f"{why}; {rest}", self._member)

    def _find_record(self, start: int) -> int | None:
        """Return the offset in the file of the first gzip member from `start` on that begins with a record."""
        self._file.seek(start)
        window = b""
        while piece := self._file.read(_PIECE):
            window += piece
            at = window.find(GZIP)
            while at >= 0:
                if opens_record(window[at : at + _OPENING]):
                    return start + at
                at = window.find(GZIP, at + 1)
            start += max(len(window) - _OPENING, 0)  # the start of a member may span two pieces
            window = window[-_OPENING:]
        return None


def opens_record(packed: bytes) -> bool:
    """Return whether these bytes are the beginning of a compressed record."""
    try:
        return zlib.decompressobj(wbits=31).decompress(packed, 16).startswith(b"WARC/")
    except zlib.error:
        return False
