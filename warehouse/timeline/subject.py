"""The subject of a query: its names, any of which a sentence may use alone."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from warehouse.timeline.statement_words import statement_words

# "Smack, TOMOYO and stacking" are three names; "page reclaim" is one.
_BETWEEN = re.compile(r"[,;:()]|\b(?:and|or|vs\.?|versus)\b", re.IGNORECASE)
# "Hyper-V", "io_uring" and "kernel.org" are only named by all their parts.
_COMPOUND = re.compile(r"[^\W_]+(?:[-./+_]+[^\W_]+)+")
_RAREST = 8.0  # rarity is capped, so that a name that hardly ever occurs does not hide the others
_PART = 0.75  # the parts of a compound are rarely apart
# Words for what happens to any subject, which name none.
_LIGHT = frozenset(
    statement_words(
        "kernel linux rework removal support history rise birth development story debate discussion merge inclusion introduction future "
        "fate work addition change switch move end beginning deprecation replacement driver feature patch problem bug api code project "
        "new use framework subsystem say said come came become became happen go went make made"
    )
)
_LIGHTER = 0.35
_LEAST = 0.1  # a name lighter than this share of the heaviest ("licence" in "ZFS and its licence") is none


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a query.

    Attributes:
        units: the words, or the parts of a compound, with the share of each in the name; a unit with a word that the archive does not
            have is None.
        weight: 1 for the heaviest name, less for one of common words.
    """

    units: tuple[tuple[tuple[int, ...] | None, float], ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Subject:
    """The names of a query, and the numbers of its words that the archive has."""

    names: tuple[Name, ...]
    words: tuple[int, ...]


def read_subject(query: str, number_of: Callable[[str], int | None], rarity_of: Callable[[int], float]) -> Subject:
    """Return the subject of a query, given the numbers of words and their rarity."""

    def heaviness(unit: tuple[str, ...]) -> float:
        numbers = [number_of(word) for word in unit]
        rarities = [_RAREST if number is None else min(_RAREST, rarity_of(number)) for number in numbers]
        heavy = rarities[0] if len(unit) == 1 else min(_RAREST, _PART * sum(rarities))
        return float((heavy * (_LIGHTER if _LIGHT.issuperset(unit) else 1.0)) ** 2)

    found = []
    for part in _BETWEEN.split(query):
        compounds = [tuple(dict.fromkeys(statement_words(one))) for one in _COMPOUND.findall(part)]
        words = [(word,) for word in statement_words(_COMPOUND.sub(" ", part))]
        units = [unit for unit in dict.fromkeys([*compounds, *words]) if unit]
        weights = [heaviness(unit) for unit in units]
        if sum(weights):
            found.append((units, weights))
    most = max((sum(weights) for _, weights in found), default=1.0)
    names = tuple(
        Name(
            tuple(
                (_numbers(unit, number_of), weight / sum(weights)) for unit, weight in zip(units, weights, strict=True)
            ),
            (sum(weights) / most) ** 0.5,
        )
        for units, weights in found
        if sum(weights) >= _LEAST * most
    )
    numbers = (number_of(word) for word in dict.fromkeys(statement_words(query)))
    return Subject(names, tuple(number for number in numbers if number is not None))


def _numbers(unit: tuple[str, ...], number_of: Callable[[str], int | None]) -> tuple[int, ...] | None:
    numbers = [number_of(word) for word in unit]
    known = tuple(number for number in numbers if number is not None)
    return known if len(known) == len(numbers) else None
