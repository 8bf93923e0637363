"""Side boxes: parts of a column that stand apart from its running text."""

from collections.abc import Sequence
from dataclasses import dataclass

from flows.reading.sections import is_heading
from flows.reading.visible import Block, Visible

_HOLDERS = frozenset(
    [
        "address",
        "article",
        "aside",
        "body",
        "center",
        "details",
        "div",
        "fieldset",
        "figure",
        "main",
        "section",
        "td",
        "th",
    ]
)
_PROSE_WORDS = 15
_ALWAYS = frozenset({"aside", "fieldset"})


@dataclass(slots=True)
class _Inner:
    """A frame inside the column's flow, and the blocks in it by place."""

    frame: int
    first: int
    last: int


def find_boxes(visible: Visible, blocks: Sequence[Block]) -> dict[int, int]:
    """Which blocks stand in a side box: the block's position, and the box's frame.

    A box is a headed element inside another element that holds running text itself, with more of that text behind
    it. Where every section has an element of its own, these are sections and not boxes.
    """
    holders = [_holder(visible, block) for block in blocks]
    prose: dict[int, list[int]] = {}
    for place, block in enumerate(blocks):
        if block.item is None and block.table is None and block.text.count(" ") >= _PROSE_WORDS:
            prose.setdefault(holders[place], []).append(place)
    boxes: dict[int, int] = {}
    for flow in sorted(prose):
        inner = _inner_frames(visible, holders, flow)
        if not inner:
            continue
        headed = [part for part in inner if _is_headed(visible, blocks, part)]
        wrapped_sections = _are_sections(blocks, holders, flow, headed, prose[flow])
        for part in headed:
            follows = flow in holders[part.last + 1 :]
            always = _is_always(visible, part)
            if always or (follows and not wrapped_sections):
                for place in range(part.first, part.last + 1):
                    boxes.setdefault(blocks[place].position, part.frame)
    return boxes


def _holder(visible: Visible, block: Block) -> int:
    """The innermost frame around a block that could hold a text; lists, paragraphs and tables of figures do not."""
    frames = visible.frames
    return next(
        (
            frame
            for frame in visible.around(block)
            if frames[frame].tag in _HOLDERS and not (block.table is not None and frames[frame].tag in {"td", "th"})
        ),
        -1,
    )


def _inner_frames(visible: Visible, holders: Sequence[int], flow: int) -> list[_Inner]:
    """The frames right below `flow` that hold blocks of their own, in order, with the run of blocks they hold."""
    found: dict[int, _Inner] = {}
    for place, holder in enumerate(holders):
        child = _child_towards(visible, holder, flow)
        if child is None:
            continue
        part = found.setdefault(child, _Inner(child, place, place))
        part.last = place
    return list(found.values())


def _child_towards(visible: Visible, holder: int, flow: int) -> int | None:
    """The frame below `flow` on the way to `holder`; None if `holder` is not below it."""
    child = holder
    while child > flow:
        parent = visible.frames[child].parent
        if parent == flow:
            return child
        child = parent
    return None


def _is_always(visible: Visible, part: _Inner) -> bool:
    return visible.frames[part.frame].tag in _ALWAYS


def _is_headed(visible: Visible, blocks: Sequence[Block], part: _Inner) -> bool:
    return _is_always(visible, part) or (part.last > part.first and is_heading(blocks[part.first]))


def _are_sections(
    blocks: Sequence[Block], holders: Sequence[int], flow: int, headed: Sequence[_Inner], prose: Sequence[int]
) -> bool:
    """Whether headed elements are how this page marks its sections."""
    if len(headed) < 2:
        return False
    own_headings = any(holder == flow and is_heading(block) for holder, block in zip(holders, blocks, strict=True))
    between = any(headed[0].first < place < headed[-1].last for place in prose)
    return not (own_headings or between)
