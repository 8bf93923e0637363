"""The text of a PDF, taken out in a process of its own: a hostile file can burn its time and memory, not ours.

`python -m flows.sources.pdf_text` reads a PDF from standard input and writes one JSON object.
"""

import json
import logging
import re
import resource
import subprocess
import sys
from dataclasses import dataclass
from io import BytesIO
from itertools import islice

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from flows.sources.pdf_lines import page_texts, read_lines
from warehouse.errors import PageSetAside

MAX_BYTES = 32 * 1024 * 1024
MAX_PAGES = 400
MAX_CHARS = 2_000_000
_SECONDS = 9.0  # of waiting; what is promised is ten
_MEMORY = 768 * 1024 * 1024  # address space of the process; what is promised is 1 GiB for all
_HEAD_BYTES = 1024
_GLYPH_NAMES = re.compile(r"/[a-zA-Z]{1,8}\d{1,5}|\(cid:\d{1,6}\)")


@dataclass(frozen=True, slots=True)
class PdfText:
    """What a PDF says: `pages` the text of each (paragraphs parted by a blank line), `total_pages` how many there are, the rest from its own information."""

    pages: tuple[str, ...]
    total_pages: int
    title: str | None
    author: str | None
    created: str | None


def read_pdf(body: bytes) -> PdfText:
    """The text of a PDF, page by page.

    Raises:
        PageSetAside: `not_pdf`, `too_large`, `encrypted`, `broken_pdf`, `scanned` (pages, but no text) or `too_slow`.
    """
    if b"%PDF-" not in body[:_HEAD_BYTES]:
        raise PageSetAside("the file does not begin as a PDF does", reason="not_pdf")
    if len(body) > MAX_BYTES:
        raise PageSetAside(f"the PDF has {len(body)} bytes; at most {MAX_BYTES} are read", reason="too_large")
    try:
        done = subprocess.run(
            [sys.executable, "-m", __spec__.name],
            input=body,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PageSetAside(f"the PDF was not read within {_SECONDS:g} seconds", reason="too_slow") from error
    if done.returncode != 0:
        raise PageSetAside("the PDF took more time or memory than it may, or ended its reader", reason="too_slow")
    said = json.loads(done.stdout)
    if said["reason"]:
        raise PageSetAside(said["detail"], reason=said["reason"])
    return PdfText(tuple(said["pages"]), said["total_pages"], said["title"], said["author"], said["created"])


def extract(body: bytes) -> dict[str, object]:
    """What `read_pdf` is told by the other process: the fields of `PdfText`, `reason` and `detail` (empty if all is well)."""
    found: dict[str, object] = {"reason": "", "detail": "", "pages": [], "total_pages": 0}
    found |= {"title": None, "author": None, "created": None}
    try:
        reader = PdfReader(BytesIO(body))
        if reader.is_encrypted and not reader.decrypt(""):
            return found | {"reason": "encrypted", "detail": "the PDF asks for a password"}
        pages = page_texts([read_lines(page) for page in islice(reader.pages, MAX_PAGES)])
        information = reader.metadata
        found["total_pages"] = len(reader.pages)
    except (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, ArithmeticError,
            NotImplementedError, RecursionError, OSError, LookupError, StopIteration) as error:  # fmt: skip
        return found | {
            "reason": "broken_pdf",
            "detail": f"the PDF cannot be read: {type(error).__name__}: {error}"[:300],
        }
    if not any(any(map(str.isalnum, page)) for page in pages):
        return found | {"reason": "scanned", "detail": f"{len(pages)} pages and no text in them"}
    if _is_unmapped(pages):
        return found | {"reason": "no_map", "detail": "its fonts do not say which characters their glyphs are"}
    if information is not None:
        for name, key in (("title", "/Title"), ("author", "/Author"), ("created", "/CreationDate")):
            found[name] = _text(information.get(key))
    return found | {"pages": _limited(pages)}


def _is_unmapped(pages: list[str]) -> bool:
    """Whether most of a text are names of glyphs, which say nothing (ISO 32000-1:2008, 9.10.2)."""
    whole = "".join(pages)
    return sum(map(len, _GLYPH_NAMES.findall(whole))) * 2 > len("".join(whole.split()))


def _limited(pages: list[str]) -> list[str]:
    kept: list[str] = []
    room = MAX_CHARS
    for page in pages:
        clean = page.encode("utf-8", "replace").decode("utf-8")[:room]
        kept.append(clean)
        room -= len(clean)
    return kept


def _text(value: object) -> str | None:
    return str(value).encode("utf-8", "replace").decode("utf-8")[:500] if value is not None else None


def main() -> int:
    """Read a PDF from standard input under limits of time and memory, and write what is in it."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (int(_SECONDS), int(_SECONDS) + 1))
    logging.disable(logging.CRITICAL)
    try:
        said = extract(sys.stdin.buffer.read())
    except MemoryError:
        return 1
    json.dump(said, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
