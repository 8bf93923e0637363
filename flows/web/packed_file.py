"""A stream of a compressed file's content, with a limit, because a few kilobytes can decompress to gigabytes."""

import io
from typing import IO, Any

MOST_TIMES = 100  # text, markup and mail compress about 10 times; zeros 1,000 times and more
LEAST_LIMIT = 64 << 20  # bytes that even the smallest file may decompress to
_PIECE = 1 << 16


def limit_of(packed_bytes: int) -> int:
    """Return how many bytes a file of `packed_bytes` may decompress to."""
    return max(LEAST_LIMIT, MOST_TIMES * packed_bytes)


class PackedFile(io.RawIOBase):
    """A read-only stream of the decompressing `file`, with a limit; seeking back reads from the beginning again.

    Raises:
        OSError: from reading, the content is longer than `most` bytes.
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
        """Read into `buffer` and return the number of bytes read."""
        piece = self._file.read(len(buffer))
        self._at += len(piece)
        if self._at > self._most:
            raise OSError(f"it decompresses to more than {self._most:,} bytes, too much for a file of its size")
        buffer[: len(piece)] = piece
        return len(piece)

    def tell(self) -> int:
        """Return the position in the decompressed content."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a position and return it; the bytes before it are read, so that the limit applies."""
        if whence != io.SEEK_SET:
            raise io.UnsupportedOperation("a compressed file can only seek from its beginning")
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
