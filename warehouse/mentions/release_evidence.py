"""Evidence that a number is a kernel version, from the words around it: each rule covers a trap found in real text."""

import re
from collections.abc import Collection
from typing import Literal

from warehouse.kernel_versions import Version
from warehouse.mentions.release_words import BASED_ON_KERNELS, LINKING, PROGRAMS

Likelihood = Literal["yes", "likely", "weak", "no", "number"]
"""`yes` and `likely` count; `weak` counts if the text is about kernels rather than other programs' versions;
`no` is the version of another program, `number` not a version at all.
"""

_BEFORE = 80
_AFTER = 80
_SENTENCE = 400

_KERNEL_BEFORE = re.compile(
    r"(?:^|[^\w])(?:(?P<linux>Linux)|[\w-]*[Kk]ernels?)(?:[\s-]+(?:[Kk]ernels?|[Vv]ersions?|release[ds]?|the|from|of|with|until|and|a|als|Version))*"
    r"[\s:(,-]*(?:\d[\w.-]*\s*(?:,|and|or|/|to|through)\s*)*v?$"
)
_DISTRIBUTION = re.compile(r"(?P<word>[A-Z][\w!]*)(?:[ -]|/\s?)$")
_KERNEL_AFTER = re.compile(
    r"(?:[-+]|\s?\([^)]{0,40}\))?,?\s*(?:(?:and|or|to|/|,|v?\d[\w.-]*|[-\w.]*-rc\d*)\s+){0,6}"
    r"(?:(?:Linux|Linus|x86|ARM|vanilla|plain|unpatched|development|experimental|testing|long-?term|upstream|production|base|pre-?release|release"
    r"|current|latest|new|old|older|official|standard|final|RHEL|Red Hat|Fedora|Debian|Ubuntu|SUSE|Xen|Android|distribution|distributor"
    r"|enterprise|vendor|real-?time|RT|[\w-]+-based|prepatch|-stable|-rt|-mm)\s+){0,2}?"
    r"(?:[Kk]ernels?\b|-?[Kk]ernel\b|merge[- ]window|(?:development|release|merge|kernel)\s+(?:cycle|series)|prepatch|mainline\b|-?stable\b"
    r"|-?longterm\b|LTS\b|-rc\b|-?tip\b|-?next\b|patch(?:es)?\b|pull requests?\b|Linux\b)"
)
_OF = re.compile(r"\s+(?:release\s+|version\s+)?(?:of|des|der|von)\s+(?P<what>[^.,;:()]{1,60})")
_VERSION_BEFORE = re.compile(r"\b(?:versions?|releases?|release of|Version)\s+(?:\w+\s+)?v?$", re.IGNORECASE)
_KERNEL = re.compile(r"\b(?:[Kk]ernels?|Linux|mainline)\b(?!\s+(?:[\w-]+\s+)?(?:drivers?|package|version of))")
_THING_AFTER = re.compile(
    r"\s+(?:(?!(?:and|or|so|that|with|to|for|as|in|the|a|an|is|was|has|will|by|of|on|at|when|which)\b)[\w'-]+\s+){0,2}?(?:drivers?|librar(?:y|ies)|[Ss]ervers?|compilers?|firmware|specifications?|specs?|protocols?|standards?|BIOS"
    r"|driver series|packages?|toolkit|plugin|hypervisor|desktop|distribution|interface|controllers?|devices?|ports?|toolchain)\b"
)
_UNIT_AFTER = re.compile(
    r"[\s-]?(?:%|percent\b|per\s?cent\b|[kKMGT]i?[Bb]|[kKMGT]?Hz\b|[kmµnu]?s\b|seconds?\b|minutes?\b|hours?\b|days?\b|weeks?\b|months?\b"
    r"|years?\b|times\b|x\b|million\b|billion\b|thousand\b|milliseconds?\b|microseconds?\b|nanoseconds?\b|inch\b|[mk]?W\b|[mk]?V\b|volts?\b"
    r"|watts?\b|(?:mega|giga|kilo|tera)(?:bytes?|bits?|hertz)\b|Prozent|degrees|MiB|GiB"
    r"|[a-z]+ (?:per|an?|each|every) (?:second|minute|hour|day|week|month|year|patch|developer|commit|line)\b)"
)
_COLUMN_AFTER = re.compile(r" {2,}-?\d+\.\d{3,}\b")
_SHARE_AFTER = re.compile(r"\s+of\s+(?:them|these|those|which|whom)\b")
_NUMBER_BEFORE = re.compile(
    r"(?:[$€£#~×|\t]|\d\.\d{3,}[ ]{2,}|\b(?:fig\.|tables?|pages?|clauses?|steps?|item|paragraph|volume|levels?"
    r"|factor of|average of|average|roughly|ratio of|score of|CVE|bug|costs?))\s*$",
    re.IGNORECASE,
)
_SECTION_BEFORE = re.compile(
    r"(?:§|\b(?:sections?|chapters?|figures?|RFC|appendix|Kapitel|Abschnitt))\s*$", re.IGNORECASE
)
_WORD_BEFORE = re.compile(
    r"(?P<gap>^|[\s(\"“'‘/-])(?P<word>[A-Za-z][\w.+#/-]*?)(?P<owner>['’]s?)?(?:\s+\(?(?:stable\s+)?(?:[Vv]ersions?|[Rr]eleases?|release|v\.?))?[\s(-]+v?$"
)
_SENTENCE_END = re.compile(r"[.!?][\"”')\]]*\s+(?=[A-Z\"“(])|\n\s*\n")
_EVIDENCE = re.compile(
    r"\b(?:[Kk]ernels?\b|Linux\b(?! Mint)|Linus\b|Torvalds\b|Morton\b|Kroah-Hartman\b|[Mm]ainline|merge window|LKML\b|lkml\b|-rc\d|rc\d\b|prepatch"
    r"|stable (?:releases?|updates?|series|kernels?|trees?)|-stable\b|patch(?:es|set)?\b|merg(?:ed?|ing)\b|backport|development (?:cycle|series)|subsystem"
    r"|syscalls?\b|system calls?\b|scheduler|pull requests?\b|maintainers?\b|longterm\b|filesystems?\b|file systems?\b|drivers?\b|LTS\b|linux-next)"
)
_DRIVER_TALK = re.compile(
    r"\b(?:[Dd]rivers?\b|fglrx|xf86-|X [Ss]erver|[Ll]ibrar(?:y|ies)\b|[Pp]ackages?\b|userspace|user-space)"
)
_SERIES = re.compile(r"\b\d\.\d(?: driver)? series\b|\bdriver series\b")
_SUPPORT_AFTER = re.compile(r"\s+support\b")
_NAME = re.compile(r"\w[\w.+-]*\w|\w")
_STRONG_TALK = re.compile(r"\b(?:[Kk]ernels?|Linux|Linus|Torvalds|Morton|mainline|-rc\d)\b|-rc\d|-mm\d")


