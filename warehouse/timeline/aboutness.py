"""How much each report is about a query: by its own words, those of its heading and title, and by meaning."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from warehouse.timeline.similarity import Meaning
from warehouse.timeline.statement_index import StatementIndex

Floats32 = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

# A word with at least this share of the rarity of the query's rarest names its subject; rarity is capped, so that a name that
# hardly ever occurs does not hide the others.
STRONG, _RAREST = 0.62, 8.0
_MOST_SHARE = 1.5
_SEEDS = 400  # reports that name the subject, whose words are compared with those of other reports


@dataclass(frozen=True, slots=True)
class About:
    """Reports that may be about a query, with one value per report in each column.

    Attributes:
        rows: of the reports.
        named: the rarity of the query's rarest word in the sentence, as a share of that of the query's rarest word.
        heading, title, before: the same for the heading, the title and the two sentences before.
        covered: the share of the query's words in any of these, by rarity; more distant words count less.
        own: the share of the query's words in the sentence itself.
        share: how much of the sentence the word that names the subject is.
        company: likeness to the words of the reports that name the subject.
        document: the square root of the share of its document's sentences that name the subject.
        passage, nearest, kin: cosines of the query with the passage and the document's nearest passage, and of the document with
            the common subject of the nearest documents; 0 without vectors.
    """

    rows: Rows
    named: Floats32
    heading: Floats32
    title: Floats32
    before: Floats32
    covered: Floats32
    own: Floats32
    share: Floats32
    company: Floats32
    document: Floats32
    passage: Floats32
    nearest: Floats32
    kin: Floats32


def find_about(index: StatementIndex, words: Sequence[int], meaning: Meaning | None, *, first: int, last: int) -> About:
    """Return the reports on days `first` to `last` (proleptic ordinals) that may be about the query's `words`.

    Only documents published until `last` are used.
    """
    reports, documents = index.reports, index.documents
    rarity = np.minimum(index.rarity[list(words)], _RAREST) if words else np.zeros(0, np.float32)
    most = float(rarity.max()) if len(rarity) else 1.0
    number = len(documents["owners"])
    owner, passage, place = reports["document"], reports["passage"], reports["place"]
    share = {name: np.zeros(len(place), np.float32) for name in ("named", "heading", "title", "before")}
    covered = np.zeros(len(place), np.float32)
    own_words = np.zeros(len(place), np.float32)
    naming = np.zeros(number, bool)
    strong = np.zeros(len(place), bool)
    for term, weight in zip(words, rarity.tolist(), strict=True):
        at = np.zeros(number + 2, bool)
        at[2:][index.having("statement", term)] = True  # two empty positions in front, for the sentences before
        same_one = np.r_[False, documents["owners"][1:] == documents["owners"][:-1]][place]
        titled = np.zeros(len(documents["day"]), bool)
        titled[index.having("title", term)] = True
        headed = np.zeros(len(index.passage_ids), bool)
        headed[index.having("heading", term)] = True
        found = {
            "named": at[2:][place],
            "heading": headed[passage],
            "title": titled[owner],
            "before": (at[1:-1][place] | at[:-2][place]) & same_one,
        }
        best = np.zeros(len(place), np.float32)
        for name, has in found.items():
            share[name][has] = np.maximum(share[name][has], weight / most)
            best[has] = np.maximum(best[has], _PLACES[name])
        covered += weight * best
        own_words += weight * found["named"]
        if weight >= STRONG * most:
            naming |= at[2:]
            strong |= np.logical_or.reduce([*found.values()])
    if len(rarity):
        covered /= rarity.sum()
        own_words /= rarity.sum()
    may = strong | (covered > 0.5)
    if meaning is not None:
        may |= meaning.is_near(passage)
    may &= (reports["last"] >= first) & (reports["first"] <= last) & (documents["day"][owner] <= last)
    rows = np.flatnonzero(may)
    owners = documents["owners"]
    density = np.sqrt(
        np.bincount(owners, weights=naming, minlength=len(documents["day"]))
        / np.maximum(np.bincount(owners, minlength=len(documents["day"])), 1)
    )
    zeros = np.zeros(len(rows), np.float32)
    company, lengths = _company(index, rows, share["named"][rows] * (0.5 + density[owner[rows]]), words)
    return About(
        rows,
        **{name: values[rows] for name, values in share.items()},
        covered=covered[rows],
        own=own_words[rows],
        share=np.minimum(share["named"][rows] * _RAREST / np.maximum(lengths, 1.0), _MOST_SHARE),
        company=company,
        document=density[owner[rows]].astype(np.float32),
        passage=zeros if meaning is None else meaning.passages[passage[rows]],
        nearest=zeros if meaning is None else meaning.nearest[owner[rows]],
        kin=zeros if meaning is None else meaning.kin[owner[rows]],
    )


_PLACES = {"named": 1.0, "heading": 0.6, "title": 0.6, "before": 0.4}


def _company(
    index: StatementIndex, rows: Rows, weights: npt.NDArray[Any], words: Sequence[int]
) -> tuple[Floats32, Floats32]:
    """Return each report's likeness to those that name the subject, without the query's words, and its length as a vector."""
    centre = np.zeros(len(index.terms), np.float32)
    rarity = index.rarity
    seeds = np.argsort(-weights, kind="stable")[:_SEEDS]
    for place in seeds[weights[seeds] >= STRONG * 0.5].tolist():
        own = index.words_of(int(rows[place]))
        centre[own] += weights[place] * rarity[own] / max(float(np.linalg.norm(rarity[own])), 1e-6)
    centre[list(words)] = 0
    centre /= max(float(np.linalg.norm(centre)), 1e-6)
    starts, terms = index.reports["starts"], index.reports["terms"]
    products = np.r_[0.0, np.cumsum(rarity[terms] * centre[terms], dtype=np.float64)]
    lengths = index.lengths[rows]
    found: Floats32 = ((products[starts[rows + 1]] - products[starts[rows]]) / lengths).astype(np.float32)
    return found, lengths
