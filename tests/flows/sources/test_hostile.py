"""Whatever bytes come, a reader gives a document or sets them aside, soon and within its memory."""

import datetime as dt
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.document_parser import read_document
from flows.limited_pool import TaskLimits
from flows.sources import registry
from tests.draw import some_and_soak
from tests.work import cpu_seconds
from warehouse.errors import PageSetAside
from warehouse.records import Capture, Document

pytestmark = pytest.mark.slow

URLS = {
    "issue": "http://www.h-online.com/open/features/What-s-new-1234567.html",
    "lwn": "https://lwn.net/Articles/12345/",
    "mail": "http://lkml.org/lkml/2009/3/4/379",
    "commit": "https://github.com/torvalds/linux/commit/1da177e4c3f41524e886b7f1b8a0c1fc7321cac2",
    "bug": "http://bugzilla.kernel.org/show_bug.cgi?id=12345",
    "kernelnewbies": "http://kernelnewbies.org/Linux_3.2",
    "release_note": "http://www.kernel.org/pub/linux/kernel/v3.0/ChangeLog-3.2.5",
    "blog": "http://coldcaches.blogspot.com/2009/03/x.html",
    "page": "http://projects.example/x",
    "pdf": "http://talks.example/x.pdf",
}
SHA = b"1da177e4c3f41524e886b7f1b8a0c1fc7321cac2"


def nested(tag: str, depth: int = 10_000, *, closed: bool = False) -> bytes:
    end = f"</{tag.split('>')[0]}>" if closed else ""
    return f"<html><body>{f'<{tag}>' * depth}words{end * depth}".encode()


PAGES = {
    "nothing": b"",
    "null bytes": b"\0" * 1_000_000,
    "ten megabytes of <": b"<" * 10_000_000,
    "divs without end": nested("div"),
    "divs with ends": nested("div", closed=True),
    "tables in tables": nested("table><tr><td"),
    "quotes in quotes": nested("blockquote"),
    "lists in lists": nested("ul><li"),
    "bold in bold": nested("b", 50_000),
    "random bytes": b"<html><body>" + random.Random(1).randbytes(1_000_000),
    "a charset that lies": b'<html><head><meta charset="utf-16"></head><body><p>\xff\xfe caf\xc3\xa9 \x80\x81 \xe9</p>'
    * 1000,
    "one long line": b"<p>" + b"a" * 10_000_000,
    "many items": b"<html><body><ul>" + b"<li>item" * 50_000,
    "many tables": b"<html><body>" + b"<table><tr><td>1<td>2<tr><td>3<td>4</table>" * 5_000,
    "many attributes": b"<p " + b"a=b " * 200_000 + b">words",
    "open comments": b"<!--" * 200_000 + b"words",
    "bogus entities": b"<p>" + b"&#x10ffff;&#0;&bogus;" * 50_000,
    "dates only": b"<p>" + b"1 Jan 2009 " * 100_000,
    "empty lines": b"<html><div class='ArticleText'><pre>words" + b"\n" * 2_000_000 + b"more</pre></div>",
    "frames without end": b"<html><frameset>" + b"<noframes " * 200_000 + b"<p>words",
    "dates in dates": b"<p>" + b"<div class='sender date' title='x'>" * 200 + b"words and more " * 50_000,
    "posts with headings": b"<html><body>" + b"<h2>h</h2><div class='entry'><p>words</div>" * 20_000,
    "rules": b"<pre>" + (b"-" * 30 + b"\n") * 100_000 + b"</pre>",
    "brackets around links": b"<html><body>"
    + b"<p>The kernel developers have merged a number of patches, they say, and all of it is good.</p>" * 4
    + b"<p>"
    + b"(" * 60_000
    + b"<a href='http://lwn.net/Articles/1234/'>1</a>" * 2_000
    + b")" * 60_000,
}
MAILS = {
    "long headers": b"Subject: x\nFrom: " + b"a" * 3_000_000 + b"\nDate: " + b"9" * 100_000 + b"\n\nwords",
    "many headers": b"From: a@b.example\nSubject: x\n" + b"X-A: b\n" * 100_000 + b"\nwords",
    "parts in parts": b"From: a@b.example\nSubject: x\nContent-Type: multipart/mixed; boundary=a0\n\n"
    + b"".join(b"--a%d\nContent-Type: multipart/mixed; boundary=a%d\n\n" % (n, n + 1) for n in range(3000)),
    "mails in mails": b"From: a@b.example\nSubject: x\n" + b"Content-Type: message/rfc822\n\n" * 5000,
    "encoded words": b"From: a@b.example\nSubject: " + b"=?utf-8?q?=ff?= " * 20_000 + b"\n\nwords",
    "broken headers and date": b"From: \xff\xfe <\nSubject: =?utf-8?b?!!!?=\nDate: Thu, 99 Foo 20099 99:99:99 +9999\n"
    b"Content-Type: text/plain; charset=no\xffsuch\nContent-Transfer-Encoding: base64\n\n%%%%",
    "quotes without end": b"From: a@b.example\nSubject: x\n\n" + b"> " * 500_000 + b"\n" + b"> a\n" * 100_000,
    "a mailbox": b"From a@b Thu Mar  4 2009\nFrom: a@b.example\nSubject: x\n\nwords\n\n" * 20_000,
    "short lines": b"From: a@b.example\nSubject: x\n\n" + b"a\n" * 500_000,
    "a patch of patches": b"From "
    + SHA
    + b" Mon Sep 17 00:00:00 2001\nFrom: \xff\nSubject: [[[[\n\n---\n"
    + b" a | 1 +\n" * 50_000,
    "a log": b"commit "
    + SHA
    + b"\nAuthor: a\nDate: x\n\n    words\n\n"
    + (b"commit " + SHA + b"\n\n    m\n\n") * 20_000,
    "brackets": b"[[" * 500_000,
    "equal signs": b"= " * 500_000,
}
CYCLE = b"""%PDF-1.4
1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
2 0 obj << /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 >> endobj
3 0 obj << /Type /Page /Parent 3 0 R /Contents 3 0 R /Resources 3 0 R >> endobj
trailer << /Root 1 0 R /Size 4 /Prev 9 >>
startxref
9
%%EOF
"""
PDFS = {
    "no PDF": b"<html>not found</html>",
    "cut": b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog",
    "cyclic": CYCLE,
    "encrypted": CYCLE.replace(b"/Size 4", b"/Size 4 /Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O (" + b"o" * 32 + b") /U (" + b"u" * 32 + b") >> /ID [(a) (a)]"),
    "noise": b"%PDF-1.4\n" + random.Random(2).randbytes(1_000_000),
    "many objects": b"%PDF-1.4\n" + b"1 0 obj << >> endobj\n" * 100_000 + b"%%EOF",
    "brackets": b"%PDF-1.4\n1 0 obj " + b"[" * 1_000_000,
}  # fmt: skip


