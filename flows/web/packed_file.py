"""A compressed file as a stream of its content, up to a limit: a few kilobytes may hold gigabytes."""

import io
from typing import IO, Any

MOST_TIMES = 100  # text, markup and mail become a tenth; zeros a thousandth, or less
LEAST_LIMIT = 64 << 20  # bytes that the smallest file may unpack to
_PIECE = 1 << 16


def limit_of(packed_bytes: int) -> int:
    """Return how many bytes a file of so many may unpack to."""
    return max(LEAST_LIMIT, MOST_TIMES * packed_bytes)


class PackedFile(io.RawIOBase):
    """Reads what `file` unpacks to, forward and from its beginning again.

    Raises:
        OSError: from reading, it unpacks to more than `most` bytes.
    """

    def __init__(self, file: IO[bytes], most: int) -> None:
        self._file = file
        self._most = most
        self._at = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer`; how many bytes came is returned."""
        piece = self._file.read(len(buffer))
        self._at += len(piece)
        if self._at > self._most:
            raise OSError(f"it unpacks to more than {self._most:,} bytes; too much for a file of its size")
        buffer[: len(piece)] = piece
        return len(piece)

    def tell(self) -> int:
        """Return the position."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go on at a position; forward is read through, so that the limit holds."""
        if whence != io.SEEK_SET:
            raise io.UnsupportedOperation("a packed file is read from its beginning on")
        if offset < self._at:
            self._file.seek(0)
            self._at = 0
        while self._at < offset and self.read(min(offset - self._at, _PIECE)):
            pass
        return self._at

    def close(self) -> None:
        """Close the file."""
        if not self.closed:
            self._file.close()
        super().close()
