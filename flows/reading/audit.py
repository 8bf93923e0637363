"""The words of a page according to BeautifulSoup's parser: an independent reading to check ours against.

Shares no code with `visible`, so that one mistake cannot hide in both. Of BeautifulSoup's parsing only the tree is left out,
which is seven eighths of what it costs.
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
"""Where one of these is hidden, the words around it meet."""
_MAY_BE_GLUED = frozenset(["abbr", "acronym", "em", "font", "i", "small", "span", "sup"])
_FILE_TYPE = re.compile(r"\s*(?:PDF|PS|OD[FPT]|DOC|PPT|ZIP|MP[34]|OGG|TXT|SVG|PNG|JPG|GIF)\s*\Z")
_NO_WIDTH = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_Attributes = dict[str | bytes, str | bytes]
_BLOCK_END = "\0"  # no page has it: it is taken out before


def shown_text(html: str) -> str:
    """Return the text that a browser shows: blocks and line breaks separated by line feeds, other white space collapsed."""
    listener = _WordListener()
    with suppress(ParserRejectedMarkup):  # a page without any element: nothing was heard
        BeautifulSoup(html.replace("\0", ""), builder=listener)
    text = "".join(listener.pieces)
    for mark in _NO_WIDTH:
        text = text.replace(mark, "")
    return "\n".join([" ".join(line.split()) for line in text.split(_BLOCK_END)])


class _WordListener(LXMLTreeBuilder):
    """A tree builder that builds no tree: of what the parser reports, it keeps the words that are shown."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._hidden = 0  # how many elements deep the parser is in what is not shown
        self._may_be_glued = -1  # the piece before an element of which only words have been heard yet

    def start(self, tag: str | bytes, attrib: _Attributes, nsmap: dict[str, str] | None = None) -> None:
        """Hear a start tag."""
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
        """Hear an end tag."""
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
        """Hear words."""
        if not self._hidden:
            self.pieces.append(str(data))

    def comment(self, text: str | bytes) -> None:
        """Pass over a comment."""

    def pi(self, target: str, data: str) -> None:
        """Pass over an instruction."""

    def doctype(self, name: str, pubid: str, system: str) -> None:
        """Pass over the document's type."""


def _is_hidden(attributes: _Attributes) -> bool:
    if "hidden" in attributes:
        return True
    style = attributes.get("style")
    if not style:
        return False
    style = str(style).lower().replace(" ", "")
    return "display:none" in style or "visibility:hidden" in style


def _is_glued(tag: str | bytes, text: str) -> bool:
    """Return whether an element is a word of its own without white space before it: a file's type, a footnote's number."""
    return bool(_FILE_TYPE.match(text)) or (tag == "sup" and text.strip().isdecimal())
