"""How newsworthy a sentence is: it should report who did what to what, rather than what something is or does."""

import re

from warehouse.kernel_versions import find_versions

# Plain verbs for what was done to the subject: these end, begin or turn a story.
_TURNS = re.compile(
    r"\b(?:merged|posted|posts|announced|announces|released|proposed|proposes|submitted|sent|pulled|rejected|refused|accepted|"
    r"reverted|dropped|published|landed|withdrew|withdrawn|suggested|objected|asked|requested|decided|agreed|returned|removed|"
    r"deleted|deletes|turned\s+down|called\s+for|unveiled|came\s+out|came\s+back|went\s+in(?:to)?|arrives|arrived|appeared|deprecated|"
    r"discovered|disclosed|reported|presented|argued|complained|promised|warned|switched|left|leaves|renamed|taken?\s+in|took\s+in|"
    r"has\s+(?:now\s+)?become|became)\b"
)
# Verbs for changes to the subject, and for what may turn the story.
_CHANGES = re.compile(
    r"\b(?:add(?:s|ed)?|replac\w+|convert\w+|introduc\w+|includ\w+|fix(?:es|ed)|adopted|began|started|split|closed|opened|merg(?:e|es|ing)|"
    r"remov(?:e|es|al|ing)|inclusion|release|proposal|patch(?:es)?|series|request\w*|supports?|received|first|final|finally|will|"
    r"recent(?:ly)?|now|can\s+now|no\s+longer)\b"
)
_BACKGROUND = re.compile(
    r"\b(?:for|over|in)\s+(?:the\s+|many\s+|several\s+|some\s+|\w+\s+)?(?:years|decades?)\b|\b(?:is|are)\s+an?\b|"
    r"\b(?:longest|always|usually|normally|typically|history|perennial|ever\s+since|by\s+default|can\s+be\s+used|allows?|designed|"
    r"remember|multi-year|long-running|to\s+do)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(r"\b[A-Z][a-zé]+\s+(?:[A-Z]\.\s+)?[A-Z][a-zøé]+\b")
# A turn counts twice as much as a description; a sentence with a name or a version is more often about an event.
_TURN, _CHANGE, _OLD, _NAMED = 2.0, 1.4, 0.6, 1.15


def newsworth(text: str) -> float:
    """Return the newsworthiness of a sentence: 1 for a mere description, more for news, less for background."""
    worth = _TURN if _TURNS.search(text) else _CHANGE if _CHANGES.search(text) else 1.0
    if _BACKGROUND.search(text):
        worth *= _OLD
    if _PERSON.search(text):
        worth *= _NAMED
    if any(True for _ in find_versions(text)):
        worth *= _NAMED
    return worth
