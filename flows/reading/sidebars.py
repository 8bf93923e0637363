"""Sidebars: parts of a column that are set apart from its running text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flows.reading.frames import nearest_frames
from flows.reading.sections import is_heading
from flows.reading.visible import Block, Visible

_HOLDERS = frozenset(
    {"address", "article", "aside", "body", "center", "details", "div", "fieldset", "figure", "main", "section"}
    | {"td", "th"}
)
_PROSE_WORDS = 15
_ALWAYS = frozenset({"aside", "fieldset"})


@dataclass(slots=True)
class _Inner:
    """An element inside running text (the frame `flow`), and the places of its first and last block."""

    frame: int
    flow: int
    first: int
    last: int


def find_sidebars(visible: Visible, blocks: Sequence[Block]) -> dict[int, int]:
    """Return the blocks inside sidebars as a mapping of the block's position to the sidebar's frame.

    A sidebar is a headed element inside another element that itself contains running text, which continues after it. If
    every section of the page is such an element, these are sections and not sidebars. `aside` and `fieldset` elements
    are always sidebars.
    """
    # Lists, paragraphs and data tables do not count as elements with running text.
    holder_of = nearest_frames(visible, lambda frame: frame.tag in _HOLDERS)
    holders = [holder_of[block.frame] if block.frame >= 0 else -1 for block in blocks]
    prose: dict[int, list[int]] = {}
    for place, block in enumerate(blocks):
        if block.item is None and block.table is None and block.text.count(" ") >= _PROSE_WORDS:
            prose.setdefault(holders[place], []).append(place)
    inner = _inner_elements(visible, holders, prose)
    if not inner:
        return {}
    last_of = {holder: place for place, holder in enumerate(holders)}
    sidebars: set[int] = set()
    for flow, parts in inner.items():
        headed = [part for part in parts if _is_headed(visible, blocks, part)]
        are_sections = _are_sections(blocks, holders, flow, headed, prose[flow])
        sidebars.update(
            part.frame
            for part in headed
            if _is_always(visible, part) or (last_of.get(flow, -1) > part.last and not are_sections)
        )
    return _sidebar_blocks(visible, blocks, sidebars)


def _inner_elements(
    visible: Visible, holders: Sequence[int], prose: Mapping[int, Sequence[int]]
) -> dict[int, list[_Inner]]:
    """Return, for each frame with running text, its child elements that contain blocks, in order."""
    top: list[int] = []  # for each frame, the one of it and the frames around it that is a child of a frame in `prose`
    for index, frame in enumerate(visible.frames):
        top.append(index if frame.parent in prose else top[frame.parent] if frame.parent >= 0 else -1)
    found: dict[int, _Inner] = {}
    for place, holder in enumerate(holders):
        child = top[holder] if holder >= 0 else -1
        if child >= 0:
            flow = visible.frames[child].parent
            found.setdefault(child, _Inner(child, flow, place, place)).last = place
    inner: dict[int, list[_Inner]] = {}
    for part in found.values():
        inner.setdefault(part.flow, []).append(part)
    return inner


def _is_always(visible: Visible, part: _Inner) -> bool:
    return visible.frames[part.frame].tag in _ALWAYS


def _is_headed(visible: Visible, blocks: Sequence[Block], part: _Inner) -> bool:
    return _is_always(visible, part) or (part.last > part.first and is_heading(blocks[part.first]))


def _are_sections(
    blocks: Sequence[Block], holders: Sequence[int], flow: int, headed: Sequence[_Inner], prose: Sequence[int]
) -> bool:
    """Return whether the headed elements are the sections of the page."""
    if len(headed) < 2:
        return False
    if any(headed[0].first < place < headed[-1].last for place in prose):
        return False
    return not any(holder == flow and is_heading(block) for holder, block in zip(holders, blocks, strict=True))


def _sidebar_blocks(visible: Visible, blocks: Sequence[Block], sidebars: set[int]) -> dict[int, int]:
    """Return the positions of the blocks inside these frames, with the outermost such frame of each."""
    if not sidebars:
        return {}
    sidebar_of: list[int] = []
    for index, frame in enumerate(visible.frames):
        around = sidebar_of[frame.parent] if frame.parent >= 0 else -1
        sidebar_of.append(around if around >= 0 else index if index in sidebars else -1)
    return {
        block.position: sidebar_of[block.frame] for block in blocks if block.frame >= 0 and sidebar_of[block.frame] >= 0
    }
