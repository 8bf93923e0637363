"""Local files: every good record is read, before and behind a broken one, and the broken one is named."""

import datetime as dt
import gzip
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import sample
from flows.web.chunks import dechunk
from flows.web.warcfile import WarcFile, first_page
from warehouse.captures import warc
from warehouse.errors import TooLarge, UsageError
from warehouse.frontier.ledger import Due

MOMENT = dt.datetime(2009, 3, 9, 4, 12)
LIMIT = 10_000_000
HTML = (("Content-Type", "text/html"),)

# What each file of `../shared/warc/` must give: good pages, and how many records are named as broken.
REAL = {
    "warcio__bad.arc": (0, 3),
    "warcio__example-bad-non-chunked.warc.gz": (1, 0),
    "warcio__example-bad.warc.gz.bad": (1, 0),
    "warcio__example-resource.warc.gz": (1, 0),
    "warcio__example-space-in-target-uri.warc.gz": (0, 0),  # of a file: address, which is no page
    "warcio__example-space-in-url.arc": (1, 0),
    "warcio__example-trunc.warc": (0, 1),  # its only response is cut
    "warcio__example-wget-bad-target-uri.warc.gz": (1, 0),
    "warcio__example.arc.gz": (1, 0),
    "warcio__example.warc": (1, 0),
    "warcio__example.warc.gz": (1, 0),
    "whirlwind-python__whirlwind.warc": (1, 0),
}


def record(number: int, body: bytes | None = None, *headers: tuple[str, str], status: str = "200 OK") -> bytes:
    http = warc.http_head(f"HTTP/1.1 {status}", [*HTML, *headers])
    return warc.response(f"http://lwn.net/{number}", MOMENT, http, body or b"page %d" % number * 50, ())[1]


def opened(path: Path) -> WarcFile:
    return WarcFile(path, LIMIT, path.name)


def listed(path: Path) -> tuple[list[str], list[str]]:
    found = list(opened(path).discover(""))
    return [one.url for one in found if one.error is None], [str(one.error) for one in found if one.error]


def places(broken: list[str]) -> list[int]:
    return [int(one.partition("#byte=")[2].partition(":")[0]) for one in broken]


def test_what_was_captured_as_gone_is_gone_unless_it_was_captured_well(tmp_path: Path) -> None:
    path = tmp_path / "some.warc"
    path.write_bytes(record(1, status="404 Not Found") + record(2, status="410 Gone") + record(2) + record(3))
    answers = opened(path).fetch([due(f"http://lwn.net/{number}") for number in range(1, 5)])
    found = {one.url[-1]: one.error and one.error.reason for one in answers}
    assert found == {"1": "http_404", "2": None, "3": None}


@pytest.mark.parametrize("length", ["-5", "abc", "9" * 20, "0x10", "5 5"])
def test_a_length_that_is_none_is_named(tmp_path: Path, length: str) -> None:
    path = tmp_path / "some.warc"
    lines = (gzip.decompress(record(1)) if record(1)[:2] == b"\x1f\x8b" else record(1)).split(b"\r\n")
    damaged = [f"Content-Length: {length}".encode() if one.startswith(b"Content-Length") else one for one in lines]
    path.write_bytes(b"\r\n".join(damaged))
    _, (broken, *_) = listed(path)
    assert f"its Content-Length is '{length}'; expected a number of bytes" in broken


def due(url: str) -> Due:
    return Due(url, "page", url, 1, None, 0)


@pytest.mark.parametrize("name", REAL)
def test_a_real_file_gives_its_good_pages_and_names_the_rest(name: str, shared: Path) -> None:
    good, others = listed(shared / "warc" / name)
    broken = [one for one in others if not any(counts in one for counts in ("#status=", "#pages=0", "#captures="))]
    assert good or others
    assert (len(good), len(broken)) == REAL[name]
    assert all(f"{name}#byte=" in one for one in broken)


