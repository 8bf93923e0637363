"""Bodies as sent turned into bodies as meant, never more than a limit of bytes out."""

import zlib
from collections.abc import Callable, Iterator
from typing import IO, cast

import brotli
import zstandard

from warehouse.errors import PageSetAside, TooLarge

_PIECE = 64 * 1024
_IDENTITY = {"", "identity", "none", "utf-8"}  # the last one is seen in the wild


def unpack(body: bytes, content_encoding: str | None, *, limit: int) -> bytes:
    """`body` with its content encodings undone, last applied first.

    A body that is not in the encoding its header names is returned as it is: archives often unpack and keep the header.

    Raises:
        TooLarge: more than `limit` bytes came out of any layer.
        PageSetAside: the encoding is unknown, or the packed data breaks off or is damaged.
        Source: https://www.rfc-editor.org/rfc/rfc9110#section-8.4
    """
    out = bytearray()
    for piece in _unpacked(body, content_encoding, limit):
        out += piece
    return bytes(out)


def measure(body: bytes, content_encoding: str | None, *, limit: int) -> int:
    """How many bytes `unpack` would give, without keeping them; raises as it does."""
    return sum(len(piece) for piece in _unpacked(body, content_encoding, limit))


def _unpacked(body: bytes, content_encoding: str | None, limit: int) -> Iterator[bytes]:
    """The layers as a chain, each taking pieces from the one before: no layer is ever held as a whole."""
    pieces: Iterator[bytes] = (body[at : at + _PIECE] for at in range(0, len(body), _PIECE))
    layers = [name.strip().lower() for name in (content_encoding or "").split(",")]
    for name in reversed([layer for layer in layers if layer not in _IDENTITY]):
        if name not in _LAYERS:
            raise PageSetAside(f"Content-Encoding {name!r} is not one of gzip, deflate, br, zstd.", reason="encoding")
        pieces = _counted(_LAYERS[name](pieces), limit)
    return _counted(pieces, limit)


def _counted(pieces: Iterator[bytes], limit: int) -> Iterator[bytes]:
    size = 0
    try:
        for piece in pieces:
            size += len(piece)
            if size > limit:
                raise TooLarge(f"more than {limit:,} bytes unpacked (KLOG_MAX_BODY_BYTES).", reason="too_large")
            if piece:  # an empty one would read as the end to the next layer
                yield piece
    except (zlib.error, brotli.error, zstandard.ZstdError) as error:
        raise PageSetAside(f"The packed body is damaged: {error}", reason="truncated") from error


def _gunzip(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """All members of a gzip stream; what follows the last one is left out, and what is no gzip stays as it is."""
    head = _start(pieces, 2)
    if head[:2] != b"\x1f\x8b":
        yield from (head, *pieces)
        return
    worker = zlib.decompressobj(wbits=31)
    rest = head
    while True:
        yield from _inflate_piece(worker, rest)
        rest = worker.unused_data
        if worker.eof:
            rest += _start(pieces, 2 - len(rest)) if len(rest) < 2 else b""
            if rest[:2] != b"\x1f\x8b":
                return
            worker = zlib.decompressobj(wbits=31)
            continue
        rest = next(pieces, b"")
        if not rest:
            raise zlib.error("it breaks off")


def _inflate(pieces: Iterator[bytes]) -> Iterator[bytes]:
    # Servers send both zlib-wrapped and raw deflate under this name.
    head = _start(pieces, 2)
    wrapped = len(head) > 1 and head[0] & 0x0F == 8 and (head[0] * 256 + head[1]) % 31 == 0
    worker = zlib.decompressobj(wbits=15 if wrapped else -15)
    rest = head
    while not worker.eof:
        if not rest:
            raise zlib.error("it breaks off")
        yield from _inflate_piece(worker, rest)
        rest = b"" if worker.eof else next(pieces, b"")


def _inflate_piece(worker: "zlib._Decompress", rest: bytes) -> Iterator[bytes]:
    piece = b""
    while not worker.eof and (rest or len(piece) == _PIECE):  # a full piece may have more behind it
        piece = worker.decompress(rest, _PIECE)
        rest = worker.unconsumed_tail
        yield piece


def _debrotli(pieces: Iterator[bytes]) -> Iterator[bytes]:
    worker = brotli.Decompressor()
    for piece in pieces:
        rest = piece
        while not worker.is_finished():
            out = worker.process(rest, output_buffer_limit=_PIECE)
            rest = b""
            yield out
            if not out and worker.can_accept_more_data():
                break
        if worker.is_finished():
            return
    raise brotli.error("it breaks off")


def _unzstd(pieces: Iterator[bytes]) -> Iterator[bytes]:
    head = _start(pieces, 4)
    if head[:4] != b"\x28\xb5\x2f\xfd":
        yield from (head, *pieces)
        return
    # A window is allocated before the first byte is out, so it is capped too; 8 MiB is what RFC 9659 allows on the web.
    decompressor = zstandard.ZstdDecompressor(max_window_size=8 * 1024 * 1024)
    source = _Pieces(head, pieces)
    with decompressor.stream_reader(cast(IO[bytes], source), read_size=_PIECE, read_across_frames=True) as reader:
        while piece := reader.read(_PIECE):
            yield piece


class _Pieces:
    """Pieces as a file that can be read once."""

    def __init__(self, head: bytes, pieces: Iterator[bytes]) -> None:
        self._rest = head
        self._pieces = pieces

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; empty at the end."""
        if not self._rest:
            self._rest = next(self._pieces, b"")
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken


def _start(pieces: Iterator[bytes], size: int) -> bytes:
    """The first pieces, until they are `size` bytes together or all there is."""
    head = b""
    while len(head) < size:
        piece = next(pieces, None)
        if piece is None:
            break
        head += piece
    return head


_LAYERS: dict[str, Callable[[Iterator[bytes]], Iterator[bytes]]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _debrotli,
    "zstd": _unzstd,
}
