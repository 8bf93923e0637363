"""Bodies as sent turned into bodies as meant, never more than a limit of bytes out."""

import zlib
from collections.abc import Callable, Iterable, Iterator

import brotli
import zstandard

from warehouse.errors import PageSetAside, TooLarge

_PIECE = 64 * 1024
_IDENTITY = {"", "identity", "none", "utf-8"}  # the last one is seen in the wild


def unpack(body: bytes, content_encoding: str | None, *, limit: int) -> bytes:
    """`body` with its content encodings undone, last applied first.

    A body whose header names an encoding that it is not in is returned as it is (archives often unpack and keep the header).

    Raises:
        TooLarge: more than `limit` bytes came out of any layer.
        PageSetAside: the encoding is unknown, or the packed data breaks off or is damaged.
        Source: https://www.rfc-editor.org/rfc/rfc9110#section-8.4
    """
    layers = [name.strip().lower() for name in (content_encoding or "").split(",")]
    for name in reversed([layer for layer in layers if layer not in _IDENTITY]):
        body = _unpack_layer(body, name, limit)
    if len(body) > limit:
        raise TooLarge(f"{len(body):,} bytes were found, {limit:,} are allowed.", reason="too_large")
    return body


def _unpack_layer(body: bytes, name: str, limit: int) -> bytes:
    if name in {"gzip", "x-gzip"}:
        return _joined(_gunzip(body), limit) if body[:2] == b"\x1f\x8b" else body
    if name == "deflate":
        return _joined(_inflate(body), limit)
    if name == "br":
        return _joined(_debrotli(body), limit)
    if name == "zstd":
        return _joined(_unzstd(body, limit), limit) if body[:4] == b"\x28\xb5\x2f\xfd" else body
    raise PageSetAside(f"Content-Encoding {name!r} is not one of gzip, deflate, br, zstd.", reason="encoding")


def _joined(pieces: Iterable[bytes], limit: int) -> bytes:
    out = bytearray()
    try:
        for piece in pieces:
            out += piece
            if len(out) > limit:
                raise TooLarge(f"More than {limit:,} bytes come out of a packed body.", reason="too_large")
    except (zlib.error, brotli.error, zstandard.ZstdError) as error:
        raise PageSetAside(f"The packed body is damaged: {error}", reason="truncated") from error
    return bytes(out)


def _gunzip(body: bytes) -> Iterator[bytes]:
    rest = body
    while rest[:2] == b"\x1f\x8b":
        worker = zlib.decompressobj(wbits=31)
        yield from _drain(worker, rest)
        rest = worker.unused_data


def _inflate(body: bytes) -> Iterator[bytes]:
    # Servers send both zlib-wrapped and raw deflate under this name.
    wrapped = len(body) > 1 and body[0] & 0x0F == 8 and (body[0] * 256 + body[1]) % 31 == 0
    yield from _drain(zlib.decompressobj(wbits=15 if wrapped else -15), body)


def _drain(worker: "zlib._Decompress", body: bytes) -> Iterator[bytes]:
    rest = body
    while not worker.eof:
        piece = worker.decompress(rest, _PIECE)
        rest = worker.unconsumed_tail
        yield piece
        if not piece and not rest and not worker.eof:
            raise zlib.error("it breaks off")


def _debrotli(body: bytes) -> Iterator[bytes]:
    worker = brotli.Decompressor()
    yield worker.process(body, output_buffer_limit=_PIECE)
    while not worker.is_finished():
        piece = worker.process(b"", output_buffer_limit=_PIECE)
        if not piece and worker.can_accept_more_data():
            raise brotli.error("it breaks off")
        yield piece


def _unzstd(body: bytes, limit: int) -> Iterator[bytes]:
    # A window is allocated before the first byte is out, so it is capped too; 8 MiB is what RFC 9659 allows on the web.
    with zstandard.ZstdDecompressor(max_window_size=min(8 * 1024 * 1024, 1 << limit.bit_length())).stream_reader(
        body, read_across_frames=True
    ) as reader:
        read: Callable[[int], bytes] = reader.read
        while piece := read(_PIECE):
            yield piece
