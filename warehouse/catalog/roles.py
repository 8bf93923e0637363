"""What a sentence says of a person's role: that they maintain, wrote or lead something, or whom they work for."""

import re
from typing import NamedTuple


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NAME = "\0"  # stands for the person in a marked text, so that patterns are compiled once
_ROLE = (
    r"(?:co-?)?(?:maintainer|developer|hacker|author|creator|inventor|founder|leader|lead|head|manager|architect|engineer|"
    r"programmer|researcher|professor|editor|chair(?:man|person)?|CTO|consultant|representative)"
)
_FIRM = (
    r"(?:Red Hat|IBM|Intel|Google|SUSE|Novell|Oracle|AMD|Nokia|Canonical|Facebook|Meta|Microsoft|Linaro|Samsung|Fujitsu|HP|SGI|"
    r"NVIDIA|Nvidia|Collabora|Huawei|A(?:RM|rm)|Qualcomm|Texas Instruments|Linutronix|Bootlin|XenSource|Citrix|VMware|Cisco|"
    r"Broadcom|Sony|Debian|Fedora|Ubuntu|the Linux Foundation|OSDL|Monta[Vv]ista|Parallels|OpenVZ)"
)
_VERB = r"(?:(?:co-)?maintains|leads (?!to\b)|heads (?!for\b)|looks after|works (?:for|at))"
_VERB_OF_WHO = rf"(?:{_VERB}|created|founded|invented|develops|works on|has (?:long |so far )?(?:maintained|led|kept))"
_ARTICLE = r"(?:the |an? |who (?:is|was) (?:the |an? )?)"
_PASSING = r"(?!(?:only|latest|last|first|next|top|most|same|one|other|original|new)\b)"  # said of an occasion, not of a person
_OF_OCCASION = (
    r"(?!\s*(?:\(|[A-Z]|to\b|that\b|who\b)| (?:of|behind|for) (?:th\w+ )?(?:[\w-]+ ){0,4}?"
    r"(?:patch\w*|series|proposal|article|change\w*|feature|session|message|bug|relevant code|book)\b)"
)
_WHAT = rf"{_PASSING}(?P<of>(?:[\w./+’'-]+ ){{0,6}}?){_ROLE}\b{_OF_OCCASION}"
_REST = r"(?P<rest>(?: (?:of|for|behind|at) (?:the |Linux )?[\w./+-]+(?: [\w./+-]+)?)?)"
_NO_CLAUSE = r"(?!(?:and|or|but|as|with|when|while|which|\w+ing) )"
_SIGNS = (
    (8, rf"{_NAME},? (?:is|was) (?:also |now |currently |long )?{_ARTICLE}{_WHAT}{_REST}"),
    (8, rf"{_NAME}(?:, | \(){_ARTICLE}?{_NO_CLAUSE}{_WHAT}(?=\s?(?:[,.;)]|of|at|for|behind|in)){_REST}"),
    (
        8,
        rf"{_NAME},? (?:(?:who )?(?:is|was) )?one of the (?P<of>(?:[\w./+’'-]+ ){{0,6}}?){_ROLE}s\b{_OF_OCCASION}{_REST}",
    ),
    (7, rf"{_NAME}(?:, who (?:also )?{_VERB_OF_WHO}| {_VERB})(?P<rest> [\w./+-]+(?: [\w./+-]+)?)"),
    (6, rf"(?P<of>\b[\w./+-]+(?: [\w./+-]+)?) {_ROLE},? {_NAME}"),
    (6, rf"\b[Tt]he {_ROLE}s?(?P<rest> of (?:the )?[\w./+-]+(?: [\w./+-]+)?), (?:above all )?{_NAME}"),
    (5, rf"(?P<of>\b[\w./+-]+(?: [\w./+-]+)?) {_ROLE}s around {_NAME}"),
    (4, rf"{_NAME}(?:,? (?:of|from|at|works for)| \() ?{_FIRM}\b|\b{_FIRM}(?:'s|’s) {_NAME}"),
    (3, rf"\b[Kk]ernel (?:developer|hacker|maintainer),? {_NAME}"),
)
_PATTERNS = tuple((worth, re.compile(sign)) for worth, sign in _SIGNS)
_NEAR = re.compile(rf"\b(?:{_ROLE}s?|{_VERB_OF_WHO}|{_FIRM})\b")
_DOUBTFUL = re.compile(
    r"\b(?:no longer|not (?:an?|the)|step(?:s|ped|ping)? (?:down|aside|away)|resign\w*|(?:would|should|could|might) be (?:the|an?)|"
    r"wants? to be|[Tt]he late)\b"
)
_SAYS_LITTLE = _words(
    "a an and another article as audit bug by developer fellow for former from he kernel linux maintainer new of one or original "
    "patch said session she subsystem that the then this top when which who whose with"
)
_NEAR_CHARS = 90


class Role(NamedTuple):
    """How well a sentence says what somebody does (8 in an apposition, 4 a firm, 0 nothing), and of what, as words."""

    worth: float
    words: frozenset[str]


NO_ROLE = Role(0, frozenset())


def may_say_role(text: str, surface: str) -> bool:
    """Return whether a role or firm stands near the name somewhere in a text."""
    at = text.find(surface)
    while at >= 0:
        if _NEAR.search(text, max(0, at - _NEAR_CHARS), at + len(surface) + _NEAR_CHARS):
            return True
        at = text.find(surface, at + len(surface))
    return False


def find_role(sentence: str, surface: str) -> Role:
    """Return what a sentence says of the role of the person who is spelled `surface`."""
    if surface not in sentence or _DOUBTFUL.search(sentence):
        return NO_ROLE
    marked = re.sub(rf"(?<![\w-]){re.escape(surface)}(?![\w-])", _NAME, sentence)
    for worth, pattern in _PATTERNS:
        for found in pattern.finditer(marked):
            parts = found.groupdict()
            words = _telling(f"{parts.get('of') or ''} {parts.get('rest') or ''}")
            if words or worth != 6:  # "maintainer X" alone does not say of what
                return Role(worth, words)
    return NO_ROLE


def _telling(words: str) -> frozenset[str]:
    return frozenset(word.rstrip(".") for word in words.casefold().replace("'s", "").split()) - _SAYS_LITTLE
