"""Identifiers in a query, such as `paravirt_ops`, `CONFIG_KSM` or a commit id."""

import re
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"/?\w+(?:[./:@+\-]+\w+)*")
_IS_IDENTIFIER = re.compile(
    r".*[_\d@+]"  # paravirt_ops, ext4, 2.6.29-rc7, a sha
    r"|.*[^\W\d_][./:][^\W_]"  # X.org, kernel/sched
    r"|/\w"  # /proc/sys
    r"|.*[a-z][A-Z]"  # TuxOnIce
    r"|[A-Z]{2,}[a-z]?$"  # KSM, CPUs
)
_IS_EXACT = re.compile(
    r"(?=.*[_\d]).*\w[_./:@+\-]+\w.*"  # CVE-2016-5195, CONFIG_KSM, 2.6.29-rc7
    r"|.*/.*\.\w+"  # kernel/sched.c
    r"|(?=.*\d)[0-9a-f]{7,40}"  # a sha
)


def words_of(text: str) -> list[str]:
    """Return the words of `text` as typed; names of several parts stay whole."""
    return _WORD.findall(text)


def identifiers(text: str) -> list[str]:
    """Return the distinct words of `text` that are names rather than words of a language, as typed."""
    found = dict.fromkeys(word for word in _WORD.findall(text) if _IS_IDENTIFIER.match(word))
    return list(found)


def names_asked_for(text: str) -> list[str]:
    """Return the words of a query that consists of names, as typed; none if it contains other words.

    A query of one word counts as a name, whatever the word is.
    """
    words = text.split()
    if len(words) > 1 and not all(is_name(word) for word in words):
        return []
    return list(dict.fromkeys(word.strip(".,;:!?'\"") for word in words if _WORD.search(word)))


def are_exact(names: Sequence[str]) -> bool:
    """Return whether the names are of one thing each: an encoder hardly tells them apart (2.6.36 and 2.6.33, one CVE and another)."""
    return bool(names) and all(_IS_EXACT.fullmatch(name) for name in names)


def without(text: str, words: Iterable[str]) -> str:
    """Return `text` with these words removed and their neighbours kept apart."""
    dropped = set(words)
    return _WORD.sub(lambda found: ";" if found[0] in dropped else found[0], text)


def is_name(word: str) -> bool:
    """Return whether every part of a word is a name rather than a word of a language."""
    found = _WORD.findall(word)
    return bool(found) and all(_IS_IDENTIFIER.match(part) for part in found)
