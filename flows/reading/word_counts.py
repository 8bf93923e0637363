"""Count the words of a page that a parser kept, took for boilerplate, or lost."""

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
"""Signatures of a text from which an extractor has removed words that look like a host or a version.

Each is a pattern, and the words of which one must come before it (None: any). A pattern begins with rare characters, so
that the search is fast. Source: damage in stored captures ("versions and, which", "of's X Server", "LIO ( target").
"""


def count_words(pages: Iterable[str], kept: Iterable[str], boilerplate: Iterable[str]) -> WordCount:
    """Compare the words of a document's pages with those that a parser kept (text, headings, title, byline) and left out.

    `pages` are the texts from `flows.reading.audit`, not the parser's. `kept` and then `boilerplate` are matched with the
    pages line by line, then word by word; each word of a page is matched once.
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
    """Return the signatures of lost words in a text with their counts."""
    found: Counter[str] = Counter()
    for pattern, words_before in _SIGNS:
        for match in pattern.finditer(text):
            words = text[max(0, match.start() - 24) : match.start()].lower().split()
            if words_before is None or (words and words[-1] in words_before):
                found[" ".join([*words[-1:], match[0].strip()])] += 1
    return found


def _word_count(line: str) -> int:
    r"""Return the number of matches of `\w+`; the short way for ASCII is five times as fast."""
    if line.isascii():
        return len(line.encode().translate(_WORDS_ONLY).split())
    return len(_WORD.findall(line))


def _take_lines(lines: dict[str, int], words_of: Mapping[str, int], texts: Iterable[str]) -> tuple[int, str]:
    """Remove the lines of `texts` from `lines`; return the number of words removed, and the lines not found."""
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
    """Remove the words of `text` from `remaining`; return how many were removed."""
    taken = 0
    for word in _WORD.findall(text):
        if remaining.get(word, 0):
            remaining[word] -= 1
            taken += 1
    return taken
