"""Raw messages from mailboxes: mbox, Babyl, maildir, MH folders and single files, compressed or not.

Anything that is not mail is yielded as `Unread`, so that nothing is lost silently.
"""

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, cast

import zstandard

from flows.sources.mail_envelopes import read_lines, split_by_length, split_mbox
from flows.sources.mail_headers import is_message
from flows.web.packed_file import PackedFile, limit_of

_FOLDERS = frozenset({"cur", "new"})
_START_BYTES = 4096  # an mbox may begin with empty lines
_PIECE = 1 << 16
_BABYL = b"BABYL OPTIONS:"
_BABYL_END = b"\x1f"
_PACKINGS: tuple[tuple[bytes, Callable[[Path], IO[bytes]]], ...] = (
    (b"\x1f\x8b", lambda path: cast("IO[bytes]", gzip.GzipFile(path))),
    (b"BZh", lambda path: cast("IO[bytes]", bz2.BZ2File(path))),
    (b"\xfd7zXZ\0", lambda path: cast("IO[bytes]", lzma.LZMAFile(path))),  # noqa: SIM115 - the caller closes it
    (b"\x28\xb5\x2f\xfd", lambda path: io.BufferedReader(zstandard.open(path, "rb"))),
)
_UNREADABLE = (OSError, EOFError, lzma.LZMAError, zlib.error, zstandard.ZstdError)


@dataclass(frozen=True, slots=True)
class Unread:
    """A file, or part of one, that is not mail: its location and the reason."""

    place: str
    why: str


def read_file(path: Path, most: int) -> Iterator[bytes | Unread]:
    """Yield the messages of an mbox or Babyl file. Any other file is one message, or `Unread` if it is not mail.

    A message longer than `most` bytes is truncated, but stays longer than `most`, so that callers can tell. In a Babyl
    file such a message is yielded as `Unread`.
    """
    try:
        with _opened(path) as file:
            start = file.read(_START_BYTES).lstrip()
            file.seek(0)
            if start.startswith(_BABYL):
                yield from _read_babyl(file, path, most)
            elif start.startswith(b"From "):
                yield from _read_mbox(file, path, most)
            else:
                whole = file.read(most + 1)
                yield whole if is_message(whole) else Unread(path.name, _why(whole))
    except _UNREADABLE as error:
        yield Unread(path.name, f"it cannot be read completely: {error}")


def is_mail_folder(path: Path) -> bool:
    """Return whether a path is a maildir, or a folder that contains a file that begins like a message or a mailbox."""
    is_maildir = all((path / name).is_dir() for name in _FOLDERS)
    return is_maildir or (path.is_dir() and any(_looks_like_mail(file) for file in files_of(path)))


def files_of(path: Path) -> list[Path]:
    """Return the files below a folder, sorted, without the hidden and temporary files of mail programs."""
    return [
        file
        for file in sorted(path.rglob("*"), key=lambda found: (found.parent, len(found.name), found.name))
        if file.is_file() and not any(part.startswith(".") and part not in _FOLDERS for part in file.relative_to(path).parts[-1:])
        and file.parent.name != "tmp"
    ]  # fmt: skip


def read_folder(path: Path, most: int) -> Iterator[bytes | Unread]:
    """Yield the messages of every file below a folder, as `read_file` does."""
    for file in files_of(path):
        if not file.resolve().is_relative_to(path.resolve()):
            yield Unread(str(file.relative_to(path)), "it is a symbolic link to a file outside the folder")
            continue
        for found in read_file(file, most):
            yield Unread(str(file.relative_to(path)), found.why) if isinstance(found, Unread) else found


def _opened(path: Path) -> IO[bytes]:
    with path.open("rb") as plain:
        head = plain.read(6)
    unpack = next((unpack for magic, unpack in _PACKINGS if head.startswith(magic)), None)
    if unpack is None:
        return path.open("rb")
    return io.BufferedReader(PackedFile(unpack(path), limit_of(path.stat().st_size)))


def _looks_like_mail(path: Path) -> bool:
    try:
        with _opened(path) as file:
            head = file.read(4096).lstrip(b"\r\n \xef\xbb\xbf")
    except _UNREADABLE:
        return False
    return is_message(head) or head.startswith((b"From ", _BABYL))


def _read_mbox(file: IO[bytes], path: Path, most: int) -> Iterator[bytes | Unread]:
    by_length = split_by_length(file, most)
    for number, mail in enumerate(by_length if by_length is not None else split_mbox(read_lines(file), most)):
        if is_message(mail):
            yield mail
        else:
            yield Unread(f"{path.name}#mail={number}", _why(mail))


def _read_babyl(file: IO[bytes], path: Path, most: int) -> Iterator[bytes | Unread]:
    """Yield the messages of a Babyl file: their original headers, then the text that follows the displayed headers.

    Source: GNU Emacs 21, etc/BABYL, "Format of Version 5 Babyl Files".
    """
    for number, piece in enumerate(islice(_babyl_pieces(file, most), 1, None)):
        if len(piece) > most:
            yield Unread(f"{path.name}#mail={number}", f"it has more than {most:,} bytes")
            continue
        lines = piece.lstrip(b"\f\r\n").split(b"\n", 1)
        if len(lines) < 2 or not lines[1].strip():
            continue
        own, found, shown = lines[1].partition(b"*** EOOH ***\n")
        if not found:
            yield lines[1]
            continue
        headers, _, text = shown.partition(b"\n\n")
        yield (own if own.strip() else headers + b"\n").rstrip(b"\n") + b"\n\n" + text


def _babyl_pieces(file: IO[bytes], most: int) -> Iterator[bytes]:
    piece = b""
    while block := file.read(_PIECE):
        more, *others = block.split(_BABYL_END)
        piece += more[: most + 1 - len(piece)]
        for other in others:
            yield piece
            piece = other[: most + 1]
    yield piece


def _why(body: bytes) -> str:
    if not body.strip():
        return "it is empty"
    return f"it begins with {body.lstrip()[:24]!r}, so it is not mail; expected an mbox or a message"
