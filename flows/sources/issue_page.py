"""One page of an issue: what is the article and what the site prints around it, whatever the markup."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from flows.reading.column import column_of, frames_inside, is_prose, outside_frames
from flows.reading.dates import printed_date
from flows.reading.html import Page, read_page
from flows.reading.pager import Pager, read_pager
from flows.reading.sections import resolve
from flows.reading.title import plain_title
from flows.reading.visible import Anchor, Block, Visible
from flows.sources.issue_furniture import byline, is_furniture, starts_tail, without_logos
from warehouse.records import Capture

_TOP_BLOCKS = 12
"""Byline and share list stand within so many blocks of the title."""
_CANDIDATES = 50
_DATE_CHARS = 200
_ENOUGH_PROSE = 300
"""Characters, three or four sentences: a page with less may be an inner page with little but a table."""
_LINE_WORK = 1_000_000
"""Lines times links: a block with more is no list of bullets."""
_CLOCK = re.compile(r"\d[:.]\d\d")
_BULLET = re.compile(r"\s*[•·▪■●]\s*")
_IDS_A_PAGE = 1_000_000
"""Numbers of bullets, lists and tables count anew on every page; so far apart they never meet."""


@dataclass(frozen=True, slots=True)
class IssuePage:
    """A page taken apart: what it prints of itself, its article's blocks in order, and what it prints around them.

    `told` are the printed title, date and byline as words; `title` is None on pages that print none.
    """

    page: Page
    url: str
    title: str | None
    published_at: dt.datetime | None
    author: str | None
    content: tuple[Block, ...]
    told: tuple[str, ...]
    furniture: tuple[str, ...]
    pager: Pager


@dataclass(slots=True)
class _Top:
    """Where title, date and byline were found: positions of blocks."""

    title: int | None = None
    date: int | None = None
    byline: int | None = None
    published_at: dt.datetime | None = None
    author: str | None = None


def read_issue_page(capture: Capture, number: int = 1) -> IssuePage:
    """The parts of a captured page; `number` keeps its bullets apart from those of other pages.

    Raises:
        PageSetAside: as `flows.reading.html.read_page`.
    """
    page = read_page(capture)
    visible = page.visible
    pager = read_pager(visible.blocks, capture.url)
    top = _find_top(visible, page.title)
    content = _content(visible, top, pager)
    kept = {block.position for block in content}
    told_at = {place for place in (top.title, top.date, top.byline) if place is not None}
    cleaned = [block for original in content for block in _clean(original)]
    return IssuePage(
        page=page,
        url=capture.url,
        title=_one_line(visible.blocks[top.title].text) if top.title is not None else None,
        published_at=top.published_at,
        author=top.author,
        content=tuple(_placed(block, capture.url, number) for block in cleaned),
        told=tuple(visible.blocks[place].text for place in sorted(told_at)),
        furniture=tuple(
            block.text for block in visible.blocks if block.position not in kept and block.position not in told_at
        )
        + tuple(_dropped_logos(content)),
        pager=pager,
    )


def _find_top(visible: Visible, head_title: str) -> _Top:
    """The date line, the title nearest to it, and the byline below."""
    top = _Top()
    blocks = visible.blocks
    dates = [(block.position, date) for block in blocks if (date := _date_of(block)) is not None][:_CANDIDATES]
    titles = [block.position for block in blocks if block.tag == "h1" and block.text][:_CANDIDATES]
    if not titles and head_title:
        wanted = plain_title(head_title)
        titles = [
            block.position for block in blocks if block.text and _one_line(block.text) == wanted and not block.anchors
        ]
    if titles and dates:
        top.title, (top.date, top.published_at) = min(
            ((title, date) for title in titles for date in dates), key=lambda pair: abs(pair[0] - pair[1][0])
        )
    elif titles:
        top.title = max(titles, key=lambda place: len(blocks[place].text))
    elif dates:
        top.date, top.published_at = dates[0]
    if top.date is not None and top.title is not None and abs(top.date - top.title) > _TOP_BLOCKS:
        top.date = top.published_at = None
    start = max((place for place in (top.title, top.date) if place is not None), default=None)
    if start is not None:
        first = min(place for place in (top.title, top.date) if place is not None)
        for block in blocks[first : start + _TOP_BLOCKS]:
            names = [name for line in block.text.split("\n") if (name := byline(line))]
            if names:
                top.byline, top.author = block.position, names[0]
                break
            if is_prose(block) and block.position > start:
                break
    return top


def _date_of(block: Block) -> dt.datetime | None:
    if len(block.text) > _DATE_CHARS or not _CLOCK.search(block.text):
        return None
    return next((date for line in block.text.split("\n") if (date := printed_date(line)) is not None), None)


def _content(visible: Visible, top: _Top, pager: Pager) -> list[Block]:
    """The article's blocks: those of the column after title, date and byline, up to what follows an article."""
    start = max((place for place in (top.title, top.date, top.byline) if place is not None), default=-1)
    outside = outside_frames(visible)
    after = [block for block in visible.blocks[start + 1 :] if block.text and not outside[block.frame]]
    inside = frames_inside(visible, column_of(visible, _running_text(after)))
    last = max((block.position for block in after if inside[block.frame]), default=-1)
    title = _one_line(visible.blocks[top.title].text) if top.title is not None else ""
    # Between title and column stands what belongs to neither: only prose is taken from there.
    content = [
        block
        for block in after
        if block.position <= last
        and (inside[block.frame] or (start >= 0 and is_prose(block)))
        and block.position not in pager.blocks
        and not is_furniture(block)
        and block.text != title
        and without_logos(block.text).strip()
    ]
    return _without_menus(_before_tail(content, content))


