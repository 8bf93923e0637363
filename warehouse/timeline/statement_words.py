"""Words of a statement as in its index: in lower case, stemmed, without function words, versions whole, identifiers in parts."""

import re
from functools import cache, lru_cache

import tantivy

from warehouse.accents import without_accents
from warehouse.stop_words import FUNCTION_WORDS

_WORD = re.compile(r"[a-z0-9]+(?:\.[0-9]+)*(?:-rc\d+)?")
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
    return [stem for stem in map(_stem, _WORD.findall(plain)) if stem]


@lru_cache(maxsize=1 << 17)
def _stem(word: str) -> str:
    """Return the stem of a word, empty for one without meaning."""
    if word in FUNCTION_WORDS or len(word) > _LONGEST:
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
