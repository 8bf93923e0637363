"""Labelled inputs, broken at random: each gives a document or is listed with its reason, and nothing raises but our own errors."""

import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from flows.sources import registry
from tests.flows.reading_cases import FOLDER, LIMIT, NOW, Read, cases, read_warc, take_mail
from warehouse.captures.unpack import unpack
from warehouse.records import Capture

WHOLE = {"mail": 2000, "page": 1000, "pdf": 500, "warc": 500}
TENTH = {kind: count // 10 for kind, count in WHOLE.items()}
SEED = 18
PIECES = (
    b"\0", b"\xff\xfe", b"\x1b$B", b"~{", b"+AGE-", b"=?utf-8?b?", b"\r", b"\n\n", b"\r\n\r\n", b"--", b"From ", b"Content-Type: multipart/mixed",
    b"Content-Transfer-Encoding: base64\n", b"charset=hz", b"charset=utf-7", b"Date: ", b"Received: x; ", b"<", b">", b"<base href='//['>", b"&#0;",
    b"<meta charset=iso-2022-kr>", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"WARC/1.0\r\n", b"WARC/1.0\n", b"Content-Length: 99999999999\r\n", b"WARC-Date: 0\r\n",
    b"WARC-Type: revisit\r\n", b"Content-Encoding: br\r\n", b"<<", b"stream\n", b"/Filter /FlateDecode", b"/Kids [1 0 R]", b"\xe2\x80\xa8",
)  # fmt: skip


@cache
def inputs(kind: str) -> list[bytes]:
    """The whole inputs of a way in, as bytes; WARC files packed and not."""
    paths = [FOLDER / case["file"] for case in cases() if case["way"] == kind]
    whole = [path.read_bytes() for path in paths if path.is_file()]
    return [*whole, *(unpack(body, None, limit=LIMIT) for body in whole if kind == "warc")]


def broken(kind: str, count: int) -> Iterator[bytes]:
    """So many inputs of a kind, each broken in one to eight places."""
    for number in range(count):
        chance = random.Random(f"{SEED} {kind} {number}")
        body = bytearray(chance.choice(inputs(kind)))
        for _ in range(chance.randint(1, 8)):
            break_once(body, kind, chance)
        yield bytes(body)


def break_once(body: bytearray, kind: str, chance: random.Random) -> None:
    at, length = chance.randrange(len(body) + 1), chance.choice([1, 1, 2, 16, 300])
    match chance.randrange(6):
        case 0:
            body[at : at + length] = chance.randbytes(length)
        case 1:
            del body[at : at + length]
        case 2:
            body[at:at] = chance.choice(PIECES)
        case 3:
            body[at:at] = body[at : at + length] * chance.randint(1, 5)
        case 4:
            body[at : at + length] = chance.choice(inputs(kind))[at : at + length]
        case _:
            del body[at + len(body) // 4 :]


def read(kind: str, body: bytes, folder: Path) -> Read:
    """What came of the bytes."""
    result = Read()
    if kind == "mail":
        take_mail(body, result)
    elif kind == "warc":
        path = folder / "broken.warc.gz"
        path.write_bytes(body)
        read_warc(path, result)
    else:
        url = "http://broken.example/page.pdf" if kind == "pdf" else "http://broken.example/page.html"
        mime = "application/pdf" if kind == "pdf" else "text/html"
        result.take(registry.identify(url), Capture("broken", url, 200, mime, NOW, body))
    return result


def prove(kind: str, count: int, folder: Path) -> None:
    for number, body in enumerate(broken(kind, count)):
        result = read(kind, body, folder)

        assert result.documents or result.said, f"{kind} {number}: passed over in silence"
        assert all(document.title for _, document, _ in result.documents), f"{kind} {number}"
        assert not any(said.startswith("never given") for said in result.said), f"{kind} {number}: {result.said}"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", TENTH)
def test_a_broken_input_is_a_document_or_listed_with_its_reason(kind: str, tmp_path: Path) -> None:
    prove(kind, TENTH[kind], tmp_path)


@pytest.mark.soak
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", WHOLE)
def test_every_broken_input_is_a_document_or_listed_with_its_reason(kind: str, tmp_path: Path) -> None:
    prove(kind, WHOLE[kind], tmp_path)
