"""Render ``texts/*.md`` into ``sample.warc.gz``: ``python -m flows.sample.make_sample [--check]``.

The records depend only on the texts, byte for byte, and not on the day, the machine or the locale.
"""

import argparse
import gzip
import hashlib
import io
import sys
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.sample import SAMPLE_WARC
from flows.sample.article_pages import (
    bug_page,
    kernelnewbies_page,
    lwn_page,
    note_page,
    project_page,
)
from flows.sample.blog_pages import blog_page
from flows.sample.commit_pages import commit_page
from flows.sample.issue_pages import issue_page
from flows.sample.mail_pages import mail_page
from flows.sample.pdf_pages import pdf_document
from flows.sample.texts import TEXTS, SampleCapture, SampleText, read_texts

_RENDERERS = {
    "issue": issue_page,
    "mail": mail_page,
    "commit": commit_page,
    "lwn": lwn_page,
    "kernelnewbies": kernelnewbies_page,
    "blog": blog_page,
    "release_note": note_page,
    "bug": bug_page,
    "page": project_page,
}
_PLAIN_TEXT = frozenset({"eml", "patch", "text"})
_TRUNCATED_TO = 0.6


@dataclass(frozen=True, slots=True)
class SampleResponse:
    """A captured response: its body, and the content type and length in its header."""

    body: bytes
    content_type: str
    announced_bytes: int


def main(arguments: list[str] | None = None) -> int:
    """Write the WARC file, or with ``--check`` only compare it with the texts; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--check",
        action="store_true",
        help="render, compare with the file, write nothing",
    )
    parser.add_argument("--out", type=Path, default=SAMPLE_WARC)
    options = parser.parse_args(arguments)
    try:
        made = render_warc(read_texts())
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    current = options.out.exists() and is_same_warc(made, options.out.read_bytes())
    if options.check:
        sys.stdout.write(f"{options.out}: {'current' if current else 'differs from the texts; run make_sample'}\n")
        return 0 if current else 1
    if not current:
        options.out.write_bytes(made)
    sys.stdout.write(f"{len(list(TEXTS.glob('*.md')))} texts -> {options.out} ({len(made) / 1e3:.0f} kB)\n")
    return 0


def is_same_warc(one: bytes, other: bytes) -> bool:
    """Return whether two files contain the same records, because compressed bytes depend on the version of zlib."""
    return gzip.decompress(one) == gzip.decompress(other)


def render_warc(texts: Iterable[SampleText]) -> bytes:
    """Return the texts as a WARC file, with each record gzipped, in the order of the texts and of their addresses.

    Raises:
        ValueError: a text cannot be rendered, or two texts have the same address.
    """
    out = io.BytesIO()
    warc = WARCWriter(out, gzip=True)
    seen: dict[str, str] = {}
    for text, capture in _captures(texts):
        if capture.url in seen:
            raise ValueError(f"{text.name}: {capture.url} is already captured by {seen[capture.url]}")
        seen[capture.url] = text.name
        response = render(text, capture)
        headers = StatusAndHeaders(
            "200 OK",
            [
                ("Content-Type", response.content_type),
                ("Content-Length", str(response.announced_bytes)),
            ],
            protocol="HTTP/1.1",
        )
        record_headers = {
            "WARC-Date": f"{capture.captured:%Y-%m-%dT%H:%M:%SZ}",
            "WARC-Record-ID": f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, capture.url)}>",
        }
        if response.announced_bytes != len(response.body):
            record_headers["WARC-Truncated"] = "disconnect"
        record = warc.create_warc_record(
            capture.url,
            "response",
            payload=io.BytesIO(response.body),
            length=len(response.body),  # without a length, warcio leaves a temporary file open for each record
            http_headers=headers,
            warc_headers_dict=record_headers,
        )
        warc.write_record(record)
    return out.getvalue()


def render(text: SampleText, capture: SampleCapture) -> SampleResponse:
    """Return the response for a capture of a text."""
    if text.has_damage("not-html"):
        body = _noise(capture.url)
        return SampleResponse(body, "text/html; charset=utf-8", len(body))
    if text["kind"] == "pdf":
        body = pdf_document(text)
        return SampleResponse(body, "application/pdf", len(body))
    charset = text["charset"] or "utf-8"
    page = _RENDERERS[text["kind"]](_with_damage(text), capture).replace("@CHARSET@", charset)
    try:
        body = page.encode(charset)
    except UnicodeEncodeError as error:
        raise ValueError(f"{text.name}: charset {charset} cannot encode {page[error.start]!r}") from error
    full = len(body)
    if text.has_damage("truncated"):
        body = body[: int(full * _TRUNCATED_TO)]
    kind = "text/plain" if capture.markup in _PLAIN_TEXT else "text/html"
    return SampleResponse(body, f"{kind}; charset={charset}", full)


def _captures(texts: Iterable[SampleText]) -> Iterator[tuple[SampleText, SampleCapture]]:
    for text in texts:
        for capture in text.captures():
            yield text, capture


def _with_damage(text: SampleText) -> SampleText:
    if not text.has_damage("mojibake"):
        return text
    return replace(text, pages=tuple((url, _misread(body)) for url, body in text.pages))


def _misread(text: str) -> str:
    """Return the text with its UTF-8 bytes read as windows-1252; the five bytes undefined there keep their value."""
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode("utf-8"))


def _noise(seed: str) -> bytes:
    """Return four kilobytes of binary data that depend only on the seed."""
    return b"\x89BIN\x00\x01" + b"".join(hashlib.sha256(f"{seed}{n}".encode()).digest() for n in range(128))


if __name__ == "__main__":
    sys.exit(main())
