"""Every input of `../shared/cases` is right by a build: discovered, fetched, unpacked and parsed as an operator's are."""

import bz2
import datetime as dt
import json
import lzma
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.conftest import SHARED, BuildOnce
from tests.flows.web.steps import run_steps
from warehouse.captures import warc
from warehouse.settings import Settings

MOMENT = dt.datetime(2010, 1, 1)
IDS = ("a1@example.org", "a2@example.org")
Documents = dict[str, dict]

RIGHT: dict[str, Callable[[Documents], bool]] = {
    "b21-no-empty-line.mbox": lambda d: d["b21-1@example.org"]["text"] == "first words" and d["b21-2@example.org"]["text"] == "second words",
    "b36-eml-subfolder.txt": lambda d: {"b36-one@example.org", "b36-TWO@example.org", "b36-three@example.org"} <= d.keys(),
    "b37-packed-mbox.txt": lambda d: {"b37-xz-1@example.org", "b37-bz2-2@example.org"} <= d.keys(),
    "d25-pm.eml": lambda d: at(d, "d25") == "2009-03-04 17:31",
    "d26-clock-wrong.eml": lambda d: at(d, "d26")[:10] == "2009-03-04",
    "d27-maerz-abbr.eml": lambda d: at(d, "d27") == "2009-03-04 17:31",
    "h05-sjis-windows.html": lambda d: page(d, "h05")["text"].startswith("①新しい～版"),
    "h28-shy-title.html": lambda d: page(d, "h28")["title"] == "Kernel release notes",
    "h29-base-href.html": lambda d: "http://other.example.net/dir/sub/p.html" in page(d, "h29")["links"],
    "m02-utf7.eml": lambda d: mail(d, "m02")["text"] == "Grüße – neu",
    "m06-8859-8-i.eml": lambda d: mail(d, "m06")["text"] == "גרסה חדשה של הליבה",
    "m07-crlf-alternative.eml": lambda d: said(d, "m07") == ("the plan", "Jane Roe", "The plain words."),
    "m09-crlf-mentions-pre.eml": lambda d: said(d, "m09") == ("the plan", "Jane Roe", "Please use <pre> in the doc. Thanks"),
    "m14-base64-cut.eml": lambda d: mail(d, "m14")["text"].startswith("Words that were packed and cut"),
    "m16-paren-name.eml": lambda d: mail(d, "m16")["author"] == "Jane Roe (Example Corp)",
    "m18-nospace-header.eml": lambda d: said(d, "m18")[1:] == ("Jane Roe", "Words"),
    "w30-gzip-no-header.warc.gz": lambda d: "markerg." in d["example.org/kernel/g.html"]["text"],
    "w31-gzip-cut.warc.gz": lambda d: "part1." in d["example.org/kernel/c.html"]["text"] and d["example.org/kernel/c.html"]["is_cut"],
    "w32-encoding-unknown.warc.gz": lambda d: "markere." in d["example.org/kernel/e.html"]["text"],
}  # fmt: skip


def mail(documents: Documents, case: str) -> dict:
    return documents[f"{case}-1@example.org"]


def page(documents: Documents, case: str) -> dict:
    return next(found for key, found in documents.items() if key.startswith(f"cases.example/{case}"))


def said(documents: Documents, case: str) -> tuple[str, str, str]:
    found = mail(documents, case)
    return found["title"], found["author"], " ".join(found["text"].split())


def at(documents: Documents, case: str) -> str:
    return f"{mail(documents, case)['published_at']:%Y-%m-%d %H:%M}"


def renamed(body: bytes, *names: str) -> bytes:
    """The mail, or mails, under Message-IDs of their own."""
    for old, new in zip(IDS, names, strict=False):
        body = body.replace(old.encode(), f"{new}@example.org".encode())
    return body


@pytest.fixture(scope="module")
def documents(build_once: BuildOnce) -> Documents:
    """What a build makes of all cases, by key."""
    if not (SHARED / "cases").is_dir():
        pytest.skip("../shared/cases is not here")
    home = build_once("shared_cases", _build) / "home"
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "SELECT document_id, key, title, author, text, published_at, facts FROM raw.documents"
        ).fetchall()
        links = connection.execute("SELECT document_id, href FROM raw.links").fetchall()
    return {
        key: {
            "title": title, "author": author, "text": text, "published_at": published, "is_cut": json.loads(facts).get("is_cut", False),
            "links": [href for owner, href in links if owner == name],
        }
        for name, key, title, author, text, published, facts in rows
    }  # fmt: skip


def _build(folder: Path) -> None:
    cases, mails = SHARED / "cases", folder / "mail"
    (mails / "sub").mkdir(parents=True)
    for path in cases.glob("*.eml"):
        (mails / path.name).write_bytes(renamed(path.read_bytes(), f"{path.name[:3]}-1"))
    box = (cases / "b21-no-empty-line.mbox").read_bytes()
    (mails / "b21.mbox").write_bytes(renamed(box, "b21-1", "b21-2"))
    (mails / "b37.mbox.xz").write_bytes(lzma.compress(renamed(box, "b37-xz-1", "b37-xz-2")))
    (mails / "b37.mbox.bz2").write_bytes(bz2.compress(renamed(box, "b37-bz2-1", "b37-bz2-2")))
    one = (cases / "m09-crlf-mentions-pre.eml").read_bytes()
    for name in ("one.eml", "TWO.EML", "sub/three.eml"):
        (mails / name).write_bytes(renamed(one, f"b36-{Path(name).stem}"))
    names = [f"{path.name[:3]}-1" for path in cases.glob("*.eml")]
    names += ["b21-1", "b21-2", "b37-xz-1", "b37-bz2-2", "b36-one", "b36-TWO", "b36-three"]
    addresses = folder / "addresses.txt"
    addresses.write_text("".join(f"https://lore.kernel.org/lkml/{name}@example.org/\n" for name in names))
    pages = folder / "pages.warc.gz"
    http = warc.http_head("HTTP/1.1 200 OK", [("Content-Type", "text/html")])
    pages.write_bytes(
        b"".join(
            warc.response(f"http://cases.example/{path.name}", MOMENT, http, path.read_bytes(), ())[1]
            for path in sorted(cases.glob("*.html"))
        )
    )
    run_steps(
        folder / "home",
        Settings(),
        [str(pages), *map(str, sorted(cases.glob("*.warc.gz")))],
        ["discover", "fetch", "parse"],
        addresses=addresses,
        mail=[mails],
    )


@pytest.mark.parametrize("case", RIGHT)
def test_a_case_is_right(documents: Documents, case: str) -> None:
    assert RIGHT[case](documents), case


def test_every_case_is_looked_at() -> None:
    if not (SHARED / "cases").is_dir():
        pytest.skip("../shared/cases is not here")
    assert RIGHT.keys() == {path.name for path in (SHARED / "cases").iterdir()} - {"INDEX.md"}
