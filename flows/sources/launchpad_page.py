"""A bug on a Launchpad page: the description and comments are found by their classes, times are in attributes."""

import re
from collections.abc import Iterator

from lxml import etree

from flows.reading.css_classes import classes_of, elements_by_class
from flows.reading.html import HtmlPage
from flows.reading.moments import PublishedMoment, read_moment
from flows.reading.sections import HeadedPart
from flows.reading.visible import visible_blocks
from flows.sources.bug_page import MOST_COMMENTS
from flows.sources.document import one_line

_NUMBER = re.compile(r"#(?P<number>\d{1,5})(?!\d)")
_HEAD_CHARS = 600  # `NAME (ID) wrote on DATE: TITLE #45`


def reported(page: HtmlPage) -> tuple[str | None, PublishedMoment | None] | None:
    """Return the reporter and the time of a Launchpad bug, or None if the page is not from Launchpad."""
    named = elements_by_class(page.root)
    registration = next(iter(named.get("registration", ())), None)
    if registration is None or "edit-description" not in named:
        return None
    reporter = registration.find(".//a")
    exact = (read_moment(element.get("title") or "", origin="meta") for element in registration.iter("span", "time"))
    moment = next(filter(None, exact), None) or read_moment(" ".join(registration.itertext()))
    return (one_line("".join(reporter.itertext())) if reporter is not None else None), moment


def parts(page: HtmlPage) -> Iterator[HeadedPart]:
    """Yield the description, then each comment headed by its number; entries that only record a status change are skipped."""
    named = elements_by_class(page.root)
    description = next(
        iter(_inside(named["edit-description"][0], "yui3-editable_text-text")), named["edit-description"][0]
    )
    yield HeadedPart(None, "body", visible_blocks(description).blocks)
    for comment in named.get("boardcomment", ())[:MOST_COMMENTS]:
        number = _NUMBER.search("".join(comment.itertext())[:_HEAD_CHARS])
        for body in _inside(comment, "comment-text")[:1]:
            heading = f"Comment {number['number']}" if number else "Comment"
            yield HeadedPart(heading, "body", visible_blocks(body).blocks)


def _inside(element: etree._Element, name: str) -> list[etree._Element]:
    return [one for one in element.iter("*") if name in classes_of(one)]
