"""The text of a PDF. A hostile file can use much time and memory, so it is read in a limited process (`flows.limited_pool`)."""

import logging
import re
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
_HEAD_BYTES = 1024
_GLYPH_NAMES = re.compile(r"/[a-zA-Z]{1,8}\d{1,5}|\(cid:\d{1,6}\)")
_FIELDS = ("/Title", "/Author", "/CreationDate")
logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it logs a message for every defect of a file


@dataclass(frozen=True, slots=True)
class PdfText:
    """The text and metadata of a PDF: `pages` are the texts of at most 400 pages, `total_pages` is the number of all pages.

    Blank lines separate paragraphs. `created` is a PDF date.
    """

    pages: tuple[str, ...]
    total_pages: int
    title: str | None
    author: str | None
    created: str | None


def read_pdf(body: bytes) -> PdfText:
    """Return the text of a PDF, page by page.

    Raises:
        PageSetAside: `not_pdf`, `too_large`, `encrypted`, `broken_pdf`, `scanned` (pages without text) or `no_map` (its fonts
            map glyphs only to their names).
    """
    if b"%PDF-" not in body[:_HEAD_BYTES]:
        raise PageSetAside("the file is not a PDF", reason="not_pdf")
    if len(body) > MAX_BYTES:
        raise PageSetAside(f"the PDF has {len(body)} bytes; at most {MAX_BYTES} are read", reason="too_large")
    try:
        reader = PdfReader(BytesIO(body))
        if reader.is_encrypted and not reader.decrypt(""):
            raise PageSetAside("the PDF needs a password", reason="encrypted")
        pages = page_texts([read_lines(page) for page in islice(reader.pages, MAX_PAGES)])
        total, information = len(reader.pages), reader.metadata
        title, author, created = (_text(information.get(key)) if information is not None else None for key in _FIELDS)
    except (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, ArithmeticError,
            NotImplementedError, RecursionError, OSError, LookupError, StopIteration) as error:  # fmt: skip
        why = f"the PDF cannot be read: {type(error).__name__}: {error}"[:300]
        raise PageSetAside(why, reason="broken_pdf") from error
    if not any(any(map(str.isalnum, page)) for page in pages):
        raise PageSetAside(f"its {len(pages)} pages have no text", reason="scanned")
    if _is_unmapped(pages):
        raise PageSetAside("its fonts do not map glyphs to characters", reason="no_map")
    return PdfText(tuple(_limited(pages)), total, title, author, created)


def _is_unmapped(pages: list[str]) -> bool:
    """Return whether most of the text consists of glyph names, which cannot be read (ISO 32000-1:2008, 9.10.2)."""
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
