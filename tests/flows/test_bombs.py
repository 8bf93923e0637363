"""Pages, mails and PDFs made to exhaust who reads them: each is a document or listed with its reason, and the rest is read."""

import datetime as dt
import gzip
import io
import random
import resource
import zlib
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.flows.web.steps import run_steps
from warehouse.captures import warc
from warehouse.settings import Settings

pytestmark = pytest.mark.slow

MIB = 1 << 20
MOMENT = dt.datetime(2010, 1, 1)
GOOD = b"<html><head><title>A good page</title></head><body><p>The good page says that Linux 2.6.29 is out.</p></body></html>"
TEXT = b"BT /F 12 Tf (a word) Tj ET\n"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Resources << /Font << /F 4 0 R >> >> /Contents 5 0 R >>"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
FRAME = b"<html><head><title>A long page</title></head><body>%s</body></html>"
WORDS = random.Random(5).choices(
    [b"kernel", b"log", b"2.6.29", b"merged", b"driver", b"in March 2009", b"ext4"], k=1000
)


def pdf(*objects: bytes) -> bytes:
    """A PDF of these objects, a catalog in front."""
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, one in enumerate((b"<< /Type /Catalog /Pages 2 0 R >>", *objects), 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, one))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer\n<< /Root 1 0 R /Size %d >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, start))
    return out.getvalue()


def pages(*kids: int, count: int | None = None) -> bytes:
    named = b" ".join(b"%d 0 R" % kid for kid in kids)
    return b"<< /Type /Pages /Kids [%s] /Count %d >>" % (named, len(kids) if count is None else count)


def stream(data: bytes, name: bytes = b"/FlateDecode", more: bytes = b"") -> bytes:
    return b"<< /Length %d /Filter %s %s >>\nstream\n%s\nendstream" % (len(data), name, more, data)