def test_every_real_file_stands_in_the_table(shared: Path) -> None:
    assert {path.name for path in (shared / "warc").iterdir() if path.suffix != ".md"} == set(REAL)


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("damage", ["flip", "cut", "zero", "garbage"])
def test_good_records_around_a_broken_one_are_read(packed: bool, damage: str, tmp_path: Path) -> None:
    records = [record(number) for number in range(5)]
    if not packed:
        records = [gzip.decompress(one) for one in records]
    middle = bytearray(records[2])
    half = len(middle) // 2
    match damage:
        case "flip":
            middle[half] ^= 0x55
        case "cut":
            del middle[half:]
        case "zero":
            middle[:20] = b"\0" * 20
        case "garbage":
            middle[10:30] = b"\x1f\x8b\x08 not a record WARC"
    start = sum(map(len, records[:2]))
    path = tmp_path / "pages.warc"
    path.write_bytes(b"".join([*records[:2], bytes(middle), *records[3:]]))
    good, broken = listed(path)
    assert good == [f"http://lwn.net/{number}" for number in (0, 1, 3, 4)]
    assert broken
    assert any(start <= place <= start + len(middle) for place in places(broken))


def test_a_file_that_breaks_off_gives_all_before(tmp_path: Path) -> None:
    path = tmp_path / "pages.warc.gz"
    records = [record(number) for number in range(4)]
    path.write_bytes(b"".join(records)[:-60])
    good, broken = listed(path)
    assert good == [f"http://lwn.net/{number}" for number in range(3)]
    assert places(broken) == [sum(map(len, records[:3])), path.stat().st_size]  # the record, and where it breaks off


@pytest.mark.parametrize("packed", [True, False])
def test_a_file_with_a_broken_beginning_is_a_warc_file_all_the_same(packed: bool, tmp_path: Path) -> None:
    records = [record(number) if packed else gzip.decompress(record(number)) for number in range(3)]
    path = tmp_path / "pages.warc"
    path.write_bytes(b"\0" + b"".join(records)[1:])
    good, broken = listed(path)
    assert good == ["http://lwn.net/1", "http://lwn.net/2"]
    assert places(broken)[0] == 0


@given(st.data())
def test_any_bytes_in_the_place_of_a_record_hide_no_other(tmp_path_factory: pytest.TempPathFactory, data) -> None:
    noise = data.draw(st.binary(max_size=400))
    path = tmp_path_factory.mktemp("noise") / "pages.warc.gz"
    path.write_bytes(record(1) + noise + record(2))
    good, _ = listed(path)
    assert good == ["http://lwn.net/1", "http://lwn.net/2"]


def test_chunked_bodies_are_joined_and_bodies_that_only_say_so_are_left(tmp_path: Path) -> None:
    chunked = ("Transfer-Encoding", "chunked")
    path = tmp_path / "pages.warc.gz"
    path.write_bytes(
        record(1, b"5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n", chunked) + record(2, b"<p>not chunked</p>", chunked)
    )
    found = {one.url: one.response for one in opened(path).fetch([due("http://lwn.net/1"), due("http://lwn.net/2")])}
    assert found["http://lwn.net/1"].body == b"hello world"
    assert found["http://lwn.net/2"].body == b"<p>not chunked</p>"
    assert all(name.lower() != "transfer-encoding" for one in found.values() for name, _ in one.headers)


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=6))
def test_what_was_chunked_is_given_back_whole(pieces: list[bytes]) -> None:
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    assert dechunk(chunked) == b"".join(pieces)


@given(st.binary(max_size=200))
def test_any_body_can_be_dechunked(body: bytes) -> None:
    assert len(dechunk(body)) <= len(body)


