"""The article on an LWN page: the text between its byline and its index entries, in the markup of any year."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flows.reading.frames import blocks_inside, frames_where, has_hint_like, nearest_frames
from flows.reading.html import HtmlPage, read_page
from flows.reading.links import Identify
from flows.reading.moments import PublishedMoment, read_moment
from flows.reading.pieces import cut
from flows.reading.sections import assemble, parts_by_heading
from flows.reading.visible import Block, Visible
from flows.sources.document import make_document, unquoted
from warehouse.errors import PageSetAside
from warehouse.records import Capture, Document, Identity

_HEADLINE = re.compile("pageheadline")
_ARTICLE = re.compile("articletext")
_BYLINE = re.compile("byline")
_HEADLINE_OR_COMMENT = re.compile("pageheadline|comment(?:box|body|poster|title)")
_SITE = re.compile(r"\s*\[LWN(?:\.net|\.example)?\]\s*$|^LWN:\s*")
_BY = re.compile(r"^\s*by\s+(?P<name>[^\n]{2,80}?)\s*$", re.IGNORECASE | re.MULTILINE)
_CONTRIBUTED = re.compile(
    r"\barticle was (?:contributed|written) by (?P<name>[^\n]{2,80}?)\.?\s*$", re.IGNORECASE | re.MULTILINE
)
_POSTED = re.compile(
    r"^\s*\[?posted\s+(?P<date>.{6,40}?)\s+by\s+(?P<name>[\w.\- ]{2,40})\]?\s*$", re.IGNORECASE | re.MULTILINE
)
_DATE_LINE = re.compile(r"^\s*\[?(?:posted\s+)?[A-Z][a-z]+\s+\d{1,2},\s+\d{4}\b[^\n]{0,40}$", re.IGNORECASE)
_END = re.compile(
    r"^\(? {0,3}Log in\s*(?:\)|to post comments)|^Index entries for this article\b|^\(? {0,3}Post a comment\b|^Comments? \(\d+ posted\)"
    r"|^Copyright ©.*(?:Eklektix|LWN)|^to post comments\)?$",
    re.IGNORECASE | re.MULTILINE,
)
_POSTED_COMMENTS = re.compile(r"\s*Comments? \((?:\d+|none|no) posted\)\s*\Z", re.IGNORECASE)
_APPEAL = re.compile(
    r"did you know\W|please consider subscribing|LWN\.net is a subscriber-supported publication|welcome to LWN\.net"
    r"|the following subscription-only content has been made available|subscriptions are the lifeblood of LWN"
    r"|^this article brought to you by LWN subscribers|subscribers to LWN\.net made this article|free trial subscription|^ready to give LWN a try\b|^benefits for LWN subscribers\b|subscribing to LWN is helping to keep us publishing",
    re.IGNORECASE,
)
_APPEAL_LINK = re.compile(r"(?:^|//(?:www\.)?lwn\.\w+)/(?:Promo|subscribe)\b", re.IGNORECASE)
_INDEX_TITLE = re.compile(r"^Index entries for this article\b", re.IGNORECASE)
_TOP_BLOCKS = 6  # in which to search for the byline on a page without a byline element
_BYLINE_LINES = 3
_APPEAL_WORDS = 110  # of LWN's longest appeal; a larger box also contains other text


@dataclass(frozen=True, slots=True)
class _Byline:
    """The author and the date, and the positions of the byline's blocks."""

    author: str | None
    moment: PublishedMoment | None
    blocks: frozenset[int]


def read_article(identity: Identity, capture: Capture, identify_link: Identify) -> Document:
    """Return the document of an LWN page.

    On the page of a whole weekly edition, the articles are sections and keep their bylines.

    Raises:
        PageSetAside: the page is not HTML, or has no article.
    """
    page = read_page(capture)
    visible = page.visible
    article = _article_blocks(visible)
    title = _title(page, visible)
    is_edition = sum(1 for block in article if _POSTED_COMMENTS.match(block.text)) > 1
    if is_edition:
        article = [block for block in article if not _POSTED_COMMENTS.match(block.text)]
    byline = _byline(visible, article) if not is_edition else _Byline(None, read_moment(title), frozenset())
    entries, index_blocks = _index_entries(visible)
    appeals = _appeals(visible)
    left_out = byline.blocks | index_blocks
    blocks = [block for block in _until_end(article) if block.position not in left_out]
    body = _without_second_byline([block for block in blocks if block.position not in appeals])
    if not body:
        raise PageSetAside(f"{capture.url} has no article; expected one of lwn.net", reason="no_text")
    sections, links = assemble(parts_by_heading(body), base=page.base(identity.url), identify=identify_link)
    return make_document(
        identity,
        capture,
        title=title,
        sections=unquoted(sections),
        links=links,
        author=byline.author,
        moments=[
            byline.moment,
            read_moment(page.meta("date", "article:published_time") or "", origin="meta"),
        ],
        language=page.language,
        facts={"index_entries": entries, **page.decoded.facts},
    )


