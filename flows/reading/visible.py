"""The visible words of a page as blocks in document order, from one walk of the tree."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from flows.reading.lines import LineBuilder
from flows.reading.lines import LinkRange as LinkRange
from flows.reading.tables import data_tables

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
LISTS = frozenset({"ul", "ol", "menu", "dir"})
BLOCKS = HEADINGS | LISTS | {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "html", "legend", "li", "main", "nav",
    "option", "p", "pre", "search", "section", "summary", "table", "tbody", "td", "textarea", "tfoot", "th", "thead", "tr",
}  # fmt: skip
_UNSEEN = frozenset({
    "script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "canvas", "audio", "video", "head",
    "title", "datalist", "noframes", "map", "applet", "frameset",
})  # fmt: skip
_ICONS = frozenset(["img", "input", "button"])
_LABELLED = frozenset(["span", "small", "sup", "i", "em", "abbr", "font", "acronym"])
_FILE_TYPES = frozenset(
    {"PDF", "PS", "ODP", "ODF", "ODT", "DOC", "PPT", "ZIP", "MP3", "MP4", "OGG", "TXT", "SVG", "PNG", "JPG", "GIF"}
)
_QUOTES = frozenset({"pre", "blockquote"})
_HINTS = ("class", "id", "role")
_BOLD = frozenset({"b", "strong"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Frame:
    """A block element: `parent` is the index of the frame around it (-1 for the root), `hint` its class, id and role."""

    parent: int
    tag: str
    hint: str


@dataclass(frozen=True, slots=True)
class Block:
    """Visible words up to the next block boundary, with white space collapsed (kept in `pre`) and `<br>` as a line feed.

    `tag` is the block element around the words, `tr` for a row of a data table (with tabs between cells), and `frame` is
    its index. `bold` are ranges. `item`, `table` and `group` are the numbers of the bullet, the data table and the
    outermost list around the words. `quoted` is true inside a quotation or preformatted text.
    """

    position: int
    tag: str
    frame: int
    text: str
    anchors: tuple[LinkRange, ...] = ()
    bold: tuple[tuple[int, int], ...] = ()
    item: int | None = None
    table: int | None = None
    group: int | None = None
    quoted: bool = False

    @property
    def is_bold(self) -> bool:
        """Whether every word is bold."""
        return bool(self.bold) and sum(end - start for start, end in self.bold) >= len(self.text.strip())

    @property
    def is_linked(self) -> bool:
        """Whether the block consists only of links."""
        linked = sum(anchor.end - anchor.start for anchor in self.anchors)
        return linked > 0 and linked >= sum(character.isalnum() for character in self.text)


@dataclass(frozen=True, slots=True)
class Visible:
    """The blocks of a page and the frames around them."""

    blocks: tuple[Block, ...]
    frames: tuple[Frame, ...]

    def around(self, block: Block) -> Iterator[int]:
        """Yield the frames around a block, innermost first."""
        index = block.frame
        while index >= 0:
            yield index
            index = self.frames[index].parent

    def is_inside(self, block: Block, frame: int) -> bool:
        """Return whether the block is inside this frame or one nested in it."""
        return frame in self.around(block)


def visible_blocks(root: etree._Element) -> Visible:
    """Return the visible words of a tree, without scripts, styles, hidden elements, comments and alternative texts."""
    reader = _Walk(data_tables(root))
    add = reader.line.add
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        if event == "start":
            if reader.open(element):
                if element.text:
                    add(element.text)
            else:
                walker.skip_subtree()
                reader.skipped = True
        else:
            reader.close(element)
            if element.tail and element is not root:
                add(element.tail)
    reader.flush()
    return Visible(tuple(reader.blocks), tuple(reader.frames))


@dataclass(slots=True)
class _Walk:
    """The state of the walk: the current line and the elements around it."""

    data_tables: frozenset[etree._Element]
    line: LineBuilder = field(default_factory=LineBuilder)
    blocks: list[Block] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    skipped: bool = False
    _open_frames: list[int] = field(default_factory=list)
    _items: list[int] = field(default_factory=list)
    _item_count: int = 0
    _lists: list[int] = field(default_factory=list)
    _quotes: int = 0
    _table: int | None = None
    _table_count: int = 0

    def open(self, element: etree._Element) -> bool:
        """Handle a start tag; return False if nothing inside the element is visible."""
        tag = element.tag
        if tag in _UNSEEN:
            return False
        style = element.get("style")
        if (style is not None and _HIDDEN.search(style)) or element.get("hidden") is not None:
            return False
        if tag in BLOCKS:
            self._open_block(element, tag)
        elif tag == "a":
            self.line.open_link(element.get("href") or "")
        elif tag in _BOLD or (style is not None and _BOLD_STYLE.search(style)):
            self.line.bold_depth += 1
        elif tag == "br":
            self._break()
        elif tag == "hr":
            self.flush()
        elif tag in _ICONS or (tag in _LABELLED and _is_label(element)):
            self.line.soft_space = True
        return True

    def close(self, element: etree._Element) -> None:
        """Handle an end tag."""
        tag = element.tag
        if self.skipped:
            self.skipped = False
            if tag in BLOCKS:
                self.flush()
        elif tag in BLOCKS:
            self._close_block(element, tag)
        elif tag == "a":
            self.line.close_link()
        elif self.line.bold_depth and (tag in _BOLD or _BOLD_STYLE.search(element.get("style") or "")):
            self.line.bold_depth -= 1
            self.line.end_bold()
        elif tag in _LABELLED and _is_label(element):
            self.line.soft_space = True

    def flush(self) -> None:
        """End the current block; do nothing if it has neither words nor links."""
        line = self.line.take()
        if line is None:
            return
        frame = self._open_frames[-1] if self._open_frames else -1
        self.blocks.append(
            Block(
                len(self.blocks),
                "tr" if self._table is not None else self.frames[frame].tag if frame >= 0 else "body",
                frame,
                line.text,
                line.anchors,
                line.bold,
                self._items[-1] if self._items else None,
                self._table,
                self._lists[0] if self._lists else None,
                self._quotes > 0,
            )
        )

    def _open_block(self, element: etree._Element, tag: str) -> None:
        if self._table is None:
            self.flush()
        else:
            self.line.space = True
        parent = self._open_frames[-1] if self._open_frames else -1
        hint = " ".join([value for name in _HINTS if (value := element.get(name))]).lower() if element.keys() else ""
        self._open_frames.append(len(self.frames))
        self.frames.append(Frame(parent, tag, hint))
        if tag in LISTS:
            self._lists.append(len(self.frames))
        elif tag in _QUOTES:
            self._quotes += 1
            self.line.keeps_space += tag == "pre"
        elif tag == "li":
            self._item_count += 1
            self._items.append(self._item_count)
        elif tag == "table" and element in self.data_tables:
            self._table = self._table_count
            self._table_count += 1

    def _close_block(self, element: etree._Element, tag: str) -> None:
        if self._table is None or tag in {"tr", "caption", "table"}:
            self.flush()
        elif tag in {"td", "th"}:
            self.line.end_ranges()
            self.line.append("\t")
            self.line.space = False
        else:
            self.line.space = True
        self._open_frames.pop()
        if tag in LISTS:
            self._lists.pop()
        elif tag in _QUOTES:
            self._quotes -= 1
            self.line.keeps_space -= tag == "pre"
        elif tag == "li":
            self._items.pop()
        elif tag == "table" and element in self.data_tables:
            self._table = None

    def _break(self) -> None:
        line = self.line
        if self._table is not None:
            line.space = True
        elif line.last == "\n" and not line.keeps_space:
            self.flush()
        elif line.length:
            line.end_bold()
            line.append("\n")
            line.space = False


def _is_label(element: etree._Element) -> bool:
    """Return whether an element is a separate word without a space before it: a file type, the number of a footnote."""
    text = (element.text or "").strip()
    return not len(element) and (text in _FILE_TYPES or (element.tag == "sup" and text.isdecimal()))
