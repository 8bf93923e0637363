"""Kernel releases mentioned as released or expected: the sentence refers to the day of the release.

What was merged or removed for a release happened in its merge window, about two months before.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping

from warehouse.dates.release_roles import is_told_of
from warehouse.dates.rules import DateMatch, Sentence
from warehouse.dates.spans import Span, day
from warehouse.kernel_versions import VERSION, base_of, family_of, is_mainline, version_order

_VERSION = re.compile(rf"(?<![\w.-])v?(?P<version>{VERSION})(?![\w]|[.-]\w)")
_NAMED = re.compile(
    r"\b(?:Linux|[Kk]ernels?|[Mm]ainline)(?:\s+(?:kernel|versions?|release|series))*\s+"
    r"(?:\d[\w.-]*\s*(?:,|and|or|to)\s+)*v?$"
)
_NAMED_AFTER = re.compile(r"\s+(?:Linux\s+)?kernels?\b")
# A kernel's number follows a word of time or place; another program's number follows that program's name.
_LEADING = re.compile(
    r"(?:^|[.!?:;(]\s+|[(\"“])$|"
    r"\b(?:in|into|with|for|since|by|of|as\s+of|until|before|after|to|from|on|and|or|when|once|version|releas(?:e|ed|ing)|"
    r"published)\s+(?:the\s+)?(?:(?:upcoming|forthcoming|next|new|recent|stable|final|mainline|version|release|announced)\s+)*"
    r"(?:of\s+)?\(?v?$",
    re.IGNORECASE,
)
# Beginnings of words about a release, or about something going into or out of one.
_EVENT = re.compile(
    r"\b(?:(?:releas|appear|arriv|publish|ship|debut|merg|includ|incorporat|land|accept|adopt|integrat|introduc|add|enter|"
    r"plann|schedul|slat|expect|target|support|remov|mainlin|queue|slip|postpone|delay|announc|work|improv|chang|implement|"
    r"replac|fix|finish|finali|complet|gain|drop|submit|avail|becom|became|bring|brought|come|make|find|pull|push)|"
    r"(?:due|out|came|go|goes|went|made|found|part\s+of|since|new|get|got)\b)",
    re.IGNORECASE,
)
# What precedes a release and is named after it has its own day: "the merge window for 2.6.39 closed".
_ON_THE_WAY = re.compile(
    r"\b(?:merge\s+windows?|(?:release\s+candidates?|pre-?releases?|previews?|rc\d*)(?:\s+(?:versions?|kernels?))?|-rc\d+|"
    r"development(?:\s+cycle)?|cycle|pull\s+requests?|patch(?:es)?)\s+(?:of|for|to)\s+(?:the\s+)?(?:(?:Linux|kernel|version)\s+)*v?$|"
    r"\btowards?\s+(?:Linux\s+)?v?$",
    re.IGNORECASE,
)
_ON_THE_WAY_AFTER = re.compile(
    r"\s+(?:merge\s+window|release\s+candidate|pre-?release|(?:development\s+)?cycle)\b", re.IGNORECASE
)
# A change that went into the mainline for a release, or out of it.
_TAKEN_IN = re.compile(
    r"\b(?:merg(?:ed|es|ing)|pulled|accepted|added|landed|mainlined|renamed|went|gone|made\s+it|removed|deleted|dropped|"
    r"taken\s+(?:in|out)|found\s+(?:its|their)\s+way)\b[^.;]{0,70}?\b(?:for|in|into|as\s+of|as\s+part\s+of)\s+(?:the\s+)?"
    r"(?:(?:(?:Linux|mainline|kernel|version|release)\s+)*\(?v?)$"
)
_WINDOW = dt.timedelta(days=14)
_NO_WINDOWS = (2, 6, 14)  # earlier releases took changes in until they came out
# "He warned of 3.4, 3.5 and 3.6", which had long been out.
_WARNED_OF = re.compile(
    r"\b(?:warn(?:s|ed|ing)?\s+(?:of|about|against)|affect(?:s|ed|ing)?)\s+(?:(?:the|Linux|kernels?|versions?)\s+)*"
    r"(?:v?\d[\w.-]*(?:,\s*|\s+(?:and|or|to)\s+))*v?$"
)
_CLAUSE_AFTER = re.compile(r",?\s+(?:which|that)\s")
_ONCE_OUT = re.compile(r"\b(?:once|when|until|till|before|after|as\s+soon\s+as)\s+[^,;]*$", re.IGNORECASE)


def kernel_release_dates(sentence: Sentence, releases: Mapping[str, dt.date]) -> Iterator[DateMatch]:
    """Yield the releases in `releases` that a sentence mentions as released, as expected, or as the target of a change.

    A change merged for a future release happened before that release, so a future release counts only if the sentence looks
    ahead; one that is out counts only if the sentence tells of it.
    """
    text = sentence.text
    has_event = bool(_EVENT.search(text))
    for found in _VERSION.finditer(text) if has_event else ():
        released = releases.get(found["version"])
        if released is None or _is_on_the_way(text, *found.span()) or _WARNED_OF.search(text, 0, found.start()):
            continue
        if released > sentence.written and not _looks_ahead(sentence, *found.span()):
            continue
        if released <= sentence.written and not is_told_of(text, *found.span()):
            continue
        before = text[max(0, found.start() - 60) : found.start()]
        is_kernel = bool(_NAMED.search(before) or _NAMED_AFTER.match(text, found.end()))
        is_known = found.start("version") in sentence.kernels or family_of(base_of(found["version"])) in ("sure", "low")
        if is_kernel or (is_known and _LEADING.search(before)):
            span = day(released)
            if released <= sentence.written and _TAKEN_IN.search(text, max(0, found.start() - 120), found.start()):
                span = _taken_in(found["version"], releases)
            yield DateMatch(found.start("version"), found.end(), span=span, kernel_release=found["version"])


def _taken_in(version: str, releases: Mapping[str, dt.date]) -> Span:
    """Return the days on which changes were taken in for a release: from the release before it to the first candidate, or for two weeks."""
    released = releases[version]
    earlier = [when for name, when in releases.items() if is_mainline(name) and "-" not in name and when < released]
    if not earlier or not is_mainline(version) or "-" in version:
        return day(released)
    opened = max(earlier)
    if version_order(version)[0] < _NO_WINDOWS:
        return day(opened, released)
    return day(opened, min(releases.get(f"{version}-rc1", opened + _WINDOW), released))


def _is_on_the_way(text: str, start: int, end: int) -> bool:
    return bool(_ON_THE_WAY.search(text, max(0, start - 60), start) or _ON_THE_WAY_AFTER.match(text, end))


def _looks_ahead(sentence: Sentence, start: int, end: int) -> bool:
    if clause := _CLAUSE_AFTER.match(sentence.text, end):
        return sentence.tense_at(clause.end(), clause.end()) == "expected"
    is_once_out = _ONCE_OUT.search(sentence.text, max(0, start - 60), start)
    return bool(is_once_out) or sentence.tense_at(start, end) == "expected"
