"""The column of a page that holds its running text, found by where the prose is."""

from collections.abc import Sequence

from flows.reading.frames import frames_where
from flows.reading.visible import Block, Visible

_PROSE_WORDS = 12
_OUTSIDE = frozenset({"nav", "footer", "form", "select", "option", "textarea"})
_SHARE = 0.75
"""Of the page's prose: enough that a teaser beside does not widen the column, and no half of a text is left out."""


def is_prose(block: Block) -> bool:
    """Return whether the block is running text: a dozen words, most of them not links."""
    text = block.text
    if text.count(" ") + text.count("\n") < _PROSE_WORDS - 1:
        return False
    return not block.anchors or sum(anchor.end - anchor.start for anchor in block.anchors) * 2 < len(text)


def outside_frames(visible: Visible) -> list[bool]:
    """Return for each frame whether it is, or is inside, an element that never holds an article: navigation, footer, form."""
    return frames_where(visible, lambda frame: frame.tag in _OUTSIDE)


def frames_inside(visible: Visible, around: int) -> list[bool]:
    """Return for each frame whether it is the frame `around` or inside it; all are inside -1."""
    inside: list[bool] = []
    for index, frame in enumerate(visible.frames):
        inside.append(around < 0 or index == around or (frame.parent >= 0 and inside[frame.parent]))
    return inside


def column_of(visible: Visible, prose: Sequence[Block]) -> int:
    """Return the innermost frame that holds three quarters of this prose by length; -1 when there is none."""
    weights = [0] * len(visible.frames)
    for block in prose:
        if block.frame >= 0:
            weights[block.frame] += len(block.text)
    # A frame comes after the frames around it: from the last to the first, each has all of its own when its turn comes.
    for index in range(len(weights) - 1, -1, -1):
        parent = visible.frames[index].parent
        if parent >= 0:
            weights[parent] += weights[index]
    enough = sum(len(block.text) for block in prose) * _SHARE
    return max((index for index, weight in enumerate(weights) if weight and weight >= enough), default=-1)
