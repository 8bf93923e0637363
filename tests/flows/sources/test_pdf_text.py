"""PDF files that are no text."""

import io

import pytest
from pypdf import PdfWriter

from flows.sources import pdf_text
from flows.sources.pdf_text import read_pdf
from warehouse.errors import PageSetAside


def reason(body: bytes) -> str:
    with pytest.raises(PageSetAside) as caught:
        read_pdf(body)
    return caught.value.reason


def blank(password: str | None = None) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if password is not None:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_pages_without_text_are_scans() -> None:
    assert reason(blank()) == "scanned"


def test_a_pdf_with_a_password_is_encrypted() -> None:
    assert reason(blank("secret")) == "encrypted"


def test_other_bytes_are_no_pdf() -> None:
    assert reason(b"<html>not found</html>") == "not_pdf"


def test_a_pdf_beyond_the_limit_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_text, "MAX_BYTES", 100)

    assert reason(blank()) == "too_large"
