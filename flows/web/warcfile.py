"""Pages from local files: WARC, ARC and WACZ (a zip file that contains WARC files)."""

import gzip
import hashlib
import lzma
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copyfileobj
from typing import IO

from flows.reading.urls import read_address
from flows.web.origin import Fetched, Listed, part_of_file
from flows.web.packed_file import PackedFile, limit_of
from flows.web.warcpages import BrokenRecord, RecordPage, Revisit
from flows.web.warcrecords import Record, has_record, read_arc, read_warc
from warehouse.captures.files import Response
from warehouse.errors import FetchFailed, Gone, PageSetAside, TooLarge, UsageError
from warehouse.frontier.ledger import Due

PAGE_STATUSES = frozenset([200, 203])
"""Statuses of pages; 203 is a page that a proxy has modified (RFC 9110, 15.3.4)."""
_IN_MEMORY = 8 * 1024 * 1024
_GONE = (404, 410)
# The errors that zipfile raises if data is corrupt, encrypted, or compressed with an unknown method.
_UNREADABLE = (OSError, EOFError, RuntimeError, NotImplementedError, zlib.error, lzma.LZMAError, zipfile.BadZipFile)
_WARC_NAMES = (".warc", ".warc.gz", ".arc", ".arc.gz")


@dataclass(frozen=True, slots=True)
class _Kept:
    """The pages of a file: the hash of the first body of each address, and the digests and ids of all records."""

    urls: dict[str, bytes]
    names: set[str | None]

    def add(self, page: RecordPage) -> bool:
        """Add a page; return whether it is the first of its address or has the same body."""
        self.names.update((page.digest, page.record_id))
        body = hashlib.blake2b(page.body, digest_size=8).digest()
        return self.urls.setdefault(_cleaned(page.url), body) == body

    def has(self, revisit: Revisit) -> bool:
        """Return whether one of the pages is the one that a revisit of another address refers to."""
        if _cleaned(revisit.url) in self.urls:
            return False
        is_named = revisit.refers_to is not None and _cleaned(revisit.refers_to) in self.urls
        return is_named or any(name in self.names for name in (revisit.digest, revisit.refers_to_id) if name)


@dataclass(frozen=True, slots=True)
class WarcFile:
    """One file of captures; only its responses with status 200 or 203 are pages.

    Raises:
        UsageError: from every method, if the file cannot be read or is not WARC, ARC or WACZ.
    """

    path: Path
    max_bytes: int
    name: str

    def parts(self) -> list[str]:
        """Return one part: the file."""
        try:
            return [part_of_file(self.path)]
        except OSError as error:
            raise _not_ours(self.path, str(error.strerror)) from error

    def discover(self, part: str) -> Iterator[Listed]:
        """Yield the address and capture time of every page in file order; revisits follow.

        Broken records are yielded with an `error`, and so are the counts of what `fetch` passes over: later captures of an
        address with another body, and responses that are not pages, by status.
        """
        kept = _Kept({}, set())
        revisits: dict[str, Revisit] = {}
        later: list[RecordPage] = []
        others: dict[int, list[str]] = {}
        is_broken = False
        for place, record in self._records():
            if isinstance(record, BrokenRecord):
                is_broken = True
                yield self._not_read(place, record.why)
            elif isinstance(record, Revisit):
                revisits.setdefault(_cleaned(record.url), record)
            elif record.status in PAGE_STATUSES:
                if not kept.add(record):
                    later.append(replace(record, body=b""))
                yield Listed(record.url, record.captured_at, "warc", self.path.name)
            else:
                others.setdefault(record.status, []).append(record.url)
        for url, revisit in revisits.items():
            if kept.has(revisit):
                yield Listed(revisit.url, revisit.captured_at, "warc", self.path.name)
            elif url not in kept.urls:
                before = f"a capture of {revisit.refers_to}" if revisit.refers_to else "an earlier capture"
                yield self._not_read(
                    f"{self.path.name}#revisit={url}", f"{url} is stored as {before} that is not in the file"
                )
        if later:
            why = (
                f"{len(later):,} later captures of an address with another body are not read; the first is "
                f"{later[0].url}, captured {later[0].captured_at:%Y-%m-%d %H:%M}"
            )
            yield self._not_read(f"{self.path.name}#captures=later", why)
        for status, urls in others.items():
            why = f"{len(urls):,} responses with status {status} are not pages; the first is {urls[0]}"
            yield self._not_read(f"{self.path.name}#status={status}", why)
        if not (kept.urls or revisits or others or is_broken):
            yield self._not_read(f"{self.path.name}#pages=0", "the file contains no page")

    def _not_read(self, place: str, why: str) -> Listed:
        return Listed(place, where=self.path.name, error=PageSetAside(f"{place}: {why}", reason="warc"))

    def fetch(self, due: Sequence[Due]) -> Iterator[Fetched]:
        """Yield the first capture of every due address in the file, however the address is written there.

        An address that the file has only with status 404 or 410 is yielded with a `Gone` error.
        """
        missing = {one.url for one in due}
        revisits: dict[str, Revisit] = {}
        gone: dict[str, int] = {}
        for page in self._pages(revisits, gone):
            url = _cleaned(page.url)
            if url in missing:
                missing.discard(url)
                yield self._fetched(url, page)
                if not missing:
                    return
        left = {url: revisits[url] for url in missing & revisits.keys()}
        for page in self._pages({}, {}) if left else ():
            for url in [
                url
                for url, revisit in left.items()
                if _Kept({_cleaned(page.url): b""}, {page.digest, page.record_id}).has(revisit)
            ]:
                revisit = left.pop(url)
                yield self._fetched(url, replace(page, url=revisit.url, captured_at=revisit.captured_at))
        for url in missing & gone.keys() - revisits.keys():
            yield Fetched(url, error=Gone(f"{url}: captured only with HTTP {gone[url]}.", reason=f"http_{gone[url]}"))

    def _pages(self, revisits: dict[str, Revisit], gone: dict[str, int]) -> Iterator[RecordPage]:
        """Yield every page in file order.

        Records passed on the way are added by address: the first revisits to `revisits`, statuses 404 and 410 to `gone`.
        """
        for _, record in self._records():
            if isinstance(record, Revisit):
                revisits.setdefault(_cleaned(record.url), record)
            elif isinstance(record, RecordPage) and record.status in PAGE_STATUSES:
                yield record
            elif isinstance(record, RecordPage) and record.status in _GONE:
                gone[_cleaned(record.url)] = record.status

    def _fetched(self, url: str, page: RecordPage) -> Fetched:
        if page.size > self.max_bytes:
            allowed = f"at most {self.max_bytes:,} are allowed (KLOG_MAX_SENT_BYTES)"
            return Fetched(url, error=TooLarge(f"{url}: {page.size:,} bytes; {allowed}.", reason="too_large"))
        return Fetched(url, response=_response(page, self.name, url))

    def _records(self) -> Iterator[tuple[str, Record]]:
        """Yield every record of every file inside, each with its location."""
        with _opened(self.path) as files:
            for name, file in files:
                if isinstance(file, str):
                    yield name, BrokenRecord(0, file)
                    continue
                read = read_arc if _kind(file) == "arc" else read_warc
                for record in read(file, self.max_bytes):
                    place = name + record.place if isinstance(record, BrokenRecord) else name
                    yield place, record


