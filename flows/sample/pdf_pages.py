"""Small PDF files with real text in Helvetica, for the slides and papers of the sample."""

import textwrap

from flows.sample.body import to_plain
from flows.sample.texts import SAMPLE_NOTE, SampleText

_LINE_CHARS = 84  # fit between 56-point margins of an A4 page at 11 points
_ESCAPES = str.maketrans({"\\": r"\\", "(": r"\(", ")": r"\)"})


def pdf_document(text: SampleText) -> bytes:
    """Return the pages of the text as a PDF 1.4 file with title, author and date in the information dictionary."""
    count = len(text.pages)
    contents = [_content(text, number) for number in range(count)]
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(count))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, content in enumerate(contents):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            + f"/Contents {5 + 2 * number} 0 R >>".encode()
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream")
    created = f" /CreationDate (D:{text.dated.at:%Y%m%d}120000Z)" if text["published"] else ""
    objects.append(
        f"<< /Title ({_escaped(text['title'])}) /Author ({_escaped(text.author_name)}){created} >>".encode(
            "cp1252", "replace"
        )
    )
    return _file(objects)


def _file(objects: list[bytes]) -> bytes:
    out, offsets = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, item in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + item + b"\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    root = f"<< /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>"
    trailer = f"trailer\n{root}\nstartxref\n{len(out)}\n%%EOF\n"
    return out + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()


def _content(text: SampleText, number: int) -> bytes:
    lines = ["BT", "/F1 18 Tf", "56 780 Td"]
    if number == 0:
        lines += [
            f"({_escaped(text['title'])}) Tj",
            "/F1 11 Tf",
            "0 -24 Td",
            f"({_escaped(_imprint(text))}) Tj",
            "0 -24 Td",
        ]
    else:
        lines += ["/F1 11 Tf"]
    body = text.pages[number][1] + (f"\n\n{SAMPLE_NOTE}" if number == len(text.pages) - 1 else "")
    for line in _wrapped(body):
        lines += [f"({_escaped(line)}) Tj", "0 -15 Td"]
    lines += [f"0 -15 Td ({number + 1}) Tj", "ET"]
    return "\n".join(lines).encode("cp1252", "replace")


def _imprint(text: SampleText) -> str:
    return f"{text.author_name}, {text.dated.day}" if text["published"] else text.author_name


def _wrapped(body: str) -> list[str]:
    lines: list[str] = []
    for block in to_plain(body).split("\n\n"):
        for item in block.replace("\n- ", "\n\n- ").split("\n\n"):
            lines += textwrap.wrap(" ".join(item.split()), _LINE_CHARS)
        lines.append("")
    return lines


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)