def judge(text: str, version: Version, programs: Collection[str] = ()) -> Likelihood:
    """Return how likely `version` is a kernel's, from the words around it."""
    before = text[max(0, version.start - _BEFORE) : version.start]
    after = text[version.end : version.end + _AFTER]
    if _is_other_number(version, before, after):
        return "number"
    if _is_called_kernel(before, after):
        return "yes"
    if version.family != "sure" and _is_a_distribution(before):
        return "no"
    if _is_of_a_thing(before, after, programs) or _follows_program(version, before, programs):
        return "no"
    if version.family == "sure":
        return "yes"
    if _THING_AFTER.match(after):
        return "no"
    if version.is_pre:
        return "yes"
    return _judge_low(text, version) if version.family == "low" else _judge_bare(text, version, programs)


def _is_other_number(version: Version, before: str, after: str) -> bool:
    if _SECTION_BEFORE.search(before):
        return True
    if version.family != "new" or version.is_pre:
        return False
    followed = any(rule.match(after) for rule in (_UNIT_AFTER, _SHARE_AFTER, _COLUMN_AFTER))
    return followed or bool(_NUMBER_BEFORE.search(before))


def _is_called_kernel(before: str, after: str) -> bool:
    if _KERNEL_BEFORE.search(before) and not _is_a_distribution(before):
        return True
    if _KERNEL_AFTER.match(after) and not _THING_AFTER.match(after):
        return True
    of = _OF.match(after)
    return bool(of and _KERNEL.search(of["what"]))


def _is_a_distribution(before: str) -> bool:
    """Return whether "Linux" ends the name of a distribution (SuSE Linux, GNU/Linux), not only a clause (In Linux, Since Linux)."""
    named = _KERNEL_BEFORE.search(before)
    if not named or not named["linux"]:
        return False
    word = _DISTRIBUTION.search(before, 0, named.start("linux"))
    return bool(word and word["word"].lower() not in LINKING)


def _is_of_a_thing(before: str, after: str, programs: Collection[str]) -> bool:
    """Return whether the version belongs to something named after it: `version 9.12 of hdparm`, or in a list, `2.4.20 of libdrm`."""
    of = _OF.match(after)
    if not of:
        return False
    words = {word.lower() for word in _NAME.findall(of["what"])[:3]}
    return bool(_VERSION_BEFORE.search(before)) or not words.isdisjoint(PROGRAMS - LINKING | frozenset(programs))


def _follows_program(version: Version, before: str, programs: Collection[str]) -> bool:
    found = _WORD_BEFORE.search(before)
    if not found:
        return False
    word = found["word"].lower().rstrip(".")
    if word in LINKING:
        return False
    if word in PROGRAMS or word in programs or word.rpartition("-")[2] in PROGRAMS:
        return not (version.family == "sure" and word in BASED_ON_KERNELS)
    if version.family == "sure" or (version.family == "low" and version.is_pre) or found["owner"]:
        return False
    return found["word"][:1].isupper() or not word.replace("-", "").isalpha()


def _judge_low(text: str, version: Version) -> Likelihood:
    """Judge 2.6.0 to 2.6.10: kernels, unless a text about drivers and not kernels calls it a version or a series."""
    start, end = _sentence(text, version)
    if _STRONG_TALK.search(text, start, end):
        return "yes"
    earlier = text[max(0, start - _SENTENCE) : end]
    is_announced = _VERSION_BEFORE.search(text, max(0, version.start - _BEFORE), version.start)
    if _DRIVER_TALK.search(earlier) and (is_announced or _SERIES.search(earlier)):
        return "no"
    return "likely"


def _judge_bare(text: str, version: Version, programs: Collection[str]) -> Likelihood:
    here = text[slice(*_sentence(text, version))]
    before = text[max(0, version.start - _BEFORE) : version.start]
    if _VERSION_BEFORE.search(before) or _SUPPORT_AFTER.match(text, version.end):
        words = {word.lower() for word in _NAME.findall(here)}
        if words & PROGRAMS - LINKING or words & frozenset(programs):
            return "no"
    return "likely" if _EVIDENCE.search(here) else "weak"


def _sentence(text: str, version: Version) -> tuple[int, int]:
    """Return the range of the sentence around the version, at most 400 characters on each side."""
    start, end = max(0, version.start - _SENTENCE), min(len(text), version.end + _SENTENCE)
    for stop in _SENTENCE_END.finditer(text, start, version.start):
        start = stop.end()
    stop_after = _SENTENCE_END.search(text, version.end, end)
    return start, stop_after.start() if stop_after else end
