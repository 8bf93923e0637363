"""Decode chunked bodies, which some archives store as they were transferred.

Source: https://www.rfc-editor.org/rfc/rfc9112#section-7.1 (2022-06)
"""

import re

_SIZE = re.compile(rb"[ \t]*(?P<size>[0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")


def dechunk(body: bytes) -> bytes:
    """Return the body without its chunk sizes.

    A body that is not chunked is returned unchanged, whatever its headers say. A truncated body is decoded to its end.
    """
    out = []
    at = 0
    while match := _SIZE.match(body, at):
        size = int(match["size"], 16)
        start = match.end()
        out.append(body[start : start + size])
        at = start + size
        if size == 0 or at >= len(body):
            return b"".join(out)
        if body[at : at + 2] == b"\r\n":
            at += 2
        elif body[at : at + 1] == b"\n":
            at += 1
        else:
            return body
    return b"".join(out) if out and at >= len(body) else body
