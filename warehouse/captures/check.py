"""Read-only check of the capture files, record by record: which are lost, damaged or altered."""

import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from fastwarc.warc import ArchiveIterator

from warehouse.captures.files import Stored, warc_files
from warehouse.captures.recovery import member_length, next_member

ReportProgress = Callable[[int], None]
MOST_LISTED = 3  # damages listed per file


def check_captures(folder: Path, known: Iterable[Stored], progress: ReportProgress) -> Iterator[str]:
    """Yield the problems of a folder's files, and the number of captures that are not where the ledger says.

    `progress` is called with the number of bytes just read.
    """
    files = {path.name: path for path in warc_files(folder)}
    places: dict[tuple[str, int], str | None] = {}
    for path in files.values():
        yield from _check_file(path, places, progress)
    lost: Counter[str] = Counter()
    for stored in known:
        if places.get((stored.warc, stored.offset)) != stored.digest:
            lost[stored.warc] += 1
    for name, count in sorted(lost.items()):
        why = (
            f"{count} captures are not where the ledger says"
            if name in files
            else f"the file is missing, with {count} captures"
        )
        yield f"{folder / name}: {why}"


def check_files(folder: Path, known: Iterable[Stored]) -> Iterator[str]:
    """Yield the files in the ledger that are missing or too short, without reading any."""
    ends: dict[str, int] = {}
    for stored in known:
        ends[stored.warc] = max(stored.offset, ends.get(stored.warc, 0))
    for name, offset in sorted(ends.items()):
        path = folder / name
        if not path.is_file():
            yield f"{path}: the file is missing"
        elif path.stat().st_size <= offset:
            yield f"{path}: the file ends at byte {path.stat().st_size:,}, but a capture starts at {offset:,}"


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
            if is_sound:
                places[path.name, offset] = digest
            else:
                wrong.append(f"altered at byte {offset:,}")
            offset += length
            progress(length)
    more = f" and {len(wrong) - MOST_LISTED} more" if len(wrong) > MOST_LISTED else ""
    if wrong:
        yield f"{path}: {', '.join(wrong[:MOST_LISTED])}{more}"


def _check_record(member: bytes) -> tuple[bool, str | None]:
    """Return whether a record's block matches its digest, and the digest of its payload."""
    for record in ArchiveIterator(io.BytesIO(member), parse_http=False):
        digest = record.headers.get("WARC-Payload-Digest")
        return not record.headers.get("WARC-Block-Digest") or record.verify_block_digest(), digest
    return False, None
