"""The main column of a page: the element that contains most of its prose."""

from collections.abc import Sequence

from flows.reading.frames import frames_where
from flows.reading.visible import Block, Visible

_PROSE_WORDS = 12
_OUTSIDE = frozenset({"nav", "footer", "form", "select", "option", "textarea"})
_SHARE = 0.75
"""Of the page's prose; high enough not to drop half of a text, and low enough that a teaser does not widen the column."""


def is_prose(block: Block) -> bool:
    """Return whether the block is running text: at least twelve words, most of them not links."""
    text = block.text
    if text.count(" ") + text.count("\n") < _PROSE_WORDS - 1:
        return False
    return not block.anchors or sum(anchor.end - anchor.start for anchor in block.anchors) * 2 < len(text)


def outside_frames(visible: Visible) -> list[bool]:
    """Return for each frame whether it is, or is inside, an element that never contains an article (such as a navigation)."""
    return frames_where(visible, lambda frame: frame.tag in _OUTSIDE)


def frames_inside(visible: Visible, around: int) -> list[bool]:
    """Return for each frame whether it is the frame `around` or inside it; all are inside if `around` is -1."""
    inside: list[bool] = []
    for index, frame in enumerate(visible.frames):
        inside.append(around < 0 or index == around or (frame.parent >= 0 and inside[frame.parent]))
    return inside


def column_of(visible: Visible, prose: Sequence[Block]) -> int:
    """Return the innermost frame that contains three quarters of this prose by length, or -1."""
    weights = [0] * len(visible.frames)
    for block in prose:
        if block.frame >= 0:
            weights[block.frame] += len(block.text)
    # A frame follows the frames around it, so in reverse order the weight of each is complete before it is added.
    for index in range(len(weights) - 1, -1, -1):
        parent = visible.frames[index].parent
        if parent >= 0:
            weights[parent] += weights[index]
    enough = sum(len(block.text) for block in prose) * _SHARE
    return max((index for index, weight in enumerate(weights) if weight and weight >= enough), default=-1)
