"""Decompresses bodies, up to a limit of bytes."""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

import brotli
import zstandard

from warehouse.errors import PageSetAside, TooLarge

_PIECE = 64 * 1024
_ZSTD_PIECE = 256  # output cannot be capped: 4 bytes can give 128 KiB, so this many can give 8 MiB
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_SNIFFED_BYTES = 64
_TEXT = bytes([*b"\t\n\f\r", *range(32, 127)])
_LEAST_TEXT = 4  # bytes; shorter data may look like text by chance
_BOM = b"\xef\xbb\xbf"
_MOST_UNNAMED = 2  # layers that no header names: one from a program, one from a server


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A decompressed body; `is_cut` if the compressed data was truncated."""

    body: bytes
    is_cut: bool = False


def unpack(body: bytes, content_encoding: str | None, *, limit: int) -> bytes:
    """Return the body from `unpack_what_is_whole`, with the same errors."""
    return unpack_what_is_whole(body, content_encoding, limit=limit).body


def unpack_what_is_whole(body: bytes, content_encoding: str | None, *, limit: int) -> Unpacked:
    """Return `body` with its content encodings removed, last applied first, up to any truncation.

    The content decides, not the header: archives decompress bodies and keep the header, servers compress without naming it. A
    body that is text is not decompressed, and one that begins as gzip or zstd is, whatever the header says.

    Raises:
        TooLarge: a layer gave more than `limit` bytes.
        PageSetAside: nothing of the compressed data can be decompressed.

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
    """Return the number of bytes that `unpack` would return, without keeping them, with the same errors."""
    size = 0
    try:
        for piece in _unpacked(body, content_encoding, limit):
            size += len(piece)
    except _Damaged:
        if not size:
            raise
    return size


class _Damaged(PageSetAside):
    """A layer is truncated or damaged; its output up to that point is valid."""


def _unpacked(body: bytes, content_encoding: str | None, limit: int) -> Iterator[bytes]:
    """Return the layers as a chain of iterators, so that no layer is held in memory as a whole."""
    pieces: Iterator[bytes] = (body[at : at + _PIECE] for at in range(0, len(body), _PIECE))
    layers = [name.strip().lower() for name in (content_encoding or "").split(",")] if body else []
    for name in reversed([layer for layer in layers if layer in _LAYERS]):
        pieces = _counted(_unless_text(_LAYERS[name], pieces), limit)
    for _ in range(_MOST_UNNAMED):
        pieces = _counted(_sniffed(pieces), limit)
    return _counted(pieces, limit)


def _unless_text(layer: Callable[[Iterator[bytes]], Iterator[bytes]], pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the layer decompressed, or the pieces unchanged if they are text."""
    head = _start(pieces, _SNIFFED_BYTES)
    whole = chain([head] if head else [], pieces)
    yield from whole if _is_text(head) else layer(whole)


def _sniffed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the pieces decompressed if their first bytes are those of gzip or zstd."""
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
            if piece:  # an empty piece would mean the end to the next layer
                yield piece
    except (zlib.error, brotli.error, zstandard.ZstdError) as error:
        raise _Damaged(f"The compressed body is damaged: {error}", reason="truncated") from error


def _gunzip(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield all members of a gzip stream without trailing data; data that is not gzip is returned unchanged."""
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
    while not worker.eof and (rest or len(piece) == _PIECE):  # a full piece may be followed by more
        before = worker.copy()  # an error discards the output that preceded it
        try:
            piece = worker.decompress(rest, _PIECE)
        except zlib.error:
            yield _salvage(before, rest)
            raise
        rest = worker.unconsumed_tail
        yield piece


def _salvage(worker: "zlib._Decompress", rest: bytes) -> bytes:
    """Return the output before the byte that causes the error, at most one piece."""
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
    """Yield all frames of a zstd stream, as `_gunzip` does for gzip members."""
    pieces = (piece[at : at + _ZSTD_PIECE] for piece in pieces for at in range(0, len(piece), _ZSTD_PIECE))
    rest = _start(pieces, len(_ZSTD))
    if not _begins(rest, _ZSTD):
        yield rest
        yield from pieces
        return
    while _begins(rest, _ZSTD):
        # A window is allocated before any output, so it is capped too: RFC 9659 allows 8 MiB on the web.
        worker = zstandard.ZstdDecompressor(max_window_size=8 * 1024 * 1024).decompressobj()
        while not worker.eof:
            if not rest:
                raise zstandard.ZstdError("it is truncated")
            yield worker.decompress(rest)
            rest = worker.unused_data if worker.eof else next(pieces, b"")
        rest += _start(pieces, len(_ZSTD) - len(rest))


def _begins(head: bytes, magic: bytes) -> bool:
    """Return whether a stream begins with `magic`, or with a part of it if it ends there."""
    return head[: len(magic)] == magic[: len(head)] and bool(head)


def _start(pieces: Iterator[bytes], size: int) -> bytes:
    """Return the first pieces, joined until they have `size` bytes or the stream ends."""
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
