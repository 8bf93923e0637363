"""How surely a sentence tells that something happened: logistic regressions over its words, which `fit_telling.py` fits."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from warehouse.kernel_versions import VERSION

QUESTIONS = ("happened", "turn", "turning_point", "self_contained", "recent")
"""What is asked of a sentence, in the order of the weights.

Does it tell that something happened; is that a step in the history of its subject; one that everybody would name; does a reader who
sees only the sentence and its document's title understand whom it speaks of; and did it happen in the weeks before its document.
"""

_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
# Words for what differs from sentence to sentence.
_PLACEHOLDERS = (
    (re.compile(rf"(?<![\w.-])v?{VERSION}(?![\w.-]*\w)"), " VERSION "),
    (re.compile(rf"\b(?:{_MONTH})\b(?:\s+\d{{1,2}}\b)?"), " MONTH "),
    (re.compile(r"\b(?:19|20)\d\d\b"), " YEAR "),
    (re.compile(r"\b\d[\d,.]*\b"), " NUMBER "),
)
_PLACED = frozenset(["VERSION", "MONTH", "YEAR", "NUMBER"])
_TOKEN = re.compile(r"[A-Za-z_]+(?:['’][a-z]+)?|[?!:;\"“]")
# What a sentence may point at outside itself.
_NOUN = (
    r"(?:idea|proposal|approach|patch(?:es)?|patch\s*sets?|series|changes?|work|code|problem|question|issue|decision|discussion|conversation|"
    r"point|post(?:ing)?|message|version|mechanism|features?|call|driver|tests?|support|subsystem|module|developers?|maintainers?|function|"
    r"interface|api|flag|option|structure|limitation|restriction|case|effort|suggestion|request|release|kernel|tree|thread|talk|session|"
    r"company|fix|bug|functionality|capability|tools?|behavior|operations?|attempt|effect|hooks?|situation|time|moment|article)"
)
_POINTERS = {
    "~that": re.compile(rf"\b(?:that|this|these|those)\s+(?:\w+[\s-]){{0,2}}?{_NOUN}\b", re.IGNORECASE),
    "~such": re.compile(r"\bsuch\b", re.IGNORECASE),
    "~the": re.compile(rf"\AThe\s+(?:\w+[\s-]){{0,2}}?{_NOUN}\b(?!\s+(?:of|for|from|in|to|by|that|which)\b)"),
    "~it": re.compile(r"\A\W*(?:It|They|He|She|This|These|Those|That|His|Her|Their|Its)\b"),
    "~then": re.compile(
        r"\A(?:At\s+(?:that|the)\s+(?:time|point)|Then|Later|Since\s+then|In\s+(?:that|this)|From\s+(?:there|then)|After\s+that|"
        r"\w+\s+(?:full\s+)?(?:days|weeks|months|years)\s+later)\b"
    ),
    "~next": re.compile(
        r"\b(?:the|an?)\s+(?:second|third|other|next|new|latest|first|same|resulting|final|alternative)\s+\w+",
        re.IGNORECASE,
    ),
}
_HE = re.compile(r"\b(?:he|she|him|his|her)\b")
_PERSON = re.compile(r"(?<=[\w,;:)\"'’”-] )[A-Z][a-z]+|\A[A-Z][a-z]+(?:\s+[A-Z][a-z]+)")
_INNER_NAME = re.compile(r"(?<=[a-z,;:] )[A-Z][A-Za-z]+")
_MOST_NAMES, _EIGHTHS, _LONGEST = 3, 8, 5
_ENDINGS = (("ed", 5), ("ing", 5), ("s", 4))  # and the fewest letters of a word that has them


@dataclass(frozen=True, slots=True)
class Telling:
    """The log odds of each of `QUESTIONS`."""

    happened: float
    turn: float
    turning_point: float
    self_contained: float
    recent: float


def read_telling(sentence: str) -> Telling:
    """Return how surely a sentence tells that something happened."""
    weights, intercepts = shipped_weights()
    total = list(intercepts)
    for term in set(terms_of(sentence)):
        for place, weight in enumerate(weights.get(term, ())):
            total[place] += weight
    return Telling(*total)


def terms_of(sentence: str) -> Iterator[str]:
    """Yield the words of a sentence, its pairs of words, the endings of words, and what it points at outside itself.

    Names are `NAME`, so that the terms say how a sentence speaks rather than what it speaks of.
    """
    yield from _pointers(sentence)
    for pattern, word in _PLACEHOLDERS:
        sentence = pattern.sub(word, sentence)
    before = "^"
    for place, token in enumerate(_TOKEN.findall(sentence)):
        word = token if token in _PLACED else "NAME" if place and token[0].isupper() else token.lower()
        if word == before == "NAME":
            continue
        yield word
        yield f"{before} {word}"
        for ending, fewest in _ENDINGS:
            if len(word) >= fewest and word.endswith(ending):
                yield f"*{ending}"
        if len(word) >= _ENDINGS[0][1] and word.endswith(_ENDINGS[0][0]):
            yield f"{before} *{_ENDINGS[0][0]}"
        before = word
    yield f"{before} $"


def _pointers(sentence: str) -> Iterator[str]:
    yield from (name for name, pattern in _POINTERS.items() if pattern.search(sentence))
    he = _HE.search(sentence)
    if he is not None:
        yield "~he" if _PERSON.search(sentence, 0, he.start()) else "~he unnamed"
    yield f"~names {min(_MOST_NAMES, len(_INNER_NAME.findall(sentence)))}"
    yield f"~length {min(_LONGEST, len(sentence.split()) // _EIGHTHS)}"


@cache
def shipped_weights() -> tuple[Mapping[str, list[float]], list[float]]:
    """Return the weights of each term and the intercepts that tests/bench/fit_telling.py wrote."""
    found = json.loads(files("warehouse.timeline").joinpath("telling.json").read_text(encoding="utf-8"))
    return found["terms"], found["intercepts"]
