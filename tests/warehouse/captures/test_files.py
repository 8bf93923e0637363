import datetime as dt
import gzip
from dataclasses import replace
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from warehouse.captures.files import CaptureList, CaptureWriter, Response, read_capture, warc_files
from warehouse.captures.recovery import recover
from warehouse.errors import PageSetAside

MOMENT = dt.datetime(2009, 3, 6, 11, 2)


def response(number: int, body: bytes | None = None) -> Response:
    return Response(
        url=f"http://www.h-online.com/open/news/item/x-{number}.html",
        status=200,
        reason="OK",
        headers=[("Content-Type", "text/html; charset=utf-8")],
        body=b"page %d " % number * 500 if body is None else body,
        captured_at=MOMENT,
        origin="test",
        request_headers=[("User-Agent", "test")],
    )


def test_what_is_stored_is_read_back(tmp_path: Path) -> None:
    with CaptureWriter(tmp_path, max_bytes=10_000_000) as writer:
        stored = [writer.append(response(number)) for number in range(5)]
    for number, place in enumerate(stored):
        capture = read_capture(tmp_path, place, limit=100_000)
        assert capture.body == response(number).body
        assert (capture.url, capture.mime, capture.charset) == (response(number).url, "text/html", "utf-8")
        assert capture.captured_at == MOMENT


def test_packed_bodies_are_unpacked(tmp_path: Path) -> None:
    packed = replace(
        response(1), body=gzip.compress(b"unpacked"), headers=[("Content-Encoding", "gzip"), ("Content-Type", "x/y")]
    )
    with CaptureWriter(tmp_path, max_bytes=10_000_000) as writer:
        stored = writer.append(packed)
    assert read_capture(tmp_path, stored, limit=100).body == b"unpacked"


def test_an_identical_body_becomes_a_revisit_that_reads_the_first(tmp_path: Path) -> None:
    with CaptureWriter(tmp_path, max_bytes=10_000_000) as writer:
        first = writer.append(response(1, b"same"))
        second = writer.append(response(2, b"same"))
    assert (second.warc, second.offset) == (first.warc, first.offset)
    assert second.capture_id != first.capture_id
    assert read_capture(tmp_path, second, limit=100).url == response(2).url
    assert b"WARC-Type: revisit" in gzip.decompress(warc_files(tmp_path)[0].read_bytes())


def test_files_are_closed_at_their_size(tmp_path: Path) -> None:
    with CaptureWriter(tmp_path, max_bytes=1_000) as writer:
        stored = [writer.append(response(number)) for number in range(9)]
    assert len({place.warc for place in stored}) == len(warc_files(tmp_path)) > 1
    assert all(read_capture(tmp_path, place, limit=100_000).url == place.url for place in stored)


@pytest.mark.parametrize("torn", [1, 7, 40, 300])
def test_a_torn_tail_is_cut_to_the_last_whole_record(tmp_path: Path, torn: int) -> None:
    with CaptureWriter(tmp_path, max_bytes=10_000_000) as writer:
        stored = [writer.append(response(number)) for number in range(4)]
    path = warc_files(tmp_path)[0]
    path.write_bytes(path.read_bytes()[:-torn])
    found = list(recover(tmp_path, CaptureList(tmp_path, stored[:1])))
    assert found == stored[1 : 1 + len(found)]
    assert len(found) in (2, 3)
    whole = path.stat().st_size
    assert list(recover(tmp_path, CaptureList(tmp_path, [*stored[:1], *found]))) == []
    assert path.stat().st_size == whole
    with CaptureWriter(tmp_path, max_bytes=10_000_000) as writer:
        again = writer.append(response(9))
    assert read_capture(tmp_path, again, limit=100_000).body == response(9).body


def test_records_behind_damage_stay_and_are_found_again(tmp_path: Path) -> None:
    with CaptureWriter(tmp_path, max_bytes=10_000_000) as writer:
        stored = [writer.append(response(number)) for number in range(4)]
    path = warc_files(tmp_path)[0]
    damaged = bytearray(path.read_bytes())
    damaged[stored[1].offset + 20 : stored[1].offset + 60] = bytes(40)
    path.write_bytes(damaged)
    assert list(recover(tmp_path, CaptureList(tmp_path))) == [stored[0], *stored[2:]]
    assert path.read_bytes() == damaged


def test_a_wrong_place_is_set_aside_by_name(tmp_path: Path) -> None:
    with CaptureWriter(tmp_path, max_bytes=10_000_000) as writer:
        stored = writer.append(response(1))
    with pytest.raises(PageSetAside, match=r"gone\.warc\.gz"):
        read_capture(tmp_path, replace(stored, warc="gone.warc.gz"), limit=100)


def test_a_response_at_the_end_of_redirects_is_kept_under_the_address_asked_for(tmp_path: Path) -> None:
    asked = "http://thunk.org/old"
    with CaptureWriter(tmp_path, max_bytes=10_000_000) as writer:
        stored = writer.append(replace(response(1), asked=asked, memento_url="https://archive.example/1"))
    assert stored.url == asked
    assert list(recover(tmp_path, CaptureList(tmp_path))) == [stored]
    text = gzip.decompress(warc_files(tmp_path)[0].read_bytes())
    assert f"WARC-Target-URI: {response(1).url}\r\n".encode() in text
    assert f"WARC-Source-Asked: {asked}\r\n".encode() in text


def test_a_record_says_that_its_body_breaks_off(tmp_path: Path) -> None:
    with CaptureWriter(tmp_path, max_bytes=10_000_000) as writer:
        writer.append(replace(response(1), is_truncated=True))
    assert b"WARC-Truncated: disconnect\r\n" in gzip.decompress(warc_files(tmp_path)[0].read_bytes())


def test_any_warc_tool_reads_requests_responses_and_revisits(tmp_path: Path) -> None:
    with CaptureWriter(tmp_path, max_bytes=10_000_000) as writer:
        for number in range(3):
            writer.append(response(number, b"same" if number else b"first"))
    with warc_files(tmp_path)[0].open("rb") as file:
        found = [
            (record.rec_type, record.rec_headers.get_header("WARC-Target-URI"))
            for record in ArchiveIterator(file, check_digests="raise")
            if record.content_stream().read() is not None
        ]
    urls = [response(number).url for number in range(3)]
    kinds = ["response", "response", "revisit"]
    assert found[0][0] == "warcinfo"
    assert found[1:] == [
        pair for kind, url in zip(kinds, urls, strict=True) for pair in ((kind, url), ("request", url))
    ]


def test_a_header_of_several_lines_stays_one(tmp_path: Path) -> None:
    odd = replace(response(1), headers=[("Content-Type", "text/html"), ("X-Odd", "one\r\nInjected: two")])
    with CaptureWriter(tmp_path, max_bytes=10_000_000) as writer:
        stored = writer.append(odd)
    assert "injected" not in read_capture(tmp_path, stored, limit=100_000).headers
