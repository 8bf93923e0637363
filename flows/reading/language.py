"""The language of a text: English, German, or the language that the page declares."""

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_GERMAN = _words("der die das und nicht ist mit für auf ein eine den von zu sich auch wird dem")
_ENGLISH = _words("the and of to is that for with it this are be on not was from by as")
_WORD = re.compile(r"[^\W\d_]+")
_SAMPLED_CHARS = 3000
_ENOUGH = 8  # function words in a text; with fewer, the page's declaration is more reliable


def language_of(text: str, declared: str | None = None) -> str:
    """Return the language code: `de` or `en` if the text has enough function words, else the declared one, else `en`."""
    words = _WORD.findall(text[:_SAMPLED_CHARS].lower())
    german = sum(map(_GERMAN.__contains__, words))
    english = sum(map(_ENGLISH.__contains__, words))
    if german + english >= _ENOUGH and german != english:
        return "de" if german > english else "en"
    return declared or "en"
