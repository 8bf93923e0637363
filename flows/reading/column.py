"""Where on a page its running text stands: the column, found by where the prose is."""

from collections.abc import Sequence

from flows.reading.visible import Block, Visible

_PROSE_WORDS = 12
_OUTSIDE = frozenset({"nav", "footer", "form", "select", "option", "textarea"})
_SHARE = 0.75
"""Of the page's prose: enough that a teaser beside does not widen the column, and no half of a text is left out."""


def is_prose(block: Block) -> bool:
    """Whether the block is running text: a dozen words, most of them not links."""
    text = block.text
    if text.count(" ") + text.count("\n") < _PROSE_WORDS - 1:
        return False
    return not block.anchors or sum(anchor.end - anchor.start for anchor in block.anchors) * 2 < len(text)


def outside_frames(visible: Visible) -> list[bool]:
    """For each frame whether it is, or is inside, an element that never holds an article: navigation, footer, form."""
    outside: list[bool] = []
    for frame in visible.frames:
        outside.append(frame.tag in _OUTSIDE or (frame.parent >= 0 and outside[frame.parent]))
    return outside


def frames_inside(visible: Visible, around: int) -> list[bool]:
    """For each frame whether it is the frame `around` or inside it."""
    inside: list[bool] = []
    for index, frame in enumerate(visible.frames):
        inside.append(index == around or (frame.parent >= 0 and inside[frame.parent]))
    return inside


def column_of(visible: Visible, prose: Sequence[Block]) -> int:
    """The innermost frame that holds three quarters of this prose by length; -1 when there is none."""
    weights: dict[int, int] = {}
    total = 0
    for block in prose:
        length = len(block.text)
        total += length
        for frame in visible.around(block):
            weights[frame] = weights.get(frame, 0) + length
    # A frame comes after the frames around it, so the last one heavy enough is the innermost.
    return max((frame for frame, weight in weights.items() if weight >= total * _SHARE), default=-1)
