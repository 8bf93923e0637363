"""Words of a statement as in its index: in lower case, stemmed, versions whole, identifiers in parts.

Function words are left out, but not where they are names: in capitals ("CAN bus"), or as parts of `do_fork` and `a.out`.
"""

import re
from collections.abc import Collection
from functools import cache, lru_cache

import tantivy

from warehouse.accents import without_accents
from warehouse.stop_words import FUNCTION_WORDS, names_in_capitals

_WORD = re.compile(r"[a-z0-9]+(?:\.[0-9]+)*(?:-rc\d+)?")
_COMPOUND = re.compile(r"[a-z0-9][._][a-z]|_[a-z]")  # do_fork, a.out
_COMPOUND_START, _COMPOUND_END = re.compile(r"(?:[a-z0-9]\.|_)\Z"), re.compile(r"[._][a-z0-9]")
_ADDRESS = re.compile(r"\bhttps?://\S+")
_BEFORE_VERSION = re.compile(r"\bv(?=\d+\.\d)")  # v6.1
_LETTERS = str.maketrans(
    {"ø": "o", "ß": "ss", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"}
)  # which Unicode takes for whole
_LONGEST = 64  # a longer "word" is encoded data


def statement_words(text: str) -> list[str]:
    """Return the words of a text in order, without accents and those of addresses; "file system" is "filesystem"."""
    plain = _ADDRESS.sub(" ", without_accents(text.lower().translate(_LETTERS))).replace("file system", "filesystem")
    plain = _BEFORE_VERSION.sub("", plain)
    names = names_in_capitals(text)
    if names or _COMPOUND.search(plain):
        words = [found[0] for found in _WORD.finditer(plain) if not _is_left_out(plain, found, names)]
    else:
        words = [word for word in _WORD.findall(plain) if word not in FUNCTION_WORDS]
    return [stem for stem in map(_stem, words) if stem]


def _is_left_out(text: str, found: re.Match[str], names: Collection[str]) -> bool:
    """Return whether a word is a function word, neither a name nor joined to other words by underscores or dots."""
    if found[0] not in FUNCTION_WORDS or found[0] in names:
        return False
    joined = _COMPOUND_END.match(text, found.end()) or _COMPOUND_START.search(
        text, max(0, found.start() - 2), found.start()
    )
    return joined is None


@lru_cache(maxsize=1 << 17)
def _stem(word: str) -> str:
    """Return the stem of a word, empty for encoded data."""
    if len(word) > _LONGEST:
        return ""
    return word if "." in word else "".join(_stemmer().analyze(word)[:1])


@cache
def _stemmer() -> tantivy.TextAnalyzer:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )
