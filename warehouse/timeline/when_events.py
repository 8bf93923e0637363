"""The release in whose cycle something most likely happened, by all that is said of the subject.

A logistic regression over each cycle, which tests/bench/fit_when.py fits.
"""

import datetime as dt
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp, log1p
from typing import get_args

from warehouse.timeline.event_kinds import kinds_of
from warehouse.timeline.records import KernelRelease
from warehouse.timeline.statement_words import statement_words
from warehouse.timeline.when_fit import UNSURE
from warehouse.timeline.when_question import WhenAsked
from warehouse.timeline.when_reading import Reading, TimeSource, cycle_of

FEATURES = (
    "fit_release", "fit_list", "fit_document", "fit", "share_of_fit", "says_release", "says_list", "share_of_saying", "names_release", "before",
    "others_first",
)  # fmt: skip
"""Of a cycle: how well the rules read its statements, what they say and where, and what is said before and in other cycles."""

_PART = 0.4  # a statement that the rules read but weakly is about a part of the subject
_EVIDENT = 0.2  # weight of a statement
_HEAD = 3  # words of a sentence
_SMOOTHING = 0.5  # of shares: one weak sign, alone, is little
_AHEAD = 1.25  # the least lead over the next event
(_ONE_PORT,) = statement_words("architecture")  # "lguest support for the s390 architecture" is a part of lguest
_BRACKETED = re.compile(r"\([^()]*\)")  # "cgroups manage CPUs (by code that was merged for 2.6.38) and lguest"
_STAGING = re.compile(r"\bgraduat|\b(?:out\s+of|from|left)\s+(?:the\s+)?staging\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Event:
    """A release, the statements of its cycle and its `FEATURES`."""

    release: str
    readings: Sequence[Reading]
    features: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """A reading, and whether it names the whole subject and says that the event happened at a time."""

    reading: Reading
    names_all: bool
    says_so: bool

    @property
    def names_release(self) -> bool:
        """Whether it names the subject and a release that is not to come."""
        is_expected = self.reading.candidate.statement.tense == "expected"
        return self.names_all and self.reading.time_source == "release" and not is_expected

    @property
    def document(self) -> str:
        return self.reading.candidate.source.document_id


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of `FEATURES`, and the least likelihood of an answer."""

    intercept: float
    features: tuple[float, ...]
    least: float

    def likelihood(self, event: Event) -> float:
        """Return how likely an event is the one asked for, 0 to 1."""
        total = sum(weight * value for weight, value in zip(self.features, event.features, strict=True))
        return 1 / (1 + exp(-self.intercept - total))


@cache
def shipped_weights() -> Weights:
    """Return the weights that tests/bench/fit_when.py wrote."""
    found = json.loads(files("warehouse.timeline").joinpath("when.json").read_text(encoding="utf-8"))
    return Weights(found["intercept"], tuple(found["features"][name] for name in FEATURES), found["least"])


def likeliest(events: Sequence[Event], weights: Weights) -> Event | None:
    """Return the likeliest event, None if no event is likely or another is nearly as likely."""
    found = sorted(((weights.likelihood(event), event) for event in events), key=lambda pair: -pair[0])
    second = found[1][0] if len(found) > 1 else 0.0
    return found[0][1] if found and found[0][0] >= max(weights.least, _AHEAD * second) else None


def best_statement(event: Event, asked: WhenAsked) -> Reading:
    """Return the statement of an event that says it best."""
    return max((_read(one, asked) for one in event.readings), key=_rank).reading


def events_of(readings: Sequence[Reading], asked: WhenAsked, releases: Sequence[KernelRelease]) -> list[Event]:
    """Return the cycles for which a statement gives some evidence, in order."""
    said = [_read(one, asked) for one in readings]
    by_release: dict[str, list[_Said]] = {}
    for one in said:
        if one.reading.kernel_release is not None:
            by_release.setdefault(one.reading.kernel_release, []).append(one)
    order = [mark.version for mark in releases]
    cycles = [_Cycle(by_release[name], cycle_of(name, releases)[0]) for name in sorted(by_release, key=order.index)]
    cycles = [cycle for cycle in cycles if cycle.is_evident or cycle.naming]
    naming = {one.document: _written(one.reading) for one in said if one.names_all}
    fit, saying = sum(cycle.fit for cycle in cycles), sum(cycle.saying for cycle in cycles)
    is_removal = asked.kind == "removed"
    found = []
    for place, cycle in enumerate(cycles):
        rivals = cycles[place + 1 :] if is_removal else cycles[:place]
        values = {
            **cycle.features,
            "share_of_fit": cycle.fit / (fit + _SMOOTHING),
            "share_of_saying": cycle.saying / (saying + _SMOOTHING),
            "before": sum((day < cycle.begin) != is_removal for day in naming.values()) / max(len(naming), 1),
            "others_first": log1p(sum(other.is_evident for other in rivals)),
        }
        readings_of = [one.reading for one in cycle.said]
        release = readings_of[0].kernel_release
        assert release is not None
        found.append(Event(release, readings_of, tuple(values[name] for name in FEATURES)))
    return found


class _Cycle:
    """What is said of the cycle of a release."""

    def __init__(self, said: Sequence[_Said], begin: dt.date) -> None:
        self.said = said
        self.begin = begin
        weights: dict[str, float] = {}
        for one in said:
            weights[one.document] = max(weights.get(one.document, 0.0), one.reading.weight)
        self.fit = sum(weights.values())
        self.sayers = [one for one in said if one.says_so]
        self.saying = len({one.document for one in self.sayers})
        self.naming = {one.document for one in said if one.names_release}
        self.is_evident = max(weights.values()) > _EVIDENT or bool(self.sayers)

    @property
    def features(self) -> dict[str, float]:
        """The features that need no other cycle."""
        fits = dict.fromkeys(get_args(TimeSource), 0.0)
        for one in self.said:
            fits[one.reading.time_source] = max(fits[one.reading.time_source], one.reading.fit)
        sources = {one.reading.time_source for one in self.sayers}
        return {
            "fit_release": fits["release"],
            "fit_list": fits["list"],
            "fit_document": fits["document"],
            "fit": log1p(self.fit),
            "says_release": float("release" in sources),
            "says_list": float("list" in sources),
            "names_release": log1p(len(self.naming)),
        }


def _read(reading: Reading, asked: WhenAsked) -> _Said:
    statement = reading.candidate.statement
    words = statement_words(statement.text.replace("_", ""))
    names = [set(statement_words(name.replace("_", ""))) for name in (*asked.names, *asked.other_names)]
    names_all = any(name.issubset(words) for name in names if name)
    says_so = (
        names_all
        and reading.time_source != "document"
        and statement.tense != "expected"
        and not 0 < reading.fit < _PART
        and (reading.fit > 0 or _has_verb(reading, asked) or _is_new(reading, asked, words, names))
        and not UNSURE.search(statement.text)
        and (_ONE_PORT not in words or _ONE_PORT in statement_words(asked.subject))
    )
    return _Said(reading, names_all, says_so)


def _has_verb(reading: Reading, asked: WhenAsked) -> bool:
    text = reading.candidate.statement.text
    own = {word for name in (*asked.names, *asked.other_names) for word in statement_words(name)}
    text = _BRACKETED.sub(lambda found: found[0] if own.intersection(statement_words(found[0])) else "", text)
    return _STAGING.search(text) is not None if asked.kind == "graduated" else asked.kind in kinds_of(text)


def _is_new(reading: Reading, asked: WhenAsked, words: Sequence[str], names: Sequence[set[str]]) -> bool:
    """Return whether a round-up has the subject first and as something new: "a new hypervisor called lguest"."""
    if asked.kind != "merged" or reading.time_source != "list":
        return False
    own: set[str] = set().union(*names)
    place = next(place for place, word in enumerate(words) if word in own)
    return place <= _HEAD and "new" in words[max(place - _HEAD, 0) : place + _HEAD]


def _rank(one: _Said) -> tuple[float, ...]:
    """Return how well a statement says that an event happened."""
    return one.says_so, one.reading.weight, one.names_release, one.reading.time_source != "document", one.names_all


def _written(reading: Reading) -> dt.date:
    return reading.candidate.source.day or reading.date_end
