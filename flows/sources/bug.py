"""Bugs, identified by tracker and number."""

import re
from collections.abc import Sequence

from flows.reading.html import HtmlPage, read_page
from flows.reading.links import Identify, make_links
from flows.reading.moments import PublishedMoment
from flows.reading.plain_text import read_plain
from flows.reading.sections import assemble
from flows.reading.urls import Address
from flows.sources import launchpad_page
from flows.sources.bug_page import Comment, read_bug
from flows.sources.document import make_document
from flows.sources.page import page_title
from flows.sources.page import parse as parse_page
from flows.sources.source import Source
from warehouse.records import Capture, Document, Identity, Section

_TRACKERS = re.compile(r"(?:bugzilla|bugs|bugme|bugreports?)\.")
_SAME = {
    "bugme.osdl.org": "bugzilla.kernel.org",
    "bugme-new.osdl.org": "bugzilla.kernel.org",
    "bugzilla.freedesktop.org": "bugs.freedesktop.org",
    "bugzilla.suse.com": "bugzilla.novell.com",
    "bugzilla.opensuse.org": "bugzilla.novell.com",
}
_SHOWN = re.compile(r"/(?:show_bug|xml|bugreport|process_bug|show_activity)\.cgi\Z|/view_bug\.do\Z")
_SHOWN_BY_NUMBER = ((re.compile(r"/issues/detail\Z"), "id"), (re.compile(r"/tracker/(?:index\.php)?\Z"), "aid"))
_IN_PATH = re.compile(
    r"(?:/\+bug/|/bugs?/|/issues/|/ticket/|/task/|/show_bug\.cgi/|/-/issues/|/work_items/)#?(?P<number>\d{1,9})"
    r"(?:/|/[a-z+-][\w/+-]*)?\Z"  # `/issues/2009/101` is a magazine
)
_MANY_TRACKERS = frozenset(["github.com", "gitlab.com", "sourceforge.net", "code.google.com"])
_TRACKER_NAME = re.compile(r"(?:/-)?/(?:issues|bugs|tracker|work_items)/.*")
_SHORT = re.compile(r"/(?P<number>\d{1,9})/?\Z")


def identify(address: Address) -> Identity | None:
    """Return the bug at an address, or None."""
    number = _number(address)
    if number is None:
        return None
    tracker = _SAME.get(address.host, address.host)
    if tracker in _MANY_TRACKERS or tracker.startswith("gitlab."):
        tracker += _TRACKER_NAME.sub("", address.path).lower()
    if tracker.endswith("launchpad.net"):
        tracker = "launchpad.net"
    return Identity("bug", f"{tracker}/{number}", address.url, number=number)


def _number(address: Address) -> str | None:
    query = address.query
    if _SHOWN.search(address.path):
        return _digits(query.get("id") or query.get("bug") or query.get("bug_id"))
    for shown, name in _SHOWN_BY_NUMBER:
        if shown.search(address.path):
            return _digits(query.get(name))
    match = _IN_PATH.search(address.path)
    if match is None and _TRACKERS.match(address.host):
        match = _SHORT.match(address.path)
    return match["number"] if match else None


def _digits(text: str | None) -> str | None:
    return text if text and text.isascii() and text.isdigit() else None


def parse(identity: Identity, captures: Sequence[Capture], identify_link: Identify) -> Document:
    """Return the bug with its description as the first section and each comment (up to 60) as another one.

    `facts` contain the fields of the form (`status`, `resolution`, `product`, `component`, ...) and `comments`, the number
    of comments read.

    Raises:
        PageSetAside: the page is not HTML, or has no words.
    """
    capture = captures[0]
    page = read_page(capture)
    if (said := launchpad_page.reported(page)) is not None:
        return _read_launchpad(identity, capture, page, identify_link, *said)
    bug = read_bug(page)
    if bug is None:
        return parse_page(identity, captures, identify_link)
    texts = [read_plain(comment.text) for comment in bug.comments]
    sections = [
        Section(position, _heading(comment), "body", plain.text, (), plain.quoted)
        for position, (comment, plain) in enumerate(zip(bug.comments, texts, strict=True))
    ]
    return make_document(
        identity,
        capture,
        title=bug.title,
        sections=sections,
        links=make_links([(n, plain.text, plain.addresses) for n, plain in enumerate(texts)], identify_link),
        author=bug.reporter,
        moments=[bug.moment],
        facts={**bug.fields, "comments": len(bug.comments) - 1, **page.decoded.facts},
    )


def _read_launchpad(
    identity: Identity,
    capture: Capture,
    page: HtmlPage,
    identify_link: Identify,
    reporter: str | None,
    moment: PublishedMoment | None,
) -> Document:
    parts = list(launchpad_page.parts(page))
    sections, links = assemble(parts, base=page.base(identity.url), identify=identify_link)
    return make_document(
        identity,
        capture,
        title=page_title(page),
        sections=sections,
        links=links,
        author=reporter,
        moments=[moment],
        facts={"comments": len(parts) - 1, **page.decoded.facts},
    )


def _heading(comment: Comment) -> str | None:
    return f"Comment {comment.number}" if comment.number else None


SOURCE = Source("bug", "bug", identify, parse)
