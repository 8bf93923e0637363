"""WARC 1.1 records as bytes, one gzip member each: requests, responses, and revisits of a body that is already stored.

`warcio.WARCWriter` would percent-encode non-ASCII text that a server sent, and gives records random names, so a run restarted
after a kill would store a page twice (tests/warehouse/captures/test_warc_peer.py).

Source: https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/ (2017-08)
"""

import datetime as dt
import hashlib
import uuid
import zlib
from base64 import b32encode
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

Headers = Iterable[tuple[str, str]]

_REVISIT_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_LEVEL = 6  # zlib's default: bodies are already compressed, and level 9 takes twice the time for 1 % of the size


def warcinfo(file_name: str, moment: dt.datetime) -> bytes:
    """Return the record that opens a file."""
    fields = b"software: kernel-log-archive\r\nformat: WARC File Format 1.1\r\n"
    headers = [("WARC-Filename", file_name), ("Content-Type", "application/warc-fields")]
    return _record("warcinfo", moment, headers, fields)


def response(url: str, moment: dt.datetime, http: bytes, body: bytes, more: Headers) -> tuple[str, bytes]:
    """Return the id and bytes of a response record; `http` is status line and headers, `body` as sent."""
    headers = [
        ("WARC-Target-URI", url),
        ("WARC-Payload-Digest", payload_digest(body)),
        ("WARC-Block-Digest", _digest(http, body)),
        ("Content-Type", "application/http; msgtype=response"),
        *more,
    ]
    return _named("response", moment, headers, http + body)


def revisit(
    url: str, moment: dt.datetime, http: bytes, more: Headers, *, digest: str, first: tuple[str, dt.datetime]
) -> tuple[str, bytes]:
    """Return the id and bytes of a revisit record; `first` is the address and time of the capture that stored the body."""
    headers = [
        ("WARC-Target-URI", url),
        ("WARC-Payload-Digest", digest),
        ("WARC-Block-Digest", _digest(http)),
        ("WARC-Profile", _REVISIT_PROFILE),
        ("WARC-Refers-To-Target-URI", first[0]),
        ("WARC-Refers-To-Date", warc_date(first[1])),
        ("Content-Type", "application/http; msgtype=response"),
        *more,
    ]
    return _named("revisit", moment, headers, http)


def request(url: str, moment: dt.datetime, headers: Sequence[tuple[str, str]], *, concurrent_to: str) -> bytes:
    """Return the request record that belongs to a response."""
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    block = http_head(f"GET {target} HTTP/1.1", headers)
    about = [
        ("WARC-Target-URI", url),
        ("WARC-Concurrent-To", concurrent_to),
        ("WARC-Block-Digest", _digest(block)),
        ("Content-Type", "application/http; msgtype=request"),
    ]
    return _record("request", moment, about, block)


def http_head(first_line: str, headers: Headers) -> bytes:
    """Return the start line and headers of an HTTP message, with the blank line that ends them."""
    lines = [first_line, *(f"{name}: {_one_line(value)}" for name, value in headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8")


def payload_digest(body: bytes) -> str:
    """Return the digest of a payload in the form used by WARC files and CDX indexes."""
    return _digest(body)


def warc_date(moment: dt.datetime) -> str:
    """Return a UTC time in the form used by WARC headers."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _named(kind: str, moment: dt.datetime, headers: Headers, block: bytes) -> tuple[str, bytes]:
    name = _record_id(kind, moment, headers, block)
    return name, _record(kind, moment, headers, block)


def _record(kind: str, moment: dt.datetime, headers: Headers, block: bytes) -> bytes:
    head = [
        ("WARC-Type", kind),
        ("WARC-Record-ID", _record_id(kind, moment, headers, block)),
        ("WARC-Date", warc_date(moment)),
        *headers,
        ("Content-Length", str(len(block))),
    ]
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31)
    pieces = (packer.compress(http_head("WARC/1.1", head)), packer.compress(block), packer.compress(b"\r\n\r\n"))
    return b"".join(pieces) + packer.flush()


def _record_id(kind: str, moment: dt.datetime, headers: Headers, block: bytes) -> str:
    """Return an id derived from the record's content, so that a run restarted after a kill writes the same bytes."""
    worker = hashlib.sha256(f"{kind} {warc_date(moment)} {list(headers)}".encode())
    worker.update(block)
    return f"<urn:uuid:{uuid.UUID(bytes=worker.digest()[:16], version=5)}>"


def _digest(*pieces: bytes) -> str:
    worker = hashlib.sha1(usedforsecurity=False)
    for piece in pieces:
        worker.update(piece)
    return "sha1:" + b32encode(worker.digest()).decode()


def _one_line(value: str) -> str:
    return " ".join(value.splitlines()) if "\n" in value or "\r" in value else value
