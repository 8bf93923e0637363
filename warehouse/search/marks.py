"""Where a query's words stand in a passage."""

from collections.abc import Callable, Iterable
from itertools import accumulate

Range = tuple[int, int]

# Every ASCII character that is no letter or digit becomes a space, capitals become small: byte for byte, so places stay.
_PLAIN = bytes(
    byte + 32 if 65 <= byte <= 90 else byte if chr(byte).isalnum() or byte > 127 else 32 for byte in range(256)
)
_SPACE = b" "


class Marker:
    """Marks the words of one query; `stem_of` turns a word (UTF-8) into its stem, as the index does."""

    def __init__(self, stems: Iterable[str], names: Iterable[str], stem_of: Callable[[bytes], str]) -> None:
        self._stems = frozenset(stems)
        self._names = [name.lower().encode("utf-8", "replace") for name in names]
        self._stem_of = stem_of

    def marks(self, text: str) -> tuple[Range, ...]:
        """Return the ranges of the matching words in `text`, in order and disjoint."""
        raw = text.encode("utf-8", "surrogatepass")
        plain = raw.translate(_PLAIN)
        stem_of, stems = self._stem_of, self._stems
        words = plain.split(_SPACE)
        lengths = list(accumulate(map(len, words)))
        found = [
            # One space before each word but the first.
            (lengths[place] + place - len(word), lengths[place] + place)
            for place, word in enumerate(words)
            if stem_of(word) in stems
        ]
        if self._names:
            small = raw.lower()
            for name in self._names:
                _add_places(found, small, name, plain)
            found = _joined(sorted(found))
        if len(raw) != len(text):
            found = [_characters(raw, place) for place in found]
        return tuple(found)


def _add_places(found: list[Range], where: bytes, word: bytes, plain: bytes) -> None:
    """Add where `word` stands by itself; `plain` has spaces where words end."""
    start, size = where.find(word), len(word)
    while start >= 0:
        end = start + size
        if plain[start - 1 : start] in (_SPACE, b"") and plain[end : end + 1] in (_SPACE, b""):
            found.append((start, end))
        start = where.find(word, end)


def _characters(raw: bytes, place: Range) -> Range:
    start = len(raw[: place[0]].decode("utf-8", "surrogatepass"))
    return start, start + len(raw[place[0] : place[1]].decode("utf-8", "surrogatepass"))


def _joined(ranges: list[Range]) -> list[Range]:
    joined: list[Range] = []
    for start, end in ranges:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
