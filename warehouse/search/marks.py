"""Where a query's words stand in a passage."""

import re
from collections.abc import Callable, Iterable

Range = tuple[int, int]

# Every ASCII character that is no letter or digit becomes a space, capitals become small: byte for byte, so places stay.
_PLAIN = bytes(
    byte + 32 if 65 <= byte <= 90 else byte if chr(byte).isalnum() or byte > 127 else 32
    for byte in range(256)
)


class Marker:
    """Marks the words of one query; `stem` turns a word into its stem, as the index does."""

    def __init__(self, stems: Iterable[str], names: Iterable[str], stem: Callable[[str], str]) -> None:
        self._stems = frozenset(stems)
        self._stem = stem
        self._names = _pattern(names)
        # A stem begins as its words do, so that most words need not be stemmed at all.
        self._starts = frozenset(stem.encode()[:2] for stem in self._stems)

    def marks(self, text: str) -> tuple[Range, ...]:
        """Return the ranges of the matching words in `text`, in order and disjoint."""
        raw = text.encode("utf-8", "surrogatepass")
        plain = raw.translate(_PLAIN)
        starts = self._starts
        words = [
            word
            for word in set(plain.split())
            if (word[:2] in starts or not word.isascii()) and self._is_wanted(word)
        ]
        found = [place for word in words for place in _places(plain, word)]
        if len(raw) != len(text):
            found = [_characters(raw, place) for place in found]
        if self._names is not None:
            found += [match.span() for match in self._names.finditer(text)]
        return tuple(_joined(sorted(found)))

    def _is_wanted(self, word: bytes) -> bool:
        return self._stem(word.decode("utf-8", "replace")) in self._stems


def _places(plain: bytes, word: bytes) -> list[Range]:
    """Where `word` stands between spaces."""
    found = []
    start = plain.find(word)
    while start >= 0:
        end = start + len(word)
        if plain[start - 1 : start] in (b" ", b"") and plain[end : end + 1] in (b" ", b""):
            found.append((start, end))
        start = plain.find(word, end)
    return found


def _characters(raw: bytes, place: Range) -> Range:
    start = len(raw[: place[0]].decode("utf-8", "surrogatepass"))
    return start, start + len(raw[place[0] : place[1]].decode("utf-8", "surrogatepass"))


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
