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
_LISTED_KINDS = [KINDS.index(kind) for kind in ("merged", "released", "removed")]


def measure(index: StatementIndex, about: About) -> dict[str, Floats]:
    """Return the features of the learned sum by name, with one value per report.

    Features of whole documents are 0 for a round-up, which covers every subject: its sentences count on their own, with extra
    features for those that name the subject or report a merge.
    """
    reports, documents, rows = index.reports, index.documents, about.rows
    owner = reports["document"][rows]
    days = reports["last"][rows] - reports["first"][rows]
    gap = np.abs((reports["first"][rows] + reports["last"][rows]) // 2 - documents["day"][owner])
    round_up = documents["round_up"][owner].astype(bool)
    kinds = index.kinds[rows]
    merged = kinds[:, KINDS.index("merged")]
    strong = about.named >= NAMED
    best = np.maximum.reduce([about.named, _HEADING * about.heading, _TITLE * about.title, _BEFORE * about.before])
    nearer = np.maximum(about.passage - _NEARER, 0)
    found: dict[str, npt.NDArray[Any]] = {
        "named": about.named,
        "covered": about.covered,
        "titled": reports["titled"][rows],
        "company": about.company,
        "strong": strong,
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


def add_known(index: StatementIndex, about: About, learned: Floats, story: Floats) -> Floats:
    """Return the worths, above 0, of reports, given the logarithms from `learned_worth`.

    `story` is each document's distance behind the first of the story, as a logarithm.
    """
    owner = index.reports["document"][about.rows]
    round_up = index.documents["round_up"][owner].astype(bool)
    listed = round_up & (about.named >= NAMED) & index.kinds[about.rows][:, _LISTED_KINDS].any(axis=1)
    place = np.where(round_up, _ROUND_UP, np.maximum(story[owner], _FARTHEST))
    worths: Floats = np.exp(learned + _STORY * place + _LISTED * listed)
    names_time = index.reports["explicit"][about.rows] > 0
    happened, alone, recent = (index.reports[asked][about.rows] for asked in ("happened", "self_contained", "recent"))
    told = happened > _HAPPENED
    worths *= _chance(alone) * np.where(alone > _UNDERSTOOD, 1.0, _UNCLEAR) * (told if told.any() else 1.0)
    worths *= np.where(names_time | (recent > _RECENT), 1.0, _RECALLED)
    return worths


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
