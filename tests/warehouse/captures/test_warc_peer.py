"""WARC records are written by code of our own, for a library's changes what a server sent."""

import datetime as dt
import io

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import BufferWARCWriter

from warehouse.captures import warc

URL = "http://a.example/"
FIELDS = [("Content-Type", "text/html"), ("X-Author", "Jörg Müller")]


# The library leaves its temporary file to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_warcio_writes_another_header_than_was_sent_and_ours_the_same() -> None:
    writer = BufferWARCWriter(gzip=True)
    sent = StatusAndHeaders("200 OK", list(FIELDS), protocol="HTTP/1.1")
    record = writer.create_warc_record(URL, "response", payload=io.BytesIO(b"body"), http_headers=sent)
    writer.write_record(record)
    assert b"X-Author: J%C3%B6rg%20M%C3%BCller\r\n" in _block(writer.get_contents())
    head = warc.http_head("HTTP/1.1 200 OK", FIELDS)
    _, packed = warc.response(URL, dt.datetime(2009, 3, 1), head, b"body", [])
    assert _block(packed) == head + b"body"
    assert "X-Author: Jörg Müller\r\n".encode() in head


def test_a_record_written_again_has_the_same_bytes_and_warcio_reads_it() -> None:
    head = warc.http_head("HTTP/1.1 200 OK", FIELDS)
    one, other = (warc.response(URL, dt.datetime(2009, 3, 1), head, b"body", []) for _ in range(2))
    assert one == other
    record = next(ArchiveIterator(io.BytesIO(one[1]), check_digests="raise"))
    assert (record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read()) == (URL, b"body")


def _block(packed: bytes) -> bytes:
    record = next(ArchiveIterator(io.BytesIO(packed), no_record_parse=True))
    return bytes(record.raw_stream.read())
