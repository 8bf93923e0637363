"""The words of a page counted by BeautifulSoup: a tree and a walk that share nothing with those that read it.

Reading walks lxml's own tree, at a twentieth of the cost; this one is there to notice when that walk goes wrong.
"""

import re

from bs4 import BeautifulSoup, ParserRejectedMarkup
from bs4.element import NavigableString, PageElement, Tag

_WORD = re.compile(r"\w+")
_WIDTHLESS = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_NOT_SHOWN = frozenset(
    ["applet", "area", "audio", "canvas", "datalist", "embed", "frameset", "head", "iframe", "map", "noframes", "noscript",
     "object", "script", "style", "svg", "template", "title", "video"]
)  # fmt: skip
_INSIDE_A_WORD = frozenset(
    ["a", "abbr", "acronym", "b", "bdi", "bdo", "big", "blink", "cite", "code", "data", "del", "dfn", "em", "font", "i",
     "ins", "kbd", "label", "mark", "nobr", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time",
     "tt", "u", "var", "wbr"]
)  # fmt: skip
_LABEL = re.compile(r"\s*(?:PDF|PS|OD[PFT]|DOC|PPT|ZIP|MP[34]|OGG|TXT|SVG|PNG|JPG|GIF|\d+)\s*")


def visible_words(text: str) -> int | None:
    r"""How many words (`\w+`) a reader of the page sees; None where BeautifulSoup cannot build a tree of it."""
    try:
        soup = BeautifulSoup(text, "lxml", multi_valued_attributes=None)
    except ParserRejectedMarkup:
        return None
    return len(_WORD.findall(_shown(soup).translate(_WIDTHLESS)))


def _shown(soup: BeautifulSoup) -> str:
    pieces: list[str] = []
    waiting: list[PageElement | str] = [soup]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Tag):
            gap = "" if node.name in _INSIDE_A_WORD and not _is_glued(node) else "\n"
            pieces.append(gap)
            if _is_shown(node):
                waiting.append(gap)
                waiting.extend(reversed(node.contents))
        elif type(node) is NavigableString or type(node) is str:
            pieces.append(node)
    return "".join(pieces)


def _is_shown(tag: Tag) -> bool:
    if tag.name in _NOT_SHOWN or tag.has_attr("hidden"):
        return False
    style = str(tag.get("style", "")).lower().replace(" ", "")
    return "display:none" not in style and "visibility:hidden" not in style


def _is_glued(tag: Tag) -> bool:
    """Whether the element is a word of its own set without a space: a file type after a link, a footnote's number."""
    text = tag.string
    return text is not None and bool(_LABEL.fullmatch(text)) and (tag.name == "sup" or not text.strip().isdecimal())
