"""Fit how much a statement is a turn of a story, and print the scores for histories outside the fit.

    python tests/bench/fit_timeline.py ARCHIVE [--write]

ARCHIVE is an archive home of LWN. Only the development half of the labelled histories is read, and the sentences judged for them.
`--write` replaces warehouse/timeline/worth.json with weights fitted on all of it.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

import timeline_histories as histories

from warehouse.encoding.encoder import Encoder, open_encoder
from warehouse.home import Home
from warehouse.search import open_search
from warehouse.settings import Settings
from warehouse.timeline import open_timelines
from warehouse.timeline.question_choice import select
from warehouse.timeline.question_timeline import QuestionReader, Weighed
from warehouse.timeline.report_worth import learned_worth
from warehouse.timeline.statements import read_events

LABELLED = [Path(__file__).parents[1] / "labelled" / name for name in ("histories.jsonl", "histories_second.jsonl")]
RELEVANCE = Path(__file__).parents[1] / "labelled" / "timeline_relevance.jsonl"
OUTPUT = Path(__file__).parents[2] / "warehouse" / "timeline" / "worth.json"
ENTRIES, FOLDS = 15, 6
RIDGE = 0.03  # in folds as good as 0.02 and 0.05
ON_TOPIC = 0.5  # a statement that matches an event's words but never names the subject is not an example of it
KEY = 2.0  # a key event counts as two
GAINS = np.array([0.0, 0.25, 0.8, 1.0])  # of a judged sentence, by how much of a turn it is
JUDGED = 0.5  # share of the judged sentences in the fit: neither kind of label alone is better on both measures
UNJUDGED = 0.35  # share of the other sentences, nearly all of them far behind and taken as no turn, in that share


@dataclass(frozen=True, slots=True)
class Judged:
    """A history with its statements: the features of each, the events it reports, and the judgements of some by row."""

    history: histories.History
    vector: np.ndarray | None
    weighed: Weighed
    names: tuple[str, ...]
    features: np.ndarray
    places: list[set[int]]
    turns: dict[int, int]
    about: dict[int, int]


def main() -> None:
    """Print the scores of the folds; write the weights if requested."""
    parser = argparse.ArgumentParser(description="Fit how much a statement is a turn of a story.")
    parser.add_argument("archive", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    release = Home(options.archive).release()
    encoder = open_encoder(Settings())
    with open_search(release / "search") as search, open_timelines(release, search) as timelines:
        reader = timelines.questions
        asked = [one for path in LABELLED for one in histories.read_histories(path, "development")]
        judged = [_judge(reader, one, encoder) for one in asked]
        scores = []
        for fold in range(FOLDS):
            weights = _fit([one for place, one in enumerate(judged) if place % FOLDS != fold])
            scores += [_score(reader, encoder, one, weights) for one in judged[fold::FOLDS]]
        print("in folds", _summed(scores))
        weights = _fit(judged)
        print("on what was fitted", _summed([_score(reader, encoder, one, weights) for one in judged]))
    if options.write:
        OUTPUT.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")


def _judge(reader: QuestionReader, history: histories.History, encoder) -> Judged:
    hits, vector = reader.search_hits(history.query, history.until, encoder)
    weighed = reader.weigh(history.query, hits, vector, start=history.start, until=history.until)
    ids = [reader.index.event_ids[row].decode() for row in weighed.about.rows.tolist()]
    found = read_events(reader.connection, ids)
    about = weighed.about
    near = np.maximum.reduce([about.named, about.title, about.heading, about.before])
    places = [
        histories.found_events(history, SimpleNamespace(text=found[name].text, date=found[name].date, date_end=found[name].date_end))
        if near[place] >= ON_TOPIC
        else set()
        for place, name in enumerate(ids)
    ]  # fmt: skip
    names = tuple(weighed.measured)
    url_of = dict(reader.connection.execute("SELECT document_id, url FROM documents").fetchall())
    # What is judged of a sentence holds for whatever day it is dated to.
    at: dict[tuple[str, int], list[int]] = {}
    for place, name in enumerate(ids):
        at.setdefault((url_of[found[name].document_id], found[name].char_start), []).append(place)
    rows = [
        row
        for row in map(json.loads, RELEVANCE.read_text(encoding="utf-8").splitlines())
        if row["query"] == history.query
    ]
    known = {place: row for row in rows for place in at.get((row["url"], row["char_start"]), ())}
    return Judged(
        history, vector, weighed, names, np.stack([weighed.measured[name] for name in names], axis=1), places,
        {place: row["turn"] for place, row in known.items()}, {place: row["about"] for place, row in known.items()},
    )  # fmt: skip


def _fit(judged: Sequence[Judged]) -> dict[str, float]:
    """Return the weights of a logistic regression on both kinds of label, each history counting as much as any other."""
    rows, right, counts = [], [], []
    for one in judged:
        by_event = _weights_of_events(one)
        gains, by_turn = np.zeros(len(one.places)), np.full(len(one.places), UNJUDGED / len(one.places))
        for place, turn in one.turns.items():
            gains[place], by_turn[place] = GAINS[turn], (1 - UNJUDGED) / len(one.turns)
        rows += [one.features, one.features]
        right += [np.array([bool(events) for events in one.places], float), gains]
        counts += [(1 - JUDGED) * by_event / by_event.sum(), JUDGED * by_turn]
    features, labels, weights = np.concatenate(rows), np.concatenate(right), np.concatenate(counts)
    middle, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
    standard = np.c_[(features - middle) / spread, np.ones(len(features))]
    weights /= weights.sum()
    ridge = np.eye(standard.shape[1]) * RIDGE
    ridge[-1, -1] = 0.0
    found = np.zeros(standard.shape[1])
    for _ in range(12):  # Newton's steps
        chance = 1 / (1 + np.exp(-standard @ found))
        slope = standard.T @ (weights * (chance - labels)) + ridge @ found
        curve = (standard.T * (weights * chance * (1 - chance))) @ standard + ridge
        found -= np.linalg.solve(curve, slope)
    return {name: round(float(value), 4) for name, value in zip(judged[0].names, found[:-1] / spread, strict=True)}


def _weights_of_events(one: Judged) -> np.ndarray:
    """Return the weight of each statement; an event weighs little more for being reported more often."""
    times = Counter(place for places in one.places for place in places)
    return np.array(
        [
            sum((KEY if one.history.events[place].key else 1.0) / times[place] ** 0.7 for place in places) / 12
            if places
            else 8 / len(one.places)
            for places in one.places
        ]
    )


def _score(reader: QuestionReader, encoder: Encoder, one: Judged, weights: dict[str, float]) -> tuple[int, ...]:
    worths, _ = reader.worths(
        one.weighed, learned_worth(one.weighed.measured, weights), 1.0, one.vector, encoder, ENTRIES
    )
    place_of = {int(row): place for place, row in enumerate(one.weighed.about.rows)}
    shown = [place_of[entry.row] for entry in select(reader.index, one.weighed.about.rows, worths, ENTRIES)]
    chosen = [one.places[place] for place in shown]
    found, events = set().union(*chosen), one.history.events
    key = sum(events[place].key for place in found)
    known = [place for place in shown if place in one.turns]
    of_events = (len(found), len(events), key, sum(event.key for event in events), sum(map(bool, chosen)), len(chosen))
    return (
        *of_events,
        len(known),
        sum(one.turns[place] >= 2 for place in known),
        sum(one.about[place] == 0 for place in known),
    )


def _summed(scores: Sequence[tuple[int, ...]]) -> str:
    found, events, key, keys, right, shown, known, turns, off = np.sum(scores, axis=0)
    return (
        f"events {found / events:.3f}  key events {key / keys:.3f}  entries right {right / shown:.3f}  "
        f"of {known} judged entries turns {turns / known:.3f}, off the subject {off / known:.3f}"
    )


if __name__ == "__main__":
    main()
