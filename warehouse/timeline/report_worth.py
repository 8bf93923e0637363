"""How much a report belongs in a query's timeline: a learned sum of features."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from warehouse.timeline.aboutness import NAMED, About
from warehouse.timeline.event_kinds import KINDS
from warehouse.timeline.statement_index import StatementIndex
from warehouse.timeline.telling import QUESTIONS

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

_ANY, _COVERED, _NEARER = 0.05, 0.7, 0.25  # a quarter is the cosine of any two passages on kernels
_HEADING, _TITLE, _BEFORE = 0.8, 0.8, 0.5
_LONG_DAYS, _FAR_DAYS = 31, 20
# Weight and limit of a document's log distance behind the story's first; a round-up has a fixed distance.
_STORY, _FARTHEST, _ROUND_UP = 0.5, -12.0, -6.0
_LISTED = 1.0  # an item of a round-up that names the subject and says that it was merged, released or removed
# A sentence that hardly tells that something happened is no entry; one that is not understood alone is one only if nothing else tells it.
_HAPPENED = -0.5  # of the log odds: of the sentences above it four of five tell that something happened
_UNDERSTOOD, _UNCLEAR = 0.5, 0.1  # of the log odds, and the factor for a sentence below
_RECENT, _RECALLED = (
    1.5,
    0.3,
)  # the same of a sentence that names no time and may recall what is older than its document
_SENTENCE = 0.5  # exponent of what a sentence is worth by itself in the timeline of a topic
_LISTED_KINDS = [KINDS.index(kind) for kind in ("merged", "released", "removed")]


def measure(index: StatementIndex, about: About) -> dict[str, Floats]:
    """Return the features of the learned sum by name, with one value per report.

    Features of whole documents are 0 for a round-up, which covers every subject: its sentences count on their own, with extra
    features for those that name the subject or report a merge.
    """
    documents, rows = index.documents, about.rows
    owner = index.reports["document"][rows]
    round_up = documents["round_up"][owner].astype(bool)
    merged = index.kinds[rows][:, KINDS.index("merged")]
    strong = about.named >= NAMED
    best = np.maximum.reduce([about.named, _HEADING * about.heading, _TITLE * about.title, _BEFORE * about.before])
    nearer = np.maximum(about.passage - _NEARER, 0)
    found: dict[str, npt.NDArray[Any]] = {
        "named": about.named,
        "covered": about.covered,
        "company": about.company,
        "strong": strong,
        **_of_sentences(index, rows),
        "round_up": round_up,
        "listed": round_up & strong,
        "listed_merged": round_up & strong & merged,
        "round_up_merged": round_up & merged,
        "round_up_share": round_up * about.share,
        "round_up_named": round_up * about.named,
    }
    of_document: dict[str, npt.NDArray[Any]] = {
        "about": np.log(_ANY + best + _COVERED * about.covered + nearer),
        "heading": about.heading,
        "title": about.title,
        "before": about.before,
        "passage": nearer,
        "nearest": about.nearest,
        "kin": about.kin,
        "document": about.document,
        "order": index.order[rows],
        "cited": np.log1p(documents["cited"][owner]),
    }
    found |= {name: np.where(round_up, 0.0, values) for name, values in of_document.items()}
    return {name: np.asarray(values, np.float64) for name, values in found.items()}


def _of_sentences(index: StatementIndex, rows: Rows) -> dict[str, npt.NDArray[Any]]:
    """Return the features that do not depend on a query."""
    reports = index.reports
    days = reports["last"][rows] - reports["first"][rows]
    gap = np.abs(
        (reports["first"][rows] + reports["last"][rows]) // 2 - index.documents["day"][reports["document"][rows]]
    )
    kinds = index.kinds[rows]
    return {
        "titled": reports["titled"][rows],
        "news": np.log(reports["news"][rows]),
        "alone": np.log(reports["alone"][rows]),
        "supposed": reports["supposed"][rows],
        "past": reports["past"][rows],
        "present": reports["present"][rows],
        "version": reports["version"][rows],
        "explicit": reports["explicit"][rows],
        **{asked: reports[asked][rows] for asked in QUESTIONS},
        "long": days > _LONG_DAYS,
        "far": gap > _FAR_DAYS,
        **{kind: kinds[:, place] for place, kind in enumerate(KINDS)},
    }


def add_known(index: StatementIndex, about: About, learned: Floats, story: Floats) -> Floats:
    """Return the worths, above 0, of reports, given the logarithms from `learned_worth`.

    `story` is each document's distance behind the first of the story, as a logarithm.
    """
    owner = index.reports["document"][about.rows]
    round_up = index.documents["round_up"][owner].astype(bool)
    listed = round_up & (about.named >= NAMED) & index.kinds[about.rows][:, _LISTED_KINDS].any(axis=1)
    place = np.where(round_up, _ROUND_UP, np.maximum(story[owner], _FARTHEST))
    worths: Floats = np.exp(learned + _STORY * place + _LISTED * listed)
    happened, alone = (index.reports[asked][about.rows] for asked in ("happened", "self_contained"))
    told = happened > _HAPPENED
    worths *= _chance(alone) * np.where(alone > _UNDERSTOOD, 1.0, _UNCLEAR) * (told if told.any() else 1.0)
    return worths * np.where(_is_of_its_day(index, about.rows), 1.0, _RECALLED)


def sentence_worth(index: StatementIndex, rows: Rows) -> Floats:
    """Return how much reports belong in a timeline by their sentences alone, above 0.

    What hardly tells that something happened counts for little and is not left out: an archive may have nothing else on a topic, and
    a mail or a commit is often news that does not say so.
    """
    reports = index.reports
    measured = {name: np.asarray(values, np.float64) for name, values in _of_sentences(index, rows).items()}
    learned = learned_worth(measured, {name: value for name, value in shipped_weights().items() if name in measured})
    telling = _chance(reports["happened"][rows]) * _chance(reports["self_contained"][rows]) ** 2
    return np.exp(_SENTENCE * learned) * telling * np.where(_is_of_its_day(index, rows), 1.0, _RECALLED**_SENTENCE)


def _is_of_its_day(index: StatementIndex, rows: Rows) -> npt.NDArray[np.bool_]:
    """Return which reports name their time or surely tell of the weeks before their document."""
    is_sure: npt.NDArray[np.bool_] = (index.reports["explicit"][rows] > 0) | (index.reports["recent"][rows] > _RECENT)
    return is_sure


def _chance(log_odds: npt.NDArray[np.float32]) -> Floats:
    chance: Floats = 1 / (1 + np.exp(-log_odds.astype(np.float64)))
    return chance


def learned_worth(measured: Mapping[str, Floats], weights: Mapping[str, float] | None = None) -> Floats:
    """Return the learned sum of each report, by default with the bundled weights."""
    weights = shipped_weights() if weights is None else weights
    total: Floats = np.sum([weight * measured[name] for name, weight in weights.items()], axis=0)
    return total


@cache
def shipped_weights() -> Mapping[str, float]:
    """Return the weights that tests/bench/fit_timeline.py wrote."""
    found: dict[str, float] = json.loads(files("warehouse.timeline").joinpath("worth.json").read_text(encoding="utf-8"))
    return found
