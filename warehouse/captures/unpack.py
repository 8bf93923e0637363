"""Bodies as sent turned into bodies as meant, never more than a limit of bytes out."""

import zlib
from collections.abc import Callable, Iterator

import brotli
import zstandard

from warehouse.errors import PageSetAside, TooLarge

_PIECE = 64 * 1024
_ZSTD_PIECE = 256  # its output cannot be capped: 4 bytes may say 128 KiB, so this many may say 8 MiB
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
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
    # Servers name an encoding for a body without a byte too.
    layers = [name.strip().lower() for name in (content_encoding or "").split(",")] if body else []
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
    """All frames of a zstd stream, as `_gunzip` gives members."""
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
                raise zstandard.ZstdError("it breaks off")
            yield worker.decompress(rest)
            rest = worker.unused_data if worker.eof else next(pieces, b"")
        rest += _start(pieces, len(_ZSTD) - len(rest))


def _begins(head: bytes, magic: bytes) -> bool:
    """Whether a stream begins here, be it cut off within its first bytes."""
    return head[: len(magic)] == magic[: len(head)] and bool(head)


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
