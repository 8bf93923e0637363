"""Pages out of local files: WARC, ARC, and WACZ (a zip with WARC files in it)."""

import gzip
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfileobj
from typing import IO

from flows.reading.keys import read_address
from flows.web.origin import Fetched, Listed
from flows.web.warcpages import BrokenRecord, RecordPage
from flows.web.warcrecords import has_record, read_arc, read_warc
from warehouse.captures.files import Response
from warehouse.errors import FetchFailed, Gone, PageSetAside, TooLarge, UsageError
from warehouse.frontier.ledger import Due

_IN_MEMORY = 8 * 1024 * 1024
_GONE = (404, 410)
_WARC_NAMES = (".warc", ".warc.gz", ".arc", ".arc.gz")


@dataclass(frozen=True, slots=True)
class WarcFile:
    """One file of captures; only its answers with status 200 are pages.

    Raises:
        UsageError: from `discover`, where there is no such file or it is none of WARC, ARC and WACZ.
    """

    path: Path
    max_bytes: int
    name: str

    def parts(self) -> list[str]:
        """The file as it is now: one that has grown or changed is listed again."""
        try:
            about = self.path.stat()
        except OSError as error:
            raise _not_ours(self.path, str(error.strerror)) from error
        return [f"{self.path.resolve()} {about.st_size} {about.st_mtime_ns}"]

    def discover(self, part: str) -> Iterator[Listed]:
        """Address and capture time of every page, in file order; broken records as `error`."""
        for place, record in self._records():
            if isinstance(record, BrokenRecord):
                yield Listed(place, where=self.path.name, error=PageSetAside(f"{place}: {record.why}", reason="warc"))
            elif record.status == 200:
                yield Listed(record.url, record.captured_at, "warc", self.path.name)

    def fetch(self, due: Sequence[Due]) -> Iterator[Fetched]:
        """The first capture of every due address that the file has, in whatever form it was written there.

        An address of which it has nothing but that it is gone is gone, if no other origin has it.
        """
        wanted = {one.url for one in due}
        gone: dict[str, int] = {}
        for _, record in self._records():
            if isinstance(record, BrokenRecord) or record.status not in (200, *_GONE):
                continue
            url = _cleaned(record.url)
            if url not in wanted:
                continue
            if record.status in _GONE:
                gone[url] = record.status
                continue
            wanted.discard(url)
            if record.size > self.max_bytes:
                allowed = f"{self.max_bytes:,} are allowed (KLOG_MAX_SENT_BYTES)"
                message = f"{url}: {record.size:,} bytes, {allowed}."
                yield Fetched(url, error=TooLarge(message, reason="too_large"))
            else:
                yield Fetched(url, response=_response(record, self.name, url))
            if not wanted:
                return
        for url, status in gone.items():
            if url in wanted:
                yield Fetched(url, error=Gone(f"{url}: captured as HTTP {status} only.", reason=f"http_{status}"))

    def _records(self) -> Iterator[tuple[str, RecordPage | BrokenRecord]]:
        """Every record of every file inside, each with its place."""
        with _opened(self.path) as files:
            for name, file in files:
                read = read_arc if _kind(file, self.path) == "arc" else read_warc
                for record in read(file, self.max_bytes):
                    place = name + record.place if isinstance(record, BrokenRecord) else name
                    yield place, record


def first_page(file: IO[bytes], limit: int, origin: str, asked: str, memento_url: str) -> Response:
    """The one page that a piece of a WARC file holds.

    Raises:
        FetchFailed: reason `range`, there is none in it.
    """
    read = read_warc if _first_bytes(file).startswith(b"WARC/") else read_arc  # crawls before 2013 are ARC
    for record in read(file, limit):
        if isinstance(record, RecordPage) and record.status == 200:
            return _response(record, origin, asked, memento_url)
    raise FetchFailed(f"{memento_url}: no whole record with status 200 lies there.", reason="range")


def _response(page: RecordPage, origin: str, asked: str, memento_url: str | None = None) -> Response:
    return Response(
        url=page.url,
        status=page.status,
        reason=page.reason or "OK",
        headers=page.headers,
        body=page.body,
        captured_at=page.captured_at,
        origin=origin,
        memento_url=memento_url,
        asked=asked,
    )


def _cleaned(url: str) -> str:
    try:
        return read_address(url).url
    except UsageError:
        return url


@contextmanager
def _opened(path: Path) -> Iterator[Iterator[tuple[str, IO[bytes]]]]:
    try:
        with path.open("rb") as file:
            if zipfile.is_zipfile(file):
                with zipfile.ZipFile(file) as zipped:
                    yield _inside(path, zipped)
            else:
                file.seek(0)
                yield iter([(path.name, file)])
    except (OSError, zipfile.BadZipFile) as error:
        raise _not_ours(path, str(error)) from error


def _inside(path: Path, zipped: zipfile.ZipFile) -> Iterator[tuple[str, IO[bytes]]]:
    """The WARC files of a WACZ, each copied out, for reading on behind a broken record needs to seek."""
    names = [name for name in zipped.namelist() if name.lower().endswith(_WARC_NAMES)]
    if not names:
        raise _not_ours(path, "it is a zip file without WARC files in it")
    for name in names:
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as copy:
            with zipped.open(name) as packed:
                copyfileobj(packed, copy)
            copy.seek(0)
            yield f"{path.name}/{name}", copy


def _kind(file: IO[bytes], path: Path) -> str:
    head = _first_bytes(file)
    if head.startswith(b"filedesc:"):
        return "arc"
    if head.startswith(b"WARC/") or has_record(file):  # its beginning may be broken and the rest not
        return "warc"
    raise _not_ours(path, f"it starts with {head[:12]!r}")


def _first_bytes(file: IO[bytes]) -> bytes:
    """What a file begins with, unpacked where it is packed; the file stands at its beginning afterwards."""
    head = file.read(16)
    file.seek(0)
    if head[:2] == b"\x1f\x8b":
        with gzip.GzipFile(fileobj=file, mode="rb") as packed:
            try:
                head = packed.read(16)
            except (EOFError, OSError, zlib.error):
                head = b"WARC/"  # the first member is broken; those behind it may not be
        file.seek(0)
    return head


def _not_ours(path: Path, why: str) -> UsageError:
    return UsageError(f"{path}: {why}; a WARC, ARC or WACZ file was expected (--from FILE.warc.gz).")
