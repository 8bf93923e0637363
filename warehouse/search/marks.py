"""Where a query's words stand in a passage."""

import re
from collections.abc import Callable, Iterable

Range = tuple[int, int]

_WORD = re.compile(r"[^\W_]+")


class Marker:
    """Marks the words of one query; `stem` turns a word into its stem, as the index does."""

    def __init__(self, stems: Iterable[str], names: Iterable[str], stem: Callable[[str], str]) -> None:
        self._stems = frozenset(stems)
        self._stem = stem
        self._stem_of: dict[str, str] = {}
        self._names = _pattern(names)
        # A stem begins as its words do, so that most words need not be stemmed at all.
        self._starts = frozenset(stem[:2] for stem in self._stems)

    def marks(self, text: str) -> tuple[Range, ...]:
        """Return the ranges of the matching words in `text`, in order and disjoint."""
        found = [match.span() for match in self._names.finditer(text)] if self._names else []
        for match in _WORD.finditer(text):
            word = match[0].lower()
            if word[:2] in self._starts and self._stemmed(word) in self._stems:
                found.append(match.span())
        return tuple(_joined(sorted(found)))

    def _stemmed(self, word: str) -> str:
        if word not in self._stem_of:
            self._stem_of[word] = self._stem(word)
        return self._stem_of[word]


def _pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    longest_first = sorted(names, key=len, reverse=True)
    if not longest_first:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)


def _joined(ranges: list[Range]) -> list[Range]:
    joined: list[Range] = []
    for start, end in ranges:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