def test_only_answers_with_status_200_are_pages(tmp_path: Path) -> None:
    path = tmp_path / "pages.warc.gz"
    path.write_bytes(record(1) + record(2, status="404 Not Found") + record(3, status="301 Moved"))
    pages, others = listed(path)
    assert pages == ["http://lwn.net/1"]
    assert "1 responses with status 404" in str(others) and "1 responses with status 301" in str(others)
    assert [one.url for one in opened(path).fetch([due(f"http://lwn.net/{number}") for number in (1, 3)])] == [
        "http://lwn.net/1"
    ]


def test_a_later_capture_is_named_unless_its_body_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "pages.warc.gz"
    path.write_bytes(record(1) + record(2) + record(1, b"another winter") + record(2) + record(1, b"a summer"))
    (read,) = opened(path).fetch([due("http://lwn.net/1")])
    assert read.response is not None and read.response.body.startswith(b"page 1")
    _, (said,) = listed(path)
    assert said.startswith(
        "pages.warc.gz#captures=later: 2 later captures of an address with another body are not read"
    )
    assert said.endswith("the first is http://lwn.net/1, captured 2009-03-09 04:12")


def test_a_page_stored_under_another_form_of_its_address_is_found(tmp_path: Path) -> None:
    http = warc.http_head("HTTP/1.1 200 OK", HTML)
    stored = "http://www.h-online.com:80/open/features/What-s-new-1000421.html%3Fpage=2"
    path = tmp_path / "pages.warc.gz"
    path.write_bytes(warc.response(stored, MOMENT, http, b"page two", ())[1])
    asked = "http://www.h-online.com/open/features/What-s-new-1000421.html?page=2"
    (found,) = opened(path).fetch([due(asked)])
    assert (found.url, found.response.url, found.response.asked) == (asked, stored, asked)


def test_a_page_over_the_limit_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "pages.warc.gz"
    path.write_bytes(record(1, b"x" * 300_000) + record(2))
    found = {
        one.url: one for one in WarcFile(path, 1000, "x").fetch([due("http://lwn.net/1"), due("http://lwn.net/2")])
    }
    assert isinstance(found["http://lwn.net/1"].error, TooLarge)
    assert found["http://lwn.net/2"].response is not None


@pytest.mark.parametrize("packed", [True, False])
def test_one_record_cut_out_of_a_file_is_read_whether_warc_or_arc(packed: bool) -> None:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Old crawl</p>"
    arc = b"http://lwn.net/1 1.2.3.4 20090309041200 text/html %d\n%s\n" % (len(http), http)
    for data, body in ((gzip.compress(arc), b"<p>Old crawl</p>"), (record(1), b"page 1" * 50)):
        piece = io.BytesIO(data if packed else gzip.decompress(data))
        found = first_page(piece, LIMIT, "commoncrawl", "http://lwn.net/1", "x")
        assert (found.url, found.captured_at, found.body) == ("http://lwn.net/1", MOMENT, body)


def test_a_wacz_gives_what_the_warc_files_in_it_give(tmp_path: Path) -> None:
    path = tmp_path / "pages.wacz"
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.writestr("datapackage.json", "{}")
        zipped.writestr("archive/one.warc.gz", record(1) + b"broken" + record(2))
        zipped.write(sample.SAMPLE_WARC, "archive/two.warc.gz")
    good, broken = listed(path)
    assert good[:2] == ["http://lwn.net/1", "http://lwn.net/2"]
    assert good[2:] == listed(sample.SAMPLE_WARC)[0]
    assert "pages.wacz/archive/one.warc.gz#byte=" in broken[0]
    (found,) = opened(path).fetch([due("http://lwn.net/2")])
    assert found.response.body == b"page 2" * 50


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b"PK\x05\x06" + b"\0" * 18, gzip.compress(b"hello", mtime=0)])
def test_a_file_of_another_kind_is_named(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "other.bin"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="expected a WARC, ARC or WACZ file"):
        listed(path)
    with pytest.raises(UsageError, match="expected"):
        opened(tmp_path / "missing").parts()
