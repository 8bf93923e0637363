"""The order that a query's first word asks for: "latest Xen news", "the first mention of btrfs"."""

import re

_LATEST = re.compile(
    r"^(?:(?:what|which)(?:'s| is| are| was| were)? )?(?:the )?(?:very )?"
    r"(?:(?P<newest>latest|newest|most recent)|(?P<oldest>earliest|oldest|first))\b(?! of (?:all|january|april|may)\b|[ -](?:quarter|half)\b)",
    re.IGNORECASE,
)
# In a longer text, as in "the first stop on the tour was ...", the word tells something of its matter.
_MOST_WORDS_OF_MATTER = 8
_NEWS = re.compile(r"\b(?:news|mentions?|articles?|reports?|word|stor(?:y|ies))\b", re.IGNORECASE)


def read_order(text: str) -> tuple[str, str] | None:
    """Return the word at the query's start that asks for the latest or the first, and the order it means; None without one."""
    found = _LATEST.search(text)
    if found is None or len(_without_order(text).split()) > _MOST_WORDS_OF_MATTER:
        return None
    return (found["newest"], "newest") if found["newest"] else (found["oldest"], "oldest")


def matter_of(text: str) -> str:
    """Return a query without the words that ask for the latest or the first news.

    The whole query if nothing is left.
    """
    if read_order(text) is None:
        return text
    rest = _without_order(text)
    return rest if re.search(r"\w", rest) else text


def _without_order(text: str) -> str:
    return _NEWS.sub(" ", _LATEST.sub(" ", text)).strip()
