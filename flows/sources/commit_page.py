"""Commits on the pages of repository browsers: gitweb, cgit, GitHub and others."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from lxml import etree

from flows.reading.css_classes import classes_of
from flows.reading.frames import blocks_inside, frames_where, has_hint
from flows.reading.html import HtmlPage
from flows.reading.moments import PublishedMoment, read_moment, read_offset
from flows.reading.visible import Block, Visible
from flows.sources.parsed_commit import FILES_NAMED, ParsedCommit, split_message_and_patch, with_counts
from flows.sources.raw_mail import name_and_address
from warehouse.errors import PageSetAside

_SHA = re.compile(r"\b[0-9a-f]{40}\b")
_FIELD = re.compile(r"^(?P<name>author|committer|commit|tree|parent)s?\b[\t :]*(?P<value>.*)$", re.IGNORECASE)
_ROLE_BEHIND = re.compile(r"^(?P<value>\S.{1,80}?) \((?P<name>author|committer)\)$")
_LOCAL_CLOCK = re.compile(r"\((?P<hour>\d\d):(?P<minute>\d\d) (?P<zone>[+-]\d{4})\)")
_SUBJECT_HINTS = ("commit-subject", "commit-title", "commit_subject")
_MESSAGE_HINTS = (
    "commit-msg",
    "commit-desc",
    "commit-description",
    "commit_message",
    "page_body",
    "commit-message",
    "message",
    "description",
)
_DECORATIONS = etree.XPath(
    "//*[self::a or self::span][contains(@class, 'deco')][not(ancestor::*[contains(@class, 'decoration')])]"
)
"""Elements with a class such as `branch-deco`, `tag-deco` or `deco`, alone or together in a `decoration` element."""
_TITLE_TAIL = re.compile(r"\s+[·-] (?:[0-9a-f]{7,40} · )?[\w.-]+/[\w.-]+(?: · GitHub)?\s*$| · GitHub$")
_PATH = re.compile(
    r"(?<![\w/])(?P<path>[\w.@+-]+(?:/[\w.@+,~-]+)+|(?:Makefile|Kconfig|MAINTAINERS|README|COPYING|CREDITS|[\w-]+\.(?:c|h|S|txt|rst|py|sh)))(?![\w/])"
)
_PATCH_HINTS = ("diff_tree", "patchset")  # on gitweb, inside the element of the message
_FILE_ROWS = ("diffstat", "diff_tree", "toc", "files")
_ROW_CHARS = 600  # searched in a row of the list of files, which begins with a path


def read_commit_page(page: HtmlPage) -> ParsedCommit:
    """Return the commit on a repository browser's page.

    Raises:
        PageSetAside: the page does not show a commit (`no_commit`).
    """
    visible = page.visible
    fields = _fields([line for block in visible.blocks for line in block.text.split("\n")])
    patch = frames_where(visible, has_hint(*_PATCH_HINTS))
    said_message = [block for block in _hinted(visible, _MESSAGE_HINTS) if not patch[block.frame]]
    subject = _subject(page, said_message)
    if not subject or not (fields or said_message):
        raise PageSetAside("the page has neither author nor message; expected a commit", reason="no_commit")
    author, address = name_and_address(
        fields.get("author", ("", None))[0] or _classed(page, "author-name", "commit-author")
    )
    authored = fields.get("author", ("", None))[1] or _page_time(page)
    text = "\n".join(block.text for block in visible.blocks if block.tag != "pre" or "changed" in block.text[:400])
    sha = _SHA.search(fields.get("commit", ("", None))[0]) or _SHA.search(
        _classed(page, "sha", "sha1", "commit-id") or ""
    )
    message = _message(_raw_message(page) or "\n\n".join(block.text for block in said_message), subject)
    commit = ParsedCommit(
        sha=sha[0] if sha else None,
        subject=subject,
        message=message,
        author=author,
        author_address=address,
        committer=name_and_address(fields.get("committer", ("", None))[0])[0],
        authored=authored,
        committed=fields.get("committer", ("", None))[1],
        files=_listed_files(visible),
        files_changed=None,
        insertions=None,
        deletions=None,
    )
    return with_counts(commit, text)


def _fields(lines: Sequence[str]) -> dict[str, tuple[str, PublishedMoment | None]]:
    """Return the values of author, committer and commit, and the time in the same or the next line."""
    found: dict[str, tuple[str, PublishedMoment | None]] = {}
    for number, line in enumerate(lines):
        match = _FIELD.match(line.strip()) or _ROLE_BEHIND.match(line.strip())
        if not match or match["name"].lower() in found or not match["value"].strip():
            continue
        following = lines[number + 1] if number + 1 < len(lines) else ""
        moment = _local(match["value"]) or (None if _FIELD.match(following) else _local(following))
        value = match["value"]
        if moment is None and match["name"].lower() in {"author", "committer"}:
            continue  # a word of the message, not a field
        found[match["name"].lower()] = (value.partition("\t")[0], moment)
    return found


def _local(text: str) -> PublishedMoment | None:
    """Return the moment in a field; gitweb's `... +0000 (17:31 -0800)` is returned with the author's UTC offset."""
    moment = read_moment(text)
    clock = _LOCAL_CLOCK.search(text)
    offset = read_offset(clock["zone"]) if clock else None
    if moment is None or offset is None:
        return moment
    return replace(moment, at=moment.at + dt.timedelta(minutes=offset - (moment.offset_min or 0)), offset_min=offset)


def _subject(page: HtmlPage, message: Sequence[Block]) -> str:
    hinted = _hinted(page.visible, _SUBJECT_HINTS)
    if hinted:
        return _undecorated(page, hinted[0].text.strip())
    first = message[0].text.strip().split("\n")[0].strip() if message else ""
    headline = _headline(page)
    if headline and not first.startswith(headline.removesuffix("...").rstrip()):
        return headline
    return first or _TITLE_TAIL.sub("", page.title)


def _headline(page: HtmlPage) -> str:
    """Return the subject in the heading of a gitweb page, because diff pages omit it from the message.

    A long subject is shortened and ends in three dots.
    """
    for element in page.root.iter("a"):
        if element.get("class") == "title":
            return " ".join((element.text or "").split())
    return ""


def _undecorated(page: HtmlPage, subject: str) -> str:
    """Return the subject without the branches and tags that cgit shows after it."""
    for element in reversed(_DECORATIONS(page.root)):
        subject = subject.removesuffix("".join(element.itertext()).strip()).rstrip()
    return subject


def _raw_message(page: HtmlPage) -> str | None:
    """Return the message with its line breaks if only a style sheet preserves them (cgit), else None."""
    for element in page.root.iter("div", "span", "p"):
        if classes_of(element).intersection(_MESSAGE_HINTS):
            return None if next(element.iter("br", "p", "pre"), None) is not None else "".join(element.itertext())
    return None


def _message(text: str, subject: str) -> str:
    message, _ = split_message_and_patch(text)
    first, _, rest = message.strip().partition("\n")
    return rest.strip("\n") if first.strip() == subject else message


def _listed_files(visible: Visible) -> tuple[str, ...]:
    """Return the first path in each row or bullet of the list of changed files."""
    listed = blocks_inside(visible.blocks, frames_where(visible, has_hint(*_FILE_ROWS)))
    paths = (_path_of(block) for block in listed if block.tag in {"tr", "li", "td"})
    return tuple(dict.fromkeys(filter(None, paths)))[:FILES_NAMED]


def _path_of(row: Block) -> str | None:
    """Return the first path in a row, preferably the text of a link, which excludes the count of lines after it."""
    linked = (row.text[anchor.start : anchor.end].strip() for anchor in row.anchors)
    match = next(filter(None, map(_PATH.fullmatch, linked)), None) or _PATH.search(row.text[:_ROW_CHARS])
    return match["path"] if match else None


def _hinted(visible: Visible, hints: Iterable[str]) -> list[Block]:
    """Return the blocks in elements with the first of these classes, tried in order, that has any."""
    for hint in hints:
        found = [block for block in blocks_inside(visible.blocks, frames_where(visible, has_hint(hint))) if block.text]
        if found:
            return found
    return []


def _classed(page: HtmlPage, *names: str) -> str | None:
    """Return the words of the first element with one of these classes, including inline elements."""
    for element in page.root.iter("*"):
        if not names or classes_of(element).intersection(names):
            return " ".join("".join(element.itertext()).split()) or None
    return None


def _page_time(page: HtmlPage) -> PublishedMoment | None:
    for element in page.root.iter("time", "relative-time", "time-ago"):
        moment = read_moment(element.get("datetime") or "", origin="meta") or read_moment("".join(element.itertext()))
        if moment:
            return moment
    return None
