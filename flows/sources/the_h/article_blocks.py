"""One page of an issue: its title, date and byline, and the blocks of the article without the site's boilerplate, in any markup.

`title_and_date` finds the former; `sections` divides the blocks of all pages.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flows.reading.html import HtmlPage, read_page
from flows.reading.main_column import column_of, frames_inside, is_prose, outside_frames
from flows.reading.pager import Pager, read_pager
from flows.reading.sections import resolve
from flows.reading.visible import HEADINGS, Block, LinkRange, Visible
from flows.sources.the_h.boilerplate import is_boilerplate, starts_tail, without_logos
from flows.sources.the_h.lines import clean_lines, dropped_logos
from flows.sources.the_h.title_and_date import TitleAndDate, find_title_and_date
from warehouse.records import Capture

_ENOUGH_PROSE = 300
"""Characters, three or four sentences; a page with less prose may be an inner page that is mostly a table."""
_IDS_A_PAGE = 1_000_000
"""Added per page to the numbers of bullets, lists and tables, which start anew on every page, to keep them distinct."""


@dataclass(frozen=True, slots=True)
class IssuePage:
    """A page of an issue: its title, date and byline, the article's blocks in order, and the boilerplate around them.

    `printed` contains the texts of the title, date and byline; `title` is None on a page without one.
    """

    page: HtmlPage
    url: str
    title: str | None
    published_at: dt.datetime | None
    author: str | None
    content: tuple[Block, ...]
    printed: tuple[str, ...]
    boilerplate: tuple[str, ...]
    pager: Pager


def read_article_blocks(capture: Capture, number: int = 1) -> IssuePage:
    """Return the parts of a captured page; `number` distinguishes its bullets from those of other pages.

    Raises:
        PageSetAside: as `flows.reading.html.read_page`.
    """
    page = read_page(capture)
    visible = page.visible
    pager = read_pager(visible.blocks, capture.url)
    top = find_title_and_date(visible, page.title)
    content = _content(visible, top, pager)
    kept = {block.position for block in content} | top.places
    boilerplate = [block.text for block in visible.blocks if block.position not in kept]
    return IssuePage(
        page=page,
        url=capture.url,
        title=top.title,
        published_at=top.published_at,
        author=top.author,
        content=tuple(_placed(line, capture.url, number) for block in content for line in clean_lines(block)),
        printed=tuple(top.printed),
        boilerplate=(*boilerplate, *dropped_logos(content)),
        pager=pager,
    )


def _content(visible: Visible, top: TitleAndDate, pager: Pager) -> list[Block]:
    """Return the article's blocks: those of the main column after title, date and byline, up to the end of the article."""
    start = top.end
    outside = [out or teaser for out, teaser in zip(outside_frames(visible), _teasers(visible, top), strict=True)]
    after = [block for block in visible.blocks[start + 1 :] if block.text and not outside[block.frame]]
    inside = frames_inside(visible, column_of(visible, _running_text(after)))
    last = max((block.position for block in after if inside[block.frame]), default=-1)
    # Blocks between the title and the column belong to neither, so only prose is taken from there.
    content = [
        block
        for block in after
        if block.position <= last
        and (inside[block.frame] or (start >= 0 and is_prose(block)))
        and block.position not in pager.blocks
        and not is_boilerplate(block)
        and block.text != top.title
        and without_logos(block.text).strip()
    ]
    column = [block for block in after if block.position <= last and inside[block.frame]]
    return [*top.rest, *_without_menus(_before_tail(content, column))]


def _teasers(visible: Visible, top: TitleAndDate) -> list[bool]:
    """Return, for each frame, whether it is in a teaser for another article.

    A teaser directly contains a heading that is only a link, and does not contain the title, date or author of this article.
    """
    frames = visible.frames
    holders = {
        frames[block.frame].parent
        for block in visible.blocks
        if block.tag in HEADINGS and block.is_linked and block.anchors
    }
    if not holders:
        return [False] * len(frames)
    printed = {frame for place in top.places for frame in visible.around(visible.blocks[place])}
    teasers: list[bool] = []
    for index, frame in enumerate(frames):
        around = frame.parent >= 0 and teasers[frame.parent]
        teasers.append(around or (bool(printed) and index in holders and index not in printed))
    return teasers


def _running_text(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks that locate the column: the prose up to the article's end.

    On a page with little prose, return all blocks except links and boilerplate.
    """
    prose = [block for block in blocks if is_prose(block)]
    if sum(len(block.text) for block in prose) >= _ENOUGH_PROSE:
        return _before_tail(prose, blocks) or prose
    unlinked = [block for block in blocks if not (block.is_linked or is_boilerplate(block))]
    return _before_tail(unlinked, blocks) or unlinked


def _before_tail(content: Sequence[Block], among: Sequence[Block]) -> list[Block]:
    """Return the blocks before the article's end, which has most of the text before it, so a toolbar at the top is not it."""
    total = sum(len(block.text) for block in among)
    read = 0
    for block in among:
        if starts_tail(block) and read * 2 > total:
            return [other for other in content if other.position < block.position]
        read += len(block.text)
    return list(content)


def _without_menus(content: list[Block]) -> list[Block]:
    """Return the content without lists of links before the first paragraph."""
    unlinked = next((place for place, block in enumerate(content) if not block.is_linked), len(content))
    first = next((place for place, block in enumerate(content) if is_prose(block)), unlinked)
    return [block for place, block in enumerate(content) if place >= first or not (block.item and block.is_linked)]


def _placed(block: Block, url: str, number: int) -> Block:
    """Return the block with absolute links, and with numbers that are distinct from those of other pages."""
    if number == 1:
        return block
    shift = number * _IDS_A_PAGE
    return replace(
        block,
        anchors=tuple(LinkRange(anchor.start, anchor.end, resolve(url, anchor.href)) for anchor in block.anchors),
        item=None if block.item is None else block.item + shift,
        table=None if block.table is None else block.table + shift,
        group=None if block.group is None else block.group + shift,
    )
