"""How surely a sentence tells that something happened: logistic regressions over its words, which `fit_telling.py` fits."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from warehouse.kernel_versions import VERSION
from warehouse.timeline.standalone import pointers

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
    yield from pointers(sentence)
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


@cache
def shipped_weights() -> tuple[Mapping[str, list[float]], list[float]]:
    """Return the weights of each term and the intercepts that tests/bench/fit_telling.py wrote."""
    found = json.loads(files("warehouse.timeline").joinpath("telling.json").read_text(encoding="utf-8"))
    return found["terms"], found["intercepts"]
