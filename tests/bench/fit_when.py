"""Fit how likely something happened in the cycle of a release, and print how many questions that answers outside the fit.

    python tests/bench/fit_when.py ARCHIVE [--write]

ARCHIVE is an archive home of LWN. Questions are those of tests/labelled/when_fitting.jsonl and the development halves of
tests/labelled/when_questions*.jsonl that ask for something merged, removed or out of staging; each is judged by the weights of the folds without
it. `--write` replaces warehouse/timeline/when.json.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from timeline_when import WhenQuestion, read_when_questions

from warehouse.archive import Archive
from warehouse.home import Home
from warehouse.settings import Settings
from warehouse.timeline.when import agreed_answer
from warehouse.timeline.when_events import FEATURES, Event, Weights, best_statement, events_of, likeliest
from warehouse.timeline.when_question import WhenAsked, read_when
from warehouse.timeline.when_reading import CYCLED, Reading, read_candidate

LABELLED = Path(__file__).parents[1] / "labelled"
SETS = ("when_questions", "when_questions_second", "when_questions_third", "when_fitting")
OUTPUT = Path(__file__).parents[2] / "warehouse" / "timeline" / "when.json"
# The strength of the regression, and the least likelihood of an answer: the lowest that gave hardly a wrong answer more in ten folds.
STRENGTH, LEAST = 0.3, 0.45
FOLDS, SEEDS = 10, 3


@dataclass(frozen=True, slots=True)
class Case:
    """A question of a labelled set, the answer of the rules and the events to choose from without one."""

    name: str
    question: WhenQuestion
    asked: WhenAsked
    agreed: Reading | None
    events: Sequence[Event]


def main() -> None:
    """Print the figures; write the weights if requested."""
    parser = argparse.ArgumentParser(description="Fit how likely something happened in the cycle of a release.")
    parser.add_argument("archive", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    with Archive(Home(options.archive).release(), Settings()) as archive:
        cases = [case for name in SETS for case in _cases(archive, name)]
    for seed in range(SEEDS):
        folds = np.random.RandomState(seed).permutation(len(cases)) % FOLDS
        weights = [_fit([case for case, fold in zip(cases, folds, strict=True) if fold != out]) for out in range(FOLDS)]
        for name in SETS:
            chosen = [(case, weights[fold]) for case, fold in zip(cases, folds, strict=True) if case.name == name]
            rules = Counter(_judge(case, None) for case, _ in chosen)
            learned = Counter(_judge(case, fitted) for case, fitted in chosen)
            print(f"{name:24} rules {dict(rules)}  with events {dict(learned)}")
    if options.write:
        fitted = _fit(cases)
        features = {name: round(weight, 3) for name, weight in zip(FEATURES, fitted.features, strict=True)}
        written = {"intercept": round(fitted.intercept, 3), "least": LEAST, "features": features}
        OUTPUT.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")


def _cases(archive: Archive, name: str) -> list[Case]:
    reader = archive.timelines().questions
    found = []
    for question in read_when_questions(LABELLED / f"{name}.jsonl", "development"):
        asked = read_when(question.text)
        if asked is None or asked.kind not in CYCLED:
            continue
        releases = reader.kernel_releases
        read = (read_candidate(one, asked, releases) for one in reader.when_candidates(asked))
        readings = [one for one in read if one is not None]
        events = events_of(readings, asked, releases)
        found.append(Case(name, question, asked, agreed_answer(readings, asked), events))
    return found


def _fit(cases: Sequence[Case]) -> Weights:
    pairs = [(event, case.question) for case in cases for event in case.events]
    values = np.array([event.features for event, _ in pairs])
    right = [any(_is_right(question, one) for one in event.readings) for event, question in pairs]
    centre, spread = values.mean(axis=0), values.std(axis=0)
    model = LogisticRegression(C=STRENGTH, max_iter=5_000).fit((values - centre) / spread, right)
    weights = model.coef_[0] / spread
    return Weights(float(model.intercept_[0] - weights @ centre), tuple(weights.tolist()), LEAST)


def _judge(case: Case, weights: Weights | None) -> str:
    answer = case.agreed
    if answer is None and weights is not None:
        event = likeliest(case.events, weights)
        answer = None if event is None else best_statement(event, case.asked)
    if answer is None:
        return "right" if case.question.first is None else "no answer"
    return "right" if _is_right(case.question, answer) else "wrong"


def _is_right(question: WhenQuestion, answer: Reading) -> bool:
    first, last = question.first, question.last
    return first is not None and last is not None and answer.date <= last and answer.date_end >= first


if __name__ == "__main__":
    main()
