"""Records of a WARC file that cannot be read, between two that can."""

import gzip
import os

from warehouse.captures import warc
from warehouse.home import now

ARTICLE = (
    b"<html><head><title>A driver for the bus [LWN.net]</title></head><body><div class='PageHeadline'><h1>A driver for the bus"
    b"</h1></div><div class='ArticleText'><div class='FeatureByline'>By <b>A Writer</b><br>March 4, 2009</div>"
    b"<p>The driver for the bus was merged in Linux 2.6.29 and has been rewritten since, says its developer.</p></div></body></html>"
)


def faults() -> bytes:
    """Records of two good articles, with what cannot be read between them."""
    torn = _record(1_000_003, ARTICLE)
    return (
        _record(1_000_001, ARTICLE)
        + _record(1_000_002, gzip.compress(bytes(100 * (1 << 20))), ("Content-Encoding", "gzip"))
        + torn[: len(torn) // 2]
        + _record(1_000_004, ARTICLE.replace(b"</p>", b" word" * (10 * (1 << 20)) + b"</p>"))
        + _record(1_000_005, os.urandom(4000))
        + _record(1_000_006, ARTICLE.replace(b"bus", b"link"))
    )


def _record(number: int, body: bytes, *headers: tuple[str, str]) -> bytes:
    head = warc.http_head("HTTP/1.1 200 OK", [("Content-Type", "text/html; charset=utf-8"), *headers])
    return warc.response(f"https://lwn.net/Articles/{number}/", now(), head, body, [])[1]
