"""An independent count of a page's words: what a reader kept, what it took for furniture, what it lost.

Shares no code with `visible`, so that one mistake cannot hide in both.
"""

import re
from collections import Counter
from collections.abc import Iterable

from lxml import etree

from warehouse.records import WordCount

_NOT_SHOWN = {
    "head", "title", "script", "style", "noscript", "template", "iframe", "object", "embed", "applet", "svg", "canvas",
    "audio", "video", "map", "frameset", "noframes", "datalist",
}  # fmt: skip
_INSIDE_A_LINE = {
    "a", "b", "i", "u", "s", "em", "strong", "span", "font", "tt", "code", "kbd", "samp", "var", "cite", "q", "dfn", "abbr",
    "acronym", "ins", "del", "big", "small", "sub", "mark", "strike", "nobr", "wbr", "label", "bdo", "bdi", "data", "time",
    "blink", "center-inline", "ruby", "rb", "rt", "rp", "rtc", "o",
}  # fmt: skip
_FILE_TYPE = re.compile(r"\s*(?:PDF|PS|OD[FPT]|DOC|PPT|ZIP|MP[34]|OGG|TXT|SVG|PNG|JPG|GIF)\s*\Z")
_NO_WIDTH = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_BLOCK_END = "\0"  # no page has it: the parser takes it out
_WORD = re.compile(r"\w+")
_LOST_SHOWN = 20
_SIGNATURES = re.compile(
    r"\b(?:of|from|by|at|on|to|with|the|for|in|and)['’]s\b"
    r"|\b(?:and|or|to|of|from|versions?|kernels?|as),[ ](?:which|that|is|are|was|were|has|have|and)\b"
    r"|\b(?:versions?|releases?|kernels?) and(?:,|[ ](?:is|are|was|were|which))"
    r"|\w[ ]\([ ](?=\w)|\([ ]?\)|\([ ]?,|,[ ]?,"
    r"|\b(?:at|from|on|of|to|in|via|by|and|or|the|as|version|versions)[ ][.,;:](?=[ \n]|\Z)",
    re.IGNORECASE,
)
"""What a page looks like when an extractor has cut out words that look like a host or a version.

Source: KERNEL_LOG damage seen in stored captures ("versions and, which", "of's X Server", "LIO ( target").
"""


def count_words(roots: Iterable[etree._Element], kept: Iterable[str], furniture: Iterable[str]) -> WordCount:
    """The words of a document's pages against those a reader kept (text, headings, title, byline) and left out.

    `kept` and `furniture` are matched word by word with the page, each page word once; `kept` goes first.
    """
    text = "\n".join(page_text(root) for root in roots)
    remaining = Counter(_WORD.findall(text))
    visible = remaining.total()
    kept_text = "\n".join(kept)
    kept_count = _take(remaining, kept_text)
    furniture_count = _take(remaining, "\n".join(furniture))
    found = damage(text)
    return WordCount(
        visible=visible,
        kept=kept_count,
        furniture=furniture_count,
        lost=tuple(remaining.elements())[:_LOST_SHOWN] if remaining.total() else (),
        damage_made=(damage(kept_text) - found).total(),
        damage_found=found.total(),
    )


def damage(text: str) -> Counter[str]:
    """The signatures of lost words in a text, each with how often it stands there."""
    return Counter(" ".join(match[0].lower().split()) for match in _SIGNATURES.finditer(text))


def page_text(root: etree._Element) -> str:
    """What a browser shows of a tree, blocks and line breaks parted by line feeds, other white space single."""
    pieces: list[str] = []
    # An entry is an element still to be entered, or text.
    waiting: list[etree._Element | str] = [root]
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, str):
            pieces.append(entry)
            continue
        tail = entry.tail if entry is not root else None
        if _is_shown(entry):
            gap = "" if entry.tag in _INSIDE_A_LINE and not _is_file_type(entry) else _BLOCK_END
            pieces.append(gap)
            if tail:
                waiting.append(tail)
            waiting.append(gap)
            waiting.extend(reversed(entry))
            if entry.text:
                waiting.append(entry.text)
        else:
            pieces.append("" if entry.tag == "span" else _BLOCK_END)
            if tail:
                waiting.append(tail)
    text = _NO_WIDTH.sub("", "".join(pieces))
    return "\n".join(" ".join(line.split()) for line in text.split(_BLOCK_END))


def _is_shown(element: etree._Element) -> bool:
    if element.tag in _NOT_SHOWN or element.get("hidden") is not None:
        return False
    style = (element.get("style") or "").lower().replace(" ", "")
    return "display:none" not in style and "visibility:hidden" not in style


def _is_file_type(element: etree._Element) -> bool:
    return (
        element.tag not in {"a", "b", "strong", "code", "tt"}
        and bool(_FILE_TYPE.match(element.text or ""))
        and len(element) == 0
    )


def _take(remaining: Counter[str], text: str) -> int:
    """Take the words of `text` out of `remaining`; how many were there."""
    taken = 0
    for word, count in Counter(_WORD.findall(text)).items():
        there = min(count, remaining[word])
        if there:
            taken += there
            remaining[word] -= there
    return taken