def _running_text(blocks: Sequence[Block]) -> list[Block]:
    """What shows where the column is: the prose up to the article's end; on a page with next to none, all but links."""
    prose = [block for block in blocks if is_prose(block)]
    if sum(len(block.text) for block in prose) >= _ENOUGH_PROSE:
        return _before_tail(prose, blocks) or prose
    unlinked = [block for block in blocks if not (block.is_linked or is_furniture(block))]
    return _before_tail(unlinked, blocks) or unlinked


def _before_tail(content: Sequence[Block], among: Sequence[Block]) -> list[Block]:
    """What stands before the article's end. A toolbar at the top ends nothing: most of the text must come before."""
    total = sum(len(block.text) for block in among)
    read = 0
    for block in among:
        if starts_tail(block) and read * 2 > total:
            return [other for other in content if other.position < block.position]
        read += len(block.text)
    return list(content)


def _without_menus(content: list[Block]) -> list[Block]:
    """The content without lists of nothing but short links in front of the first paragraph."""
    unlinked = next((place for place, block in enumerate(content) if not block.is_linked), len(content))
    first = next((place for place, block in enumerate(content) if is_prose(block)), unlinked)
    return [block for place, block in enumerate(content) if place >= first or not (block.item and block.is_linked)]


def _clean(block: Block) -> Iterable[Block]:
    """The block without picture names, a bold first line cut off as a heading, lines with bullets as bullets."""
    text = without_logos(block.text)
    if text != block.text:
        start = block.text.index(text)
        block = _cut(block, start, start + len(text))
    if "\n" not in block.text or block.quoted:
        return [block]
    texts = block.text.split("\n")
    if sum(bool(_BULLET.match(line)) for line in texts) >= 2 and len(texts) * len(block.anchors) < _LINE_WORK:
        return _bullets(block, _lines(block))
    first = _cut(block, 0, len(texts[0]))
    if first.is_bold and len(first.text.split()) <= 12 and block.item is None and block.table is None:
        rest = _cut(block, block.text.index("\n") + 1, len(block.text))
        return [replace(first, tag="h4"), rest]
    return [block]


def _lines(block: Block) -> list[Block]:
    lines: list[Block] = []
    start = 0
    for line in block.text.split("\n"):
        if line.strip():
            lines.append(_cut(block, start, start + len(line)))
        start += len(line) + 1
    return lines


def _bullets(block: Block, lines: Sequence[Block]) -> list[Block]:
    out: list[Block] = []
    for number, line in enumerate(lines):
        match = _BULLET.match(line.text)
        if match:
            item = -(block.position * 1000 + number + 1)
            out.append(replace(_cut(line, match.end(), len(line.text)), item=item, group=-block.position - 1))
        elif out and out[-1].item is not None:
            out.append(replace(line, item=out[-1].item, group=out[-1].group))
        else:
            out.append(line)
    return out


def _cut(block: Block, start: int, end: int) -> Block:
    """A piece of a block, its links and bold ranges with it."""
    return replace(
        block,
        text=block.text[start:end],
        anchors=tuple(
            Anchor(max(anchor.start, start) - start, min(anchor.end, end) - start, anchor.href)
            for anchor in block.anchors
            if anchor.start < end and anchor.end > start
        ),
        bold=tuple(
            (max(first, start) - start, min(last, end) - start)
            for first, last in block.bold
            if first < end and last > start
        ),
    )


def _placed(block: Block, url: str, number: int) -> Block:
    """The block with its links absolute and its numbers apart from those of other pages."""
    if number == 1:
        return block
    shift = number * _IDS_A_PAGE
    return replace(
        block,
        anchors=tuple(Anchor(anchor.start, anchor.end, resolve(url, anchor.href)) for anchor in block.anchors),
        item=None if block.item is None else block.item + shift,
        table=None if block.table is None else block.table + shift,
        group=None if block.group is None else block.group + shift,
    )


def _dropped_logos(content: Sequence[Block]) -> Iterable[str]:
    if any(without_logos(block.text) != block.text for block in content):
        for block in content:
            kept = without_logos(block.text)
            if kept != block.text:
                yield block.text.replace(kept, " ", 1) if kept else block.text


def _one_line(text: str) -> str:
    return " ".join(text.split())
