"""The sections of an issue: text under headings, with sidebars and data tables moved after the section around them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from flows.reading.main_column import is_prose
from flows.reading.sections import HeadedPart, heading_text, is_heading
from flows.reading.sidebars import find_sidebars
from flows.reading.visible import HEADINGS, Block, Visible
from flows.sources.the_h.article_blocks import IssuePage
from warehouse.records import Role

_KERNEL_STATUS = re.compile(r"kernel[- ]status\b|status (?:des|der) (?:linux-)?kernel", re.IGNORECASE)
_IN_BRIEF = re.compile(
    r"in (?:brief|short)\b|briefly\b|minor gems\b|late-?comers\b|(?:ganz )?kurz (?:notiert|und|&|gefasst)|kurzmeldungen\b|"
    r"in kürze\b|(?:die )?kleinen? perlen\b",
    re.IGNORECASE,
)
_KNOWN_HEADING = re.compile(
    r"(?:kernel[- ]status|in brief|in short|minor gems|late-?comers|in detail|downloading the linux kernel|"
    r"which drivers were changed|kernel trends\b.*|im detail|kurz notiert|conclusion|fazit|outlook|ausblick|summary)\s*:?",
    re.IGNORECASE,
)
_BOLD_LEVEL = 6
_PLAIN_HEADING_WORDS = 7
_PLAIN_HEADING_CHARS = 90
_Apart = tuple[str, int, int]


@dataclass(slots=True)
class _SectionDraft:
    """The section being built, and the sidebars and tables in it."""

    heading: str | None = None
    role: Role = "body"
    level: int = 0
    blocks: list[Block] = field(default_factory=list)
    apart: dict[_Apart, list[Block]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return self.heading is None and not self.blocks


def issue_parts(pages: Sequence[IssuePage]) -> list[HeadedPart]:
    """Return the sections of all pages in order; a section may span pages, and the first one is the lead story."""
    parts: list[HeadedPart] = []
    draft = _SectionDraft()
    frames_of: dict[_Apart, Visible] = {}
    for number, page in enumerate(pages):
        visible = page.page.visible
        sidebars = find_sidebars(visible, page.content)
        for place, block in enumerate(page.content):
            apart = _apart(sidebars, block, number)
            if apart is not None:
                draft.apart.setdefault(apart, []).append(block)
                frames_of[apart] = visible
            elif is_heading(block) or _is_plain_heading(
                visible, page.content, place, first=not parts and draft.is_empty
            ):
                parts += _close(draft, frames_of, is_first=not parts)
                draft = _next_draft(draft, block, apart={} if parts else draft.apart)
            else:
                draft.blocks.append(block)
    parts += _close(draft, frames_of, is_first=not parts)
    return parts


def _apart(sidebars: dict[int, int], block: Block, page: int) -> _Apart | None:
    if block.position in sidebars:
        return "sidebar", page, sidebars[block.position]
    return ("table", page, block.table) if block.table is not None else None


def _next_draft(before: _SectionDraft, heading: Block, *, apart: dict[_Apart, list[Block]]) -> _SectionDraft:
    """Return the section that a heading begins; a lower heading inherits the role of a section such as `In brief`."""
    text = heading_text(heading)
    level = int(heading.tag[1]) if heading.tag in HEADINGS else _BOLD_LEVEL
    role = _role(text)
    if role == "body" and before.role != "body" and level > before.level:
        return _SectionDraft(text, before.role, before.level, apart=apart)
    return _SectionDraft(text, role, level, apart=apart)


def _close(draft: _SectionDraft, frames_of: dict[_Apart, Visible], *, is_first: bool) -> Iterable[HeadedPart]:
    """Return the finished section, followed by its sidebars and tables, which never come first in an issue."""
    if draft.is_empty and (is_first and not draft.apart):
        return []
    parts = (
        [] if draft.is_empty else [HeadedPart(draft.heading, "lead" if is_first else draft.role, tuple(draft.blocks))]
    )
    if is_first and not parts:
        return []
    parts += [_part_apart(apart, blocks, frames_of[apart]) for apart, blocks in draft.apart.items()]
    return parts


def _part_apart(apart: _Apart, blocks: Sequence[Block], visible: Visible) -> HeadedPart:
    first = blocks[0]
    if apart[0] == "sidebar":
        headed = is_heading(first) and len(blocks) > 1
        return HeadedPart(heading_text(first) if headed else None, "sidebar", tuple(blocks[1:] if headed else blocks))
    captioned = visible.frames[first.frame].tag == "caption"
    return HeadedPart(heading_text(first) if captioned else None, "table", tuple(blocks[1:] if captioned else blocks))


def _is_plain_heading(visible: Visible, blocks: Sequence[Block], place: int, *, first: bool) -> bool:
    """Return whether an unmarked paragraph is a heading: a known one, or a short line without a full stop between texts."""
    block = blocks[place]
    following = blocks[place + 1] if place + 1 < len(blocks) else None
    if (
        len(block.text) > _PLAIN_HEADING_CHARS
        or block.item is not None
        or block.anchors
        or "\n" in block.text
        or following is None
        or block.quoted
    ):
        return False
    if _KNOWN_HEADING.fullmatch(block.text):
        return True
    if first or len(block.text.split()) > _PLAIN_HEADING_WORDS or not block.text[0].isupper():
        return False
    if visible.frames[block.frame].parent != visible.frames[following.frame].parent:
        return False
    before = blocks[place - 1] if place else None
    ends_text = before is None or before.item is not None or is_prose(before)
    starts_text = is_prose(following) and following.item is None
    return ends_text and starts_text and (block.text[-1].isalnum() or block.text[-1] in "?")


def _role(heading: str) -> Role:
    if _KERNEL_STATUS.match(heading):
        return "kernel_status"
    return "in_brief" if _IN_BRIEF.match(heading) else "body"
