"""Find the blocks inside certain elements for a whole page at once; doing so for each block would cost its depth each time."""

import re
from collections.abc import Callable, Iterable, Sequence

from flows.reading.visible import Block, Frame, Visible


def frames_where(visible: Visible, is_it: Callable[[Frame], object]) -> list[bool]:
    """Return for each frame of the page whether `is_it` is true for it or for a frame around it."""
    marked: list[bool] = []
    for frame in visible.frames:  # a frame always follows the one around it
        marked.append(bool(is_it(frame)) or (frame.parent >= 0 and marked[frame.parent]))
    return marked


def nearest_frames(visible: Visible, is_it: Callable[[Frame], object]) -> list[int]:
    """Return for each frame the index of the innermost frame, from itself outwards, for which `is_it` is true; -1 if none is."""
    nearest: list[int] = []
    for number, frame in enumerate(visible.frames):
        nearest.append(number if is_it(frame) else nearest[frame.parent] if frame.parent >= 0 else -1)
    return nearest


def blocks_inside(blocks: Iterable[Block], marked: Sequence[bool]) -> list[Block]:
    """Return the blocks in a marked frame."""
    return [block for block in blocks if block.frame >= 0 and marked[block.frame]]


def has_hint(*names: str) -> Callable[[Frame], bool]:
    """Return a function that tests whether a frame has one of these names as a class, id or role."""
    classes = frozenset(names)
    return lambda frame: not classes.isdisjoint(frame.hint.split())


def has_hint_like(pattern: re.Pattern[str]) -> Callable[[Frame], bool]:
    """Return a function that tests whether the pattern is found in a frame's classes, id and role."""
    return lambda frame: bool(pattern.search(frame.hint))
