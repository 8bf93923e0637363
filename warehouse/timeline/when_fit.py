"""How surely a sentence says that a kind of event happened to a subject: by the noun phrases around the verb."""

import re
from collections.abc import Mapping

from warehouse.timeline.event_kinds import EventKind, kinds_of
from warehouse.timeline.statement_words import statement_words

# Postponed, hoped for, or asked; something that gains a feature existed before.
_UNSURE = re.compile(
    r"\b(?:not|never|if|until(?!\s+(?:it|they)\s+w)|unless|before|would|could|might|may|should|will|yet|hopes?|wants?|likely|ready|propos\w+|plan\w*|"
    r"eventually|someday|requests?\s+(?:for|to)|gained|now\s+supports?|can\s+now|now\s+ha(?:s|ve)|almost|expected|reverted)\b|n['’]t\b|\?",
    re.IGNORECASE,
)
_OBJECT = 0.7  # "Linus merged lguest" is said of details more often than "lguest was merged"
_OF_SORT = 0.25  # words that say what sort of thing the subject is
_ADVERBS = r"(?:(?:now|also|finally|just|already|recently|first|officially|since|then|eventually|\w+ly)\s+)*"
_BEEN = rf"\b(?:ha(?:s|ve|d|ving)\s+{_ADVERBS}been|was|were|is|are|got|gets|being)\s+{_ADVERBS}"
# What is done to the subject of the other kinds of event.
_PLAIN_VERBS: Mapping[str, str] = {
    "released": r"released|shipped|published|made\s+available",
    "posted": r"posted|submitted|sent|proposed|introduced|announced|published|unveiled",
    "announced": r"announced|unveiled|introduced|launched|disclosed|released|posted|published|started|revealed|made\s+public",
    "proposed": r"proposed|suggested",
    "rejected": r"rejected|refused|turned\s+down|vetoed|nacked",
    "deprecated": r"deprecated|obsoleted|orphaned",
    "fixed": r"fixed|patched|repaired|mitigated",
}
_HAPPENED_TO: Mapping[str, re.Pattern[str]] = {
    **{kind: re.compile(rf"{_BEEN}(?:{verbs})\b", re.IGNORECASE) for kind, verbs in _PLAIN_VERBS.items()},
    "merged": re.compile(
        rf"{_BEEN}(?:merged|pulled|accepted|included|added|integrated|adopted|incorporated|taken|mainlined|introduced)\b|"
        rf"\b(?:ha(?:s|ve|d)\s+)?{_ADVERBS}(?:landed|went\s+in|gone\s+in|made\s+it|found\s+(?:its|their)\s+way|entered|appeared|arrived|"
        r"debuted|joined)\b|\b(?:was|is|are|were)\s+(?:now\s+)?(?:in|part\s+of)\s+(?:the\s+)?(?:mainline|kernel|Linux)",
        re.IGNORECASE,
    ),
    "removed": re.compile(
        rf"{_BEEN}(?:removed|dropped|deleted|retired|eliminated|excised|taken\s+out|gone)\b|\b(?:went|gone)\s+away\b",
        re.IGNORECASE,
    ),
}
_DONE_TO: Mapping[str, re.Pattern[str]] = {
    **{kind: re.compile(rf"\b(?:{verbs})\s+(?=\S)", re.IGNORECASE) for kind, verbs in _PLAIN_VERBS.items()},
    "merged": re.compile(
        r"\bmerged\s+(?:for|in|into)\s+(?:\S+\s+){1,5}?(?:was|is|were|are|include[sd]?)\s+|"
        r"\b(?:merged|pulled(?:\s+in)?|with\s+the\s+(?:merging|merger|inclusion|addition)\s+of|accepted|added)\s+(?=\S)",
        re.IGNORECASE,
    ),
    "removed": re.compile(
        r"\b(?:removed|removes|removing|removal\s+of|dropped|deleted|deletes)\s+(?=\S)", re.IGNORECASE
    ),
}
_SUPPORT_FOR = re.compile(
    r"^(?:the\s+|initial\s+|basic\s+)*support\s+for\s+(?:the\s+)?(?:venerable\s+|ancient\s+|old\s+)?", re.IGNORECASE
)
_QUALIFIES = re.compile(
    r"\s(?:for|of|in|on|from|with|to|by|at|into|during|which|that|allowing|using|as|was|were|is|are|has|have|and\s+the)\s",
    re.IGNORECASE,
)
# "has been added to the s390 architecture": only there.
_ELSEWHERE = re.compile(
    r"\s+(?:to|for)\s+(?!(?:the\s+)?(?:mainline|kernel|linux|tree|\S*\d\.\d|inclusion|merge\b|upcoming|next))(?:the\s+)?\w",
    re.IGNORECASE,
)
_AND = re.compile(r"\s+(?:and|or)\s+|,\s+")
_OTHER_NAME = re.compile(r"(\S+)\s+\([\"“]?([\w./-]+)[\"”]?\)")  # ia64 ("Itanium")
_RELATIVE = re.compile(
    r",?\s*(?:\b(?:which|that|who))?\s*$"
)  # "lguest, which was merged", "lguest, having been merged"
_IS = re.compile(r"\s(?:is|was|are|were)\s+")
_PHRASE_BEGINS = re.compile(
    r"[,;:.]\s|\s[-–—]+\s|\b(?:and|but|while|when|where|as|that|which)\s+(?=the\b)|\b(?:why|because|how|since|once|after|until)\s+"
)
_CLAUSE_END = re.compile(r"[,;:]\s|(?<=\?)$")
_ASIDE = re.compile(r"\s*\((?=[^()]*\s)[^()]*\)")
_NUMBER = re.compile(r"\d{1,2}$|\d+\.")
# Nouns for the sort of thing that something is, not for a part of it.
_PLAIN_NOUNS = frozenset(
    statement_words(
        "patch patches set series code mechanism subsystem filesystem file system driver support architecture module framework "
        "infrastructure feature tool implementation scheduler hypervisor virtualization layer core call facility interface protocol "
        "stack API tree kernel cluster distributed network networking security processor source work long awaited new initial much "
        "linux mainline at last finally years several many one change after discussion partial first client device mode"
    )
)
_WHOLE_NOUNS = frozenset(statement_words("framework filesystem system scheduler hypervisor subsystem architecture"))


