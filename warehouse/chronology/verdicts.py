"""Whether a sentence says that something happened, did not, or was put off."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from warehouse.chronology.tense import clause_at, tense_at

Verdict = Literal["happened", "happened_later", "did_not_happen", "postponed"]
Act = Literal["merge", "release", "remove"]


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict that stands in a sentence: what it is about (`acts`, empty for any) and the clause that says it."""

    verdict: Verdict
    acts: frozenset[Act]
    clause: str


_ACTS: tuple[tuple[re.Pattern[str], frozenset[Act]], ...] = (
    (
        re.compile(
            r"\b(?:(?:merg|includ|incorporat|accept|integrat|adopt|mainlin|land|add|queu|introduc)(?:e|es|ed|ing)?|pull(?:s|ed|ing)?|"
            r"inclusion|acceptance|integration|(?:found|finds|find)\s+(?:its|their)\s+way|"
            r"(?:made|makes|make)\s+it\s+(?:in|into)|(?:goes|go|going|went|gone)\s+in(?:to)?|"
            r"(?:is|are)\s+(?:now\s+)?(?:part\s+of|in\s+(?:the\s+)?(?:mainline|main|Linux)))\b",
            re.IGNORECASE,
        ),
        frozenset({"merge"}),
    ),
    (
        re.compile(
            r"\b(?:releas|publish|ship)(?:e|es|ed|ing|s)?\b|\b(?:is|are|was|came|comes|come|be)\s+out\b", re.IGNORECASE
        ),
        frozenset({"release"}),
    ),
    (
        re.compile(r"\b(?:appear|arriv|debut)(?:e|s|ed|es|ing)?\b|\bavailable\b", re.IGNORECASE),
        frozenset({"merge", "release"}),
    ),
    (
        re.compile(
            r"\b(?:remov|delet|eliminat|retir)(?:e|es|ed|ing)\b|\bremoval\b|\b(?:is|are)\s+gone\b", re.IGNORECASE
        ),
        frozenset({"remove"}),
    ),
)
_REFUSED = re.compile(
    r"\b(?:reject(?:s|ed)?|refus(?:es|ed)|turn(?:s|ed)\s+(?:it\s+|them\s+)?down|revert(?:s|ed)|withdr(?:ew|awn)|abandon(?:s|ed)|"
    r"gave\s+up|given\s+up|vetoed|nak(?:'?ed|s)|ruled\s+out|dropped\s+(?:the\s+(?:plan|idea|patch)\w*|again))\b",
    re.IGNORECASE,
)
_PUT_OFF = re.compile(
    r"\b(?:postpon(?:es|ed)|delay(?:s|ed)|defer(?:s|red)|put\s+off|push(?:es|ed)\s+(?:back|out)|held\s+back|slip(?:s|ped)|"
    r"miss(?:es|ed)\s+the|(?:have|has|had)\s+to\s+wait|wait(?:s|ing)?\s+(?:for|until)\s+(?:Linux\s+)?\d|too\s+late\s+for)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"(?:\b(?:not|never|nor|neither|without|fail(?:s|ed)?\s+to|unable\s+to|instead\s+of)\b|n['’]t\b)(?:\s+\S+){0,5}\s*$",
    re.IGNORECASE,
)
_NOT_YET = re.compile(r"\b(?:not\s+yet|yet\s+to|still\s+not)\b|n['’]t\s+yet\b|\byet\b\s*$", re.IGNORECASE)
_IF = re.compile(r"\b(?:if|whether|unless|until|once|before|should)\b", re.IGNORECASE)


def acts_of(text: str) -> frozenset[Act]:
    """Return what a statement speaks of: merging, releasing, removing; empty where it names none."""
    return frozenset(act for pattern, acts in _ACTS if pattern.search(text) for act in acts)


def decisions_of(text: str) -> Iterator[Decision]:
    """Yield what a sentence says was done, refused or put off; plans, conditions and questions decide nothing."""
    for pattern, verdict in ((_PUT_OFF, "postponed"), (_REFUSED, "did_not_happen")):
        for found in pattern.finditer(text):
            clause = _clause(text, found)
            if _is_fact(text, found):
                yield Decision("postponed" if verdict == "postponed" else "did_not_happen", frozenset(), clause)
    for pattern, acts in _ACTS:
        for found in pattern.finditer(text):
            before = text[clause_at(text, *found.span())[0] : found.start()]
            if _NOT_YET.search(before):
                continue
            if _DENIED.search(before):
                yield Decision("did_not_happen", acts, _clause(text, found))
            elif _is_fact(text, found):
                yield Decision("happened", acts, _clause(text, found))


def _is_fact(text: str, found: re.Match[str]) -> bool:
    """Whether the words found tell what was or is, not what may be or what it hangs on."""
    begin, stop = clause_at(text, *found.span())
    if _IF.search(text[begin : found.start()]) or text.rstrip().endswith("?"):
        return False
    is_participle = found[0].lower().endswith("ed") or " " in found[0]
    tense = tense_at(text[:stop], found.start(), found.start())
    return tense == "past" or (tense == "present" and is_participle)


def _clause(text: str, found: re.Match[str]) -> str:
    begin, stop = clause_at(text, *found.span())
    return text[begin:stop]
