"""How surely a sentence says that a kind of event happened to a subject: by the noun phrases around the verb."""

import re
from math import inf
from typing import Literal

from warehouse.timeline.event_kinds import EventKind, kinds_of
from warehouse.timeline.statement_words import statement_words
from warehouse.timeline.when_text import AND, DONE, plain_text
from warehouse.timeline.when_verbs import BEEN, DONE_TO, HAPPENED_TO

AskedKind = EventKind | Literal["graduated"]
"""A kind of event, or that code left the staging tree."""

# Postponed, hoped for, or asked.
UNSURE = re.compile(
    r"\b(?:not|never|if|until(?!\s+(?:it|they)\s+w)|unless|before(?!\s+(?:being|it\s+was|they\s+were))|would|could|might|"
    r"may|should|will|yet|hopes?|wants?|likely|ready|propos\w+|plan\w*|suggest\w*|someday|requests?\s+(?:for|to)|almost|(?<!\bas\s)expected|reverted)\b|n['’]t\b|\?",
    re.IGNORECASE,
)
# What gains a feature existed before; "the kernel now has lguest", though, is said of lguest.
_GAINS = re.compile(r"\b(?:gained|now\s+supports?|can\s+now|now\s+ha(?:s|ve))\b", re.IGNORECASE)
# "An obstacle to the inclusion of lguest" includes nothing.
_AIMED_AT = re.compile(
    r"\b(?:for|to|towards?|about|against|on|at|of|delay\w*|oppos\w+|block\w*)\s+(?:(?:the|its|any|mainline|eventual|wholesale|early)\s+)*$",
    re.IGNORECASE,
)
_OBJECT = 0.7  # "Linus merged lguest" is said of details more often than "lguest was merged"
# "Also merged was lguest", "work on guests has been merged; this work includes lguest"
_SURELY = re.compile(r"\b(?:was|were|is|are)\s$|;")
_OF_SORT = 0.25  # words that say what sort of thing the subject is
_SUPPORT = re.compile(r"\bsupport\s*$")
_SUPPORT_FOR = re.compile(
    r"^(?:the\s+|initial\s+|basic\s+)*support\s+for\s+(?:the\s+)?(?:venerable\s+|ancient\s+|old\s+)?", re.IGNORECASE
)
_MOST_OF = re.compile(r"^(?:much|most|the\s+bulk|all)\s+of\s+(?=\w)", re.IGNORECASE)  # "much of lguest has been merged"
_QUALIFIES = re.compile(
    r"\s(?:for|of|in|on|from|with|to|by|at|into|during|since|around|after|which|that|allowing|using|as|was|were|is|are|has|have|went|will|"
    r"eventually|finally|and\s+the)\s",
    re.IGNORECASE,
)
# "has been added to the s390 architecture": only there.
_ELSEWHERE = re.compile(
    r"\s+(?:to|for)\s+(?!(?:the\s+)?(?:mainline|kernel|linux|tree|\S*\d\.\d|inclusion|merge\b|upcoming|next))(?:the\s+)?\w",
    re.IGNORECASE,
)
# "Merged into linux-next", but not "merged via the networking tree".
_OTHER_TREE = re.compile(
    r"(?<!via\sthe\s)(?:-mm\b|linux-next|\bnext\s+tree|networking\s+tree|\bstaging|into\s+the\s+(?!mainline|kernel|main)\w+\s+tree|\btip\s+tree)",
    re.IGNORECASE,
)
_IN_OTHER_TREE = 0.3
# "The lguest filesystem for small guests" is all of lguest, and so are "the lguest patches providing guests".
_SAYS_WHAT_FOR = re.compile(
    r"\s(?:for\s+(?!the\b)(?!\S+\s+(?:architecture|driver|system|processor|filesystem|kernel|device)s?\b)|"
    r"(?:providing|adding|enabling|implementing|allowing)\s|to\s+(?!the\b|an?\b)(?=[a-z]+\s))"
)
_LOST_NAME = re.compile(r"\blost\s+(?:the|its)\s+\S+\s+name\b", re.IGNORECASE)  # 'Ext4 has lost the "ext4dev" name'
_AND_FIRST = re.compile(r"\s*(?:and|or)\s")
# "Cgroups have been problematic since they were merged": the subject of the sentence.
_SUBJECT = re.compile(
    r"(?:The\s+)?((?:[\w./-]+\s+){1,4}?)(?=(?:ha(?:s|ve|d)|is|are|was|were|allows?|provides?|enables?|adds?|lets?|gives?|makes?|uses?|can|does|will)\b)",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r",?\s*(?:\b(?:which|that|who))?\s*$"
)  # "lguest, which was merged", "lguest, having been merged"
_WAS_DONE = re.compile(BEEN, re.IGNORECASE)
_THE = re.compile(r"\bthe\s+")
_NEAREST = 0.5  # as much as a word for the sort of thing
_POSSESSOR = re.compile(r"^.*\w['’]s\s+(?=\S)")  # "Loongson's LoongArch architecture"
_QUOTED = re.compile(r"[\"“]([^\"”]+)[\"”]")  # "perf kvm" is a name of its own
_IS = re.compile(r"\s(?:is|was|are|were)\s+")
_PHRASE_BEGINS = re.compile(
    r"[,;:.]\s|\s[-–—]+\s|\b(?:and|but|while|when|where|as|that|which)\s+(?=the\b)|\b(?:why|because|how|since|once|after|until)\s+"
)
_CLAUSE_END = re.compile(r"[,;:]\s|(?<=\?)$")
# "The hole that was made public in June has not had much of an effect": the second verb is the whole sentence's.
_AFTER_WHICH = re.compile(r"\b(?:which|that|who)\s+$")
_CLAUSE_OR_VERB = re.compile(
    rf"{_CLAUSE_END.pattern}|\s(?:has|have|had|is|are|was|were|does|did|will|would|can|could|may|might)\b"
)
# "Support for the blackfin, cris, metag, and tile architectures has been removed", "several platforms (efm32, tango, and c6x)".
_LIST = re.compile(r"(?:^|\s)((?:[\w./+-]+(?:\s+[\w./+-]+)?,\s+)+(?:and|or)\s+[^,;:.()]*)$")
_NUMBER = re.compile(r"\d{1,2}$|\d+\.")
# Nouns for the sort of thing that something is, not for a part of it.
_MAKER = re.compile(r"(?<=\s)[A-Z][a-z]+(?=\s+[\"“]?\w)")  # "the Android binder"
_PLAIN_NOUNS = frozenset(
    statement_words(
        "patch patches set series code mechanism subsystem filesystem file system driver support architecture module framework "
        "infrastructure feature tool implementation scheduler hypervisor virtualization layer core call facility interface protocol "
        "stack API ABI tree kernel cluster distributed network networking security processor source work long awaited new initial much "
        "linux mainline system old venerable ancient legacy whole at last finally years several many one change after discussion partial "
        "controversial unloved unmaintained abandoned unused obsolete aging experimental popular famous infamous unexpected "
        "first client device mode functionality vulnerability vulnerabilities bug flaw hole attack"
    )
)
_OF_ANOTHER = frozenset(statement_words("network networking security device client cluster system"))
_WHOLE_NOUNS = frozenset(
    statement_words(
        "framework filesystem system scheduler hypervisor subsystem architecture switch tool debugger cache module detector "
        "sanitizer tracer checker protocol algorithm language mechanism layer stack controller device subsystems filesystems architectures"
    )
)
# What is described, not restricted, by "for guests" behind it.
_DESCRIBED = _WHOLE_NOUNS | frozenset(statement_words("feature functionality patch patches set"))


