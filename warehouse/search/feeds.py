"""Feeds of a home: queries in its `feeds.toml`, each an Atom file in every release.

Source: RFC 4287, The Atom Syndication Format, https://www.rfc-editor.org/rfc/rfc4287 (2005-12).
"""

import datetime as dt
import re
import tomllib
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from warehouse.errors import UsageError
from warehouse.records import Hit
from warehouse.search.engine import Search

FOLDER = "feeds"
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
MOST_FEEDS, MOST_ENTRIES = 100, 500
_ENTRIES = 50  # of a feed that does not say
_SUMMARY = 600  # characters
_ATOM = "http://www.w3.org/2005/Atom"
# What XML 1.0 cannot hold. Source: https://www.w3.org/TR/xml/#charsets (2008-11)
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EXPECTED = """expected for example:

page = "http://127.0.0.1:8501"

[[feed]]
name = "btrfs"
title = "Btrfs"
query = "btrfs kind:issue"
entries = 50"""


@dataclass(frozen=True, slots=True)
class Feed:
    """A query whose newest documents make a feed; `name` names its file."""

    name: str
    title: str
    query: str
    entries: int


@dataclass(frozen=True, slots=True)
class Feeds:
    """The feeds of a home, and the address at which its page is served, to which their links lead; None for the page of this machine."""

    page: str | None
    feeds: tuple[Feed, ...]


def read_feeds(path: Path) -> Feeds:
    """Return the feeds in a `feeds.toml`; none if it does not exist.

    Raises:
        UsageError: it is not TOML, or a feed lacks a name or a query, or has a value that cannot be used.
    """
    if not path.is_file():
        return Feeds(None, ())
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UsageError(f"{path} is not TOML: {error}; {_EXPECTED}") from error
    page, listed = said.get("page"), said.get("feed", [])
    if page is not None and not _is_web(page):
        raise UsageError(f"{path}: page is {page!r}; expected the web address at which the page is served.")
    if set(said) - {"page", "feed"} or not isinstance(listed, list) or len(listed) > MOST_FEEDS:
        raise UsageError(f"{path} holds something else than at most {MOST_FEEDS} feeds; {_EXPECTED}")
    feeds = tuple(_feed(path, number, one) for number, one in enumerate(listed, 1))
    twice = {one.name for one in feeds if [other.name for other in feeds].count(one.name) > 1}
    if twice:
        raise UsageError(f"{path} names two feeds {min(twice)!r}; expected a different name for each feed.")
    return Feeds(page, feeds)


def _is_web(page: Any) -> bool:
    return isinstance(page, str) and urlsplit(page).scheme in ("http", "https") and bool(urlsplit(page).hostname)


def _feed(path: Path, number: int, one: Any) -> Feed:
    if not isinstance(one, dict):
        raise UsageError(f"{path}, feed {number}: {_EXPECTED}")
    name, query, title = one.get("name"), one.get("query"), one.get("title", one.get("query"))
    entries = one.get("entries", _ENTRIES)
    wrong = (
        "name" if not (isinstance(name, str) and NAME.fullmatch(name))
        else "query" if not (isinstance(query, str) and query.strip())
        else "title" if not isinstance(title, str)
        else "entries" if not (isinstance(entries, int) and 1 <= entries <= MOST_ENTRIES)
        else min(set(one) - {"name", "query", "title", "entries"}, default=None)
    )  # fmt: skip
    if wrong is not None:
        raise UsageError(
            f"{path}, feed {number}: {wrong} is {one.get(wrong)!r}; expected a name of lower-case letters, digits and dashes, a query, "
            f"and if you like a title and a number of entries from 1 to {MOST_ENTRIES}; {_EXPECTED}"
        )
    return Feed(str(name), str(title), str(query), int(entries))


def write_feeds(search: Search, feeds: Feeds, page: str, folder: Path) -> dict[str, tuple[str, ...]]:
    """Write each feed to `folder/NAME.xml`; return by their names what the search says of their queries.

    `page` is the page of this machine. An entry is a document that matches the query, by its words, and has a day: newest first.
    Its id does not change.
    """
    if feeds.feeds:
        folder.mkdir()
    notes = {}
    for feed in feeds.feeds:
        found = search.search(
            feed.query, mode="keyword", k=feed.entries, order="newest", syntax=True, matches_first=True, dates=False
        )
        hits = [hit for hit in found.hits if hit.is_match and hit.published_at is not None]
        tree = ET.ElementTree(_atom(feed, hits, (feeds.page or page).rstrip("/")))
        tree.write(folder / f"{feed.name}.xml", encoding="utf-8", xml_declaration=True)
        notes[feed.name] = found.notes
    return notes


def _atom(feed: Feed, hits: Sequence[Hit], page: str) -> ET.Element:
    root = ET.Element("feed", xmlns=_ATOM)
    _add(root, "id", _urn(f"klog:feed:{feed.name}"))
    _add(root, "title", feed.title)
    _add(root, "subtitle", f"Documents of the Kernel Log archive for: {feed.query}")
    _add(root, "updated", _moment(max((_day(hit) for hit in hits), default=dt.datetime(1991, 1, 1))))
    _link(root, "self", f"{page}/feeds/{feed.name}.xml", "application/atom+xml")
    _link(root, "alternate", f"{page}/?{urlencode({'q': feed.query, 'order': 'newest'})}")
    for hit in hits:
        entry = ET.SubElement(root, "entry")
        _add(entry, "id", _urn(f"klog:document:{hit.document_id}"))
        _add(entry, "title", hit.title)
        _add(entry, "updated", _moment(_day(hit)))
        _add(entry, "published", _moment(_day(hit)))
        _add(ET.SubElement(entry, "author"), "name", hit.author or "unknown")
        _link(entry, "alternate", f"{page}/?{urlencode({'view': 'document', 'id': hit.document_id})}")
        _link(entry, "via", _clean(hit.url))
        if hit.passages:
            _add(entry, "summary", _cut(hit.passages[0].text))
    return root


def _day(hit: Hit) -> dt.datetime:
    assert hit.published_at is not None
    return hit.published_at


def _moment(moment: dt.datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z"  # times are as printed, without a zone; Atom wants one


def _urn(name: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, name).urn


def _cut(text: str) -> str:
    said = " ".join(text.split())
    return said if len(said) <= _SUMMARY else f"{said[:_SUMMARY].rsplit(' ', 1)[0]} …"


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _clean(text)


def _link(parent: ET.Element, rel: str, href: str, mime: str = "") -> None:
    attributes: Mapping[str, str] = {"rel": rel, "href": href} | ({"type": mime} if mime else {})
    ET.SubElement(parent, "link", dict(attributes))
