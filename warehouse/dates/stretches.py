"""Times at which nothing happened: stretches up to now ("in recent years", "over the last year") and what a sentence counts from."""

import re

from warehouse.dates.times import TimeExpression

_STRETCH = re.compile(
    r"\b(?:recent|few|several|couple)\b|\b(?:last|past|previous)\s+(?:[\w-]+\s+)?(?:weeks|months|years|decades)\b",
    re.IGNORECASE,
)
_LAST, _THE = re.compile(r"(?:last|past)\b", re.IGNORECASE), re.compile(r"\bthe\s+$", re.IGNORECASE)
_SINCE = re.compile(r"\bsince\b[^,;]*$", re.IGNORECASE)


def is_stretch(sentence: str, time: TimeExpression) -> bool:
    """Return whether a time in a sentence is a stretch up to the day of writing, or what the sentence counts from."""
    if _SINCE.search(sentence, 0, time.start):
        return True
    is_last = _LAST.match(time.surface) and _THE.search(sentence, 0, time.start)
    return time.precision in ("month", "year") and bool(is_last or _STRETCH.search(time.surface))
