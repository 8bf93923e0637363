"""The form of a query: names, or a question or headline."""

import re

_LEADING = re.compile(
    r"^(?:the\s+)?(?:history|story|timeline|birth|rise|fall|end)\s+of\s+|^(?:the|an?)\s+", re.IGNORECASE
)
# Signs of a phrase that is not just names: a verb, a question word, a preposition other than "of", punctuation between clauses.
_PHRASE = re.compile(
    r"\b(?:for|to|into|towards?|with|without|in|on|by|from|at|as|than|via|through|beyond|is|are|was|were|be|been|has|have|had|"
    r"do|does|did|can|could|will|would|should|how|why|what|who|which|when|where|not|again|more|better|forever|continued|part|"
    r"goes|gets|comes|meets|makes|takes|needs|wants|finds|says|we|you|it|its|our|your)\b|[:?!;\"“”]|\s[-–—]\s|\.\.\.|…",
    re.IGNORECASE,
)
_DOING = re.compile(r"^\w+ing\s+\w", re.IGNORECASE)  # "Fuzzing perf_events"
_MOST_WORDS = 8


def names_things(query: str) -> bool:
    """Return whether a query consists of names ("devfs and udev") and is not a sentence, a question or a headline."""
    names = _LEADING.sub("", " ".join(query.split()))
    return 0 < len(names.split()) <= _MOST_WORDS and not _PHRASE.search(names) and not _DOING.match(names)
