"""A commit as git writes it: a raw patch or the output of `git show`."""

import re

from flows.reading.moments import read_moment
from flows.sources.parsed_commit import ParsedCommit, split_message_and_patch, with_counts
from flows.sources.raw_mail import name_and_address, read_message

_RAW_START = re.compile(r"\s*(?:From (?P<mailed>[0-9a-f]{40}) |commit (?P<shown>[0-9a-f]{7,40})\b)")
_PATCH_TAG = re.compile(r"^\s*(?:\[[^\]]*\]\s*)+")
_SHOWN_HEADER = re.compile(
    r"^(?P<name>Author|AuthorDate|Commit|CommitDate|Committer|Date|Merge|Parents?|FirstTag|PatchId|Changes):\s*(?P<value>.*)$"
)

_FILE = re.compile(r"^File: (.+)$", re.MULTILINE)


def is_raw_commit(text: str) -> bool:
    """Return whether text is the output of `git format-patch` or `git show`."""
    return bool(_RAW_START.match(text))


def read_raw_commit(text: str) -> ParsedCommit:
    """Return the commit in the output of `git format-patch` or `git show`."""
    start = _RAW_START.match(text)
    assert start is not None
    if start["mailed"]:
        mail = read_message(text.lstrip().encode("utf-8", "surrogateescape"), "utf-8", "")
        subject = _PATCH_TAG.sub("", mail.subject or "")
        message, rest = split_message_and_patch(mail.body)
        page = ParsedCommit(
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
    said = {match["name"]: match["value"] for match in map(_SHOWN_HEADER.match, headers.split("\n")) if match}
    author, address = name_and_address(said.get("Author"))
    text = "\n".join(line.removeprefix("    ") for line in body.splitlines())
    # What was read from a clone has its changes in headers, and only the message below them.
    message, rest = (text, said.get("Changes", "")) if "Parents" in said else split_message_and_patch(text)
    subject, _, message = message.strip().partition("\n")
    authored = read_moment(said.get("AuthorDate") or said.get("Date") or "", origin="header")
    committed = read_moment(said.get("CommitDate", ""), origin="header")
    committer = name_and_address(said.get("Commit") or said.get("Committer"))[0]
    page = ParsedCommit(
        start["shown"],
        subject,
        message,
        author,
        address,
        committer,
        authored,
        committed,
        tuple(_FILE.findall(headers)),
        None,
        None,
        None,
        said.get("FirstTag"),
        said.get("PatchId"),
    )
    return with_counts(page, rest)
