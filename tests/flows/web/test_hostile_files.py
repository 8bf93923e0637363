"""WARC, ARC and WACZ files made to do harm: little memory, nothing written outside, the bad named and the good read."""

import gzip
import json
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import duckdb
import pytest

from flows.web import warcrecords
from flows.web.warcfile import WarcFile
from tests.flows.web.steps import run_steps
from tests.flows.web.test_warcfile import due, record
from tests.peak import MIB, more_memory
from warehouse.settings import Settings

pytestmark = pytest.mark.slow

SIZES = [pytest.param(16 * MIB, id="16 MiB"), pytest.param(3 << 30, id="3 GiB", marks=pytest.mark.soak)]
LIMIT = MIB
ARC_HEAD = b"1 0 Alexa Internet\nURL IP-address Archive-date Content-type Archive-length\n"
OK = b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n"


def arc_record(url: str, body: bytes, size: int | None = None) -> bytes:
    """A record of an ARC file, or the beginning of one of so many bytes."""
    kind = b"text/plain" if url.startswith("filedesc") else b"text/html"
    return b"%s 1.2.3.4 20090309041200 %s %d\n%s" % (url.encode(), kind, size or len(body), body)


def opened(path: Path) -> WarcFile:
    return WarcFile(path, LIMIT, path.name)


def listed(path: Path) -> tuple[list[str], list[str]]:
    found = list(opened(path).discover(""))
    return [one.url for one in found if one.error is None], [str(one.error) for one in found if one.error]