def how_surely(text: str, subject: str, kind: EventKind) -> float:
    """Return how surely a sentence says that a kind of event happened to a subject, 0 to 1.

    "The lguest hypervisor has been merged" says it of lguest; "the snapshot target for the device mapper has been merged" does not
    say it of the device mapper.
    """
    text = _ASIDE.sub("", " ".join(text.split())).replace("_", "")  # an identifier is one word
    asked = set(statement_words(subject.replace("_", "")))
    own_words = {word for word in asked if not _NUMBER.match(word)} or asked
    text = _OTHER_NAME.sub(lambda name: name[2] if own_words.intersection(statement_words(name[2])) else name[1], text)
    if kind == "renamed":
        return float(own_words <= set(statement_words(text)) and kind in kinds_of(text) and not _UNSURE.search(text))
    best = 0.0
    for pattern, of_phrase in ((_HAPPENED_TO[kind], _last_phrase), (_DONE_TO[kind], _next_phrase)):
        for found in pattern.finditer(text):
            if any(_UNSURE.search(part) for part in _clause(text, found)):
                continue
            phrase, is_part = of_phrase(text, found)
            for one in _AND.split(phrase):
                words = statement_words(one)
                if own_words.intersection(words):
                    other = [word for word in words if word not in own_words and word not in _PLAIN_NOUNS]
                    is_sort = (
                        words[0] in own_words and words[-1] in _PLAIN_NOUNS
                    )  # "the ftrace lightweight tracing framework"
                    others = len(other) * (_OF_SORT if is_sort else 1.0)
                    best = max(best, _OBJECT ** (of_phrase is _next_phrase) / (1 + others + is_part))
    return best


def _clause(text: str, found: re.Match[str]) -> tuple[str, str]:
    """Return what stands before and behind a verb between the commas around it."""
    begin = max(text.rfind(mark, 0, found.start()) for mark in (", ", "; ", ": ")) + 1
    end = _CLAUSE_END.search(text, found.end())
    return text[begin : found.start()], text[found.end() : end.start() if end else None]


def _last_phrase(text: str, found: re.Match[str]) -> tuple[str, bool]:
    """Return the noun phrase that ends before a verb, and whether a qualifier follows ("for the x86_64 architecture").

    With a qualifier, the event happened only to a part.
    """
    before = text[: found.start()]
    antecedent = _RELATIVE.sub("", before)
    piece = _PHRASE_BEGINS.split(antecedent)[-1]
    if (
        antecedent != before.rstrip()
    ):  # "lguest is a hypervisor which was merged", "the newest one is lguest, which was merged"
        piece = " and ".join(_IS.split(piece))
    phrase, *qualified = _QUALIFIES.split(_SUPPORT_FOR.sub("", piece.strip()))
    return phrase, bool(qualified) or bool(_ELSEWHERE.match(text, found.end()))


def _next_phrase(text: str, found: re.Match[str]) -> tuple[str, bool]:
    """Return the noun phrase that begins after a verb."""
    after = _SUPPORT_FOR.sub("", text[found.end() :].strip())
    return _QUALIFIES.split(re.split(r"[,;:.](?:\s|$)", after)[0])[0], False
