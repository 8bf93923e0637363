"""The main text of any page: trafilatura selects the text, and the blocks of our own reading provide it word for word."""

import re
from collections.abc import Sequence

from lxml import etree
from trafilatura import bare_extraction
from trafilatura.settings import Document as Extracted

from flows.reading.frames import frames_where, nearest_frames
from flows.reading.html import HtmlPage
from flows.reading.moments import read_moment
from flows.reading.pieces import cut
from flows.reading.sections import is_heading
from flows.reading.visible import HEADINGS, Block

_WIKI_HINTS = re.compile(r"(?:^|\s)(?:toc|jump-to-nav|sitesub|contentsub|printfooter|catlinks)(?:$|\s)")
_EDIT_LINK = re.compile(r"\s*\[(?:edit|bearbeiten)\]\s*")
"""Elements and edit links that MediaWiki adds to the text of a page."""
_SHORT = (
    24  # characters; a shorter block must be a whole paragraph of the extract, or "Home" would be found in "at home"
)
_LARGEST_TEXT = 1_500_000  # characters; trafilatura takes the time and memory of about ten trees of the page
_MOST_ELEMENTS = 10_000  # trafilatura's time grows with the square of the tables; 2 s for this many elements
_DEEPEST = 240  # levels, because trafilatura copies and walks trees recursively
_PIECES = ("p", "head", "item", "cell", "quote", "code", "row", "ab")
_CONTAINERS = frozenset(
    {
        "td",
        "th",
        "div",
        "body",
        "article",
        "section",
        "main",
        "center",
        "form",
        "aside",
        "nav",
        "header",
        "footer",
    }
)
_IMPRINT = re.compile(
    r"\W*(?:(?:copyright\b|©|\(c\)\s).{0,60}?\d{4}|to post a comment you must\b|see full activity log\b)", re.IGNORECASE
)
_WIDTHLESS = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")  # left out of our blocks but kept by trafilatura
_MOST = 0.5  # the share of an element's words that must be kept for the blocks in between to be kept too
_BOILERPLATE_TAGS = frozenset({"nav", "footer", "header", "form", "aside", "search"})
_BOILERPLATE_HINTS = re.compile(
    r"(?:^|[\s_-])(?:nav(?:igation|bar|menu)?|menu|footer|foot|header|masthead|banner|sidebar|breadcrumbs?|tabs|toolbar|colophon|copyright"
    r"|comments?|share|social|related|login|search)(?:$|[\s_-])"
)


def page_text(page: HtmlPage) -> tuple[Block, ...]:
    """Return the blocks of a page's text; if trafilatura finds none or would take too long, all blocks outside of menus."""
    body = _extract(page) if _is_fit(page) else None
    return (_matching(page, body) if body is not None else ()) or _without_menus(page)


def _extract(page: HtmlPage) -> etree._Element | None:
    """Return the text extracted by trafilatura, or None; its metadata is ignored, because we read those fields ourselves."""
    try:
        extracted = bare_extraction(page.decoded.text.replace("\0", ""), include_comments=False)
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError, etree.LxmlError):
        return None  # a bug of the extractor on an unusual page: the page is read without it
    return extracted.body if isinstance(extracted, Extracted) else None


def _is_fit(page: HtmlPage) -> bool:
    if len(page.decoded.text) > _LARGEST_TEXT or sum(1 for _ in page.root.iter()) > _MOST_ELEMENTS:
        return False
    depths = [0] * len(page.visible.frames)
    for number, frame in enumerate(page.visible.frames):
        depths[number] = depths[frame.parent] + 1 if frame.parent >= 0 else 1
    return max(depths, default=0) <= _DEEPEST


def _matching(page: HtmlPage, body: etree._Element) -> tuple[Block, ...]:
    """Return the blocks whose words are in the extract, and the blocks between them in the same element.

    Trafilatura drops short lists, tables and figures from the middle of a text, where no menu would be.
    """
    whole = _letters("".join(body.itertext()))
    pieces = {_letters("".join(element.itertext())) for element in body.iter(*_PIECES)}
    blocks = [block for block in page.visible.blocks if block.text]
    kept = {
        block.position
        for block in blocks
        if (letters := _letters(block.text)) and (letters in pieces or (len(letters) >= _SHORT and letters in whole))
    }
    container = nearest_frames(page.visible, lambda frame: frame.tag in _CONTAINERS)
    by_container: dict[int, list[Block]] = {}
    for block in blocks:
        by_container.setdefault(container[block.frame] if block.frame >= 0 else -1, []).append(block)
    for inside in by_container.values():
        kept |= _filled(inside, kept)
    wiki = frames_where(page.visible, lambda frame: _WIKI_HINTS.search(frame.hint))
    chosen = [
        _without_edit_link(block)
        for block in blocks
        if block.position in kept and not (block.frame >= 0 and wiki[block.frame])
    ]
    while chosen and _is_a_menu(chosen[0]):
        del chosen[0]
    while chosen and (_is_a_menu(chosen[-1]) or is_heading(chosen[-1]) or _is_imprint(chosen[-1])):
        del chosen[-1]
    return tuple(chosen)


def _filled(inside: Sequence[Block], kept: set[int]) -> set[int]:
    """Return the positions to keep in an element: all between its first and last kept block, if most of its words are kept."""
    places = [number for number, block in enumerate(inside) if block.position in kept]
    words = sum(len(block.text) for block in inside if not _is_all_links(block))
    if not places or sum(len(inside[number].text) for number in places) < _MOST * words:
        return set()
    first, last = places[0], places[-1]
    if first and (is_heading(inside[first - 1]) or read_moment(inside[first - 1].text)):
        first -= 1
    return {block.position for block in inside[first : last + 1]}


def _is_all_links(block: Block) -> bool:
    linked = sum(anchor.end - anchor.start for anchor in block.anchors)
    return linked * 2 > len(block.text) and block.is_linked


def _is_a_menu(block: Block) -> bool:
    short = len(block.text) < _SHORT * 3
    return short and (_is_all_links(block) or (" | " in block.text and block.text[-1] not in ".!?:"))


def _without_edit_link(block: Block) -> Block:
    """Return a heading without its edit link; other blocks are returned unchanged."""
    match = _EDIT_LINK.search(block.text) if block.tag in HEADINGS else None
    if match is None or (match.start() and match.end() < len(block.text)):
        return block
    return cut(block, 0, match.start()) if match.start() else cut(block, match.end(), len(block.text))


def _is_imprint(block: Block) -> bool:
    return len(block.text) < _SHORT * 10 and bool(_IMPRINT.match(block.text))


def _without_menus(page: HtmlPage) -> tuple[Block, ...]:
    visible = page.visible
    boilerplate = frames_where(
        visible, lambda frame: frame.tag in _BOILERPLATE_TAGS or _BOILERPLATE_HINTS.search(frame.hint)
    )
    chosen = tuple(
        block
        for block in visible.blocks
        if block.text and not (block.frame >= 0 and boilerplate[block.frame]) and not _is_a_menu(block)
    )
    return chosen or tuple(block for block in visible.blocks if block.text)


def _letters(text: str) -> str:
    return _WIDTHLESS.sub("", "".join(text.split()))
