"""The posts on a forum page, found by the classes and ids of the default styles of phpBB and vBulletin.

Source: subSilver (phpBB 2), prosilver and subsilver2 (phpBB 3), the default styles of vBulletin 3 and 4 and of its archive.
"""

import copy
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from lxml import etree

from flows.reading.css_classes import classes_of
from flows.reading.html import HtmlPage
from flows.reading.moments import PublishedMoment, read_moment
from flows.reading.pieces import cut
from flows.reading.visible import Block, visible_blocks
from flows.sources.document import one_line

_AUTHOR = frozenset(["name", "postauthor", "bigusername", "username", "username-coloured"])
_AUTHOR_ID = re.compile(r"postmenu_\d+\Z")
_DATE = frozenset(["postdetails", "author", "thead", "postdate", "date"])
_LEVELS, _PIECES = 4, 60  # how many ancestors and how many pieces of text of an element to look at
_DATE_CHARS = 400  # a longer element is not a date but a cell around all posts
_MESSAGE_ID = re.compile(r"post_message_\d+\Z")
_IS_NO_TEXT = etree.XPath(
    ".//*[contains(concat(' ', @class, ' '), ' signature ') or contains(concat(' ', @class, ' '), ' notice ')"
    " or contains(concat(' ', @class, ' '), ' gensmall ')] | .//*[@class = 'codebox']/*[self::dt or self::p]"
)
"""Signatures, "last edited by", and "Code: Select all"."""
_SIGNATURE = re.compile(r"^_{10,}\s*$", re.MULTILINE)
_VIEW_TOPIC = re.compile(r"\s(?:::|•)\s[^-]{3,40}?\s-\s(?P<title>.+)\Z")
_TITLES = ("h1", "h2", "h3", "a", "strong", "span")
_ZONE = re.compile(
    r"\b(?:times|zeit\w*|heures|horas)\b.{0,30}?\b(?:GMT|UTC|WEZ)\b"
    r"(?:\s*(?P<sign>[+−-])\s*(?P<hours>\d{1,2})(?:[:.](?P<part>\d{1,2}))?)?"
    r"(?:\s*(?:hours?|stunden?|heures?|horas?))?(?P<summer>\s*\[\s*(?:DST|Sommerzeit)\b)?",
    re.IGNORECASE,
)
"""Below the posts: `All times are GMT - 5 Hours`, `UTC + 1 hour [ DST ]`, `Alle Zeitangaben in WEZ +2`."""
_NUMBERS = re.compile(r"\b(?P<first>\d\d)(?P<sep>[-/])(?P<second>\d\d)(?P=sep)(?P<year>(?:19|20)\d\d)\b")
_DAYS_AGO = {"today": 0, "heute": 0, "yesterday": 1, "gestern": 1}
_DAY_NAME = re.compile(rf"\b(?:{'|'.join(_DAYS_AGO)})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Post:
    """A post: its author, its time on the forum's clock, and its blocks."""

    author: str | None
    moment: PublishedMoment | None
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """A page of a topic; it has at least one post."""

    title: str
    posts: tuple[Post, ...]


def read_topic(page: HtmlPage, captured_at: dt.datetime) -> Topic | None:
    """Return the topic on a page, or None if no post is found."""
    found = [(author, dates, blocks) for author, dates, message in _posts(page.root) if (blocks := _text(message))]
    offset = _offset(page)
    clock = captured_at + dt.timedelta(minutes=offset or 0)
    is_day_first = any(int(m["first"]) > 12 for _, dates, _ in found for said in dates for m in _NUMBERS.finditer(said))
    posts = tuple(Post(author, _moment(dates, offset, clock, is_day_first), blocks) for author, dates, blocks in found)
    return Topic(_title(page), posts) if posts else None


def _posts(root: etree._Element) -> Iterator[tuple[str | None, list[str], etree._Element]]:
    """Yield, for each message, the author named before it, texts that may contain its date, and its element."""
    author: str | None = None
    dates: list[str] = []
    is_prosilver = root.find(".//p[@class='author']") is not None
    walker = etree.iterwalk(root, events=("start",))
    for _, element in walker:
        classes = classes_of(element)
        name = element.get("id") or ""
        if _is_message(element, classes, name, is_prosilver):
            yield author, dates, element
            author, dates = None, []
            walker.skip_subtree()
        elif classes & _AUTHOR or _AUTHOR_ID.match(name) or _is_named_in_line(element):
            author = _words(element) or author
        is_dated = classes & _DATE or (element.tag == "td" and "gensmall" in classes)
        if is_dated and len(said := _words(element, " ")) <= _DATE_CHARS:
            dates.append(said)


def _is_named_in_line(element: etree._Element) -> bool:
    """Return whether the element is the name in prosilver's `by NAME » DATE`; its link has a class only if it is coloured."""
    around = islice(element.iterancestors(), _LEVELS) if element.tag == "strong" else ()
    return any(above.tag == "p" and "author" in classes_of(above) for above in around)


def _words(element: etree._Element, gap: str = "") -> str:
    """Return the first words of an element; only the first, because an element around all posts may have the same class."""
    return one_line(gap.join(islice(element.itertext(), _PIECES)))


def _is_message(element: etree._Element, classes: frozenset[str], name: str, is_prosilver: bool) -> bool:
    """Return whether an element contains a message; phpBB 2 splits one at each quotation, so its cell is used."""
    if _MESSAGE_ID.match(name) or "posttext" in classes:
        return True
    if "content" in classes:
        return any("postbody" in classes_of(above) for above in islice(element.iterancestors(), _LEVELS))
    if is_prosilver:
        return False
    if element.tag == "td":
        return element.find("span[@class='postbody']") is not None and element.find("div[@class='postbody']") is None
    is_signature = element.tag == "span" and element.getprevious() is not None  # subsilver2 puts it after the message
    return "postbody" in classes and not is_signature


def _text(message: etree._Element) -> tuple[Block, ...]:
    """Return the blocks of a message up to its signature."""
    message = copy.deepcopy(message)
    for element in _IS_NO_TEXT(message):
        element.tag, element[:] = "script", []
    for element in message.iter("cite", "blockquote"):
        if element.tag == "cite" or "postcontent" in classes_of(element):
            element.tag = "div"
    kept: list[Block] = []
    for block in visible_blocks(message).blocks:
        signature = _SIGNATURE.search(block.text)
        if signature is None:
            kept.append(block)
            continue
        kept.append(cut(block, 0, len(block.text[: signature.start()].rstrip())))
        break
    return tuple(block for block in kept if block.text)


def _moment(dates: list[str], offset: int | None, clock: dt.datetime, is_day_first: bool) -> PublishedMoment | None:
    """Return when a post was written: the latest of the moments before it, because its author joined earlier."""
    read = (read_moment(_written_out(said, clock, is_day_first)) for said in dates)
    exact = (moment for moment in read if moment and moment.precision == "minute")
    moment = max(exact, key=lambda moment: moment.at, default=None)
    return replace(moment, offset_min=offset) if moment and moment.offset_min is None else moment


def _written_out(said: str, clock: dt.datetime, is_day_first: bool) -> str:
    """Return a text with dates year first and "today" and the like as dates.

    vBulletin's default is month-day-year; `is_day_first` is set if a date on the page cannot be read in that order.
    """
    day, month = ("first", "second") if is_day_first else ("second", "first")
    said = _NUMBERS.sub(lambda match: f"{match['year']}-{match[month]}-{match[day]}", said)
    return _DAY_NAME.sub(lambda match: f"{clock - dt.timedelta(days=_DAYS_AGO[match[0].lower()]):%Y-%m-%d}", said)


def _offset(page: HtmlPage) -> int | None:
    """Return the UTC offset of the forum's clock in minutes, or None if the page does not give it."""
    match = next(filter(None, (_ZONE.search(block.text) for block in reversed(page.visible.blocks))), None)
    if match is None:
        return None
    part = match["part"] or "0"
    minutes = int(match["hours"] or 0) * 60 + (int(part) if len(part) == 2 else int(part) * 6)
    return (-minutes if match["sign"] in ("-", "−") else minutes) + (60 if match["summer"] else 0)


def _title(page: HtmlPage) -> str:
    """Return the topic's title: the part of the title bar after "View topic", else its longest start printed on the page."""
    if match := _VIEW_TOPIC.search(page.title):
        return match["title"]
    bar = page.title.lower()
    shown = (_words(element) for element in page.root.iter(*_TITLES))
    return max((words for words in shown if words and bar.startswith(words.lower())), key=len, default=page.title)
