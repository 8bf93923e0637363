"""The title, date and byline of an issue, found by their words and their distance from each other."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from flows.reading.datelines import printed_date
from flows.reading.main_column import is_prose
from flows.reading.pieces import cut
from flows.reading.title import plain_title
from flows.reading.visible import HEADINGS, Block, Visible
from flows.sources.the_h.boilerplate import byline, is_boilerplate

_NEAR_BLOCKS = 12
"""Date, title, share list and byline are within this many blocks."""
_CANDIDATES = 50
_VERY_NEAR_BLOCKS = 4
_TOP_CHARS = 200
_PARTS = re.compile(r"\s*[|•·]\s*|\s+[-–—]\s+|,\s+(?=(?:[Bb]y|[Vv]on)\s)|\s+(?=(?:by|von)\s+[A-Z])")
_BY = re.compile(r"[Bb]y|BY|[Vv]on|VON|Leemhuis")
_CLOCK = re.compile(r"\d[:.]\d\d")


@dataclass(slots=True)
class TitleAndDate:
    """The title, date and author of a page; `places` are the positions of their blocks, `printed` the words.

    `rest` is the remainder of such blocks after a line break, which is text of the article.
    """

    title: str | None = None
    published_at: dt.datetime | None = None
    author: str | None = None
    places: set[int] = field(default_factory=set)
    printed: list[str] = field(default_factory=list)
    rest: list[Block] = field(default_factory=list)

    @property
    def end(self) -> int:
        """The last position of the top; -1 if the page has none."""
        return max(self.places, default=-1)


def find_title_and_date(visible: Visible, head_title: str) -> TitleAndDate:
    """Return the date line, the title nearest to it, and the byline near them; `head_title` is the text of `<title>`."""
    top = TitleAndDate()
    blocks = visible.blocks
    dates = [(block.position, date) for block in blocks if (date := _date_of(block)) is not None][:_CANDIDATES]
    date_places = [place for place, _ in dates]
    title, date_place = _nearest(_titles(visible, head_title, date_places), date_places, visible)
    if title is not None:
        top.title = " ".join(blocks[title].text.split())
    if date_place is not None:
        top.published_at = dict(dates)[date_place]
    found = [place for place in (title, date_place) if place is not None]
    byline_place = _byline_place(visible, min(found), max(found)) if found else None
    if byline_place is not None:
        top.author = _author_of(blocks[byline_place])
    for place in sorted({*found, *([byline_place] if byline_place is not None else [])}):
        _record(top, blocks[place], whole=place == title)
    return top


def _titles(visible: Visible, head_title: str, dates: list[int]) -> list[int]:
    """Return the positions where the title may be: every `h1` but the site's name, else the text of `<title>`, else headings near dates."""
    titles = [
        block.position for block in visible.blocks if block.tag == "h1" and block.text and not is_boilerplate(block)
    ]
    if not titles and head_title:
        title = plain_title(head_title)
        titles = [block.position for block in visible.blocks if not block.anchors and _is_line(block, title)]
    if not titles:
        near = {place for date in dates for place in range(date - _VERY_NEAR_BLOCKS, date + _VERY_NEAR_BLOCKS + 1)}
        titles = [block.position for block in visible.blocks if block.tag in HEADINGS and block.position in near]
    return titles[:_CANDIDATES]


def _is_line(block: Block, words: str) -> bool:
    return bool(block.text) and " ".join(block.text.split()) == words


def _nearest(titles: list[int], dates: list[int], visible: Visible) -> tuple[int | None, int | None]:
    """Return the closest pair of title and date; a date far from every title is not the article's."""
    if titles and dates:
        title, date = min(((t, d) for t in titles for d in dates), key=lambda pair: abs(pair[0] - pair[1]))
        return title, date if abs(title - date) <= _NEAR_BLOCKS else None
    if titles:
        return max(titles, key=lambda place: len(visible.blocks[place].text)), None
    return None, dates[0] if dates else None


def _byline_place(visible: Visible, first: int, last: int) -> int | None:
    for block in visible.blocks[first : last + _NEAR_BLOCKS]:
        if _author_of(block):
            return block.position
        if is_prose(block) and block.position > last:
            return None
    return None


def _record(top: TitleAndDate, block: Block, *, whole: bool) -> None:
    """Record the words of a block of the top, up to its last line that is a date or a byline."""
    top.places.add(block.position)
    end, start = len(block.text), 0
    if not whole and "\n" in block.text:
        for line in block.text.split("\n"):
            start += len(line) + 1
            if any(printed_date(piece) or byline(piece) for piece in _pieces(line)):
                end = start - 1
    top.printed.append(block.text[:end])
    if block.text[end:].strip():
        top.rest.append(cut(block, end + 1, len(block.text)))


def _author_of(block: Block) -> str | None:
    if not _BY.search(block.text, 0, _TOP_CHARS):
        return None
    return next((name for piece in _top_pieces(block) if (name := byline(piece)) is not None), None)


def _date_of(block: Block) -> dt.datetime | None:
    text = block.text
    if (len(text) > _TOP_CHARS and "\n" not in text) or not _CLOCK.search(text):
        return None
    pieces = (piece for piece in _top_pieces(block) if _CLOCK.search(piece))
    return next((date for piece in pieces if (date := printed_date(piece)) is not None), None)


def _top_pieces(block: Block) -> Iterator[str]:
    """Yield the first lines of a block and their parts; running text yields nothing."""
    if len(block.text) <= _TOP_CHARS or "\n" in block.text:
        for line in block.text.split("\n", _NEAR_BLOCKS)[:_NEAR_BLOCKS]:
            yield from _pieces(line)


def _pieces(line: str) -> Iterator[str]:
    """Yield the line, and its parts if it has several, because a date and a byline may share it."""
    yield line
    if len(line) <= _TOP_CHARS and len(parts := _PARTS.split(line)) > 1:
        yield from parts
