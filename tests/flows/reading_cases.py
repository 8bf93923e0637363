"""The labelled inputs of `tests/labelled/reading`, read as in a build, and the faults of the results."""

import datetime as dt
import functools
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from flows.document_parser import read_document
from flows.mail_archives.messages import head_of, sent_at
from flows.mail_archives.origin import MailArchive, read_messages
from flows.sources import registry
from flows.web.warcfile import WarcFile
from warehouse.captures.files import CaptureWriter, read_capture
from warehouse.errors import KlogError, UsageError
from warehouse.frontier.ledger import Due
from warehouse.records import Capture, Document, Identity
from warehouse.rows import assemble

FOLDER = Path(__file__).parents[1] / "labelled" / "reading"
KINDS = {
    "commit": {"commit"},
    "bug": {"bug"},
    "article": {"lwn"},
    "patch": {"mail"},
    "mail": {"mail"},
    "post": {"blog", "page"},
    "thread": {"page", "blog"},
}
LIMIT = 64 * 1024 * 1024
MAIL_URL = "https://lore.kernel.org/r/wanted@example.org"
NOW = dt.datetime(2026, 1, 1)
Expected = dict


@dataclass
class Read:
    """The result of an input: documents by address, and the messages that name what was not read."""

    documents: list[tuple[str, Document, Capture]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def take(self, identity: Identity, capture: Capture) -> None:
        try:
            self.documents.append((capture.url, read_document(identity, [capture], {}), capture))
        except KlogError as error:
            self.said.append(f"{capture.url}: {error}")


@functools.cache
def cases() -> list[dict]:
    return [json.loads(line) for line in (FOLDER / "expected.jsonl").read_text(encoding="utf-8").split("\n") if line]


def is_final(case: dict) -> bool:
    return hashlib.sha256(case["file"].encode()).hexdigest()[0] in "89abcdef"


def read_case(case: dict) -> Read:
    path = FOLDER / case["file"]
    result = Read()
    if case["way"] == "warc":
        read_warc(path, result)
    elif case["way"] == "mailbox":
        read_mailbox(path, result)
    elif case["way"] == "mail":
        take_mail(path.read_bytes(), result)
    else:
        url = case.get("url") or f"http://www.cases.example/{path.name}"
        mime = "application/pdf" if case["way"] == "pdf" else "text/html"
        result.take(registry.identify(url), Capture("case", url, 200, mime, NOW, path.read_bytes()))
    return result


def take_mail(message: bytes, result: Read) -> None:
    captured_at = sent_at(head_of(message)) or NOW
    result.take(registry.identify(MAIL_URL), Capture("case", MAIL_URL, 200, "message/rfc822", captured_at, message))


def read_mailbox(path: Path, result: Read) -> None:
    try:
        for message in read_messages(path, LIMIT):
            take_mail(message, result)
        archive = MailArchive(path, LIMIT, {})
        result.said += [f"{one.url}: {one.error}" for part in archive.parts() for one in archive.discover(part)]
    except UsageError as error:
        result.said.append(str(error))


def read_warc(path: Path, result: Read) -> None:
    origin = WarcFile(path, LIMIT, path.name)
    found: dict[str, Identity] = {}
    try:
        for listed in origin.discover(origin.parts()[0]):
            if listed.error is not None:
                result.said.append(f"{listed.url}: {listed.error}")
                continue
            try:
                identity = registry.identify(listed.url)
                found.setdefault(identity.url, identity)
            except UsageError as error:
                result.said.append(f"{listed.url}: {error}")
    except UsageError as error:
        result.said.append(str(error))
        return
    due = [Due(one.url, one.kind, one.key, one.page, None, 0) for one in found.values()]
    with TemporaryDirectory() as folder, CaptureWriter(Path(folder), max_bytes=LIMIT) as writer:
        for fetched in origin.fetch(due):
            identity = found.pop(fetched.url)
            if fetched.response is None:
                result.said.append(f"{fetched.url}: {fetched.error}")
                continue
            stored = writer.append(fetched.response)
            writer.flush()
            try:
                capture = read_capture(Path(folder), stored, limit=LIMIT)
            except KlogError as error:
                result.said.append(f"{fetched.url}: {error}")
                continue
            result.take(identity, capture)
    result.said += [f"never given: {url}" for url in found]


def faults(case: dict, result: Read) -> list[str]:
    """Return the faults of a result, one sentence each; empty if it is right."""
    return list(_faults(case, case["expected"], result))


def _faults(case: dict, expected: Expected, result: Read) -> Iterator[str]:  # noqa: C901 - a line for each key of the labels
    documents = result.documents
    said = " ".join(result.said)
    if expected.get("refused"):
        if documents:
            yield "read, though it is to be refused"
        if Path(case["file"]).name not in said and expected.get("named", "") not in said:
            yield f"not named: {said}"
        return
    if "or_refused" in expected and not documents and expected["or_refused"] in said:
        return
    if "refused_or_text_has" in expected:
        text = " ".join(_text(document) for _, document, _ in documents)
        yield from (f"text has {lack!r}" for lack in expected.get("text_lacks", []) if _plain(lack) in text)
        if documents:
            yield from (
                f"text lacks {has!r}: {text[:300]}"
                for has in expected["refused_or_text_has"]
                if _plain(has) not in text
            )
        return
    if "named" in expected and not any(
        name in said for name in (expected["named"], *expected.get("named_also_ok", ()))
    ):
        yield f"not named: {said}"
    if "documents" in expected and len(documents) != expected["documents"]:
        yield f"{len(documents)} documents for {expected['documents']}: {said}"
    yield from _ids(expected, documents)
    for name, give in (("titles", _title), ("authors", _author), ("publisheds", _published)):
        found = [give(document) for _, document, _ in documents]
        if name in expected and found != [_plain(v) if isinstance(v, str) else v for v in expected[name]]:
            yield f"{name}: {found} for {expected[name]}"
    for url in expected.get("urls", ()):
        if url not in [given for given, _, _ in documents]:
            yield f"{url} is no document: {said}"
    url = case.get("url") if case["way"] == "warc" else None
    ours = [entry for entry in documents if url is None or entry[0] == url or registry.identify(url).url == entry[0]]
    if not ours:
        yield f"no document: {said}"
        return
    yield from _text_faults(expected, " ".join(_text(document) for _, document, _ in ours))
    yield from _field_faults(expected, *ours[0][1:])


def _ids(expected: Expected, documents: list) -> Iterator[str]:
    if "message_ids" in expected:
        found = {document.facts.get("message_id") for _, document, _ in documents}
        yield from (f"{name} is lost; {found}" for name in expected["message_ids"] if name.strip("<>") not in found)


def _text_faults(expected: Expected, text: str) -> Iterator[str]:
    yield from (
        f"text lacks {has!r}: {text[:400]!r}" for has in expected.get("text_has", []) if _plain(has) not in text
    )
    yield from (f"text has {lack!r}" for lack in expected.get("text_lacks", []) if (_plain(lack) or lack) in text)
    if "text_begins" in expected and not text.startswith(_plain(expected["text_begins"])):
        yield f"text begins {text[:200]!r} for {expected['text_begins']!r}"
    if "text_equals" in expected and text != _plain(expected["text_equals"]):
        yield f"text is {text!r} for {expected['text_equals']!r}"


def _field_faults(expected: Expected, document: Document, capture: Capture) -> Iterator[str]:
    for name, found in (("title", _title(document)), ("author", _author(document))):
        right = [_plain(v) if v is not None else None for v in (expected.get(name), *_also(expected, name))]
        if name in expected and found not in right:
            yield f"{name} {found!r} for {right!r}"
    yield from (f"title has {lack!r}" for lack in expected.get("title_lacks", ()) if lack in document.title)
    if "published" in expected:
        yield from _date_faults(expected, document)
    if "precision" in expected and document.published_precision != expected["precision"]:
        yield f"precision {document.published_precision} for {expected['precision']}"
    if "captured" in expected and not f"{capture.captured_at:%Y-%m-%d %H:%M}".startswith(expected["captured"]):
        yield f"captured {capture.captured_at} for {expected['captured']}"
    if "kind" in expected and document.kind not in KINDS[expected["kind"]]:
        yield f"kind {document.kind} for {expected['kind']}"
    links = {link.href for link in document.links}
    yield from (f"no link {href}: {links}" for href in expected.get("links", ()) if not _same_link(href, links))
    yield from (f"link {href}" for href in expected.get("links_lack", ()) if _same_link(href, links))


def _also(expected: Expected, name: str) -> list:
    """Return the other right values; a bare null is one of them."""
    also = expected.get(f"{name}_also_ok", [])
    return also if isinstance(also, list) else [also]


def _same_link(href: str, links: set[str]) -> bool:
    try:
        return href in links or registry.identify(href).url in links
    except UsageError:
        return False


def _date_faults(expected: Expected, document: Document) -> Iterator[str]:
    clock, offset = _published(document), document.utc_offset_min
    offsets = [expected.get("utc_offset_min", offset), *_also(expected, "utc_offset")]
    right = [(expected["published"], one) for one in offsets]
    right += [(also, zone) for also, zone in expected.get("published_also_ok", ())]
    if not any(
        (clock == at or (at and len(at) == 10 and clock and clock[:10] == at)) and offset == zone for at, zone in right
    ):
        yield f"published {clock} {offset} for {right}"


def _title(document: Document) -> str:
    return _plain(document.title)


def _author(document: Document) -> str | None:
    return _plain(document.author) if document.author is not None else None


def _published(document: Document) -> str | None:
    at = document.published_at
    return None if at is None else f"{at:%Y-%m-%d}" if document.published_precision == "day" else f"{at:%Y-%m-%d %H:%M}"


def _text(document: Document) -> str:
    headless = [
        replace(one, heading=None) if document.kind == "pdf" or (one.heading or "").startswith("Page ") else one
        for one in document.sections
    ]
    return _plain(assemble(headless)[0])


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()
