"""A selection of captures as a WARC file of its own, which any WARC tool reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecordType

from warehouse.captures import warc
from warehouse.captures.files import Stored
from warehouse.captures.places import open_record
from warehouse.errors import UsageError
from warehouse.home import now
from warehouse.store import Store


@dataclass(frozen=True, slots=True)
class Copied:
    """The number of captures in a file, and the locations of those whose record is lost or damaged."""

    captures: int
    lost: tuple[str, ...]


def write_selection(captures: Path, selected: Iterable[Stored], target: Path, *, store: Store | None = None) -> Copied:
    """Write a new WARC file with a whole response record for each capture, also for those that share a body.

    Raises:
        UsageError: the file exists.
        StoreFailed: the store cannot be read.
    """
    written, lost = 0, []
    try:
        with target.open("xb") as file:
            file.write(warc.warcinfo(target.name, now()))
            for stored in selected:
                found = _read(captures, stored, store)
                if found is None:
                    lost.append(f"{stored.warc} at byte {stored.offset}")
                    continue
                file.write(warc.response(stored.url, stored.captured_at, *found, ())[1])
                written += 1
    except FileExistsError as error:
        raise UsageError(f"{target} exists; expected the name of a new file.") from error
    return Copied(written, tuple(lost))


def _read(captures: Path, stored: Stored, store: Store | None) -> tuple[bytes, bytes] | None:
    """Return the HTTP head and the body as sent, None if they are not there."""
    try:
        with open_record(captures, store, stored.warc, stored.offset, stored.bytes) as file:
            record = next(iter(ArchiveIterator(file, record_types=WarcRecordType.response, parse_http=True)), None)
            if record is None or record.http_headers is None or record.http_headers.status_line is None:
                return None
            head = warc.http_head(record.http_headers.status_line, record.http_headers.astuples())
            body = record.reader.read()
    except OSError:
        return None
    return (head, body) if warc.payload_digest(body) == stored.digest else None
