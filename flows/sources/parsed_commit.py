"""A parsed commit, its message without the patch, and the counts of its changes."""

import re
from dataclasses import dataclass, replace

from flows.reading.moments import PublishedMoment

_CHANGED = re.compile(r"(?<![\d,])(?P<files>\d[\d,]{0,12}) (?:changed )?files?(?: changed)?")
_ADDED = re.compile(r"(?<![\d,])(?P<lines>\d[\d,]{0,12}) (?:insertions?|additions?)")
_REMOVED = re.compile(r"(?<![\d,])(?P<lines>\d[\d,]{0,12}) deletions?")
_STAT = re.compile(r"^\s(?P<path>\S.{0,300}?)\s{1,99}\|\s+(?:\d+|Bin)", re.MULTILINE)
_DIFF_FILE = re.compile(r"^diff --git a/(?P<path>\S+) b/", re.MULTILINE)
_DIFF_LINE = re.compile(r"^(?P<sign>[+-])(?!\+\+ |-- )", re.MULTILINE)
_PATCH_END = re.compile(r"^---\s*$|^diff --git |^-- $", re.MULTILINE)
FILES_NAMED = 200


@dataclass(frozen=True, slots=True)
class ParsedCommit:
    """A commit; `files` are at most 200 paths, `message` is the text after the subject, `first_tag` contains it."""

    sha: str | None
    subject: str
    message: str
    author: str | None
    author_address: str | None
    committer: str | None
    authored: PublishedMoment | None
    committed: PublishedMoment | None
    files: tuple[str, ...]
    files_changed: int | None
    insertions: int | None
    deletions: int | None
    first_tag: str | None = None
    patch_id: str | None = None


def with_counts(commit: ParsedCommit, text: str) -> ParsedCommit:
    """Return the commit with the counts of its changes: from the summary of the page or patch, else from the diff."""
    files, added, removed = _CHANGED.search(text), _ADDED.search(text), _REMOVED.search(text)
    paths = commit.files or tuple(dict.fromkeys(m["path"] for m in (*_STAT.finditer(text), *_DIFF_FILE.finditer(text))))
    signs = [match["sign"] for match in _DIFF_LINE.finditer(text)] if _DIFF_FILE.search(text) else []
    return replace(
        commit,
        files=paths[:FILES_NAMED],
        files_changed=_number(files["files"]) if files else (len(paths) or None),
        insertions=_number(added["lines"]) if added else (signs.count("+") if signs else None),
        deletions=_number(removed["lines"]) if removed else (signs.count("-") if signs else None),
    )


def split_message_and_patch(text: str) -> tuple[str, str]:
    """Return the message, and the text after it: the summary of changes and the diff."""
    end = _PATCH_END.search(text)
    return (text[: end.start()], text[end.start() :]) if end else (text, "")


def _number(text: str) -> int:
    return int(text.replace(",", ""))