def how_surely(text: str, subject: str, kind: AskedKind, *, whole: bool = False) -> float:
    """Return how surely a sentence says that a kind of event happened to a subject, 0 to 1.

    "The lguest hypervisor has been merged" says it of lguest; "the snapshot target for the device mapper has been merged" does not
    say it of the device mapper. With `whole`, words of the subject that are not there count against it: in "the LRU has been merged",
    those of "multi-generational LRU".
    """
    asked = frozenset(statement_words(subject.replace("_", "")))
    own_words = frozenset(word for word in asked if not _NUMBER.match(word)) or asked
    if kind != "renamed" and not any(pattern.search(text) for pattern in (HAPPENED_TO[kind], DONE_TO[kind], DONE)):
        return 0.0  # most sentences: not worth the work below
    text = plain_text(text, own_words)
    if kind == "renamed":
        return float(any(_is_renamed(part, own_words) for part in text.split("; ")))
    best = 0.0
    for pattern, of_phrases in ((HAPPENED_TO[kind], _last_phrases), (DONE_TO[kind], _next_phrases)):
        for found in pattern.finditer(text):
            clause = _clause(text, found)
            if (
                any(map(UNSURE.search, clause))
                or (not found[0].startswith("kernel") and any(map(_GAINS.search, clause)))
                or _AIMED_AT.search(text[: found.start()])
            ):
                continue
            sure = _OBJECT if of_phrases is _next_phrases and not _SURELY.search(found[0]) else 1.0
            if kind != "graduated" and any(map(_OTHER_TREE.search, clause)):
                sure *= _IN_OTHER_TREE
            for phrase, part in of_phrases(text, found):
                if phrase.strip().lower() in ("it", "they", "but", "and") and (subject_of := _SUBJECT.match(text)):
                    phrase = subject_of[1]
                others = min((_others(one, own_words, whole=whole) for one in AND.split(phrase)), default=inf)
                best = max(best, sure / (1 + others + part))
    return best


