"""Where capture files lie: in the folder of their home, and in a store, to which closed files are put whole."""

import io
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from warehouse.errors import StoreFailed
from warehouse.store import Store

FOLDER = "captures"
_PATTERN = "klog-*.warc.gz"
_MORE_BYTES = 16 << 10  # of headers, and of what compression may add
_AT_ONCE = 1 << 20  # bytes of one request where it is not known how many are needed
_MOST_BYTES = 64 << 20  # of a record beyond its payload; a record that does not end is damaged


def warc_files(folder: Path) -> list[Path]:
    """Return the WARC files of a folder, oldest first."""
    return sorted(folder.glob(_PATTERN))


def stored_sizes(store: Store | None) -> dict[str, int]:
    """Return the size in bytes of each capture file of a store, by name; none without a store."""
    return store.sizes(FOLDER) if store else {}


def file_sizes(folder: Path, store: Store | None) -> dict[str, int]:
    """Return the size in bytes of each capture file, by name."""
    return stored_sizes(store) | {path.name: path.stat().st_size for path in warc_files(folder)}


def place_of(folder: Path, store: Store | None, name: str) -> str:
    """Return the path or the address of a capture file, as a message names it."""
    if store is None or (folder / name).is_file():
        return str(folder / name)
    return f"{store.address}/{FOLDER}/{name}"


@contextmanager
def open_record(folder: Path, store: Store | None, name: str, offset: int, size_bytes: int) -> Iterator[IO[bytes]]:
    """Open a capture file at a record; of a store only the record is read, whose payload has that many bytes.

    Raises:
        FileNotFoundError: neither the folder nor the store has the file.
        StoreFailed: the store cannot be read.
    """
    path = folder / name
    if store is not None and not path.is_file():
        yield io.BytesIO(_read_member(store, f"{FOLDER}/{name}", offset, size_bytes + _MORE_BYTES))
        return
    with path.open("rb") as file:
        file.seek(offset)
        yield file


def copies_of_stored(folder: Path, store: Store | None, *, but: frozenset[str] = frozenset()) -> Iterator[Path]:
    """Yield a copy of each file that lies in the store alone, one after the other; each is removed when the next is asked for."""
    there = {path.name for path in warc_files(folder)}
    for name in sorted(stored_sizes(store)):
        if store is None or name in there or name in but:
            continue
        with tempfile.TemporaryDirectory(prefix="klog-captures-") as place:
            copy = Path(place) / name
            store.get(f"{FOLDER}/{name}", copy)
            yield copy


def put_files(folder: Path, store: Store, *, but: str | None = None) -> int:
    """Put the files of a folder to the store, and remove each from the folder once it is there; return their number.

    Args:
        but: the name of a file that is still written to.

    Raises:
        StoreFailed: the store cannot be written, or holds another file under the name; the file stays in the folder.
    """
    files = [path for path in warc_files(folder) if path.name != but]
    there = stored_sizes(store) if files else {}
    for path in files:
        name, size = f"{FOLDER}/{path.name}", path.stat().st_size
        if path.name in there and not _is_same(store, name, path):
            raise StoreFailed(
                f"{store.address}/{name} is not the file that {path} is: another home writes to this store. Give each home a "
                f"store of its own (KLOG_CAPTURE_STORE); {path} is kept."
            )
        if path.name not in there:
            store.put(path, name)
            if store.size(name) != size:
                raise StoreFailed(f"{store.address}/{name} has another size than {path}, which is kept.")
        path.unlink()
    return len(files)


def _is_same(store: Store, name: str, path: Path) -> bool:
    if store.size(name) != path.stat().st_size:
        return False
    with path.open("rb") as file:
        while piece := file.read(_AT_ONCE):
            if store.bytes_of(name, file.tell() - len(piece), file.tell()) != piece:
                return False
    return True


def _read_member(store: Store, name: str, offset: int, expected: int) -> bytes:
    """Return the gzip member at an offset, and some bytes behind it, by one request if it has no more than the expected bytes."""
    worker, found, until = zlib.decompressobj(wbits=31), bytearray(), expected + _MOST_BYTES
    with suppress(zlib.error):  # reported by who reads the record
        while not worker.eof and len(found) < until:
            piece = store.bytes_of(name, offset + len(found), offset + len(found) + expected)
            found += piece
            if len(piece) < expected:
                break
            while piece and not worker.eof:
                worker.decompress(piece, _AT_ONCE)
                piece = worker.unconsumed_tail
            expected = _AT_ONCE
    return bytes(found)
