"""Build the text of one block from pieces, with the ranges of its links and bold words."""

from dataclasses import dataclass, field

_WIDTHLESS = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_UNBROKEN = frozenset("\n\t")


@dataclass(frozen=True, slots=True)
class LinkRange:
    """A link: its range in the block's text (empty for a picture) and the address as written."""

    start: int
    end: int
    href: str


@dataclass(frozen=True, slots=True)
class TextLine:
    """A finished line: its text, links and bold ranges."""

    text: str
    anchors: tuple[LinkRange, ...]
    bold: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class LineBuilder:
    """The line being read. `keeps_space` counts the preformatted elements around it, `bold_depth` the bold ones.

    `space` requests a space before the next words; `soft_space` requests one only if two words would be joined.
    """

    keeps_space: int = 0
    space: bool = False
    soft_space: bool = False
    bold_depth: int = 0
    length: int = 0
    last: str = ""
    _parts: list[str] = field(default_factory=list)
    _hrefs: list[str] = field(default_factory=list)
    _link_start: int | None = None
    _link_has_words: bool = False
    _anchors: list[LinkRange] = field(default_factory=list)
    _bold_start: int | None = None
    _bold: list[tuple[int, int]] = field(default_factory=list)

    def add(self, text: str) -> None:
        """Add text from the markup, with white space collapsed unless it is preformatted."""
        if not text.isascii():
            for mark in _WIDTHLESS:
                text = text.replace(mark, "")
        if self.keeps_space:
            shown = text.replace("\r\n", "\n").replace("\r", "\n")
            if self.soft_space and self._would_meet(shown):
                self.append(" ")
        else:
            words = text.split()
            if not words:
                self.space = self.space or bool(text)
                return
            shown = " ".join(words)
            if self.length and self.last not in _UNBROKEN and self._needs_space(text, shown):
                self.append(" ")
            self.space = text[-1].isspace()
        self.soft_space = False
        if self._hrefs and self._link_start is None:
            self._link_start = self.length
            self._link_has_words = True
        if self.bold_depth and self._bold_start is None:
            self._bold_start = self.length
        self.append(shown)

    def append(self, text: str) -> None:
        """Add text unchanged."""
        if text:
            self._parts.append(text)
            self.length += len(text)
            self.last = text[-1]

    def open_link(self, href: str) -> None:
        """Begin a link and end the link around it; one with an empty address is not recorded."""
        self._end_link()
        self._hrefs.append(href)
        self._link_has_words = False

    def close_link(self) -> None:
        """End the innermost link; one without words is recorded as an empty range."""
        if not self._hrefs:
            return
        if self._hrefs[-1] and not self._link_has_words:
            self._anchors.append(LinkRange(self.length, self.length, self._hrefs[-1]))
        self._end_link()
        self._hrefs.pop()

    def end_ranges(self) -> None:
        """End the ranges of links and bold words here; an element that continues begins a new one."""
        self._end_link()
        self.end_bold()

    def end_bold(self) -> None:
        """End the range of bold words here."""
        if self._bold_start is not None and self.length > self._bold_start:
            self._bold.append((self._bold_start, self.length))
        self._bold_start = None

    def take(self) -> TextLine | None:
        """Return the line so far, without white space around it, and start a new one.

        Return None if the line has neither words nor links.
        """
        self.space = self.soft_space = False
        if not self._parts and not self._anchors:
            return None
        self.end_ranges()
        text = self._parts[0] if len(self._parts) == 1 else "".join(self._parts)
        kept = (text.lstrip("\n") if self.keeps_space else text.lstrip()).rstrip()
        anchors, bold = self._anchors, self._bold
        if len(kept) < len(text) and (anchors or bold):
            cut, end = len(text) - len(text.lstrip("\n" if self.keeps_space else None)), len(kept)
            anchors = [
                LinkRange(min(max(a.start - cut, 0), end), min(max(a.end - cut, 0), end), a.href) for a in anchors
            ]
            bold = [(max(start - cut, 0), min(stop - cut, end)) for start, stop in bold]
        self._parts, self._anchors, self._bold = [], [], []
        self.length, self.last = 0, ""
        return TextLine(kept, tuple(anchors), tuple(bold)) if kept or anchors else None

    def _needs_space(self, text: str, shown: str) -> bool:
        if self.space or text[0].isspace():
            return True
        return self.soft_space and self._would_meet(shown)

    def _would_meet(self, shown: str) -> bool:
        return self.last.isalnum() and shown[:1].isalnum()

    def _end_link(self) -> None:
        if self._link_start is not None and self._hrefs[-1] and self.length > self._link_start:
            self._anchors.append(LinkRange(self._link_start, self.length, self._hrefs[-1]))
        self._link_start = None
