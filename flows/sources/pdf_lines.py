"""The lines of a PDF page, joined to paragraphs, which end at a larger line distance or a change of font size."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pypdf import PageObject

_PAGE_NUMBER = re.compile(r"(?:page|seite)?\s*[-–(]?\s*\d{1,3}\s*(?:(?:/|of|von)\s*\d{1,3})?\s*[-–)]?", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_SINGLE_SPACED = 1.5  # times the font size: a distance of lines up to this does not end a paragraph
_ROOM = 1.25  # times the usual distance of lines on the page: a larger one ends a paragraph
_SAME_TYPE = 1.1
_RUNNING_PAGES = 3  # a first or last line on this many pages, and on half of all, is a running head or foot


@dataclass(frozen=True, slots=True)
class PdfLine:
    """A line of a page: its words, its height on the page and its font size, both in points."""

    text: str
    y: float
    size: float


class _LineListener:
    """A visitor that joins pypdf's pieces of text into lines."""

    def __init__(self) -> None:
        self.lines: list[PdfLine] = []
        self._parts: list[str] = []
        self._y = self._size = 0.0
        self._longest = 0

    def hear(self, text: str, matrix: Sequence[float], text_matrix: Sequence[float], _: Any, size: float) -> None:
        """Add a piece of text with its position and size."""
        y = text_matrix[5] * matrix[3] + text_matrix[4] * matrix[1] + matrix[5]
        scale = abs(text_matrix[3] * matrix[3]) or 1.0
        for number, part in enumerate(text.split("\n")):
            if number:
                self.end()
            if len(part.strip()) > self._longest:
                self._y, self._size, self._longest = y, size * scale, len(part.strip())
            self._parts.append(part)

    def end(self) -> None:
        """End the line."""
        words = "".join(self._parts).rstrip()
        if words.strip():
            self.lines.append(PdfLine(words, self._y, self._size))
        self._parts, self._longest = [], 0


def read_lines(page: PageObject) -> list[PdfLine]:
    """Return the lines of a page in the order of its content stream."""
    listener = _LineListener()
    page.extract_text(visitor_text=listener.hear)
    listener.end()
    return listener.lines


def page_texts(pages: Sequence[Sequence[PdfLine]]) -> list[str]:
    """Return the text of each page without page numbers and running heads; a blank line separates paragraphs."""
    edges = Counter(_bare(line) for page in pages for line in {_bare(edge): edge for edge in _edges(page)}.values())
    running = {words for words, count in edges.items() if count >= _RUNNING_PAGES and count * 2 >= len(pages)}
    # The first page keeps its head, which may be the title that the other pages repeat.
    return [_paragraphs(_without_edges(page, running if number else set())) for number, page in enumerate(pages)]


def _edges(page: Sequence[PdfLine]) -> list[PdfLine]:
    return [*page[:1], *page[-1:]]


def _bare(line: PdfLine) -> str:
    return _DIGITS.sub("", line.text).strip()


def _without_edges(page: Sequence[PdfLine], running: set[str]) -> list[PdfLine]:
    lines = list(page)
    while lines and _is_boilerplate(lines[0], running):
        del lines[0]
    while lines and _is_boilerplate(lines[-1], running):
        del lines[-1]
    return lines


def _is_boilerplate(line: PdfLine, running: set[str]) -> bool:
    return bool(_PAGE_NUMBER.fullmatch(line.text.strip())) or _bare(line) in running


def _paragraphs(lines: Sequence[PdfLine]) -> str:
    steps = sorted(step for above, below in pairwise(lines) if (step := above.y - below.y) > below.size / 2)
    usual = steps[(len(steps) - 1) // 5] if steps else 0.0
    pieces = [line.text for line in lines[:1]]
    for above, below in pairwise(lines):
        step = above.y - below.y
        small, large = sorted((above.size, below.size))
        parted = step < -small or step > max(small * _SINGLE_SPACED, usual * _ROOM) or large > small * _SAME_TYPE
        pieces += ["\n\n" if parted else "\n", below.text]
    return "".join(pieces)
