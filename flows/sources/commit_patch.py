"""A commit as git writes it: a raw patch or the output of `git show`, and the counts of its changes."""

import re
from dataclasses import dataclass, replace

from flows.reading.moments import PublishedMoment, read_moment
from flows.sources.mail_message import name_and_address, read_message

_RAW_START = re.compile(r"\s*(?:From (?P<mailed>[0-9a-f]{40}) |commit (?P<shown>[0-9a-f]{7,40})\b)")
_PATCH_TAG = re.compile(r"^\s*(?:\[[^\]]*\]\s*)+")
_SHOWN_HEADER = re.compile(
    r"^(?P<name>Author|AuthorDate|Commit|CommitDate|Committer|Date|Merge|Parent):\s*(?P<value>.*)$"
)
_CHANGED = re.compile(r"(?<![\d,])(?P<files>\d[\d,]{0,12}) (?:changed )?files?(?: changed)?")
_ADDED = re.compile(r"(?<![\d,])(?P<lines>\d[\d,]{0,12}) (?:insertions?|additions?)")
_REMOVED = re.compile(r"(?<![\d,])(?P<lines>\d[\d,]{0,12}) deletions?")
_STAT = re.compile(r"^\s(?P<path>\S.{0,300}?)\s{1,99}\|\s+(?:\d+|Bin)", re.MULTILINE)
_DIFF_FILE = re.compile(r"^diff --git a/(?P<path>\S+) b/", re.MULTILINE)
_DIFF_LINE = re.compile(r"^(?P<sign>[+-])(?!\+\+ |-- )", re.MULTILINE)
_PATCH_END = re.compile(r"^---\s*$|^diff --git |^-- $", re.MULTILINE)
FILES_NAMED = 200


@dataclass(frozen=True, slots=True)
class CommitPage:
    """A commit; `files` are at most 200 paths, `message` is the text after the subject."""

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


def is_raw_commit(text: str) -> bool:
    """Return whether text is the output of `git format-patch` or `git show`."""
    return bool(_RAW_START.match(text))


def read_raw_commit(text: str) -> CommitPage:
    """Return the commit in the output of `git format-patch` or `git show`."""
    start = _RAW_START.match(text)
    assert start is not None
    if start["mailed"]:
        mail = read_message(text.lstrip().encode("utf-8", "surrogateescape"), "utf-8", "")
        subject = _PATCH_TAG.sub("", mail.subject or "")
        message, rest = cut_patch(mail.body)
        page = CommitPage(
            start["mailed"],
            subject,
            message,
            mail.sender,
            mail.sender_address,
            None,
            mail.moment,
            None,
            (),
            None,
            None,
            None,
        )
        return with_counts(page, rest)
    headers, _, body = text.partition("\n\n")
    said = {match["name"]: match["value"] for match in map(_SHOWN_HEADER.match, headers.splitlines()) if match}
    author, address = name_and_address(said.get("Author"))
    message, rest = cut_patch("\n".join(line.removeprefix("    ") for line in body.splitlines()))
    subject, _, message = message.strip().partition("\n")
    authored = read_moment(said.get("AuthorDate") or said.get("Date") or "", origin="header")
    committed = read_moment(said.get("CommitDate", ""), origin="header")
    committer = name_and_address(said.get("Commit") or said.get("Committer"))[0]
    page = CommitPage(
        start["shown"],
        subject,
        message,
        author,
        address,
        committer,
        authored,
        committed,
        (),
        None,
        None,
        None,
    )
    return with_counts(page, rest)


def with_counts(commit: CommitPage, text: str) -> CommitPage:
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


def cut_patch(text: str) -> tuple[str, str]:
    """Return the message, and the text after it: the summary of changes and the diff."""
    end = _PATCH_END.search(text)
    return (text[: end.start()], text[end.start() :]) if end else (text, "")


def _number(text: str) -> int:
    return int(text.replace(",", ""))
