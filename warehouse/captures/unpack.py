"""Decompresses bodies, up to a limit of bytes."""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

import brotli
import zstandard

from warehouse.errors import PageSetAside, TooLarge

_PIECE = 64 * 1024
_ZSTD_PIECE = 256  # its output cannot be capped: 4 bytes may say 128 KiB, so this many may say 8 MiB
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_SNIFFED_BYTES = 64
_TEXT = bytes([*b"\t\n\f\r", *range(32, 127)])
_LEAST_TEXT = 4  # bytes; fewer may be packed all the same
_BOM = b"\xef\xbb\xbf"
_MOST_UNNAMED = 2  # layers that no header names: a program's and a server's


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What came out of a packed body; `is_cut` where it breaks off and more was packed."""

    body: bytes
    is_cut: bool = False


def unpack(body: bytes, content_encoding: str | None, *, limit: int) -> bytes:
    """Return the bytes of `unpack_what_is_whole`; raises as it does."""
    return unpack_what_is_whole(body, content_encoding, limit=limit).body


def unpack_what_is_whole(body: bytes, content_encoding: str | None, *, limit: int) -> Unpacked:
    """Return `body` with its content encodings undone, last applied first, up to where it breaks off.

    What a body is decides, not what its header says: archives unpack and keep the header, servers pack and name nothing.
    A body that is text is no longer packed, and one that begins as gzip or zstd does is unpacked though nothing says so.

    Raises:
        TooLarge: more than `limit` bytes came out of any layer.
        PageSetAside: nothing of the packed data can be unpacked.

    Source: https://www.rfc-editor.org/rfc/rfc9110#section-8.4
    """
    out = bytearray()
    try:
        for piece in _unpacked(body, content_encoding, limit):
            out += piece
    except _Damaged:
        if not out:
            raise
        return Unpacked(bytes(out), is_cut=True)
    return Unpacked(bytes(out))


def measure(body: bytes, content_encoding: str | None, *, limit: int) -> int:
    """Return how many bytes `unpack` would give, without keeping them; raises as it does."""
    size = 0
    try:
        for piece in _unpacked(body, content_encoding, limit):
            size += len(piece)
    except _Damaged:
        if not size:
            raise
    return size


class _Damaged(PageSetAside):
    """A layer breaks off; what came out of it before is good."""


def _unpacked(body: bytes, content_encoding: str | None, limit: int) -> Iterator[bytes]:
    """Return the layers as a chain, each taking pieces from the one before: no layer is ever held as a whole."""
    pieces: Iterator[bytes] = (body[at : at + _PIECE] for at in range(0, len(body), _PIECE))
    layers = [name.strip().lower() for name in (content_encoding or "").split(",")] if body else []
    for name in reversed([layer for layer in layers if layer in _LAYERS]):
        pieces = _counted(_unless_text(_LAYERS[name], pieces), limit)
    for _ in range(_MOST_UNNAMED):
        pieces = _counted(_sniffed(pieces), limit)
    return _counted(pieces, limit)


def _unless_text(layer: Callable[[Iterator[bytes]], Iterator[bytes]], pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield a layer undone, or the pieces as they are where they are text."""
    head = _start(pieces, _SNIFFED_BYTES)
    whole = chain([head] if head else [], pieces)
    yield from whole if _is_text(head) else layer(whole)


