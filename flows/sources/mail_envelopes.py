"""Where one mail of an mbox ends and the next begins.

Source: RFC 4155, appendix A (the default mbox format), and git-format-patch(1) for the line that patches begin with.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import IO

from flows.sources.mail_headers import HEADER_LINE

_DATED = re.compile(
    rb"From .*\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b.{1,8}\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b.{1,6}\d\d?:\d\d.*\d{4}"
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
_LINES_AHEAD = 8


def split_mbox(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The mails of an mbox, each with its envelope line in front; what stands before the first comes first, as it is.

    `>From ` inside a mail is `From ` again.
    """
    mail: list[bytes] = []
    after_empty, is_of_patches = True, None
    for line, ahead in _with_following(lines):
        if line.startswith(b"From ") and _is_envelope(line, ahead, after_empty=after_empty):
            is_patch = bool(_OF_PATCH.match(line))
            if is_of_patches is None:
                is_of_patches = is_patch
            if is_of_patches or not is_patch:
                if any(one.strip() for one in mail):
                    yield _whole(mail)
                mail = []
        mail.append(line)
        after_empty = line in _EMPTY
    if any(one.strip() for one in mail):
        yield _whole(mail)


def split_by_length(file: IO[bytes]) -> Iterator[bytes] | None:
    """The mails of an mbox whose every Content-Length holds, taken as long as they say; None where one does not.

    Such a box (mboxcl2) quotes no `From ` inside a mail.
    """
    spans: list[tuple[int, int]] = []
    while line := file.readline():
        if line in _EMPTY and spans:
            continue
        start = file.tell() - len(line)
        length = _length_in_headers(file) if line.startswith(b"From ") else None
        if length is None:
            return None
        spans.append((start, file.tell() + length))
        file.seek(spans[-1][1])
    end = file.seek(0, 2)
    if not spans or spans[-1][1] > end:
        return None
    return (_read_span(file, start, stop) for start, stop in spans)


def is_of_patch(envelope: str) -> bool:
    """Whether git wrote this envelope line: its date is always the same and says nothing."""
    return bool(_OF_PATCH.match(envelope.encode("utf-8", "replace")))


def _length_in_headers(file: IO[bytes]) -> int | None:
    """What the headers from here on say; the file stands behind them afterwards."""
    length = None
    for _ in range(_HEADERS_AT_MOST):
        line = file.readline()
        if line in _EMPTY or not line:
            break
        if match := _LENGTH.match(line):
            length = int(match["bytes"])
    return length


def _read_span(file: IO[bytes], start: int, stop: int) -> bytes:
    file.seek(start)
    return file.read(stop - start)


def _with_following(lines: Iterable[bytes]) -> Iterator[tuple[bytes, deque[bytes]]]:
    """Each line with some of those that follow it."""
    window: deque[bytes] = deque()
    for line in lines:
        window.append(line)
        if len(window) > _LINES_AHEAD:
            yield window.popleft(), window
    while window:
        yield window.popleft(), window


def _is_envelope(line: bytes, ahead: Iterable[bytes], *, after_empty: bool) -> bool:
    """Whether a `From ` line begins a mail: by the headers behind it, and by its date or the empty line before it."""
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


def _whole(lines: list[bytes]) -> bytes:
    """One mail, without the empty line that parts it from the next."""
    if lines[-1] in _EMPTY:
        lines = lines[:-1]
    return lines[0] + _QUOTED.sub(rb"\1", b"".join(lines[1:])) if lines[0].startswith(b"From ") else b"".join(lines)
