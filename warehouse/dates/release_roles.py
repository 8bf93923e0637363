"""Whether a sentence about the past tells of a kernel release and what it brought, or only names the release.

"The driver was merged for 2.6.32" and "the 3.5 kernel came out" are told of the release's day; "fewer changes than in 2.6.32" and "a system
that runs 2.6.32" are not. Sentences that readers judged are in `tests/labelled/release_roles.jsonl`.
"""

import re

_NAMES = r"(?:(?:the|Linux|mainline|kernels?|versions?|releases?|final|new|upcoming)\s+)*"
_CHANGED = (
    r"\b(?:add(?:ed|ing)|merg(?:ed|ing)|pulled|accepted|land(?:ed|ing)|mainlined|renamed|went|gone|mov(?:ed|ing)|appear(?:ed|ing)|debuted"
    r"|introduc(?:ed|ing)|included|integrated|incorporated|remov(?:ed|al|ing)|deleted|dropped|taken|disabled|enabled|deprecated|revert(?:ed|ing)"
    r"|released|shipped|arriv(?:ed|ing)|came|way|enter(?:ed|ing)|gained|improved|changes?|replaced|fixe?[ds]|converted|turned|became|become|began"
    r"|started|show(?:ed|n)\s+up|made|entry|around|contribut(?:ed|ors?|ing|ions?)|support(?:ed|s|ing)|credited|set|brought|work(?:ed|ing)?)\b"
)
# What ends the clause of such a word, so that what follows it belongs to another one.
_OTHER_CLAUSE = (
    r"\b(?:which|that|than|based|running|using|against|from|prior|before|until|back|and|with\s+the|exist)\b|, "
)
_CHANGED_IN = re.compile(
    rf"(?P<not>\b(?:not|never|n't)\s+(?:\w+\s+)?)?{_CHANGED}(?:(?!{_OTHER_CLAUSE})[^.;:]){{0,60}}?"
    rf"\b(?:in|into|for|to|by|during|of|on|as\s+of|as\s+part\s+of|since)\s+{_NAMES}\(?v?$"
    rf"|\b(?:debuted|entered|arrived|appeared|came|shipped|way|added|merged|introduced|began|start(?:ed|ing)|released)\b[^.;:,]{{0,60}}\bwith\s+{_NAMES}v?$",
    re.IGNORECASE,
)
_RELEASE_OF = re.compile(
    rf"(?<!after the )(?<!before the )\b(?:releas(?:e|ed|ing)|announc(?:ed|ing|ement)|published|tagged|shipped)\s+(?:of\s+)?{_NAMES}v?$",
    re.IGNORECASE,
)
_DOES = re.compile(
    r"(?:\s+(?:kernel|release|Linux|prepatch|series|patch))*\s+(?:(?:(?:was|is|were|ha[sd]\s+been)\s+)"
    r"(?:(?:duly|finally|also|then|now|officially)\s+)?(?:released|announced|published|out\b|the\s+first)|(?:(?:ha[sd]|did|also|finally)\s+){0,2}"
    r"(?:came\s+out|come\s+out|set|appeared|arrived|happened|added|included?s?|contain(?:s|ed)|brought|brings|saw|introduced|gained|removed|merged"
    r"|changed|fixed|got|featured))\b",
    re.IGNORECASE,
)
_WHEN = re.compile(rf"\b(?:when|before|until|after|since)\s+{_NAMES}v?$", re.IGNORECASE)
_ONLY_NAMED = re.compile(
    r"\b(?:than|from|before|until|till|prior\s+to|since|after|back\s+to|up\s+to|against|on|to|at|by|with|between|(?<!as )(?<!part )of|over|when|holder|running"
    r"|(?:exist(?:ed)?|found|calls|applies|bug|problem|saw|seen|written)\s+(?:in|for)|RHEL|Red\s+Hat|Fedora(?:\s+\d+)?|Ubuntu|vanilla|an?)"
    rf"\s+(?:a\s+)?{_NAMES}[\"“]?\(?v?$|[(\"“]\s*v?$|\bcommits?\s+in\s+{_NAMES}$",
    re.IGNORECASE,
)
# Introductions of tables ("Read on for a look at where the changes in 3.5 came from") and comparisons.
_OTHER_MATTER = re.compile(
    r"^\W*(?:Read\s+on|So\s+now)\b|\b(?:look\s+at|see)\s+(?:where|who)\b|\bfix\b[^.]*\bwith\s+v?$|\bbeating\b|\brecord\b[^.]*\bseen\b",
    re.IGNORECASE,
)
_CHANGED_SINCE = re.compile(
    r"(?:\s+(?:kernel|release))?(?:\)?,?\s+(?:has|have|had)\s+(?:now\s+|since\s+|finally\s+)?(?:been|become)"
    r"|\s+(?:stable|merge\s+window|series|kernels)\b)",
    re.IGNORECASE,
)
_BESIDE = 140


def is_told_of(text: str, start: int, end: int) -> bool:
    """Return whether a sentence tells of the release in the range, or of what it brought."""
    before, after = text[max(0, start - _BESIDE) : start], text[end : end + _BESIDE]
    if _CHANGED_SINCE.match(after) or _OTHER_MATTER.search(before):
        return False
    if _RELEASE_OF.search(before) or (_DOES.match(after) and not _WHEN.search(before)):
        return True
    changed = _CHANGED_IN.search(before)
    return not changed["not"] if changed else not _ONLY_NAMED.search(before)