def flate(data: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        data = zlib.compress(data, 9)
    return data


def one_page(contents: bytes) -> bytes:
    return pdf(pages(3), PAGE, FONT, contents)


def mail(head: bytes, body: bytes) -> bytes:
    start = b"From: a@b.example\nSubject: A mail\nDate: Wed, 4 Mar 2009 17:31:20 -0800\nMessage-ID: <x@kernel-log.example>\n"
    return start + head + b"\n" + body


def parts(many: int) -> bytes:
    part = b"--x\nContent-Type: text/plain\n\nA part that has some words.\n"
    return mail(b"Content-Type: multipart/mixed; boundary=x\n", part * many + b"--x--\n")


def nested_parts(many: int) -> bytes:
    return mail(
        b"Content-Type: multipart/mixed; boundary=b0\n",
        b"".join(b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (n, n + 1) for n in range(many)),
    )


def filled(piece: bytes, size: int) -> bytes:
    return FRAME % (piece * (size // len(piece)))


# name: its address, and how it is made at a scale from 0 to 1, where 1 is what the project promises to outlive
PDFS: dict[str, Callable[[float], bytes]] = {
    "flate": lambda x: one_page(stream(flate(TEXT * int(x * 100 * MIB / len(TEXT))))),
    "flate-twice": lambda x: one_page(stream(flate(bytes(int(x * 100 * MIB)), 2), b"[/FlateDecode /FlateDecode]")),
    "run-lengths": lambda x: one_page(stream(b"\x81a" * int(x * 100 * MIB / 128), b"/RunLengthDecode")),
    "predictor": lambda x: one_page(stream(flate(bytes(int(x * 100 * MIB))), more=b"/DecodeParms << /Predictor 12 /Columns 999999999 >>")),
    "page-loop": lambda x: pdf(pages(2, 2)),
    "page-tree": lambda x: pdf(pages(3, 3, count=1 << 40), *(pages(n, n) for n in range(4, 4 + int(40 * x))), PAGE),
    "one-page-often": lambda x: pdf(pages(*[3] * int(x * 100_000)), PAGE, FONT, stream(flate(TEXT))),
    "many-pages": lambda x: pdf(pages(*range(6, 6 + int(x * 100_000))), FONT, FONT, stream(flate(TEXT)), *[PAGE] * int(x * 100_000)),
    "nested-arrays": lambda x: one_page(b"[" * int(x * 1_000_000) + b"]" * int(x * 1_000_000)),
    "nested-dictionaries": lambda x: one_page(b"<< /A " * int(x * 300_000) + b"1" + b">>" * int(x * 300_000)),
    "nested-in-text": lambda x: one_page(stream(flate(b"BT /F 12 Tf " + b"[" * int(x * 300_000) + b" TJ ET"))),
    "object-stream": lambda x: pdf(pages(3), stream(flate(b"0 0 " * int(x * 1_000_000)), more=b"/Type /ObjStm /N 1000000 /First 4000000")),
    "long-line": lambda x: one_page(stream(flate(b"BT /F 12 Tf 1e308 0 0 1e308 0 0 Tm (" + b"a" * int(x * 10_000_000) + b") Tj ET"))),
}  # fmt: skip
MAILS: dict[str, Callable[[float], bytes]] = {
    "parts": lambda x: parts(int(x * 10_000)),
    "nested-parts": lambda x: nested_parts(int(x * 10_000)),
    "headers": lambda x: mail(b"X-A: b\n" * int(x * 1_000_000), b"words\n"),
    "one-header": lambda x: mail(b"X-A: " + b"b\n " * int(x * 1_000_000) + b"\n", b"words\n"),
    "addresses": lambda x: mail(b"To: " + b"a@b.example,\n " * int(x * 500_000) + b"a@b.example\n", b"words\n"),
    "packed": lambda x: mail(b"Content-Type: text/html\n", b"<p>" + b"<b>" * int(x * 1_000_000)),
}
PAGES: dict[str, Callable[[float], bytes]] = {
    "one-line": lambda x: filled(b" ".join(WORDS) + b" ", int(x * 10_000_000)),
    "one-word": lambda x: filled(b"a", int(x * 10_000_000)),
    "links": lambda x: filled(b"<a href='http://lwn.net/Articles/1234/'>a link</a> ", int(x * 10_000_000)),
    "one-link": lambda x: FRAME % (b"<p>words <a href='http://a.example/" + b"b" * int(x * 10_000_000) + b"'>link</a></p>"),
    "attributes": lambda x: FRAME % (b"<p " + b"".join(b"a%d=b " % n for n in range(int(x * 800_000))) + b">words</p>"),
    "one-attribute": lambda x: FRAME % (b"<p class='" + b"entry " * int(x * 1_600_000) + b"'>words</p>"),
    "colspans": lambda x: filled(b"<table><tr><td colspan=999999999 rowspan=999999999>1<td>2<tr><td>3</table>", int(x * 10_000_000)),
    "one-table": lambda x: FRAME % (b"<table>" + b"<tr>" + b"<td colspan=1000>a" * int(x * 500_000) + b"</table>"),
    "rows": lambda x: FRAME % (b"<table>" + b"<tr><td colspan=65534>a<td>b" * int(x * 300_000) + b"</table>"),
}  # fmt: skip
KINDS = {
    "pdf": (PDFS, "http://pdf.example/{}.pdf", "application/pdf"),
    "mail": (MAILS, "http://lkml.org/lkml/2009/3/4/{}", "text/plain"),
    "page": (PAGES, "http://page.example/{}", "text/html"),
    "lwn": (PAGES, "http://lwn.net/Articles/{}/", "text/html"),
}
REASONS = {"broken_pdf", "scanned", "too_slow", "memory", "crash", "too_large", "no_text", "too_deep", "too_many_tags"}
"""Why a bomb may be set aside."""


def write_bombs(path: Path, scale: float) -> dict[str, str]:
    """A WARC file with all bombs, or at a smaller scale with half of them, and a good page behind; their names by address."""
    names: dict[str, str] = {"http://good.example/page": "good"}
    pairs = [(kind, name) for kind, (made, _, _) in KINDS.items() for name in made]
    drawn = pairs if scale == 1 else random.Random(2009).sample(pairs, len(pairs) // 2)
    with path.open("wb") as file:
        for number, (kind, name) in enumerate(drawn, 1000):
            made, address, mime = KINDS[kind]
            url = address.format(number if kind in ("mail", "lwn") else name)
            names[url] = f"{kind} {name}"
            file.write(_record(url, made[name](scale), mime))
        file.write(_record("http://good.example/page", GOOD, "text/html"))
    return names


def _record(url: str, body: bytes, mime: str) -> bytes:
    head = warc.http_head("HTTP/1.1 200 OK", [("Content-Type", mime), ("Content-Encoding", "gzip")])
    return warc.response(url, MOMENT, head, gzip.compress(body, 1), ())[1]


@pytest.mark.parametrize("scale", [0.02, pytest.param(1.0, marks=pytest.mark.soak)])
def test_each_bomb_is_a_document_or_listed_and_the_rest_is_read(scale: float, tmp_path: Path) -> None:
    names = write_bombs(tmp_path / "bombs.warc.gz", scale)
    home = tmp_path / "home"
    settings = Settings(limiter=tmp_path / "limiter.sqlite")
    run_steps(home, settings, [str(tmp_path / "bombs.warc.gz")], ["discover", "fetch", "parse", "link"])
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        documents = {url for (url,) in connection.execute("SELECT url FROM raw.documents").fetchall()}
        rows = connection.execute("SELECT url, reason, detail FROM raw.set_aside").fetchall()
    aside = {url: f"{reason}: {detail}" for url, reason, detail in rows}
    for url, name in names.items():
        print(f"{name}: {'document' if url in documents else aside.get(url, 'nothing')[:150]}")
    assert "http://good.example/page" in documents
    assert documents | aside.keys() == names.keys()
    assert {reason for _, reason, _ in rows} <= REASONS
    peak_kib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"{peak_kib >> 10} MiB in the largest process that has ended")
