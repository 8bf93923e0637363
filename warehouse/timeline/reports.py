"""Reports: sentences that say something happened, found when a release is written; not code, quotations or questions."""

import re
from dataclasses import dataclass

from warehouse.kernel_versions import find_versions
from warehouse.timeline.event_kinds import EventKind, kinds_of
from warehouse.timeline.newsworthiness import newsworth
from warehouse.timeline.standalone import FEWEST_WORDS, standing

# Code, lists, rows of tables, quotations and questions; the author's own voice; remarks about the article itself.
_NO_REPORT = re.compile(
    r"\A\s*[\"“‘'`*>\[(|{#$]|\?\s*\Z|\b(?:I|we|you|my|our|your|me)\b(?!/)|\b(?:I|we|you)['’]\w|[{}]|\w\(\)\s*;|==|->|&&|\|[^|]*\||"
    r"\b(?:this|last|next|our)\s+(?:\w+\s+)?(?:article|installment|column|edition|page|series)\b|\bLWN\b|\byour\s+editor\b"
)
# A link to another article: "(described in this article)".
_LINKED = re.compile(
    r"\s*[(]?\b(?:as\s+)?(?:described|covered|discussed|examined|reported|mentioned|explained|detailed|reviewed|introduced)\s+"
    r"(?:here\s+)?in\s+this\s+(?:\w+\s+){0,2}?article(?:\s+from\s+\w+(?:\s+\d{4})?)?\b[),]?",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(
    r"\b(?:would|could|might|may|should|perhaps|probably|seems?|likely|if|whether|can|will)\b", re.IGNORECASE
)
_PAST = re.compile(r"\b(?:\w{3,}ed|was|were|has|have|said)\b")
_PRESENT = re.compile(r"\b(?:is|are|can|does|do|must|will|allows?|provides?)\b")
_MOST_COUNTED = 3
_MOST_WORDS = 60
_LEAST_ALONE = 0.12  # a sentence that scores lower means nothing without those before it


@dataclass(frozen=True, slots=True)
class Report:
    """A sentence that reports: its kinds of event, how well it can be read alone and how newsworthy it is.

    `supposed`, `past` and `present` count its words of opinion and prediction, of the past and of the present, 3 at most.
    """

    kinds: tuple[EventKind, ...]
    standalone: float
    news: float
    supposed: int
    past: int
    present: int
    has_version: bool


def read_report(sentence: str, title: str) -> Report | None:
    """Return the report in a sentence of a document with that title, None if the sentence cannot be an entry."""
    told = _LINKED.sub("", sentence)
    if not FEWEST_WORDS <= len(sentence.split()) <= _MOST_WORDS or _NO_REPORT.search(told):
        return None
    standalone = standing(told, title)
    if standalone <= _LEAST_ALONE:
        return None
    supposed, past, present = (
        min(len(pattern.findall(sentence)), _MOST_COUNTED) for pattern in (_SUPPOSED, _PAST, _PRESENT)
    )
    has_version = any(True for _ in find_versions(sentence))
    return Report(kinds_of(sentence), standalone, newsworth(sentence), supposed, past, present, has_version)
