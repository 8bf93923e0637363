"""The form of a query: the subject of a history, or the headline of an article."""

import re

from warehouse.stop_words import names_in_capitals

_LEADING = re.compile(
    r"^(?:the\s+)?(?:history|story|timeline|birth|rise|fall|end)\s+of\s+|^(?:the|an?)\s+", re.IGNORECASE
)
# "RISC-V in the kernel" and "ZFS on Linux" name a subject as "RISC-V" and "ZFS" do.
_WHERE = re.compile(r"\s+(?:in|on)\s+(?:the\s+)?(?:(?:linux|mainline)\s+)?(?:kernel|linux|mainline)\b", re.IGNORECASE)
_LIST = re.compile(r":\s+(?=[^:]+,[^:]+\w$)")  # "debugging tools: lockdep, KASAN and KCSAN"
# Signs of a phrase that is not just names: a verb, a question word, a preposition other than "of", punctuation between clauses.
_PHRASE = re.compile(
    r"\b(?:for|to|into|towards?|with|without|in|on|by|from|at|as|than|via|through|beyond|is|are|was|were|be|been|has|have|had|"
    r"do|does|did|can|could|will|would|should|how|why|what|who|which|when|where|not|again|more|better|forever|continued|part|edition|"
    r"goes|gets|comes|meets|makes|takes|needs|wants|finds|says|we|you|it|our|your)\b|[:?!;\"“”]|\s[-–—]\s|\.\.\.|…",
    re.IGNORECASE,
)
_DOING = re.compile(r"^\w+ing\s+\w", re.IGNORECASE)  # "Fuzzing perf_events"
_BETWEEN = re.compile(r",\s+|\s+(?:and|or)\s+")
_NAME_FIRST = re.compile(r"^[\w.+/-]+,\s+\w+\s")  # "FUSE, file systems in user space"
_MOST_WORDS = 8  # of a name


def is_headline(query: str) -> bool:
    """Return whether a query is worded as articles are titled ("Fixing asynchronous I/O, again"), not as people name a subject."""
    query = " ".join(query.split())
    if not query[:1].isupper():
        return False
    names = _LIST.sub(", ", _WHERE.sub("", _LEADING.sub("", query)))
    if _NAME_FIRST.match(names):
        return False
    longest = max(len(name.split()) for name in _BETWEEN.split(names))
    in_capitals = names_in_capitals(names)  # "CAN bus"
    rest = " ".join(word for word in names.split() if not (word.isupper() and word.lower() in in_capitals))
    return longest > _MOST_WORDS or bool(_PHRASE.search(rest) or _DOING.match(names))
