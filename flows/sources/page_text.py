"""The part of any page that is its text: trafilatura says which blocks, our own walk gives them word for word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree
from trafilatura import bare_extraction
from trafilatura.settings import Document as Extracted

from flows.reading.html import Page
from flows.reading.sections import is_heading
from flows.reading.visible import Block

_SIGNS = re.compile(r"[\W_]+")
_SHORT = 24  # letters; shorter blocks must be a whole paragraph of the extract, or "Home" would be found in "at home"
_LARGEST_TEXT = 1_500_000  # characters; trafilatura takes some ten trees' time and memory for a page
_MOST_BLOCKS = 12_000
_DEEPEST = 240  # levels; trafilatura copies and walks trees by recursion
_FURNITURE_TAGS = frozenset({"nav", "footer", "header", "form", "aside", "search"})
_FURNITURE_HINTS = re.compile(
    r"(?:^|[\s_-])(?:nav(?:igation|bar|menu)?|menu|footer|foot|header|masthead|banner|sidebar|breadcrumbs?|tabs|toolbar|colophon|copyright"
    r"|comments?|share|social|related|login|search)(?:$|[\s_-])"
)


@dataclass(frozen=True, slots=True)
class PageText:
    """The blocks of a page's text in order, and what trafilatura makes of its head."""

    blocks: tuple[Block, ...]
    title: str | None = None
    author: str | None = None
    date: str | None = None


def read_page_text(page: Page, url: str) -> PageText:
    """The text of a page; where trafilatura finds none, or would take too long, all blocks that are no menu."""
    visible = page.visible
    extracted = _extract(page, url) if _is_fit(page) else None
    if extracted is None:
        return PageText(_without_menus(page))
    blocks = _matching(visible.blocks, extracted)
    return PageText(blocks or _without_menus(page), extracted.title, extracted.author, extracted.date)


def _extract(page: Page, url: str) -> Extracted | None:
    try:
        extracted = bare_extraction(
            page.decoded.text.replace("\0", ""),
            url=url,
            with_metadata=True,
            include_comments=False,
            date_extraction_params={
                "extensive_search": False,
                "original_date": True,
                "outputformat": "%Y-%m-%d",
            },
        )
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError, etree.LxmlError):
        return None  # a fault of the extractor on an odd page: the page is read without it
    return extracted if isinstance(extracted, Extracted) and extracted.body is not None else None


def _is_fit(page: Page) -> bool:
    if len(page.decoded.text) > _LARGEST_TEXT or len(page.visible.blocks) > _MOST_BLOCKS:
        return False
    depths = [0] * len(page.visible.frames)
    for number, frame in enumerate(page.visible.frames):
        depths[number] = depths[frame.parent] + 1 if frame.parent >= 0 else 1
    return max(depths, default=0) <= _DEEPEST


def _matching(blocks: Sequence[Block], extracted: Extracted) -> tuple[Block, ...]:
    """The blocks whose words the extract has, and headings that stand right before one of them."""
    body = extracted.body
    whole = _letters("".join(body.itertext()))
    pieces = {
        _letters("".join(element.itertext()))
        for element in body.iter("p", "head", "item", "cell", "quote", "code", "row", "ab")
    }
    kept: list[Block] = []
    waiting: Block | None = None
    for block in blocks:
        letters = _letters(block.text)
        if not letters:
            continue
        if letters in pieces or (len(letters) >= _SHORT and letters in whole):
            if waiting is not None and not is_heading(block):
                kept.append(waiting)
            waiting = None
            kept.append(block)
        else:
            waiting = block if is_heading(block) else None
    return tuple(kept)


def _without_menus(page: Page) -> tuple[Block, ...]:
    visible = page.visible
    furniture = [
        frame.tag in _FURNITURE_TAGS or bool(_FURNITURE_HINTS.search(frame.hint)) for frame in visible.frames
    ]
    for number, frame in enumerate(visible.frames):
        furniture[number] = furniture[number] or (frame.parent >= 0 and furniture[frame.parent])
    chosen = tuple(
        block
        for block in visible.blocks
        if block.text
        and not (block.frame >= 0 and furniture[block.frame])
        and not (block.is_linked and len(block.text) < _SHORT)
    )
    return chosen or tuple(block for block in visible.blocks if block.text)


def _letters(text: str) -> str:
    return _SIGNS.sub("", text).lower()
