"""A map file: each line has the number of a mail at gmane and its Message-ID."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import PageSetAside, UsageError

_NUMBER = re.compile(r"(?P<group>gmane\.[A-Za-z0-9_.+-]{1,200})[:/](?P<number>[0-9]{1,8})")
_MESSAGE_ID = re.compile(r"<(?P<id>[^\s<>@]+@[^\s<>@]+)>|(?P<bare>[^\s<>@]+@[^\s<>@]+)")
_LONGEST_LINE = 4096  # bytes
_LONGEST_ID = 998  # RFC 5322, 2.1.1; news servers allow 250
_MOST_NAMED = 1000  # of a file that is no map at all, the lines that follow are counted only
_MARK = b"\xef\xbb\xbf"  # the UTF-8 byte order mark that some editors write


@dataclass(frozen=True, slots=True)
class Numbered:
    """A mail at gmane: its key (`gmane.linux.kernel/1129793`) and its Message-ID without brackets."""

    key: str
    message_id: str


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no entry: its location, and the reason as an error."""

    place: str
    error: PageSetAside


def read_map(path: Path) -> Iterator[Numbered | BadLine]:
    """Yield the entries of a map file in order, and the lines that are none.

    Two columns: group and number joined by `:` or `/`, and the Message-ID with or without angle brackets. Empty lines and lines
    that begin with `#` are skipped.

    Raises:
        UsageError: the file cannot be read or is not text.
    """
    bad = 0
    try:
        with path.open("rb") as file:
            for number, line in enumerate(iter(lambda: file.readline(_LONGEST_LINE), b""), 1):
                if b"\0" in line:
                    raise UsageError(f"--gmane-map {path} is not UTF-8 text; expected group:number and Message-ID.")
                found = _read_line(line.removeprefix(_MARK) if number == 1 else line)
                if isinstance(found, Numbered):
                    yield found
                elif found is not None:
                    bad += 1
                    if bad <= _MOST_NAMED:
                        yield _bad(path, f"line={number}", f"line {number}: {found}")
    except OSError as error:
        raise UsageError(f"--gmane-map {path}: {error.strerror}; expected a file that can be read.") from error
    if bad > _MOST_NAMED:
        yield _bad(path, "more", f"{bad - _MOST_NAMED:,} more lines are not group:number and Message-ID.")


def _bad(path: Path, place: str, why: str) -> BadLine:
    return BadLine(f"{path.name}#{place}", PageSetAside(f"{path.name}, {why}", reason="gmane_map"))


def _read_line(line: bytes) -> Numbered | str | None:
    """Return the entry in a line, the reason why there is none, or None for an empty line or a comment."""
    words = line.split()
    if not words or words[0].startswith(b"#"):
        return None
    try:
        first, *others = (word.decode("utf-8") for word in words)
    except UnicodeDecodeError:
        return "it is not UTF-8 text."
    key = _NUMBER.fullmatch(first)
    if key is None:
        return f"{first[:80]!r} is not a number at gmane; expected one such as gmane.linux.kernel:1129793."
    name = _MESSAGE_ID.fullmatch(others[0]) if len(others) == 1 else None
    if name is None or len(others[0]) > _LONGEST_ID:
        return f"{' '.join(others)[:80]!r} is not a Message-ID; expected one such as <4B0D@example.org>."
    return Numbered(f"{key['group']}/{int(key['number'])}", name["id"] or name["bare"])
