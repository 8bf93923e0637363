"""Marks a query's words in a passage."""

import re
from collections.abc import Iterable, Iterator

from warehouse.search.lexical import stem_of

Range = tuple[int, int]

# Words as the index splits them: letters and digits of any script.
_WORD = re.compile(r"[^\W_]+")
_FOREIGN_LETTER = re.compile(r"[^\W\x00-\x7f]")
_REST_OF_WORD = re.compile(r"[a-z0-9]*")
# The end of a stem that its words may lack: "happy" has the stem "happi", "hoping" hope, "dying" die, "usability" usabl.
_CHANGED_END = re.compile(r"(?<=^.)ie$|(?<=[ai]b)l$|(?<=.)[iey]$")


class Highlighter:
    """Marks the words of one query: those with one of its `stems`, and `names` as typed."""

    def __init__(self, stems: Iterable[str], names: Iterable[str]) -> None:
        self._stems = frozenset(stems) - {""}
        self._starts = {_CHANGED_END.sub("", stem) for stem in self._stems}
        self._names = [name.lower() for name in names]

    def marks(self, text: str) -> tuple[Range, ...]:
        """Return the ranges of the matching words in `text`, in order and disjoint."""
        small = text.lower()
        if len(small) != len(text):  # some capitals become two letters in lower case
            small = text
        # The index removes accents, so a word with non-ASCII letters may begin differently from its stem.
        is_foreign = not small.isascii() and _FOREIGN_LETTER.search(small)
        words = _all_words(small) if is_foreign else self._likely_words(small)
        found = {(start, end) for start, end in words if stem_of(small[start:end]) in self._stems}
        for name in self._names:
            found.update(_places(name, small))
        return tuple(_joined(sorted(found)))

    def _likely_words(self, text: str) -> Iterator[Range]:
        for beginning in self._starts:
            start = text.find(beginning)
            while start >= 0:
                end = start + len(beginning)
                if not text[start - 1 : start].isalnum():
                    end = _REST_OF_WORD.match(text, end).end()  # type: ignore[union-attr]  # it matches nothing too
                    yield start, end
                start = text.find(beginning, end)


def _all_words(text: str) -> Iterator[Range]:
    return (word.span() for word in _WORD.finditer(text))


def _places(name: str, text: str) -> Iterator[Range]:
    """Yield the ranges where `name` is a separate word."""
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        if not text[start - 1 : start].isalnum() and not text[end : end + 1].isalnum():
            yield start, end
        start = text.find(name, end)


def _joined(ranges: list[Range]) -> list[Range]:
    joined: list[Range] = []
    for start, end in ranges:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
