"""A ChangeLog of kernel.org: the output of `git log`, of which the messages are read and the headers are marked as quoted."""

import re
from collections.abc import Iterator

from flows.reading.moments import PublishedMoment, read_moment
from flows.reading.plain_text import find_addresses, read_plain
from warehouse.records import Section

_COMMIT = re.compile(r"^commit [0-9a-f]{40}\b.*$", re.MULTILINE)
_DATE = re.compile(r"^(?:Date|CommitDate):\s*(.+)$", re.MULTILINE)
_HEADER_LINE = re.compile(
    r"^(?:commit [0-9a-f]{40}|Author:|Date:|Merge:|AuthorDate:|Commit:|CommitDate:)", re.MULTILINE
)
_LONGEST = 2_000_000  # characters; the ChangeLogs of whole releases are larger, those of stable updates far smaller
_INDENT = 4  # `git log` indents messages


def is_changelog(text: str) -> bool:
    """Return whether a text is a ChangeLog of commits."""
    return bool(_COMMIT.match(text.lstrip()[:200]))


def read_changelog(
    text: str,
) -> tuple[Section, tuple[tuple[int, int, str], ...], PublishedMoment | None, dict[str, object]]:
    """Return the one section of a ChangeLog, its bare addresses, the date of its first commit, and facts about it.

    The header of each commit is `quoted`, so that passages contain only messages. Text beyond two million characters is
    cut off after a commit; the facts then contain `cut_commits`, the number of commits left out.
    """
    commits = [commit for commit in _commits(text) if commit.strip()]
    moment = next((m for commit in commits[:3] if (m := _date(commit))), None)
    pieces: list[str] = []
    quoted: list[tuple[int, int]] = []
    length = 0
    read = 0
    for commit in commits:
        headers, _, message = commit.partition("\n\n")
        if not _HEADER_LINE.match(headers):
            headers, message = "", commit
        plain = read_plain("\n".join(line.removeprefix(" " * _INDENT) for line in message.split("\n")))
        for piece, own in ((headers.strip(), False), (plain.text, True)):
            if not piece:
                continue
            if pieces:
                pieces.append("\n\n")
                length += 2
            if own:
                quoted += [(length + start, length + end) for start, end in plain.quoted]
            else:
                quoted.append((length, length + len(piece)))
            pieces.append(piece)
            length += len(piece)
        read += 1
        if length > _LONGEST:
            break
    whole = "".join(pieces)
    facts: dict[str, object] = {"commits": read}
    if read < len(commits):
        facts["cut_commits"] = len(commits) - read
    return Section(0, None, "body", whole, (), tuple(quoted)), find_addresses(whole), moment, facts


def _commits(text: str) -> Iterator[str]:
    starts = [match.start() for match in _COMMIT.finditer(text)]
    if not starts or starts[0] > 0:
        yield text[: starts[0] if starts else len(text)]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        yield text[start:end]


def _date(commit: str) -> PublishedMoment | None:
    match = _DATE.search(commit)
    return read_moment(match[1], origin="header") if match else None