def _sniffed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the layer undone that the first bytes show."""
    head = _start(pieces, _SNIFFED_BYTES)
    whole = chain([head] if head else [], pieces)
    if head.startswith(_GZIP + b"\x08"):
        yield from _gunzip(whole)
    elif head.startswith(_ZSTD):
        yield from _unzstd(whole)
    else:
        yield from whole


def _is_text(head: bytes) -> bool:
    return len(head) >= _LEAST_TEXT and not head[:_SNIFFED_BYTES].removeprefix(_BOM).translate(None, _TEXT)


def _counted(pieces: Iterator[bytes], limit: int) -> Iterator[bytes]:
    size = 0
    try:
        for piece in pieces:
            size += len(piece)
            if size > limit:
                raise TooLarge(f"more than {limit:,} bytes decompressed (KLOG_MAX_BODY_BYTES).", reason="too_large")
            if piece:  # an empty one would read as the end to the next layer
                yield piece
    except (zlib.error, brotli.error, zstandard.ZstdError) as error:
        raise _Damaged(f"The compressed body is damaged: {error}", reason="truncated") from error


def _gunzip(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield all members of a gzip stream; what follows the last one is left out, and what is no gzip stays as it is."""
    rest = _start(pieces, len(_GZIP))
    if not _begins(rest, _GZIP):
        yield rest
        yield from pieces
        return
    while _begins(rest, _GZIP):
        worker = zlib.decompressobj(wbits=31)
        yield from _inflate_stream(worker, rest, pieces)
        rest = worker.unused_data
        rest += _start(pieces, len(_GZIP) - len(rest))


def _inflate(pieces: Iterator[bytes]) -> Iterator[bytes]:
    # Servers send both zlib-wrapped and raw deflate under this name.
    head = _start(pieces, 2)
    wrapped = len(head) > 1 and head[0] & 0x0F == 8 and (head[0] * 256 + head[1]) % 31 == 0
    yield from _inflate_stream(zlib.decompressobj(wbits=15 if wrapped else -15), head, pieces)


def _inflate_stream(worker: "zlib._Decompress", rest: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    while not worker.eof:
        if not rest:
            raise zlib.error("it is truncated")
        yield from _inflate_piece(worker, rest)
        rest = b"" if worker.eof else next(pieces, b"")


def _inflate_piece(worker: "zlib._Decompress", rest: bytes) -> Iterator[bytes]:
    piece = b""
    while not worker.eof and (rest or len(piece) == _PIECE):  # a full piece may have more behind it
        before = worker.copy()  # an error takes with it what came out before
        try:
            piece = worker.decompress(rest, _PIECE)
        except zlib.error:
            yield _salvage(before, rest)
            raise
        rest = worker.unconsumed_tail
        yield piece


def _salvage(worker: "zlib._Decompress", rest: bytes) -> bytes:
    """Return what comes out before the byte at which the error is seen, at most a piece of it."""
    out = bytearray()
    for at in range(len(rest)):
        try:
            out += worker.decompress(worker.unconsumed_tail + rest[at : at + 1], _PIECE)
        except zlib.error:
            break
        if len(out) >= _PIECE:
            break
    return bytes(out)


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
    raise brotli.error("it is truncated")


def _unzstd(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield all frames of a zstd stream, as `_gunzip` gives members."""
    pieces = (piece[at : at + _ZSTD_PIECE] for piece in pieces for at in range(0, len(piece), _ZSTD_PIECE))
    rest = _start(pieces, len(_ZSTD))
    if not _begins(rest, _ZSTD):
        yield rest
        yield from pieces
        return
    while _begins(rest, _ZSTD):
        # A window is allocated before the first byte is out, so it is capped too: RFC 9659 allows 8 MiB on the web.
        worker = zstandard.ZstdDecompressor(max_window_size=8 * 1024 * 1024).decompressobj()
        while not worker.eof:
            if not rest:
                raise zstandard.ZstdError("it is truncated")
            yield worker.decompress(rest)
            rest = worker.unused_data if worker.eof else next(pieces, b"")
        rest += _start(pieces, len(_ZSTD) - len(rest))


def _begins(head: bytes, magic: bytes) -> bool:
    """Return whether a stream begins here, even one cut off within its first bytes."""
    return head[: len(magic)] == magic[: len(head)] and bool(head)


def _start(pieces: Iterator[bytes], size: int) -> bytes:
    """Return the first pieces, until they are `size` bytes together or all there is."""
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