def read(kind: str, body: bytes, mime: str = "text/html") -> str:
    """Return what became of the bytes: `document`, or the reason they were set aside."""
    url = URLS[kind]
    capture = Capture("hostile", url, 200, mime, dt.datetime(2010, 1, 1), body)
    try:
        document = read_document(registry.identify(url), [capture], {})
    except PageSetAside as error:
        assert error.reason.replace("_", "").isalpha()
        return error.reason
    assert isinstance(document, Document) and document.title
    assert document.published_at is None or document.published_at <= capture.captured_at + dt.timedelta(days=1)
    return "document"


@pytest.mark.parametrize(("kind", "name"), some_and_soak([kind for kind in URLS if kind != "pdf"], PAGES, one_in=6))
def test_a_page_made_to_choke_is_read_or_set_aside_in_time(kind: str, name: str) -> None:
    assert cpu_seconds(lambda: read(kind, PAGES[name])) < TaskLimits().cpu_s  # at which a run would set it aside


@pytest.mark.parametrize(
    ("kind", "name"), some_and_soak(["mail", "commit", "release_note", "kernelnewbies"], MAILS, one_in=6)
)
def test_a_text_made_to_choke_is_read_or_set_aside_in_time(kind: str, name: str) -> None:
    assert cpu_seconds(lambda: read(kind, MAILS[name], "text/plain")) < TaskLimits().cpu_s


@pytest.mark.parametrize("name", PDFS)
def test_a_pdf_made_to_choke_is_set_aside(name: str) -> None:
    assert read("pdf", PDFS[name], "application/pdf") != "document"


@given(kind=st.sampled_from([kind for kind in URLS if kind != "pdf"]), mime=st.sampled_from(["text/html", "text/plain"]),
       start=st.sampled_from([b"", b"<html><body>", b"From: a@b.example\nSubject: x\n\n", b"\xff\xfe", b"commit " + SHA]),
       body=st.binary(max_size=600))  # fmt: skip
def test_any_bytes_give_a_document_or_one_of_our_errors(kind: str, mime: str, start: bytes, body: bytes) -> None:
    assert read(kind, start + body, mime)


@given(
    kind=st.sampled_from([kind for kind in URLS if kind != "pdf"]),
    parts=st.lists(
        st.sampled_from(
            ["<div class='entry'>", "<pre>", "</div>", "<table><tr><td>", "<li>", "From: A <a@b.example>\n", "Subject: x\n", "Comment 1 ",
             "Date: Wed, 4 Mar 2009 17:31:20 -0800\n", "words ", "<h1>Title</h1>", "<br>", "<a href='http://[x'>", "&lt;", "\x00", "1 Jan 2009",
             "<div class='ArticleText'>", "commit " + SHA.decode(), "<!--", "-->", "<title>", "By X"]
        ),
        max_size=40,
    ),
)  # fmt: skip
def test_any_markup_gives_a_document_or_one_of_our_errors(kind: str, parts: list[str]) -> None:
    assert read(kind, "".join(parts).encode())


@given(body=st.binary(max_size=400))
def test_any_bytes_called_pdf_are_set_aside(body: bytes) -> None:
    assert read("pdf", b"%PDF-1.4\n" + body, "application/pdf") != "document"


@pytest.mark.parametrize("kind", ["page", *(pytest.param(kind, marks=pytest.mark.soak) for kind in ("lwn", "mail"))])
def test_the_worst_pages_are_read_in_a_gibibyte(kind: str) -> None:
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30)); sys.path.insert(0, sys.argv[1])\n"
        "import test_hostile as t\n"
        "for name in ('ten megabytes of <', 'divs with ends', 'one long line', 'many items', 'bold in bold'):\n"
        "    t.read(sys.argv[2], t.PAGES[name])\n"
        "for name in ('parts in parts', 'long headers'):\n"
        "    t.read('mail', t.MAILS[name], 'text/plain')\n"
    )
    folder = str(Path(__file__).parent)
    done = subprocess.run([sys.executable, "-c", code, folder, kind], capture_output=True, check=False)

    assert done.returncode == 0, done.stderr[-2000:].decode()
