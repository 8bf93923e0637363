"""Read-only check of the capture files, record by record: which are lost, damaged or altered."""

import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecordType

from warehouse.captures.files import Stored
from warehouse.captures.places import copies_of_stored, file_sizes, place_of, warc_files
from warehouse.captures.recovery import member_length, next_member
from warehouse.store import Store

ReportProgress = Callable[[int], None]
MOST_LISTED = 3  # damages listed per file


@dataclass(frozen=True, slots=True)
class Examined:
    """What reading every record of the capture files found.

    Attributes:
        damage: for each damaged file, where.
        lost: the captures in the ledger that are not where it says.
        unlisted: whole responses with a body that no capture in the ledger has.
    """

    damage: tuple[str, ...]
    lost: tuple[Stored, ...]
    unlisted: int


def examine_captures(
    folder: Path, known: Iterable[Stored], progress: ReportProgress, store: Store | None = None
) -> Examined:
    """Read every record of the files in a folder and a store, and compare them with the captures in the ledger.

    `progress` is called with the number of bytes just read.
    """
    places: dict[tuple[str, int], str | None] = {}
    files = chain(warc_files(folder), copies_of_stored(folder, store))
    damage = [
        f"{place_of(folder, store, path.name)}: {wrong}"
        for path in files
        for wrong in _check_file(path, places, progress)
    ]
    ledger = list(known)
    lost = [stored for stored in ledger if places.get((stored.warc, stored.offset)) != stored.digest]
    listed = {stored.digest for stored in ledger}
    return Examined(tuple(damage), tuple(lost), sum(digest not in listed for digest in places.values()))


def describe_lost(folder: Path, lost: Iterable[Stored], store: Store | None = None) -> list[str]:
    """Return a sentence for each file that captures were lost from."""
    counts = Counter(stored.warc for stored in lost)
    there = file_sizes(folder, store) if counts else {}
    return [
        f"{place_of(folder, store, name)}: {_captures(count)} not where the ledger says"
        if name in there
        else f"{place_of(folder, store, name)}: the file is missing, with {_captures(count).rpartition(' ')[0]}"
        for name, count in sorted(counts.items())
    ]


def check_files(folder: Path, known: Iterable[Stored], store: Store | None = None) -> Iterator[str]:
    """Yield the files in the ledger that are missing or too short, without reading any."""
    sizes = file_sizes(folder, store)
    ends: dict[str, int] = {}
    for stored in known:
        ends[stored.warc] = max(stored.offset, ends.get(stored.warc, 0))
    for name, offset in sorted(ends.items()):
        place, size = place_of(folder, store, name), sizes.get(name)
        if size is None:
            yield f"{place}: the file is missing"
        elif size <= offset:
            yield f"{place}: the file ends at byte {size:,}, but a capture starts at {offset:,}"


def _captures(count: int) -> str:
    return "1 capture is" if count == 1 else f"{count:,} captures are"


def _check_file(path: Path, places: dict[tuple[str, int], str | None], progress: ReportProgress) -> Iterator[str]:
    offset, wrong = 0, []
    with path.open("rb") as file:
        while True:
            file.seek(offset)
            length = member_length(file)
            if length == 0:
                break
            if length is None:
                wrong.append(f"damaged at byte {offset:,}")
                following = next_member(file, offset + 1)
                if following is None:
                    break
                offset = following
                continue
            file.seek(offset)
            is_sound, digest = _check_record(file.read(length))
            if not is_sound:
                wrong.append(f"altered at byte {offset:,}")
            elif digest is not None:
                places[path.name, offset] = digest
            offset += length
            progress(length)
    more = f" and {len(wrong) - MOST_LISTED} more" if len(wrong) > MOST_LISTED else ""
    if wrong:
        yield f"{', '.join(wrong[:MOST_LISTED])}{more}"


def _check_record(member: bytes) -> tuple[bool, str | None]:
    """Return whether a record's block matches its digest, and the digest of its payload if it is a response."""
    for record in ArchiveIterator(io.BytesIO(member), parse_http=False):
        is_sound = not record.headers.get("WARC-Block-Digest") or record.verify_block_digest()
        is_response = record.record_type == WarcRecordType.response
        return is_sound, (record.headers.get("WARC-Payload-Digest") or "") if is_response else None
    return False, None
