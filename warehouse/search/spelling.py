"""Spellings that the archive knows, for words that it does not."""

import difflib
from collections.abc import Sequence

from warehouse.search.identifiers import words_of
from warehouse.search.lexical import Lexical

# Words of the index that begin like the misspelt one and are looked at.
MOST_LOOKED_AT = 20_000
MOST_SUGGESTED = 3
# Below this share of common letters a word is another word: "pravirt" and "paravirt" have .93, "kernel" and "colonel" .62.
LEAST_ALIKE = 0.75


def typed_words(lexical: Lexical, text: str, stems: Sequence[str]) -> tuple[str, ...]:
    """Return the words of `text` that have one of the stems or are one of them, as typed."""
    wanted = {stem.lower() for stem in stems}
    found = [word for word in words_of(text) if wanted & {word.lower(), *lexical.stems(word)}]
    return tuple(dict.fromkeys(found)) if wanted else ()


def suggest(lexical: Lexical, text: str) -> tuple[str, ...]:
    """Return `text` with its unknown words spelt as the archive has them, likeliest first; none if none is near."""
    words = text.split()[:8]
    unknown = [place for place, word in enumerate(words) if not _is_known(lexical, word)]
    if not unknown:
        return ()
    found = [
        " ".join([*words[:place], better, *words[place + 1 :]])
        for place in unknown
        for better in _alike(lexical, words[place])
    ]
    return tuple(dict.fromkeys(found))[:MOST_SUGGESTED]


def _is_known(lexical: Lexical, word: str) -> bool:
    stems = lexical.stems(word)
    return all(lexical.frequency("passages", "words", stem) for stem in stems)


def _alike(lexical: Lexical, word: str) -> list[str]:
    """Words as near to `word` as can be, the commoner first where two are equally near; the first letter is taken as right."""
    typed = word.lower()
    if len(typed) < 3 or len(typed) > 64:
        return []
    known = dict(lexical.words_with_prefix("passages", "whole", typed[0], MOST_LOOKED_AT))
    near = [other for other in known if abs(len(other) - len(typed)) <= 2]
    ranked = sorted(
        ((difflib.SequenceMatcher(None, typed, other).ratio(), known[other], other) for other in near),
        reverse=True,
    )
    return [other for alike, _, other in ranked[:MOST_SUGGESTED] if alike >= LEAST_ALIKE]
