"""Counting a page's words: what a parser kept, what it took for boilerplate, what it lost."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import islice

from warehouse.records import WordCount

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


def count_words(pages: Iterable[str], kept: Iterable[str], boilerplate: Iterable[str]) -> WordCount:
    """Return the words of a document's pages against those a reader kept (text, headings, title, byline) and left out.

    `pages` are their texts as `flows.reading.audit` reads them, not the reader's own. `kept` and `boilerplate` are matched with the page line by line, then word by word, each page word once; `kept`
    goes first.
    """
    text = "\n".join(pages)
    lines: dict[str, int] = {}
    for line in text.split("\n"):
        lines[line] = lines.get(line, 0) + 1
    words_of = {line: _word_count(line) for line in lines}
    visible = sum(words_of[line] * count for line, count in lines.items())
    kept_whole, kept_rest = _take_lines(lines, words_of, kept)
    boilerplate_whole, boilerplate_rest = _take_lines(lines, words_of, boilerplate)
    remaining_text = "\n".join(line for line, count in lines.items() for _ in range(count))
    remaining = Counter(_WORD.findall(remaining_text))
    kept_words = kept_whole + _take_words(remaining, kept_rest)
    boilerplate_words = boilerplate_whole + _take_words(remaining, boilerplate_rest)
    return WordCount(
        visible=visible,
        kept=kept_words,
        boilerplate=boilerplate_words,
        lost=tuple(islice(remaining.elements(), _LOST_SHOWN)),
        damage_made=(damage(kept_rest) - damage(remaining_text)).total(),
        damage_found=damage(text).total(),
    )


def damage(text: str) -> Counter[str]:
    """Return the signatures of lost words in a text, each with how often it stands there."""
    found: Counter[str] = Counter()
    for pattern, words_before in _SIGNS:
        for match in pattern.finditer(text):
            words = text[max(0, match.start() - 24) : match.start()].lower().split()
            if words_before is None or (words and words[-1] in words_before):
                found[" ".join([*words[-1:], match[0].strip()])] += 1
    return found


def _word_count(line: str) -> int:
    r"""Return how many `\w+` there are; the short way is five times as fast and right where all is ASCII."""
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
