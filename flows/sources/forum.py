"""Forum topics of phpBB 2 and 3 and vBulletin 3 and 4; all posts of a page form one document."""

import re
from collections.abc import Sequence

from flows.reading.html import read_page
from flows.reading.language import language_of
from flows.reading.links import Identify
from flows.reading.sections import HeadedPart, assemble
from flows.reading.urls import Address, page_key
from flows.sources.document import make_document
from flows.sources.forum_page import Post, read_topic
from flows.sources.page import is_plain
from flows.sources.page import parse as parse_page
from flows.sources.source import Source
from warehouse.records import Capture, Document, Identity

_SCRIPT = re.compile(r"/(?:viewtopic|showthread|showpost)\.php(?:/|\Z)|/archive/index\.php/t-\d+|/threads/\d+-")
_FORUM = re.compile(r"(?:\A|[/.])(?:forums?|boards?|community|linuxquestions\.org/questions)[/.]")
_REWRITTEN = re.compile(r"-t?\d{2,9}(?:-\d+|-page\d+)?(?:\.html|/)\Z")
"""Readable addresses that an extension of the forum makes: `/forums/drivers/no-sound-12345.html`."""
_ONLY_VIEW = frozenset(["highlight", "hilit", "postdays", "postorder", "postcount", "st", "sk", "sd", "pp"])
_FIRST_PAGE = frozenset(["start=0", "page=1"])
_OLD_NAMES = {"threadid": "t", "postid": "p"}


def identify(address: Address) -> Identity | None:
    """Return the topic, or the page of a topic, at an address, or None."""
    is_topic = _SCRIPT.search(address.path) or (
        _REWRITTEN.search(address.path) and _FORUM.search(f"{address.host}{address.path}")
    )
    return Identity("page", _key(address), address.url) if is_topic else None


def _key(address: Address) -> str:
    """Return the key of a topic; its number is unique, so the forum's number is dropped."""
    path, _, query = page_key(address).partition("?")
    named = [part.partition("=") for part in query.split("&") if part not in _FIRST_PAGE]
    kept = {_OLD_NAMES.get(name, name): value for name, _, value in named if name and name not in _ONLY_VIEW}
    if kept.keys() & {"t", "p"}:
        kept.pop("f", None)
    return path + ("?" + "&".join(f"{name}={value}" if value else name for name, value in kept.items()) if kept else "")


def parse(identity: Identity, captures: Sequence[Capture], identify_link: Identify) -> Document:
    """Return the topic with the author and date of its first post; each further post is a section headed by both.

    A page without posts (a login page, a forum of other software) is read like any page.

    Raises:
        PageSetAside: the page is not text, or has no words.
    """
    capture = captures[0]
    topic = None if is_plain(capture) else read_topic(page := read_page(capture), capture.captured_at)
    if topic is None:
        return parse_page(identity, captures, identify_link)
    first, *others = topic.posts
    parts = [
        HeadedPart(None, "body", first.blocks),
        *(HeadedPart(_heading(post), "body", post.blocks) for post in others),
    ]
    sections, links = assemble(parts, base=page.base(identity.url), identify=identify_link)
    return make_document(
        identity,
        capture,
        title=topic.title,
        sections=sections,
        links=links,
        author=first.author,
        moments=[first.moment],
        language=language_of("\n".join(section.text for section in sections), page.language),
        facts={"posts": len(topic.posts), **page.decoded.facts},
    )


def _heading(post: Post) -> str | None:
    at = f"{post.moment.at:%Y-%m-%d %H:%M}" if post.moment else None
    return ", ".join(filter(None, (post.author, at))) or None


SOURCE = Source("forum", "page", identify, parse)
