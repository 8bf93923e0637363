"""Split an mbox into its mails.

Source: RFC 4155, appendix A (the default mbox format), and git-format-patch(1) for the first line of a patch.
"""

import re
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from typing import IO

from flows.sources.mail_headers import HEADER_LINE
from warehouse.months import ENGLISH, any_of

_DATED = re.compile(
    rb"From .*\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b.{1,8}\b(?:%b)\b.{1,6}\d\d?:\d\d.*\d{4}"
    % any_of(name[:3].capitalize() for name in ENGLISH).encode()
)
_OF_PATCH = re.compile(rb"From [0-9a-f]{40} Mon Sep 17 00:00:00 2001")
_KNOWN = re.compile(
    rb"(?:from|date|subject|message-id|return-path|received|delivered-to|to|cc|sender|x-[\w-]+|content-[\w-]+|mime-version|status"
    rb"|reply-to|in-reply-to|references|list-[\w-]+|dkim-signature|resent-[\w-]+|newsgroups|path|lines)[ \t]*:",
    re.IGNORECASE,
)
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_LENGTH = re.compile(rb"Content-Length[ \t]*:[ \t]*(?P<bytes>\d{1,12})[ \t]*\r?\n", re.IGNORECASE)
_HEADERS_AT_MOST = 1000
_EMPTY = (b"\n", b"\r\n")
_LINE_ENDS = (b"\n", b"\r")
_LONGEST_LINE = 1 << 16  # bytes; RFC 5322, 2.1.1 allows 998
_LINES_AHEAD = 8


def read_lines(file: IO[bytes]) -> Iterator[bytes]:
    """Return the lines of a file from its current position; a line longer than any mail has is split."""
    return iter(lambda: file.readline(_LONGEST_LINE), b"")


def split_mbox(lines: Iterable[bytes], most: int = sys.maxsize) -> Iterator[bytes]:
    """Yield the mails of an mbox, each with its envelope line; text before the first mail is yielded first, unchanged.

    `>From ` inside a mail is unquoted to `From `. A mail longer than `most` bytes is truncated, but stays longer than `most`.
    """
    mail = _MboxMail()
    after_empty, is_of_patches, at_start = True, None, True
    for line, ahead in _with_following(lines):
        if at_start and line.startswith(b"From ") and _is_envelope(line, ahead, after_empty=after_empty):
            is_patch = bool(_OF_PATCH.match(line))
            if is_of_patches is None:
                is_of_patches = is_patch
            if is_of_patches or not is_patch:
                if mail.has_text:
                    yield mail.whole()
                mail = _MboxMail()
        mail.add(line, most)
        after_empty = at_start and line in _EMPTY
        at_start = line.endswith(_LINE_ENDS)
    if mail.has_text:
        yield mail.whole()


def split_by_length(file: IO[bytes], most: int = sys.maxsize) -> Iterator[bytes] | None:
    """Return the mails of an mbox, split by their Content-Length fields, or None if one of these is missing or wrong.

    Such an mbox (mboxcl2) does not quote `From ` inside a mail. A mail longer than `most` bytes is cut to `most` + 1 bytes.
    """
    start = file.tell()
    last: tuple[int, int] | None = None
    for last in _spans(file):
        if last is None:
            break
    file.seek(start)
    return _read_spans(file, most) if last is not None else None


def _read_spans(file: IO[bytes], most: int) -> Iterator[bytes]:
    for span in _spans(file):
        assert span is not None
        begins, end = span
        file.seek(begins)
        yield file.read(min(end - begins, most + 1))
        file.seek(end)


def is_of_patch(envelope: str) -> bool:
    """Return whether git wrote this envelope line, whose date is always the same and so has no meaning."""
    return bool(_OF_PATCH.match(envelope.encode("utf-8", "replace")))


def _spans(file: IO[bytes]) -> Iterator[tuple[int, int] | None]:
    """Yield the start and end of each mail by its Content-Length; at a missing or wrong one, yield None and stop."""
    begins = file.tell()
    is_first = True
    while line := file.readline(_LONGEST_LINE):
        if line not in _EMPTY or is_first:
            length = _length_in_headers(file) if line.startswith(b"From ") else None
            end = file.tell() + (length or 0)
            if length:
                file.seek(end - 1)
            if length is None or (length and not file.read(1)):
                yield None
                return
            yield begins, end
            file.seek(end)
        is_first = False
        begins = file.tell()


def _length_in_headers(file: IO[bytes]) -> int | None:
    """Return the Content-Length in the headers from the current position on, and leave the file after them."""
    length = None
    for _ in range(_HEADERS_AT_MOST):
        line = file.readline(_LONGEST_LINE)
        if line in _EMPTY or not line:
            break
        if match := _LENGTH.match(line):
            length = int(match["bytes"])
    return length


class _MboxMail:
    """A mail that is collected line by line."""

    def __init__(self) -> None:
        self._lines = bytearray()
        self._first = self._last = b""

    def add(self, line: bytes, most: int) -> None:
        """Add a line, unless the mail already has more than `most` bytes."""
        if len(self._lines) <= most:
            self._first = self._first or line
            self._lines += line
            self._last = line

    @property
    def has_text(self) -> bool:
        """Whether any line contains more than white space."""
        return bool(self._lines.strip())

    def whole(self) -> bytes:
        """Return the mail without the empty line that separates it from the next."""
        if self._last in _EMPTY:
            del self._lines[-len(self._last) :]
        if not self._first.startswith(b"From "):
            return bytes(self._lines)
        return self._first + _QUOTED.sub(rb"\1", self._lines[len(self._first) :])


def _with_following(lines: Iterable[bytes]) -> Iterator[tuple[bytes, deque[bytes]]]:
    """Yield each line with the next few lines."""
    window: deque[bytes] = deque()
    for line in lines:
        window.append(line)
        if len(window) > _LINES_AHEAD:
            yield window.popleft(), window
    while window:
        yield window.popleft(), window


def _is_envelope(line: bytes, ahead: Iterable[bytes], *, after_empty: bool) -> bool:
    """Return whether a `From ` line begins a mail, by the headers after it and its date or the empty line before it."""
    headers = _header_lines(ahead)
    known = sum(bool(_KNOWN.match(one)) for one in headers)
    return known >= 1 if _DATED.match(line) else after_empty and known >= 2


def _header_lines(ahead: Iterable[bytes]) -> list[bytes]:
    found: list[bytes] = []
    for one in ahead:
        if HEADER_LINE.match(one) or one.startswith(b">From "):
            found.append(one)
        elif not (found and one[:1] in b" \t" and one.strip()):
            break
    return found
