"""Verdicts: whether a sentence says that something happened, did not happen, or was postponed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from warehouse.dates.tense import clause_at, tense_at

OutcomeVerdict = Literal["happened", "happened_later", "did_not_happen", "postponed"]
Act = Literal["merge", "release", "remove"]


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict in a sentence: what it is about (`acts`, empty for any) and the clause that contains it."""

    verdict: OutcomeVerdict
    acts: frozenset[Act]
    clause: str


_BE = r"\b(?:is|are|was|were|be|been|being|got|gets)\s+(?:(?:\w+ly|now|also|already|just|not|never|since|then|soon)\s+){0,2}"
_ACTS: tuple[tuple[re.Pattern[str], frozenset[Act]], ...] = (
    (
        re.compile(
            r"\b(?:merg|includ|inclu|incorporat|accept|integrat|adopt|mainlin|land|add|introduc)\w*|\bpull(?:s|ed|ing)?\b|"
            r"\b(?:way|it|up|go|goes|get|in|into)\s+(?:the\s+)?(?:mainline|main|tree|Linux)\b|\bmake\s+it\b|\bgo\s+in\b",
            re.IGNORECASE,
        ),
        frozenset({"merge"}),
    ),
    (re.compile(r"\b(?:releas|publish|ship)\w*|\b(?:be|is|comes?)\s+out\b", re.IGNORECASE), frozenset({"release"})),
    (re.compile(r"\b(?:appear|arriv|debut)\w*|\bavailable\b", re.IGNORECASE), frozenset({"merge", "release"})),
    (re.compile(r"\b(?:remov|delet|eliminat|retir)\w*|\bbe\s+gone\b", re.IGNORECASE), frozenset({"remove"})),
)
# Words that say it was done. Verbs that are also used of patches and words ("he added", "it included") count only in the passive,
# or with a kernel as their subject.
_DONE: tuple[tuple[re.Pattern[str], frozenset[Act]], ...] = (
    (
        re.compile(
            r"\b(?:merged|pulled|landed|mainlined)\b|\b(?:did|does|do)(?:n['’]t|\s+not)\s+(?:merge|pull|land|accept|take|make\s+it)\b|"
            rf"{_BE}(?:included|incorporated|accepted|integrated|adopted|added|introduced|taken)\b|"
            r"(?:\d|\b(?:kernel|release|Linux))\s+(?:now\s+)?(?:includes|included|brings|brought|got|gained)\b|"
            r"\b(?:found|finds)\s+(?:its|their)\s+way\b|\b(?:made|makes)\s+it\s+(?:in|into)\b|\b(?:went|gone|goes)\s+in(?:to)?\b|"
            r"\b(?:is|are)\s+(?:now\s+)?(?:part\s+of|in\s+(?:the\s+)?(?:mainline|main|Linux))\b|\bget\s+(?:through|into)\b",
            re.IGNORECASE,
        ),
        frozenset({"merge"}),
    ),
    (
        re.compile(r"\b(?:released|published|shipped)\b|\b(?:is|are|was|came)\s+out\b", re.IGNORECASE),
        frozenset({"release"}),
    ),
    (re.compile(r"\b(?:appeared|arrived|debuted)\b", re.IGNORECASE), frozenset({"merge", "release"})),
    (
        re.compile(r"\b(?:removed|deleted|eliminated|retired)\b|\b(?:is|are)\s+gone\b", re.IGNORECASE),
        frozenset({"remove"}),
    ),
)
_REFUSED = re.compile(
    r"\b(?:reject(?:s|ed)?|refus(?:es|ed)|turn(?:s|ed)\s+(?:it\s+|them\s+)?down|revert(?:s|ed)|withdr(?:ew|awn)|abandon(?:s|ed)|"
    r"gave\s+up|given\s+up|vetoed|nak(?:'?ed|s)|ruled\s+out|dropped\s+(?:the\s+(?:plan|idea|patch)\w*|again))\b",
    re.IGNORECASE,
)
_PUT_OFF = re.compile(
    rf"{_BE}(?:postponed|delayed|deferred)\b|\b(?:postpones|postponed|delayed|deferred)\s+(?:to|until|for|past|again)\b|"
    r"\bput\s+off\b|\bpush(?:es|ed)\s+(?:back|out)\b|\bheld\s+back\b|\bslip(?:s|ped)\b|\bmiss(?:es|ed)\s+the\b|"
    r"\b(?:have|has|had)\s+to\s+wait\b|\bwait(?:s|ing)?\s+(?:for|until)\s+(?:Linux\s+)?\d|\btoo\s+late\s+for\s+(?:Linux\s+)?\d",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"(?:\b(?:not|never|nor|neither|without|fail(?:s|ed)?\s+to|unable\s+to|instead\s+of)\b|n['’]t\b)(?:\s+\S+){0,5}\s*$",
    re.IGNORECASE,
)
_DENIES = re.compile(r"\b(?:not|never)\b|n['’]t\b", re.IGNORECASE)
_NOT_YET = re.compile(r"\b(?:not\s+yet|yet\s+to|still\s+not)\b|n['’]t\s+yet\b|\byet\b\s*$", re.IGNORECASE)
# Something that can or must be done is not done: "the lock can simply be removed".
_POSSIBLE = re.compile(
    r"\b(?:can|could|may|might|must|should|would|(?:ha(?:s|ve|d)|needs?)\s+to)\s+(?:\w+\s+){0,3}$", re.IGNORECASE
)
_IF = re.compile(r"\b(?:if|whether|unless|until|once|before|should)\b", re.IGNORECASE)


def acts_of(text: str) -> frozenset[Act]:
    """Return the acts that a statement mentions: merging, releasing, removing; empty if it mentions none."""
    return frozenset(act for pattern, acts in _ACTS if pattern.search(text) for act in acts)


def decisions_of(text: str) -> Iterator[Decision]:
    """Yield the decisions in a sentence: done, refused or postponed. Plans, conditions and questions decide nothing."""
    sure: tuple[tuple[re.Pattern[str], OutcomeVerdict], ...] = ((_PUT_OFF, "postponed"), (_REFUSED, "did_not_happen"))
    for words, verdict in sure:
        for found in words.finditer(text):
            if _is_fact(text, found):
                yield Decision(verdict, frozenset(), _clause(text, found))
    for pattern, acts in _DONE:
        for found in pattern.finditer(text):
            before = text[clause_at(text, *found.span())[0] : found.start()]
            if _NOT_YET.search(before):
                continue
            if _DENIED.search(before) or _DENIES.search(found[0]):
                yield Decision("did_not_happen", acts, _clause(text, found))
            elif _is_fact(text, found):
                yield Decision("happened", acts, _clause(text, found))


def _is_fact(text: str, found: re.Match[str]) -> bool:
    """Return whether the words found state a fact, not a possibility or a condition."""
    begin, stop = clause_at(text, *found.span())
    before = text[begin : found.start()]
    if _IF.search(before) or _POSSIBLE.search(before) or text.rstrip().endswith("?"):
        return False
    return tense_at(text[:stop], found.start(), found.start()) != "expected"


def _clause(text: str, found: re.Match[str]) -> str:
    begin, stop = clause_at(text, *found.span())
    return text[begin:stop]