def repeated(piece: bytes) -> Callable[[int], Iterator[bytes]]:
    return lambda size: (piece * (MIB // len(piece)) for _ in range(size // MIB))


RECORD = b"WARC/1.0\r\nWARC-Type: response\r\n"
PAGE = b"WARC-Target-URI: http://lwn.net/9\r\nContent-Length: %d\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"
NINE = "http://lwn.net/9"
A, X = repeated(b"a"), repeated(b"X: 123\r\n")
BOMBS: dict[str, tuple[Callable[[int], Iterable[bytes]], int]] = {
    # name: what is packed between good records, and how many pages are listed
    "version.warc.gz": (lambda size: [b"WARC/1.0\r\n", *A(size)], 2),
    "header.warc.gz": (lambda size: [RECORD, b"X: ", *A(size), b"\r\n\r\n"], 2),
    "headers.warc.gz": (lambda size: [RECORD, *X(size), b"\r\n\r\n"], 2),
    "page.warc.gz": (lambda size: [RECORD, PAGE % (size + 19), *A(size), b"\r\n\r\n"], 3),
    "zeros.warc.gz": (repeated(b"\0"), 2),
    "line.arc.gz": (lambda size: [b"http://lwn.net/", *A(size)], 1),
    "header.arc.gz": (lambda size: [arc_record(NINE, OK[:-1] + b"X: ", size + len(OK) + 2), *A(size)], 1),
    "headers.arc.gz": (lambda size: [arc_record(NINE, OK[:-1], size + len(OK) - 1), *X(size)], 1),
    "page.arc.gz": (lambda size: [arc_record(NINE, OK, size + len(OK)), *A(size), b"\n"], 2),
}


def write(path: Path, pieces: Iterable[bytes]) -> None:
    packer = zlib.compressobj(6, wbits=31)
    is_arc = path.name.endswith(".arc.gz")
    before = [
        arc_record("filedesc://x.arc", ARC_HEAD) + b"\n",
        arc_record("http://lwn.net/1", OK + b"<p>Old</p>") + b"\n",
    ]
    with path.open("wb") as file:
        file.writelines(map(gzip.compress, before) if is_arc else [record(1)])
        file.writelines(packer.compress(piece) for piece in pieces)
        file.write(packer.flush() + (b"" if is_arc else record(2)))


def write_wacz(path: Path, pieces: Iterable[bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("archive/1.warc.gz", record(1))
        with zipped.open("archive/bomb.warc", "w", force_zip64=True) as member:
            member.writelines(pieces)
        zipped.writestr("archive/2.warc.gz", record(2))


def read_through(*paths: str) -> list[list]:
    """Of each file how many pages and errors are listed, and which of two pages come: all a run does with it."""
    found = []
    for path in paths:
        pages, errors = listed(Path(path))
        wanted = [due(f"http://lwn.net/{number}") for number in (1, 2, 9)]
        came = [one.url[-1] for one in opened(Path(path)).fetch(wanted) if one.response is not None]
        found.append([len(pages), [error[:300] for error in errors[:3]], came])
    return found


@pytest.mark.parametrize("size", SIZES)
def test_bombs_in_files_take_little_memory_and_hide_no_good_page(size: int, tmp_path: Path) -> None:
    for name, (make, _) in BOMBS.items():
        write(tmp_path / name, make(size))
    write_wacz(tmp_path / "member.wacz", repeated(b"\0")(max(size, 72 * MIB)))
    names = [*BOMBS, "member.wacz"]
    found, more = more_memory(read_through, *(str(tmp_path / name) for name in names))
    for name, (pages, errors, came) in zip(names, found, strict=True):
        assert pages == (BOMBS[name][1] if name in BOMBS else 2), (name, errors)
        assert errors or name.startswith("page"), name
        assert came == (["1"] if ".arc" in name else ["1", "2"]), (name, errors)
    print(f"{size >> 20} MiB: {more / MIB:.1f} MiB of memory")
    assert more < 48 * MIB, "some pages of the limit, a spooled file, and what a piece unpacks to"


def test_the_members_of_a_wacz_unpack_to_a_hundred_times_its_size_together(tmp_path: Path) -> None:
    path = tmp_path / "many.wacz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for number in range(3):
            zipped.writestr(f"archive/{number}.warc", gzip.decompress(record(number)) + bytes(30 * MIB))
        zipped.writestr("archive/3.warc.gz", record(3))
    pages, errors = listed(path)
    assert pages == [f"http://lwn.net/{number}" for number in (0, 1, 3)]
    assert "2.warc: it cannot be decompressed: it decompresses to more than" in errors[-1]


def odd_wacz(path: Path) -> Path:
    """A WACZ with members named like other files, and some that cannot be unpacked, between two good ones."""
    names = ["archive/1.warc.gz", "../../x.warc.gz", "/x.warc.gz", "C:\\x.warc.gz", "archive/\x1b]0;x\x07.warc.gz", "archive/odd.warc.gz",
             "archive/locked.warc.gz", "archive/cut.warc.gz", "archive/no.warc.gz", "archive/2.warc.gz"]  # fmt: skip
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for number, name in enumerate(names):
            body = b"no record" if "no.warc" in name else record({0: 1, len(names) - 1: 2}.get(number, 10 + number))
            zipped.writestr(name, body)
        places = {one.filename: one.header_offset for one in zipped.infolist()}
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    for name in names:  # central directory: flags at 8, packing at 10, lengths at 28
        head = struct.unpack_from("<3H", data, at + 28)
        if "odd" in name:
            struct.pack_into("<H", data, at + 10, 99)
        if "locked" in name:
            struct.pack_into("<H", data, at + 8, data[at + 8] | 1)
            data[places[name] + 6] |= 1
        if "cut" in name:
            data[places[name] + 60 : places[name] + 90] = b"\xff" * 30
        at += 46 + sum(head)
    path.write_bytes(data)
    return path


def test_members_named_like_other_files_are_names_and_a_bad_member_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = odd_wacz(tmp_path / "odd.wacz")
    work = tmp_path / "a" / "b" / "c"
    work.mkdir(parents=True)
    monkeypatch.chdir(work)
    monkeypatch.setattr(tempfile, "tempdir", str(work))
    home = work / "home"
    before = {one for one in tmp_path.rglob("*") if home not in one.parents and one != home}
    run_steps(home, Settings(limiter=work / "limiter.sqlite"), [str(path)], ["discover", "fetch"])
    after = {one for one in tmp_path.rglob("*") if home not in one.parents and one != home}
    assert after == before
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        done = connection.execute("SELECT url FROM raw.fetches WHERE state = 'done' ORDER BY url").fetchall()
        aside = connection.execute("SELECT url, detail FROM raw.set_aside ORDER BY url").fetchall()
    assert [url.removeprefix("http://lwn.net/") for (url,) in done] == ["1", "11", "12", "13", "14", "2"]
    assert [url.partition("#")[0].rpartition("/")[2] for url, _ in aside] == [
        "cut.warc.gz", "locked.warc.gz", "no.warc.gz", "odd.warc.gz",
    ]  # fmt: skip
    assert all("decompressed: " in detail or "not a WARC or ARC" in detail for _, detail in aside), json.dumps(aside)


def test_a_file_of_nothing_but_broken_records_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warcrecords, "_MOST_BROKEN", 20)
    path = tmp_path / "starts.warc.gz"
    path.write_bytes(record(1) + gzip.compress(b"WARC/1.0\r\n\r\n" * 1000) + record(2))
    pages, errors = listed(path)
    assert pages == ["http://lwn.net/1"]
    assert len(errors) == 21 and "20 records before this location are broken, so the rest is not read" in errors[-1]


def test_what_an_arc_file_says_is_not_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.arc"
    path.write_bytes(
        arc_record("filedesc://x.arc", ARC_HEAD)
        + b"\n"
        + arc_record(NINE, OK + b"\x1b]0;title\x07 and more than it says", 50)
    )
    assert listed(path)[0] == [NINE]
    assert "".join(capfd.readouterr()) == ""