def _title(page: HtmlPage, visible: Visible) -> str:
    """Return the headline, else the first heading of the page, else the text of the title bar."""
    in_headline = blocks_inside(visible.blocks, frames_where(visible, has_hint_like(_HEADLINE)))
    for block in (*in_headline, *(block for block in visible.blocks if block.tag in {"h1", "h2"})):
        if block.text.strip():
            return block.text
    return _SITE.sub("", page.title)


def _article_blocks(visible: Visible) -> list[Block]:
    """Return the blocks of the article's element, or without one all blocks after the headline."""
    left_out = frames_where(visible, has_hint_like(_HEADLINE_OR_COMMENT))
    inside = blocks_inside(visible.blocks, frames_where(visible, has_hint_like(_ARTICLE)))
    if inside:
        return [block for block in inside if not left_out[block.frame]]
    for block in visible.blocks:
        if block.tag in {"h1", "h2"} and block.text.strip():
            return list(visible.blocks[block.position + 1 :])
    return list(visible.blocks)


def _byline(visible: Visible, article: Sequence[Block]) -> _Byline:
    marked = blocks_inside(visible.blocks, frames_where(visible, has_hint_like(_BYLINE)))
    top = marked or [block for block in article[:_TOP_BLOCKS] if _is_byline(block.text)]
    text = "\n".join(block.text for block in top)
    posted = _POSTED.search(text)
    named = _CONTRIBUTED.search(text) or _BY.search(text) or posted
    author = named["name"].strip(" .,]") if named else None
    return _Byline(author, read_moment(text), frozenset(block.position for block in top))


def _is_byline(text: str) -> bool:
    lines = text.strip().splitlines()
    return 0 < len(lines) <= _BYLINE_LINES and all(
        _DATE_LINE.match(line) or _BY.match(line) or _POSTED.match(line) or _CONTRIBUTED.search(line) for line in lines
    )


def _index_entries(visible: Visible) -> tuple[list[str], frozenset[int]]:
    """Return the last cell of each row under "Index entries for this article", and the positions of that table's blocks."""
    for block in visible.blocks:
        if _INDEX_TITLE.match(block.text):
            tables = [frame for frame in visible.around(block) if visible.frames[frame].tag == "table"]
            rows = [b for b in visible.blocks if tables and visible.is_inside(b, tables[0])]
            cells = [row.text.split("\t") for row in rows if row is not block and row.tag == "tr"]
            entries = [cell[-1].strip() for cell in cells] or _linked(rows)
            return [entry for entry in entries if entry], frozenset(row.position for row in rows or [block])
    return [], frozenset()


def _linked(rows: Iterable[Block]) -> list[str]:
    """Return the entries of an index table with one row, which is read as layout: its links into the index."""
    return [row.text[a.start : a.end] for row in rows for a in row.anchors if "index#" in a.href.lower()]


def _without_second_byline(blocks: list[Block]) -> list[Block]:
    """Return the blocks without a repeated byline at the beginning."""
    if blocks and _is_byline(blocks[0].text):
        return blocks[1:]
    return blocks


def _until_end(blocks: Iterable[Block]) -> Iterable[Block]:
    for block in blocks:
        end = _END.search(block.text)
        if end is None:
            yield block
            continue
        if before := block.text[: end.start()].rstrip():
            yield cut(block, 0, len(before))
        return


def _appeals(visible: Visible) -> frozenset[int]:
    """Return the positions of LWN's appeals to subscribe: blocks in a box, but not sentences of the article."""
    box_of = nearest_frames(visible, lambda frame: frame.tag in {"blockquote", "table"} or "ad" in frame.hint.split())
    sidebars: dict[int, list[Block]] = {}
    for block in visible.blocks:
        if block.frame >= 0 and box_of[block.frame] >= 0:
            sidebars.setdefault(box_of[block.frame], []).append(block)
    found: list[Block] = []
    for box in sidebars.values():
        appeals = [block for block in box if _is_appeal(block)]
        is_small = sum(len(block.text.split()) for block in box) <= _APPEAL_WORDS
        found += box if appeals and is_small else appeals
    return frozenset(block.position for block in found)


def _is_appeal(block: Block) -> bool:
    return bool(_APPEAL.search(block.text)) or any(_APPEAL_LINK.search(anchor.href) for anchor in block.anchors)
