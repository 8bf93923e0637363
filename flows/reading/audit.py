"""The words of a page according to BeautifulSoup's parser: an independent reading to check ours against.

It shares no code with `visible`, so that one mistake cannot be in both. It uses BeautifulSoup's parser but builds no tree,
because building one would take seven eighths of the total time.
"""

import re
from contextlib import suppress

from bs4 import BeautifulSoup, ParserRejectedMarkup
from bs4.builder._lxml import LXMLTreeBuilder

_NOT_SHOWN = frozenset(
    ["applet", "area", "audio", "canvas", "datalist", "embed", "frameset", "head", "iframe", "map", "noframes", "noscript",
     "object", "script", "style", "svg", "template", "title", "video"]
)  # fmt: skip
_INSIDE_A_LINE = frozenset(
    ["a", "abbr", "acronym", "b", "bdi", "bdo", "big", "blink", "cite", "code", "data", "del", "dfn", "em", "font", "i",
     "ins", "kbd", "label", "mark", "nobr", "o", "q", "rb", "rp", "rt", "rtc", "ruby", "s", "samp", "small", "span", "strike",
     "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"]
)  # fmt: skip
_LEAVES_NO_GAP = _NOT_SHOWN | _INSIDE_A_LINE | {"img", "input", "button", "br"}
"""If one of these is hidden, no gap is left between the words around it."""
_MAY_BE_GLUED = frozenset(["abbr", "acronym", "em", "font", "i", "small", "span", "sup"])
_FILE_TYPE = re.compile(r"\s*(?:PDF|PS|OD[FPT]|DOC|PPT|ZIP|MP[34]|OGG|TXT|SVG|PNG|JPG|GIF)\s*\Z")
_NO_WIDTH = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_Attributes = dict[str | bytes, str | bytes]
_BLOCK_END = "\0"  # removed from pages before


def shown_text(html: str) -> str:
    """Return the text that a browser shows, with a line feed between blocks and for a line break, and white space collapsed."""
    listener = _WordListener()
    with suppress(ParserRejectedMarkup):  # a page without any element has no words
        BeautifulSoup(html.replace("\0", ""), builder=listener)
    text = "".join(listener.pieces)
    for mark in _NO_WIDTH:
        text = text.replace(mark, "")
    return "\n".join([" ".join(line.split()) for line in text.split(_BLOCK_END)])


class _WordListener(LXMLTreeBuilder):
    """A tree builder that builds no tree: it only collects the visible words that the parser reports."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._hidden = 0  # the depth of the parser inside a hidden element
        self._may_be_glued = -1  # the piece before an open element that so far has only words

    def start(self, tag: str | bytes, attrib: _Attributes, nsmap: dict[str, str] | None = None) -> None:
        """Handle a start tag."""
        if self._hidden:
            self._hidden += 1
        elif tag in _NOT_SHOWN or (attrib and _is_hidden(attrib)):
            self._hidden = 1
            self._may_be_glued = -1
            self.pieces.append("" if tag in _LEAVES_NO_GAP else _BLOCK_END)
        else:
            self._may_be_glued = len(self.pieces) if tag in _MAY_BE_GLUED else -1
            self.pieces.append("" if tag in _INSIDE_A_LINE else _BLOCK_END)

    def end(self, tag: str | bytes) -> None:
        """Handle an end tag."""
        if self._hidden:
            self._hidden -= 1
            return
        before = self._may_be_glued
        self._may_be_glued = -1
        if tag not in _INSIDE_A_LINE:
            self.pieces.append(_BLOCK_END)
        elif before >= 0 and _is_glued(tag, "".join(self.pieces[before:])):
            self.pieces[before] = _BLOCK_END
            self.pieces.append(_BLOCK_END)

    def data(self, data: str | bytes) -> None:
        """Handle text."""
        if not self._hidden:
            self.pieces.append(str(data))

    def comment(self, text: str | bytes) -> None:
        """Ignore a comment."""

    def pi(self, target: str, data: str) -> None:
        """Ignore a processing instruction."""

    def doctype(self, name: str, pubid: str, system: str) -> None:
        """Ignore the document type."""


def _is_hidden(attributes: _Attributes) -> bool:
    if "hidden" in attributes:
        return True
    style = attributes.get("style")
    if not style:
        return False
    style = str(style).lower().replace(" ", "")
    return "display:none" in style or "visibility:hidden" in style


def _is_glued(tag: str | bytes, text: str) -> bool:
    """Return whether an element is a separate word without white space before it: a file type, the number of a footnote."""
    return bool(_FILE_TYPE.match(text)) or (tag == "sup" and text.strip().isdecimal())
