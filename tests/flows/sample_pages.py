"""The sample's HTML pages, as bytes by address."""

from fastwarc.warc import ArchiveIterator, WarcRecordType

from flows.sample import SAMPLE_WARC


def html_pages() -> dict[str, bytes]:
    """Return every HTML response of the sample's WARC, except the binary that is wrongly labelled HTML."""
    pages = {}
    with SAMPLE_WARC.open("rb") as file:
        for record in ArchiveIterator(file, record_types=WarcRecordType.response, parse_http=True):
            body = record.reader.read()
            if "html" in (record.http_content_type or "") and b"<" in body[:2000] and b"\0" not in body:
                pages[record.headers["WARC-Target-URI"]] = body
    return pages
