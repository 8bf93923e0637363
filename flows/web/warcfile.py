"""Pages out of WARC and ARC files: FastWARC reads WARC, warcio the older ARC."""

import datetime as dt
import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType
from warcio.archiveiterator import ArchiveIterator as ArcIterator
from warcio.exceptions import ArchiveLoadFailed

from flows.web.origin import Fetched, Listed
from warehouse.captures import Response
from warehouse.errors import PageSetAside, TooLarge, UsageError
from warehouse.ledger import Due

_TYPES = WarcRecordType.response | WarcRecordType.resource


@dataclass(frozen=True, slots=True)
class WarcFile:
    """One file of captures; only its answers with status 200 are pages.

    Raises:
        UsageError: from `discover`, where there is no such file or it is neither WARC nor ARC.
    """

    path: Path
    max_bytes: int
    name: str

    def discover(self) -> Iterator[Listed]:
        """Address and capture time of every page, in file order; broken records as `error`."""
        for record in self._records():
            if isinstance(record, Listed):
                yield record
            else:
                yield Listed(record.url, record.captured_at, "warc", self.path.name)

    def fetch(self, due: Sequence[Due]) -> Iterator[Fetched]:
        """The first capture of every due address that the file has."""
        wanted = {one.url for one in due}
        for record in self._records():
            if isinstance(record, Listed) or record.url not in wanted:
                continue
            wanted.discard(record.url)
            if len(record.body) > self.max_bytes:
                message = (
                    f"{record.url}: {len(record.body):,} bytes, {self.max_bytes:,} are allowed (KLOG_MAX_SENT_BYTES)."
                )
                yield Fetched(record.url, error=TooLarge(message, reason="too_large"))
            else:
                yield Fetched(record.url, response=record)
            if not wanted:
                return

    def _records(self) -> Iterator[Response | Listed]:
        try:
            head = _first_bytes(self.path)
        except OSError as error:
            raise UsageError(f"{self.path}: {error.strerror or error}; a WARC or ARC file was expected.") from error
        if head.startswith(b"filedesc:"):
            yield from self._arc_records()
        elif head.startswith(b"WARC/"):
            yield from self._warc_records()
        else:
            raise UsageError(
                f"{self.path} starts with {head[:12]!r}; a WARC or ARC file was expected (--from FILE.warc.gz)."
            )

    def _warc_records(self) -> Iterator[Response | Listed]:
        with self.path.open("rb") as file:
            records = iter(ArchiveIterator(file, record_types=_TYPES, parse_http=True))
            while True:
                try:
                    record = next(records)
                    page = self._page(record)
                except StopIteration:
                    return
                except OSError as error:
                    yield self._broken(file.tell(), str(error))
                    return
                except PageSetAside as error:
                    yield self._broken(record.stream_pos, str(error))
                    continue
                if page is not None:
                    yield page

    def _page(self, record: WarcRecord) -> Response | None:
        url = record.headers.get("WARC-Target-URI", "").strip("<>")
        if record.record_date is None or not url:
            raise PageSetAside("the record has no address or no date", reason="warc")
        moment = record.record_date.astimezone(dt.UTC).replace(tzinfo=None)
        if record.record_type == WarcRecordType.resource:
            headers = [("Content-Type", record.headers.get("Content-Type", ""))]
            return Response(url, 200, "OK", headers, record.reader.read(self.max_bytes + 1), moment, self.name)
        if record.http_headers is None:
            raise PageSetAside(f"{url}: no HTTP header", reason="warc")
        if record.http_headers.status_code != 200:
            return None
        return Response(
            url=url,
            status=200,
            reason=record.http_headers.reason_phrase or "OK",
            headers=[pair for pair in record.http_headers.astuples() if pair[0].lower() != "transfer-encoding"],
            body=record.reader.read(self.max_bytes + 1),
            captured_at=moment,
            origin=self.name,
        )

    def _arc_records(self) -> Iterator[Response | Listed]:
        with self.path.open("rb") as file:
            records = ArcIterator(file, arc2warc=True)
            try:
                for record in records:
                    if record.rec_type != "response" or record.http_headers is None:
                        continue
                    if record.http_headers.get_statuscode() != "200":
                        continue
                    stamp = record.rec_headers.get_header("WARC-Date")
                    yield Response(
                        url=record.rec_headers.get_header("WARC-Target-URI"),
                        status=200,
                        reason="OK",
                        headers=list(record.http_headers.headers),
                        body=record.raw_stream.read(self.max_bytes + 1),
                        captured_at=dt.datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%SZ"),
                        origin=self.name,
                    )
            except (ArchiveLoadFailed, ValueError) as error:
                yield self._broken(file.tell(), str(error))

    def _broken(self, offset: int, why: str) -> Listed:
        place = f"{self.path.name}#byte={offset}"
        return Listed(place, where=self.path.name, error=PageSetAside(f"{place}: {why}", reason="warc"))


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        head = file.read(16)
    if head[:2] == b"\x1f\x8b":
        with gzip.open(path) as packed:
            try:
                head = packed.read(16)
            except (EOFError, OSError):
                head = b""
    return head
