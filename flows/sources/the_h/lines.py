"""Split blocks of an issue at line ends: picture names go, bold first lines become headings, typed bullets become items."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from flows.reading.pieces import cut
from flows.reading.visible import Block
from flows.sources.the_h.boilerplate import without_logos

_LINE_WORK = 1_000_000
"""Lines times links; a block with more is not a list of bullets."""
_HEADING_WORDS = 12
_BULLET = re.compile(r"\s*[•·▪■●]\s*")


def clean_lines(block: Block) -> list[Block]:
    """Return the block without picture names, with a bold first line as a heading and lines with bullets as items."""
    text = without_logos(block.text)
    if text != block.text:
        start = block.text.index(text)
        block = cut(block, start, start + len(text))
    if block.quoted or ("\n" not in block.text and not _BULLET.match(block.text)):
        return [block]
    lines = block.text.split("\n")
    has_bullets = block.item is None and any(_BULLET.match(line) for line in lines)
    if has_bullets and len(lines) * len(block.anchors) < _LINE_WORK:
        return _bullets(block, _lines(block))
    if len(lines) == 1:
        return [block]
    first = cut(block, 0, len(lines[0]))
    is_short = len(first.text.split()) <= _HEADING_WORDS
    if first.is_bold and is_short and block.item is None and block.table is None:
        return [replace(first, tag="h6"), cut(block, len(lines[0]) + 1, len(block.text))]
    return [block]


def dropped_logos(blocks: Iterable[Block]) -> Iterable[str]:
    """Yield the picture names that `clean_lines` removes."""
    for block in blocks:
        kept = without_logos(block.text)
        if kept != block.text:
            yield block.text.replace(kept, " ", 1) if kept else block.text


def _lines(block: Block) -> list[Block]:
    lines: list[Block] = []
    start = 0
    for line in block.text.split("\n"):
        if line.strip():
            lines.append(cut(block, start, start + len(line)))
        start += len(line) + 1
    return lines


def _bullets(block: Block, lines: Sequence[Block]) -> list[Block]:
    """Return lines that begin with a bullet as items of one group; a line without one continues the item before it."""
    out: list[Block] = []
    for number, line in enumerate(lines):
        match = _BULLET.match(line.text)
        if match:
            # Negative, so that it differs from the numbers of the page's own bullets.
            item = -(block.position * len(lines) + number + 1)
            out.append(replace(cut(line, match.end(), len(line.text)), item=item, group=-block.position - 1))
        elif out and out[-1].item is not None:
            out.append(replace(line, item=out[-1].item, group=out[-1].group))
        else:
            out.append(line)
    return out
