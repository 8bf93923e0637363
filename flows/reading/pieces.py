"""Cut a block into pieces if one element contains both text and something else."""

from dataclasses import replace

from flows.reading.visible import Block, LinkRange


def cut(block: Block, start: int, end: int) -> Block:
    """Return the piece `start:end` of a block with its links and bold ranges."""
    return replace(
        block,
        text=block.text[start:end],
        anchors=tuple(
            LinkRange(max(anchor.start, start) - start, min(anchor.end, end) - start, anchor.href)
            for anchor in block.anchors
            if anchor.start < end and anchor.end > start
        ),
        bold=tuple(
            (max(first, start) - start, min(last, end) - start)
            for first, last in block.bold
            if first < end and last > start
        ),
    )
