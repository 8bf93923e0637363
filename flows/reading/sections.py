"""Assemble blocks into sections, items and links, for every kind of page."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from flows.reading.links import Identify, make_links
from flows.reading.visible import HEADINGS, Block
from warehouse.records import Item, Link, Role, Section

_HEADING_WORDS = 14


@dataclass(frozen=True, slots=True)
class HeadedPart:
    """A section being built: its heading, its role and the blocks under the heading."""

    heading: str | None
    role: Role
    blocks: tuple[Block, ...]


def is_heading(block: Block) -> bool:
    """Return whether the block is a heading: by its element, or as a short bold line that does not end like a sentence."""
    if block.item is not None or block.table is not None or not block.text:
        return False
    if block.tag in HEADINGS:
        return True
    if not block.bold or not block.is_bold or block.text[-1] in ".,;!":
        return False
    return "\n" not in block.text and len(block.text.split()) <= _HEADING_WORDS


def heading_text(block: Block) -> str:
    """Return the words of a heading on one line, without a colon at the end ("In brief:")."""
    return " ".join(block.text.split()).rstrip(": ")


def parts_by_heading(blocks: Sequence[Block], *, first: Role = "body") -> list[HeadedPart]:
    """Return the blocks split at their headings; blocks before the first heading form a part without one.

    `first` is the role of the first part.
    """
    parts: list[HeadedPart] = []
    heading: str | None = None
    gathered: list[Block] = []
    for block in blocks:
        if not is_heading(block):
            gathered.append(block)
            continue
        if gathered or heading is not None:
            parts.append(HeadedPart(heading, first if not parts else "body", tuple(gathered)))
        heading, gathered = heading_text(block), []
    if gathered or heading is not None:
        parts.append(HeadedPart(heading, first if not parts else "body", tuple(gathered)))
    return parts


def assemble(
    parts: Sequence[HeadedPart], *, base: str, identify: Identify
) -> tuple[tuple[Section, ...], tuple[Link, ...]]:
    """Return the sections and links of a document; `base` is the address against which links are resolved.

    Paragraphs and groups of bullets are separated by blank lines, bullets and rows by line feeds. Text in `pre` and
    `blockquote` is marked as quoted.
    """
    sections: list[Section] = []
    placed: list[tuple[int, str, list[tuple[int, int, str]]]] = []
    for position, part in enumerate(parts):
        text, spans = _joined(part.blocks)
        quoted = tuple((start, end) for block, start, end in spans if block.quoted)
        sections.append(Section(position, part.heading, part.role, text, _items(text, spans), quoted))
        # A sentence ends with its block, so the sentence of a link is found in its block alone.
        placed += [
            (position, text[start:end], [(a.start, a.end, resolve(base, a.href)) for a in block.anchors])
            for block, start, end in spans
            if block.anchors
        ]
    return tuple(sections), make_links(placed, identify)


def resolve(base: str, href: str) -> str:
    """Return the absolute address of a link on the page at `base`, or the link unchanged if it cannot be resolved."""
    href = href.strip()
    if href[:8].lower().startswith(("http://", "https://")):
        return href
    try:
        return urljoin(base, href)
    except ValueError:
        return href


_Span = tuple[Block, int, int]


def _joined(blocks: Sequence[Block]) -> tuple[str, list[_Span]]:
    pieces: list[str] = []
    spans: list[_Span] = []
    length = 0
    previous: Block | None = None
    for block in blocks:
        if not block.text:
            continue
        if previous is not None:
            gap = _gap(previous, block)
            pieces.append(gap)
            length += len(gap)
        text = block.text if block.tag in {"pre", "textarea"} else block.text.replace("\n", " ")
        pieces.append(text)
        spans.append((block, length, length + len(text)))
        length += len(text)
        previous = block
    return "".join(pieces), spans


def _gap(previous: Block, block: Block) -> str:
    if block.item is not None and block.item == previous.item:
        return " "
    if block.item is not None and previous.item is not None:
        return "\n" if block.group == previous.group else "\n\n"
    return "\n" if block.table is not None and block.table == previous.table else "\n\n"


def _items(text: str, spans: Sequence[_Span]) -> tuple[Item, ...]:
    items: list[Item] = []
    last: Block | None = None
    previous_group: int | None = None
    for block, start, end in spans:
        if block.item is None:
            last = None
            continue
        if last is not None and block.item == last.item:
            start = items.pop().char_start
        group = items[-1].group_position if items else 0
        position = items[-1].position + 1 if items else 0
        if items and block.group != previous_group:
            group, position = group + 1, 0
        items.append(Item(group, position, text[start:end], start, end))
        last, previous_group = block, block.group
    return tuple(items)
