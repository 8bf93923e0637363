"""Outcomes: which later statements are on the same subject, and which one answers an expectation."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from warehouse.dates.tense import tense_of
from warehouse.kernel_versions import base_of, find_numbers, version_order
from warehouse.timeline.standalone import is_whole
from warehouse.timeline.tfidf import Floats, term_vectors, words_of
from warehouse.timeline.verdicts import Decision, OutcomeVerdict, acts_of, decisions_of


@dataclass(frozen=True, slots=True)
class DatedClaim:
    """A statement of a source on a given day.

    `terms` are the names of its subject, of any kind that both sides use alike (topics, projects); `vector` is its meaning as a
    unit vector, if a model gave one.
    """

    text: str
    source: str
    date: dt.date
    terms: frozenset[str] = frozenset()
    vector: Floats | None = None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A later statement on the same subject: its row in the input, its likeness, and its outcome if it decides one."""

    row: int
    likeness: float
    outcome: OutcomeVerdict | None = None


# Sharing half the names of the subject says as much as the words alone; a clear match needs both.
_TERMS_SHARE = 0.4
_SAME_MATTER = 0.2  # likeness of two statements on one subject: a name and some words, or many words
# If the origin has no names, the likeness must be higher, and higher still if hardly a word is shared.
_ALIKE_UNNAMED, _ALIKE_WORDLESS, _SOME_WORDS = 0.3, 0.5, 0.08
# A clause whose subject is in the clause before it: it has a pronoun, or no subject ("but was merged").
_PRONOUN = re.compile(
    r"\b(?:it|they|them|this|these)\b|^\W*(?:and|but|then)\s+(?:\w+ly\s+)?(?:was|were|is|are|has|have|had|did)\b",
    re.IGNORECASE,
)
# A name: letters with a capital or digit among them, and not merely a sentence's first word.
_NAME = re.compile(r"(?<=[\w,;:)\"'] )[A-Z][\w-]+|\b(?:[A-Za-z]+[A-Z0-9_]\w*)\b")
# Two capitalised words in a row are usually a person, who is involved in many subjects.
_PERSON = re.compile(r"\b[A-Z][a-z]+\s+(?:[A-Z]\.\s+)?[A-Z][a-z]+(?:['’]s)?\b")
# Words in every report of a decision: sharing them does not mean the same subject.
_ANY_REPORT = frozenset(
    """accept accepted acceptance add added area case chance change changes chip chips closed code corbet cycle
    developer developers development driver drivers early end ended expected feature features final finally good
    hope hopes idea include included inclusion integrated interface interfaces kernel kernels large late likely
    linus linux look main mainline maintainer maintainers makes merge merged merging morton need needs new newer
    normally open opens patch patches plan planned point possible probably quite ready release released releases
    series set show soon stable staging submitted support torvalds tree upcoming version versions window work
    working""".split()  # noqa: SIM905 - a list of words reads better than a word a line
)


def follow_ups(origin: DatedClaim, later: Sequence[DatedClaim], *, limit: int = 10) -> list[FollowUp]:
    """Return the statements of other sources after `origin` that are on its subject, in order of date.

    At most `limit`, the most similar. If `origin` expects something, the first statement that gives the outcome is marked; it is
    included even if others are more similar.
    """
    rows = [row for row, said in enumerate(later) if said.date > origin.date and said.source != origin.source]
    if not rows or limit < 1:
        return []
    likeness = _likeness(origin, [later[row] for row in rows])
    alike = [(row, value) for row, value in zip(rows, likeness, strict=True) if value >= _SAME_MATTER]
    alike.sort(key=lambda pair: (later[pair[0]].date, -pair[1], pair[0]))
    answer = _first_answer(origin, [(row, later[row]) for row, _ in alike])
    kept = sorted(alike, key=lambda pair: (answer is None or pair[0] != answer[0], -pair[1]))[:limit]
    kept_rows = {row for row, _ in kept}
    return [
        FollowUp(row, value, answer[1] if answer is not None and answer[0] == row else None)
        for row, value in alike
        if row in kept_rows
    ]


def outcome_of(expectation: str, said: str) -> OutcomeVerdict | None:
    """Return the outcome of an expectation in a later sentence, None if the sentence says nothing about it.

    The clause that decides must name the subject: by a name that the expectation has too, by two of its words, or by one word and
    the expected version. Merged in a later version than expected is `happened_later`.
    """
    expected = set(find_numbers(expectation))
    acts = acts_of(expectation)
    if not acts and not expected:
        return None  # it has neither an act nor a version, so no outcome can be recognised
    for decision in decisions_of(said):
        versions = set(find_numbers(decision.clause))
        if decision.acts and acts and not decision.acts & acts:
            continue
        same_version = bool(versions & expected)
        if not (_names_matter(expectation, said, decision, same_version) or (acts == {"release"} and same_version)):
            continue
        if not expected or not versions or same_version or decision.verdict == "postponed":
            return decision.verdict
        if decision.verdict == "happened" and _latest(versions) > _latest(expected):
            return "happened_later"
    return None


def _names_matter(expectation: str, said: str, decision: Decision, same_version: bool) -> bool:
    """Return whether the clause that decides names the subject, or refers by a pronoun to one that its sentence names."""
    where = said if _PRONOUN.search(decision.clause) else decision.clause
    matter = _PERSON.sub(" ", expectation)
    shared = {word for word in words_of(matter) if word not in _ANY_REPORT and not word[0].isdigit()}
    shared &= set(words_of(where))
    names = {name.lower() for name in _NAME.findall(matter)}
    return bool(shared & names) or len(shared) >= (1 if same_version else 2)


def _first_answer(origin: DatedClaim, said: Sequence[tuple[int, DatedClaim]]) -> tuple[int, OutcomeVerdict] | None:
    if tense_of(origin.text) != "expected":
        return None
    for row, statement in said:
        if not is_whole(statement.text):
            continue  # a list item, or sentences run together by the page: it is unclear what belongs to what
        verdict = outcome_of(origin.text, statement.text)
        if verdict is not None:
            return row, verdict
    return None


def _likeness(origin: DatedClaim, later: Sequence[DatedClaim]) -> list[float]:
    """Return the likeness of each to the origin, 0 to 1: by words (or meaning, if both have a vector) and by shared names."""
    everything = [origin, *later]
    texts = [" ".join(word for word in words_of(said.text) if word not in _ANY_REPORT) for said in everything]
    vectors = term_vectors(texts, [said.source for said in everything])
    by_words = vectors.likeness_to(vectors.sum_of([0], [1.0]), range(1, len(everything)))
    values = []
    for said, words in zip(later, by_words, strict=True):
        alike = float(words)
        if origin.vector is not None and said.vector is not None:
            alike = (alike + max(0.0, float(np.dot(origin.vector, said.vector)))) / 2
        if not origin.terms:
            enough = _ALIKE_UNNAMED if words >= _SOME_WORDS else _ALIKE_WORDLESS
            values.append(alike if alike >= enough else 0.0)
            continue
        shared = len(origin.terms & said.terms) / len(origin.terms)
        values.append((1 - _TERMS_SHARE) * alike + _TERMS_SHARE * shared if shared else 0.0)
    return values


def _latest(versions: Iterable[str]) -> tuple[object, ...]:
    return max(version_order(base_of(version)) for version in versions)
