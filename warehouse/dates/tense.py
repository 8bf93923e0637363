"""The tense of a clause: whether it is about the past, the present or the future."""

import re
from functools import lru_cache

from warehouse.records import Tense

_KEPT = 512  # clauses whose verbs are cached: a sentence with many dates looks up the same clauses again and again

_IRREGULAR = (
    "became|began|bought|broke|brought|built|came|chose|cut|died|drew|drove|fell|felt|forgot|found|fought|gave|got|grew|heard|"
    "held|hit|kept|knew|lay|led|left|lost|made|meant|met|paid|proved|put|ran|read|rose|said|sank|sat|saw|sent|set|shot|shut|"
    "slept|sold|spent|spoke|split|spread|stood|stole|struck|swore|taught|threw|told|thought|took|understood|went|withdrew|"
    "won|wore|wrote"
)
_PARTICIPLE = (
    r"(?:been|gone|done|taken|given|written|seen|shown|known|begun|become|come|run|fallen|chosen|broken|\w+ed|"
    rf"{_IRREGULAR})"
)
_BETWEEN = r"(?:\s+(?:not|also|already|now|just|only|recently|since|finally|\w+ly))?"

_EXPECTED = re.compile(
    r"\b(?:will|shall|(?:(?-i:may)|might|could|should|would)(?!\s+(?:not\s+)?have\s+(?!to\b)))\b(?:\s+have\s+to\b)?|['’]ll\b|\bwon['’]t\b|"
    r"(?<!\bas\s)\bexpected\s+(?=(?:in|on|at|by|before|around|near|towards?|late|early|next|this)\b)|"
    r"\b(?:going|about|scheduled|planned|expected|slated|set|supposed|likely|hopes?|hoped|hoping|intends?|plans?|planning|aims?|"
    r"wants?|promises?|promised|ought)\s+(?:to|for)\b|\bneeds?\s+to\s+be\b|"
    r"\b(?:likes?|wants?|wanted|hopes?|hoped|plans?|tr(?:y|ies)|intends?)\s+to\s+(?:see|get)\s+(?:[\w.-]+\s+){0,6}?\w+ed\b|"
    rf"\b(?:is|are|be|was|were|been|being){_BETWEEN}\s+(?:scheduled|planned|expected|due|slated|targeted)\b|"
    r"\b(?:is|are|was|were)\s+to\s+[a-z]|\b(?:is|are)\s+(?:due|on|in|at)\b(?!\s+(?:the\s+|Linux\s+|kernel\s+|version\s+)*v?\d+\.\d)|\b(?:upcoming|forthcoming|expects?|anticipates?)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    rf"\b(?:was|were|had|did|didn['’]t|wasn['’]t|weren['’]t|hadn['’]t)\b|"
    rf"(?:\b(?:has|have|having)|['’]ve){_BETWEEN}\s+{_PARTICIPLE}\b|\b(?:would|could|should|might|may)\s+have\s+{_PARTICIPLE}\b|\bago\b|"
    r"\bdat(?:es|ing)\s+(?:from|back)\b",
    re.IGNORECASE,
)
_PRESENT = re.compile(
    r"\b(?:is|are|am|has|have|does|do|isn['’]t|aren['’]t|hasn['’]t)\b|['’]re\b|\bcan\b", re.IGNORECASE
)
_PAST_VERB = re.compile(rf"(?:(?P<before>[\w'’-]+)\s+)?(?:\w+ly\s+)?\b(?<!-)(?:[a-z]{{2,}}ed|{_IRREGULAR})\b")
# After one of these words the form is a participle ("is released", "the proposed patch"), which shows no tense.
_NO_SUBJECT = frozenset(
    (
        *(
            "be",
            "been",
            "being",
            "is",
            "are",
            "was",
            "were",
            "am",
            "get",
            "gets",
            "getting",
            "have",
            "has",
            "had",
            "having",
            "to",
        ),
        *(
            "the",
            "a",
            "an",
            "of",
            "by",
            "for",
            "in",
            "on",
            "with",
            "and",
            "or",
            "as",
            "its",
            "his",
            "her",
            "their",
            "our",
        ),
        *("this", "these", "those", "some", "any", "no", "not", "newly"),
    )
)
_SINCE = re.compile(r"\b(?:since|back\s+in)\s+(?:the\s+|last\s+)?$", re.IGNORECASE)
# "Ubuntu 10.04, published on Thursday, will ...": the date belongs to the participle.
_APPENDED = re.compile(
    r",\s+(?!expected|planned|scheduled|slated|targeted|intended|supposed)"
    rf"(?:[a-z]{{2,}}ed|{_IRREGULAR})\s+(?:(?:on|in|at|by|during)\s+)?(?:the\s+)?$"
)
_CLAUSE_END = re.compile(
    r"[;:()—]|\s[-–]\s|\s*,\s*(?=(?:and|but|or|so|which|who|where|when|while|although|though|because|as|after|before)\b)|"
    r"\b(?=(?:that|which|who|while|although|though|because|whereas|but)\b)"
)


def tense_of(sentence: str) -> Tense:
    """Return the tense of a whole statement; `present` if no verb shows a tense."""
    return tense_at(sentence, len(sentence), len(sentence))


def tense_at(sentence: str, start: int, end: int) -> Tense:
    """Return the tense of the clause around a character range, or of the sentence if that clause has no verb."""
    if _SINCE.search(sentence[max(0, start - 16) : start]) or _APPENDED.search(sentence[max(0, start - 32) : start]):
        return "past"
    begin, stop = clause_at(sentence, start, end)
    return _nearest(sentence, begin, stop, start, end) or _nearest(sentence, 0, len(sentence), start, end) or "present"


def clause_at(sentence: str, start: int, end: int) -> tuple[int, int]:
    """Return the character range of the clause that contains a range of a sentence."""
    begin, stop = 0, len(sentence)
    for edge_start, edge_end in _clause_ends(sentence):
        if edge_end <= start:
            begin = edge_end
        elif edge_start >= end:
            stop = edge_start
            break
    return begin, stop


def _nearest(sentence: str, begin: int, stop: int, start: int, end: int) -> Tense | None:
    """Return the tense of the verb nearest to the range; of equally near verbs, the first in the order of `_cues` counts."""
    best: tuple[int, Tense] | None = None
    for cue_start, cue_end, tense in _cues(sentence, begin, stop):
        if start < end and cue_start < end and start < cue_end:
            continue
        distance = max(start - cue_end, cue_start - end, 0)
        if best is None or distance < best[0]:
            best = (distance, tense)
    return best[1] if best is not None else None


@lru_cache(_KEPT)
def _clause_ends(sentence: str) -> tuple[tuple[int, int], ...]:
    return tuple(edge.span() for edge in _CLAUSE_END.finditer(sentence))


@lru_cache(_KEPT)
def _cues(sentence: str, begin: int, stop: int) -> tuple[tuple[int, int, Tense], ...]:
    """Return the verbs in a range of a sentence that show a tense, those that take precedence first."""
    return tuple(
        (*cue.span(), tense)
        for tense, pattern in _CUES
        for cue in pattern.finditer(sentence, begin, stop)
        if pattern is not _PAST_VERB or (cue["before"] or "").lower() not in _NO_SUBJECT
    )


_CUES: tuple[tuple[Tense, re.Pattern[str]], ...] = (
    ("expected", _EXPECTED),
    ("past", _PAST),
    ("present", _PRESENT),
    ("past", _PAST_VERB),
)