def first_page(file: IO[bytes], limit: int, origin: str, asked: str, memento_url: str) -> Response:
    """Return the first page in a piece of a WARC or ARC file.

    Raises:
        FetchFailed: reason `range`, the piece contains no page.
    """
    read = read_warc if _first_bytes(file).startswith(b"WARC/") else read_arc  # Common Crawl used ARC before 2013
    for record in read(file, limit):
        if isinstance(record, RecordPage) and record.status in PAGE_STATUSES:
            return _response(record, origin, asked, memento_url)
    raise FetchFailed(f"{memento_url}: no complete record with status 200 at this location.", reason="range")


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
def _opened(path: Path) -> Iterator[Iterator[tuple[str, IO[bytes] | str]]]:
    """Open the files inside as pairs of name and file; a file that cannot be read is replaced by the reason."""
    try:
        with path.open("rb") as file:
            if zipfile.is_zipfile(file):
                with zipfile.ZipFile(file) as zipped:
                    yield _inside(path, zipped)
            else:
                file.seek(0)
                if _kind(file) is None:
                    raise _not_ours(path, f"it starts with {file.read(12)!r}")
                yield iter([(path.name, file)])
    except (OSError, zipfile.BadZipFile) as error:
        raise _not_ours(path, str(error)) from error


def _inside(path: Path, zipped: zipfile.ZipFile) -> Iterator[tuple[str, IO[bytes] | str]]:
    """Yield the WARC files of a WACZ, each as a copy, because reading on after a broken record needs to seek.

    Together they may decompress to as much as one file of the WACZ's size. Their names are never used as paths.
    """
    members = [one for one in zipped.infolist() if one.filename.lower().endswith(_WARC_NAMES)]
    if not members:
        raise _not_ours(path, "it is a zip file without WARC files")
    left = limit_of(path.stat().st_size)
    for member in members:
        name = f"{path.name}/{member.filename}"
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as copy:
            try:
                with zipped.open(member) as packed:
                    copyfileobj(PackedFile(packed, left), copy)
            except _UNREADABLE as error:
                yield name, f"it cannot be decompressed: {error}"
                continue
            finally:
                left -= copy.tell()
            copy.seek(0)
            yield name, copy if _kind(copy) is not None else "it is not a WARC or ARC file"


def _kind(file: IO[bytes]) -> str | None:
    head = _first_bytes(file)
    if head.startswith(b"filedesc:"):
        return "arc"
    # If the beginning is broken, a later record may still be readable.
    return "warc" if head.startswith(b"WARC/") or has_record(file) else None


def _first_bytes(file: IO[bytes]) -> bytes:
    """Return the first 16 bytes of a file, decompressed if it is gzipped, and rewind the file."""
    head = file.read(16)
    file.seek(0)
    if head[:2] == b"\x1f\x8b":
        with gzip.GzipFile(fileobj=file, mode="rb") as packed:
            try:
                head = packed.read(16)
            except (EOFError, OSError, zlib.error):
                head = b"WARC/"  # the first member is corrupt; later ones may be intact
        file.seek(0)
    return head


def _not_ours(path: Path, why: str) -> UsageError:
    return UsageError(f"{path}: {why}; expected a WARC, ARC or WACZ file (--from FILE.warc.gz).")
