"""Raw messages out of mbox files (packed by gzip too), maildirs and single files."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

_SEPARATOR = re.compile(rb"From \S+.*\d{4}")  # `From sender Mon Mar  9 04:12:00 2009`; prose has no year behind it
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_GZIP = b"\x1f\x8b"


def read_file(path: Path) -> Iterator[bytes]:
    """The messages of an mbox file, or the one of any other file."""
    with path.open("rb") as plain:
        packed = plain.read(2) == _GZIP
    with cast("IO[bytes]", gzip.open(path)) if packed else path.open("rb") as file:
        if file.read(5) == b"From ":
            file.seek(0)
            yield from _split(file)
        else:
            file.seek(0)
            yield file.read()


def is_maildir(path: Path) -> bool:
    """Whether a folder is a maildir."""
    return (path / "cur").is_dir() or (path / "new").is_dir()


def read_maildir(path: Path) -> Iterator[bytes]:
    """The messages of a maildir and of the maildirs inside it."""
    for folder in sorted(found for found in path.rglob("*") if found.name in ("cur", "new") and found.is_dir()):
        for file in sorted(folder.iterdir()):
            if file.is_file():
                yield file.read_bytes()


def _split(file: IO[bytes]) -> Iterator[bytes]:
    """Messages parted by `From ` lines behind an empty line; `>From ` inside them is `From ` again."""
    lines: list[bytes] = []
    after_empty = True
    begun = False
    for line in file:
        if after_empty and _SEPARATOR.match(line):
            if begun:
                yield _message(lines)
            lines, begun, after_empty = [], True, False
            continue
        lines.append(line)
        after_empty = line in (b"\n", b"\r\n")
    if begun:
        yield _message(lines)


def _message(lines: list[bytes]) -> bytes:
    """One message, without the empty line that parts it from the next."""
    if lines and lines[-1] in (b"\n", b"\r\n"):
        lines = lines[:-1]
    return _QUOTED.sub(rb"\1", b"".join(lines))
