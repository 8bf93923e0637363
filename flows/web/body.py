"""Read a response body in pieces, within the limits on its size as sent and decompressed."""

from collections.abc import AsyncIterable, Mapping
from dataclasses import dataclass

import httpcore

from warehouse.captures.unpack import measure
from warehouse.errors import PageSetAside, TooLarge

BREAKS = (httpcore.ReadTimeout, httpcore.ReadError, httpcore.RemoteProtocolError)


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """The most bytes of one response, as sent and decompressed."""

    sent: int
    unpacked: int


async def read_body(
    url: str, headers: Mapping[str, str], stream: AsyncIterable[bytes], limits: BodyLimits, *, keep_broken: bool
) -> tuple[bytes, bool]:
    """Return the body as sent, and whether it is truncated.

    Header names in `headers` are in lower case. With `keep_broken`, a truncated body is returned unless it is empty.

    Raises:
        TooLarge: the body exceeds a limit.
        httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException: the body is truncated.
    """
    declared = headers.get("content-length", "")
    if declared.isdigit() and int(declared[:18]) > limits.sent:
        raise _too_large(url, int(declared[:18]), limits.sent)
    pieces: list[bytes] = []
    size = 0
    broken = False
    try:
        async for piece in stream:
            size += len(piece)
            if size > limits.sent:
                raise _too_large(url, size, limits.sent)
            pieces.append(piece)
    except BREAKS:
        if not (keep_broken and pieces):
            raise
        broken = True
    body = b"".join(pieces)
    try:
        measure(body, headers.get("content-encoding"), limit=limits.unpacked)
    except TooLarge as error:
        raise TooLarge(f"{url}: {error}", reason="too_large") from error
    except PageSetAside:
        pass  # a corrupt compressed body is stored as received; the parser will report it
    return body, broken


def _too_large(url: str, size: int, limit: int) -> TooLarge:
    return TooLarge(
        f"{url}: {size:,} bytes or more; at most {limit:,} are allowed (KLOG_MAX_SENT_BYTES).", reason="too_large"
    )
