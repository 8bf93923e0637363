"""A bug on its tracker's page: any version of Bugzilla, and trackers that show a title, a reporter and comments."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from flows.reading.html import HtmlPage
from flows.reading.moments import PublishedMoment, read_moment
from flows.reading.visible import Block
from flows.sources.document import one_line
from flows.sources.raw_mail import name_and_address, read_mail_date

_TITLE = re.compile(
    r"^\s*(?:\[?(?:Bug|Issue|Ticket)\s*#?\s*)?#?(?P<number>\d+)\]?\s*(?:[–—:|·-]|\s)\s*(?P<title>.+?)\s*$",
    re.IGNORECASE,
)
_TRAC_TITLE = re.compile(r"^#\d+:? \((?P<title>.+)\)(?: [–-] .*)?$")
_TITLE_TAIL = re.compile(
    r"\s+(?:·|:|\|)\s+(?:Bugs|Issue #\d+|.{0,40}(?:GitHub|GitLab|Launchpad)).*$|\s+- Debian Bug report logs$"
)
_FIELD = re.compile(
    r"^\s*(?P<name>Status|Resolution|Product|Component|Version|Kernel Version|Severity|Importance|Priority|Hardware|Platform|OS|Assigned To|Assignee"
    r"|Assigned|Reported(?: by)?|Reporter|Opened|Tree|Regression|Keywords)\s*:\s*(?P<value>\S.*)$",
    re.IGNORECASE,
)
_COMMENT_HEAD = re.compile(
    r"^\s*(?:\[(?:reply|[-−+])\s?\]\s*)*[-=]*\s*(?:(?:Additional )?Comment\s*#?\s*(?P<number>\d+)|(?P<first>Description))\b(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_MESSAGE_HEAD = re.compile(r"^\s*Message #(?P<number>\d+) received at\b")
_MAIL_HEADER = re.compile(r"^\s*(?P<name>From|To|Cc|Subject|Date|Reply-To|Message-ID):\s+(?P<value>.*)$", re.IGNORECASE)
"""Debian's tracker is a log of mail that numbers its messages in steps of five."""
_HEAD_WORDS = 40
_HEAD_CHARS = 300
_BY = re.compile(r"\bby:?\s+(?P<name>.+)$|\bFrom\s+(?P<from>.+?)(?=\s+\d{4}-\d\d|\s+\(|$)", re.IGNORECASE)
_NAME_IN_HEAD = re.compile(
    r"^[\s\[\]():#-]*(?:\[?(?:reply|−|-|\+|\]|collapse|expand)\]?[\s\[\]]*)*(?P<name>[^\d\[(<]{2,60}?)\s*(?:<[^>]*>)?\s*(?=\d{4}-\d\d-\d\d|$)",
    re.IGNORECASE,
)
_END = re.compile(
    r"^\s*(?:You need to log in|To post a comment you must|Add an attachment|Note:? You need to|Format For Printing|First Last Prev|Actions:|Home\s*\|\s*New\b|Attachments\s*$|Privacy Policy)",
    re.IGNORECASE,
)
MOST_COMMENTS = 60
_DISTINGUISHED = frozenset({"reported", "reported_by", "opened", "reporter"})


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment of a bug: `number` 0 is the description."""

    number: int
    author: str | None
    moment: PublishedMoment | None
    text: str


@dataclass(frozen=True, slots=True)
class Bug:
    """A bug as its page shows it; the names of `fields` are in lower case with underscores."""

    title: str
    fields: dict[str, str]
    reporter: str | None
    moment: PublishedMoment | None
    comments: tuple[Comment, ...]


def read_bug(page: HtmlPage) -> Bug | None:
    """Return the bug on a page, or None if neither a description nor a comment is found."""
    lines = [
        line.replace("\t", " ")
        for block in page.visible.blocks
        if block.tag != "pre"
        for line in block.text.split("\n")
    ]
    labelled = [f"{line} {value}" if line.endswith(":") else line for line, value in pairwise([*lines, ""])]
    fields = {
        m["name"].lower().replace(" ", "_"): one_line(m["value"]) for m in reversed([*map(_FIELD.match, labelled)]) if m
    }
    comments = _comments(page.visible.blocks) or _messages(page.visible.blocks)
    if not comments:
        return None
    reported = fields.get("reported") or fields.get("opened") or ""
    by = _BY.search(reported)
    reporter = fields.get("reported_by") or fields.get("reporter") or comments[0].author
    if by:
        reporter = by["name"] or by["from"]
    title = _TRAC_TITLE.match(page.title) or _TITLE.match(_TITLE_TAIL.sub("", page.title))
    return Bug(
        title=title["title"] if title else page.title,
        fields={name: value for name, value in fields.items() if name not in _DISTINGUISHED},
        reporter=name_and_address(reporter)[0],
        moment=read_moment(reported) or comments[0].moment or _tool_tip(page),
        comments=comments,
    )


def _tool_tip(page: HtmlPage) -> PublishedMoment | None:
    """Return the first time in a tooltip, for pages whose text says "14 months ago"."""
    tips = (element.get("title") for element in page.root.iter("p", "a", "span", "time"))
    return next(filter(None, (read_moment(tip, origin="meta") for tip in tips if tip)), None)


def _comments(blocks: Sequence[Block]) -> tuple[Comment, ...]:
    """Return the description and the comments: each is a head line followed by preformatted text or a paragraph."""
    found: list[Comment] = []
    head: re.Match[str] | None = None
    texts: list[str] = []

    def close() -> None:
        if head is not None and any(text.strip() for text in texts):
            found.append(_comment(head, "\n\n".join(texts)))

    for block in blocks:
        is_short = len(block.text.split()) <= _HEAD_WORDS
        match = _COMMENT_HEAD.match(block.text) if is_short and block.tag != "pre" else None
        if match:
            close()
            head, texts = match, []
        elif head is not None and block.tag != "pre" and _END.match(block.text):
            break
        elif head is not None and (block.tag == "pre" or not texts or not any(t for t in texts)):
            texts.append(block.text)
    close()
    return tuple(found[:MOST_COMMENTS])


def _messages(blocks: Sequence[Block]) -> tuple[Comment, ...]:
    """Return the mails of a bug's log without their header lines; the first is the description."""
    found: list[Comment] = []
    head: re.Match[str] | None = None
    headers: dict[str, str] = {}
    for block in blocks:
        is_text = block.tag == "pre"
        if match := None if is_text else _MESSAGE_HEAD.match(block.text):
            head, headers = match, {}
        elif head is not None and is_text and block.text:
            author = name_and_address(headers.get("from"))[0]
            number = int(head["number"]) // 5 - 1 if found else 0
            found.append(Comment(number, author, read_mail_date(headers.get("date")), block.text))
        elif head is not None:
            headers |= {m["name"].lower(): m["value"] for m in map(_MAIL_HEADER.match, block.text.split("\n")) if m}
    return tuple(found[:MOST_COMMENTS])


def _comment(head: re.Match[str], text: str) -> Comment:
    rest = one_line(head["rest"])[:_HEAD_CHARS]
    name = _BY.search(rest) or _NAME_IN_HEAD.match(rest)
    words = (name.groupdict().get("name") or name.groupdict().get("from")) if name else None
    author = name_and_address(re.split(r"\s+\d{4}-\d\d", words)[0] if words else None)[0]
    return Comment(int(head["number"] or 0), author, read_moment(rest), text)