def _is_renamed(text: str, own_words: frozenset[str]) -> bool:
    says_so = "renamed" in kinds_of(text) or _LOST_NAME.search(text) is not None
    return says_so and own_words <= set(statement_words(text)) and not UNSURE.search(text)


def _others(phrase: str, own_words: frozenset[str], *, whole: bool) -> float:
    """Return how many words of a noun phrase speak of something else than the subject, infinity if the subject is not in it.

    "The ftrace tracing framework" is ftrace, as "the SLAB memory allocator" is the SLAB allocator; "the ftrace ring buffer" is not.
    """
    words = statement_words(_POSSESSOR.sub("", phrase))
    places = [place for place, word in enumerate(words) if word in own_words]
    if not places:
        return inf
    counted = [place for place, word in enumerate(words) if word not in own_words and word not in _PLAIN_NOUNS]
    before: float = sum(place < places[0] for place in counted)
    after: float = len(counted) - before
    if places[0] and words[places[0] - 1] in _OF_ANOTHER and own_words.difference(words):
        before += 1  # "network namespaces" are not "time namespaces"
    if any(own_words < set(statement_words(name)) for name in _QUOTED.findall(phrase)):
        return before + after + 1
    before -= (1 - _OF_SORT) * min(before, len(_MAKER.findall(phrase)))
    if words[-1] in own_words or (words[-1] in _WHOLE_NOUNS and not before):
        after = _OF_SORT * (after - (words[-1] not in own_words | _PLAIN_NOUNS))
    return before + after + whole * len(own_words.difference(words))


def _clause(text: str, found: re.Match[str]) -> tuple[str, str]:
    """Return what stands before and behind a verb between the commas around it."""
    begin = max(text.rfind(mark, 0, found.start()) for mark in (", ", "; ", ": ")) + 1
    is_relative = _AFTER_WHICH.search(text, begin, found.start())
    end = (_CLAUSE_OR_VERB if is_relative else _CLAUSE_END).search(text, found.end())
    return text[begin : found.start()], text[found.end() : end.start() if end else None]


def _last_phrases(text: str, found: re.Match[str]) -> list[tuple[str, float]]:
    """Return the noun phrase that ends before a verb, and 1 if a qualifier follows ("for the x86_64 architecture"), else 0.

    With a qualifier, the event happened only to a part. A relative clause may also be about the nearest noun: "an overview of lguest,
    which was merged".
    """
    before = text[: found.start()]
    antecedent = _RELATIVE.sub("", before)
    piece = _PHRASE_BEGINS.split(antecedent)[-1]
    nearest = []
    if antecedent != before.rstrip():
        if _WAS_DONE.match(found[0]):
            nearest.append((_THE.split(_QUALIFIES.split(piece)[-1])[-1], _NEAREST))
        # "lguest is a hypervisor which was merged", "the newest one is lguest, which was merged"
        piece = ", ".join(_IS.split(piece))
    elif _AND_FIRST.match(piece) and (whole := _LIST.search(antecedent)):
        piece = whole[1]
    piece = _SUPPORT_FOR.sub("", _MOST_OF.sub("", piece.strip()))
    described = _SAYS_WHAT_FOR.split(piece)[0]
    if described != piece and not _DESCRIBED.isdisjoint(statement_words(described)[-1:]):
        piece = described
    phrase, *qualified = _QUALIFIES.split(piece)
    return [(phrase, bool(qualified) or bool(_ELSEWHERE.match(text, found.end()))), *nearest]


def _next_phrases(text: str, found: re.Match[str]) -> list[tuple[str, float]]:
    """Return the noun phrase that begins after a verb, and 1 if the event happened to it only in part, else 0."""
    after = text[found.end() :].strip()
    if not found[0].lower().startswith("added"):  # what adds support for the subject came after it
        after = _SUPPORT_FOR.sub("", after)
    phrase = _QUALIFIES.split(re.split(r"[,;:.](?:\s|$)", after)[0])[0]
    is_part = found[0].lower().startswith("added") and _SUPPORT.search(phrase)  # "Apple added lguest support"
    return [(phrase, bool(is_part or _ELSEWHERE.match(after, len(phrase))))]
