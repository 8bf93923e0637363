"""An independent count of a page's words: what a reader kept, what it took for furniture, what it lost.

Shares no code with `visible`, so that one mistake cannot hide in both.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import islice

from lxml import etree

from warehouse.records import WordCount

_NOT_SHOWN = {
    "head", "title", "script", "style", "noscript", "template", "iframe", "object", "embed", "applet", "svg", "canvas",
    "audio", "video", "map", "frameset", "noframes", "datalist",
}  # fmt: skip
_INSIDE_A_LINE = {
    "a", "b", "i", "u", "s", "em", "strong", "span", "font", "tt", "code", "kbd", "samp", "var", "cite", "q", "dfn", "abbr",
    "acronym", "ins", "del", "big", "small", "sub", "sup", "mark", "strike", "nobr", "wbr", "label", "bdo", "bdi", "data",
    "time",
    "blink", "ruby", "rb", "rt", "rp", "rtc", "o",
}  # fmt: skip
_FILE_TYPE = re.compile(r"\s*(?:PDF|PS|OD[FPT]|DOC|PPT|ZIP|MP[34]|OGG|TXT|SVG|PNG|JPG|GIF)\s*\Z")
_LEAVES_NO_GAP = _NOT_SHOWN | _INSIDE_A_LINE | {"img", "input", "button", "br"}
"""Where one of these is hidden, the words around it meet."""
_GLUED = frozenset(["span", "small", "sup", "i", "em", "abbr", "font", "acronym"])
_NO_WIDTH = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_BLOCK_END = "\0"  # no page has it: the parser takes it out
_WORD = re.compile(r"\w+")
_WORDS_ONLY = bytes(code if chr(code).isalnum() or code == ord("_") else ord(" ") for code in range(256))
_LOST_SHOWN = 20
_SIGNS = (
    (re.compile(r"'s\b"), frozenset(["of", "from", "by", "at", "on", "to", "with", "the", "for", "in", "and"])),
    (re.compile(r"’s\b"), frozenset(["of", "from", "by", "at", "on", "to", "with", "the", "for", "in", "and"])),
    (
        re.compile(r", (?:which|that|is|are|was|were|has|have|and)\b"),
        frozenset(["and", "or", "to", "of", "from", "as"]),
    ),
    (re.compile(r", ?,"), None),
    (re.compile(r" and,"), frozenset(["version", "versions", "release", "releases", "kernel", "kernels"])),
    (re.compile(r" \((?<=\w \()(?:\)| (?=[\w)])| ?,)"), None),
    (
        re.compile(r" [.,;:](?=[ \n]|\Z)"),
        frozenset(
            [
                "at",
                "from",
                "on",
                "of",
                "to",
                "in",
                "via",
                "by",
                "and",
                "or",
                "the",
                "as",
                "with",
                "for",
                "version",
                "versions",
                "kernel",
                "kernels",
            ]
        ),
    ),
)
"""What a page looks like when an extractor has cut out words that look like a host or a version.

Each is a pattern, and the words of which one must stand before it (None: any). A pattern starts with what is rare, so
that looking for it is cheap. Source: damage seen in stored captures ("versions and, which", "of's X Server", "LIO ( target").
"""


def count_words(roots: Iterable[etree._Element], kept: Iterable[str], furniture: Iterable[str]) -> WordCount:
    """The words of a document's pages against those a reader kept (text, headings, title, byline) and left out.

    `kept` and `furniture` are matched with the page line by line, then word by word, each page word once; `kept`
    goes first.
    """
    text = "\n".join(page_text(root) for root in roots)
    lines: dict[str, int] = {}
    for line in text.split("\n"):
        lines[line] = lines.get(line, 0) + 1
    words_of = {line: _word_count(line) for line in lines}
    visible = sum(words_of[line] * count for line, count in lines.items())
    kept_whole, kept_rest = _take_lines(lines, words_of, kept)
    furniture_whole, furniture_rest = _take_lines(lines, words_of, furniture)
    remaining_text = "\n".join(line for line, count in lines.items() for _ in range(count))
    remaining = Counter(_WORD.findall(remaining_text))
    kept_words = kept_whole + _take_words(remaining, kept_rest)
    furniture_words = furniture_whole + _take_words(remaining, furniture_rest)
    return WordCount(
        visible=visible,
        kept=kept_words,
        furniture=furniture_words,
        lost=tuple(islice(remaining.elements(), _LOST_SHOWN)),
        damage_made=(damage(kept_rest) - damage(remaining_text)).total(),
        damage_found=damage(text).total(),
    )


def damage(text: str) -> Counter[str]:
    """The signatures of lost words in a text, each with how often it stands there."""
    found: Counter[str] = Counter()
    for pattern, words_before in _SIGNS:
        for match in pattern.finditer(text):
            words = text[max(0, match.start() - 24) : match.start()].lower().split()
            if words_before is None or (words and words[-1] in words_before):
                found[" ".join([*words[-1:], match[0].strip()])] += 1
    return found


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
            gap = "" if entry.tag in _INSIDE_A_LINE and not _is_glued(entry) else _BLOCK_END
            pieces.append(gap)
            if tail:
                waiting.append(tail)
            waiting.append(gap)
            waiting.extend(reversed(entry))
            if entry.text:
                waiting.append(entry.text)
        else:
            pieces.append("" if entry.tag in _LEAVES_NO_GAP else _BLOCK_END)
            if tail:
                waiting.append(tail)
    text = "".join(pieces)
    for mark in _NO_WIDTH:
        text = text.replace(mark, "")
    return "\n".join(" ".join(line.split()) for line in text.split(_BLOCK_END))


def _is_shown(element: etree._Element) -> bool:
    if element.tag in _NOT_SHOWN or element.get("hidden") is not None:
        return False
    style = (element.get("style") or "").lower().replace(" ", "")
    return "display:none" not in style and "visibility:hidden" not in style


def _is_glued(element: etree._Element) -> bool:
    """Whether the element is a word of its own without white space before it: a file's type, a footnote's number."""
    if len(element) or element.tag not in _GLUED:
        return False
    text = element.text or ""
    return bool(_FILE_TYPE.match(text)) or (element.tag == "sup" and text.strip().isdecimal())


def _word_count(line: str) -> int:
    r"""How many `\w+` there are; the short way is five times as fast and right where all is ASCII."""
    if line.isascii():
        return len(line.encode().translate(_WORDS_ONLY).split())
    return len(_WORD.findall(line))


def _take_lines(lines: dict[str, int], words_of: Mapping[str, int], texts: Iterable[str]) -> tuple[int, str]:
    """Take lines that stand in both out of `lines`: how many words they had, and the lines that stand in `texts` only."""
    taken = 0
    rest: list[str] = []
    for text in texts:
        for line in text.split("\n"):
            if lines.get(line, 0):
                lines[line] -= 1
                taken += words_of[line]
            elif line:
                rest.append(line)
    return taken, "\n".join(rest)


def _take_words(remaining: Counter[str], text: str) -> int:
    """Take the words of `text` out of `remaining`; how many were there."""
    taken = 0
    for word in _WORD.findall(text):
        if remaining.get(word, 0):
            remaining[word] -= 1
            taken += 1
    return taken
