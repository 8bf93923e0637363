"""Spelling suggestions from the words of the archive."""

import math
import re
from collections.abc import Sequence
from functools import cached_property, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from warehouse.search.identifiers import words_of
from warehouse.search.lexical import Lexical

# More than an archive of 10^6 passages has.
MOST_WORDS = 5_000_000
LARGE = 20_000
# In a longer query no word is corrected.
MOST_MENDED = 12
MOST_SUGGESTED = 3
# Spellings tried for each word, and combinations of them.
MOST_SPELLINGS, MOST_WAYS = 8, 12
# Shorter words are misspelled by one letter at most; words up to `SHORT`, if nothing stands beside them, only by the order or the
# number of their letters, because an abbreviation that the archive lacks is near to some other.
TWICE, SHORT = 7, 4
# A word in at most `RARE` passages may itself be misspelled, if a word one letter away is in `COMMONER` times as many.
RARE, COMMONER = 3, 20
# A word with a known stem is misspelled if it stands in few passages and a word one letter away, of the same stem and no mere
# inflection of it, in many times as many: `managment`.
FEW, MANY = 30, 100
_FIGURE = re.compile(r"[\d_]")
INFLECTIONS = frozenset(["", "s", "es", "d", "ed", "r", "er", "ing", "ly"])
# The cost of a misspelling, and the gain of two words that are adjacent somewhere, in halves of a word's logarithmic frequency.
# Of the 40 misspellings of development these suggest 39 right first; half or twice as much, one to three fewer.
SLIP, SIDE_BY_SIDE = 3.0, 3.0


def typed_words(lexical: Lexical, text: str, stems: Sequence[str]) -> tuple[str, ...]:
    """Return the words of `text` that have one of the stems or are one of them, as typed."""
    stems_asked = {stem.lower() for stem in stems}
    found = [word for word in words_of(text) if stems_asked & {word.lower(), *lexical.stems(word)}]
    return tuple(dict.fromkeys(found)) if stems_asked else ()


class Speller:
    """Suggests spellings from the words of one release."""

    def __init__(self, lexical: Lexical) -> None:
        self._lexical = lexical
        self._stand_together = lru_cache(maxsize=4096)(self._look_for_pair)

    def suggest(self, text: str) -> tuple[str, ...]:
        """Return corrected versions of `text`, likeliest first; none if no word is misspelled or no similar word is known."""
        typed = words_of(text)
        if not typed or len(typed) > MOST_MENDED:
            return ()
        as_typed = [word.lower() for word in typed]
        small = [self._of_same_stem(word) for word in as_typed]
        counts = [self._frequency(word) for word in small]
        if min(counts) > RARE:
            return () if small == as_typed else (" ".join(small),)
        # Beside an unknown word, another misspelling may have produced an existing word.
        has_unknown = min(counts) == 0
        spellings = [
            self._spellings(word, count, alone=len(small) == 1)
            if has_unknown or count <= RARE
            else {word: self._weight(count, 0)}
            for word, count in zip(small, counts, strict=True)
        ]
        ways: list[tuple[float, list[str]]] = [(0.0, [])]
        for ones in spellings:
            longer = [
                (score + cost + self._gain(words, word), [*words, word])
                for score, words in ways
                for word, cost in ones.items()
            ]
            ways = sorted(longer, key=lambda way: -way[0])[:MOST_WAYS]
        found = [" ".join(words) for _, words in ways if words != as_typed]
        return tuple(dict.fromkeys(found))[:MOST_SUGGESTED]

    def _spellings(self, typed: str, known: int, *, alone: bool) -> dict[str, float]:
        """Return the words that may have been meant, each with its weight."""
        itself = {typed: self._weight(known, 0)}
        if len(typed) < 3:
            return itself
        words, counts = self._vocabulary
        most = 1 if known or len(typed) < TWICE else 2
        near = process.extract(typed, words, scorer=OSA.distance, score_cutoff=most, limit=None)
        found = {
            other: self._weight(counts[place], distance)
            for other, distance, place in near
            if other != typed
            and counts[place] >= COMMONER * known
            and _figures(other) == _figures(typed)
            and (not alone or len(typed) > SHORT or set(other) == set(typed))
        }
        best = dict(sorted(found.items(), key=lambda one: -one[1])[:MOST_SPELLINGS])
        return best | itself if known or not best else best

    def _of_same_stem(self, typed: str) -> str:
        """Return the word of the same stem that `typed` misspells, or `typed` itself."""
        lexical = self._lexical
        known = lexical.frequency("passages", "whole", typed)
        if len(typed) < 5 or known > FEW or not self._frequency(typed):
            return typed
        words, counts = self._vocabulary
        stems = lexical.stems(typed)
        found = {
            other: counts[place]
            for other, _, place in process.extract(typed, words, scorer=OSA.distance, score_cutoff=1, limit=None)
            if counts[place] >= MANY * max(1, known)
            and lexical.stems(other) == stems
            and not _is_inflected(typed, other)
        }
        return max(found, key=lambda other: found[other], default=typed)

    def _frequency(self, word: str) -> int:
        """Return how many passages have a word, or the rarest of its parts."""
        lexical = self._lexical
        return min((lexical.frequency("passages", "words", stem) for stem in lexical.stems(word)), default=0)

    @staticmethod
    def _weight(count: int, distance: float) -> float:
        return math.log1p(count) / 2 - SLIP * distance

    def _gain(self, before: Sequence[str], word: str) -> float:
        return SIDE_BY_SIDE if before and self._stand_together(before[-1], word) else 0.0

    def _look_for_pair(self, one: str, other: str) -> bool:
        lexical = self._lexical
        words = lexical.whole_words(f"{one} {other}")
        query = lexical.phrase("documents", "whole", words)
        return len(words) > 1 and bool(len(lexical.search("documents", query, 1)[0]))

    @cached_property
    def _vocabulary(self) -> tuple[list[str], list[int]]:
        """Words as typed, and how many passages have each; in a large archive a word in only one passage is likely misspelled."""
        found = self._lexical.words_with_prefix("passages", "whole", "", MOST_WORDS)
        least = 2 if len(found) > LARGE else 1
        kept = [(word, count) for word, count in found if count >= least and 2 < len(word) < 32]
        return [word for word, _ in kept], [count for _, count in kept]


def _figures(word: str) -> str:
    """Return the digits and underscores of a word: `ext5`, `r8169` and `sys_clone` are other names, not misspelled ones."""
    return "".join(_FIGURE.findall(word))


def _is_inflected(one: str, other: str) -> bool:
    """Return whether two words differ by their endings alone."""
    shared = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return {one[shared:], other[shared:]} <= INFLECTIONS
