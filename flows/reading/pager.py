"""Page navigation: the links between the pages of one feature, recognised by their text."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flows.reading.sections import resolve
from flows.reading.visible import Block, LinkRange

_WORDS = re.compile(
    r"(?:\b(?:pages?|seiten?|next|previous|prev|back|last|first|nächste[nrs]?|naechste[nrs]?|vorige[nrs]?|vorherige[nrs]?|"
    r"weiter|zurück|zurueck|auf|of|von|to|go|zur|erste[nrs]?|letzte[nrs]?|lesen|continue|reading|part|teil|jump|all|alle|"
    r"one|single|einer|view|as|contents?|inhalt)\b|[\d\s|/<>«»‹›→←:.,;()\[\]–—-])+",
    re.IGNORECASE,
)
_FOLLOWING = re.compile(r"\b(?:next|nächste\w*|naechste\w*|weiter|continue)\b|[»›→]|\A\s*>+\s*\Z", re.IGNORECASE)
_PREVIOUS = re.compile(r"\b(?:prev\w*|vor(?:her)?ige\w*|zurück|zurueck|back)\b|[«‹←]|\A\s*<+\s*\Z", re.IGNORECASE)
_PAGE_WORD = re.compile(r"\b(?:page|seite|next|previous|nächste|vorige|weiter|zurück)\b|[»«›‹→←]", re.IGNORECASE)
_FIGURE = re.compile(r"(?<![\w.])\d{1,2}(?![\w.])")
_LABEL = re.compile(
    r"(?:table of )?(?:contents?|pages?|inhalt(?:sverzeichnis)?|seiten|in this (?:article|feature)|"
    r"(?:all )?pages of this (?:article|feature)|auf einen blick|artikelinhalt)\s*:?",
    re.IGNORECASE,
)
_LENGTH_LIMIT = 240
_ENTRY_LIMIT = 60


@dataclass(frozen=True, slots=True)
class Pager:
    """The navigation of a page: addresses by page number, the number of the page shown, and its neighbours' addresses.

    `blocks` are the positions of the navigation's blocks.
    """

    numbered: dict[int, str]
    shown: int | None
    previous: str | None
    next: str | None
    blocks: frozenset[int]


def read_pager(blocks: Sequence[Block], base: str) -> Pager:
    """Return the page navigation in these blocks with absolute addresses; every field is empty or None if there is none."""
    numbered: dict[int, str] = {}
    shown: int | None = None
    previous = following = None
    used: set[int] = set()
    for group in _groups(blocks):
        text = " ".join(block.text for block in group)
        anchors = [(block, anchor) for block in group for anchor in block.anchors]
        figures, current = _figures(group)
        if not anchors or not (_PAGE_WORD.search(text) or _is_run(figures, current)):
            continue
        used.update(block.position for block in group)
        if _is_run(figures, current):
            numbered.update({number: resolve(base, href) for number, href in figures.items()})
            shown = current or shown
        for block, anchor in anchors:
            words = block.text[anchor.start : anchor.end]
            if _FOLLOWING.search(words):
                following = resolve(base, anchor.href)
            elif _PREVIOUS.search(words):
                previous = resolve(base, anchor.href)
    listed, used_by_list, shown_by_list = _listed(blocks, base)
    if listed and not numbered:
        numbered, shown = listed, shown_by_list
        used |= used_by_list
    return Pager(numbered, shown, previous, following, frozenset(used))


def _groups(blocks: Sequence[Block]) -> Iterable[list[Block]]:
    """Yield runs of blocks that contain only words of page navigation: a line, or the entries of one list."""
    group: list[Block] = []
    for block in blocks:
        fits = len(block.text) <= _LENGTH_LIMIT and block.table is None and bool(_WORDS.fullmatch(block.text or " "))
        if fits and (not group or (block.group is not None and block.group == group[-1].group)):
            group.append(block)
            continue
        if group:
            yield group
        group = [block] if fits else []
    if group:
        yield group


def _figures(group: Sequence[Block]) -> tuple[dict[int, str], int | None]:
    """Return the linked numbers with their addresses, and the first number without a link."""
    linked: dict[int, str] = {}
    unlinked: list[int] = []
    for block in group:
        for match in _FIGURE.finditer(block.text):
            anchor = _anchor_at(block.anchors, match.start())
            if anchor is not None:
                linked.setdefault(int(match[0]), anchor.href)
            else:
                unlinked.append(int(match[0]))
    free = [number for number in unlinked if number not in linked]
    return linked, free[0] if free else None


def _anchor_at(anchors: Iterable[LinkRange], place: int) -> LinkRange | None:
    return next((anchor for anchor in anchors if anchor.start <= place < anchor.end), None)


def _is_run(linked: dict[int, str], current: int | None) -> bool:
    """Return whether the numbers are 1, 2, 3 and so on without a gap."""
    numbers = sorted({*linked, *([current] if current else [])})
    return len(numbers) >= 2 and numbers == list(range(1, len(numbers) + 1))


def _listed(blocks: Sequence[Block], base: str) -> tuple[dict[int, str], set[int], int | None]:
    """Return the pages in a labelled table of contents, whose one entry without a link is the page shown.

    The values are addresses by number, the positions of the blocks, and the number of the page shown.
    """
    for index, block in enumerate(blocks):
        if len(block.text) > _LENGTH_LIMIT or not _LABEL.fullmatch(block.text):
            continue
        entries: list[Block] = []
        for entry in blocks[index + 1 : index + 1 + _ENTRY_LIMIT]:
            if entry.item is None or (entries and entry.group != entries[0].group):
                break
            entries.append(entry)
        bare = [n for n, entry in enumerate(entries, start=1) if not entry.anchors]
        if len(entries) >= 2 and len(bare) <= 1:
            found = {
                n: resolve(base, entry.anchors[0].href) for n, entry in enumerate(entries, start=1) if entry.anchors
            }
            return found, {block.position, *(entry.position for entry in entries)}, bare[0] if bare else None
    return {}, set(), None
