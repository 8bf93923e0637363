"""How much each report is about a query: by its own words, those of its heading and title, and by meaning."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from warehouse.timeline.similarity import Meaning
from warehouse.timeline.statement_index import StatementIndex
from warehouse.timeline.subject import Subject

Floats32 = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

# A sentence names a subject by words with at least this share of a name's weight, and may be about it if they are in it or near it.
NAMED, MENTIONED = 0.5, 0.3
_LONG, _MOST_SHARE = 8.0, 1.5  # the length of a sentence of one rare word
_SEEDS = 400  # reports that name the subject, whose words are compared with those of other reports


@dataclass(frozen=True, slots=True)
class About:
    """Reports that may be about a query, with one value per report in each column.

    Attributes:
        rows: of the reports.
        named: the share of a name's words in the sentence, of the query's best named name.
        heading, title, before: the same for the heading, the title and the two sentences before.
        covered: the same for all of these together; more distant words count less.
        share: how much of the sentence the words that name the subject are.
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
    share: Floats32
    company: Floats32
    document: Floats32
    passage: Floats32
    nearest: Floats32
    kin: Floats32


def find_about(index: StatementIndex, subject: Subject, meaning: Meaning | None, *, first: int, last: int) -> About:
    """Return the reports on days `first` to `last` (proleptic ordinals) that may be about a subject.

    Only documents published until `last` are used.
    """
    reports, documents = index.reports, index.documents
    owners = documents["owners"]
    owner, passage, place = reports["document"], reports["passage"], reports["place"]
    same_document = np.r_[False, owners[1:] == owners[:-1]][place]
    share = {where: np.zeros(len(place), np.float32) for where in _PLACES}
    covered = np.zeros(len(place), np.float32)
    named = np.zeros(len(owners), np.float32)  # of every sentence
    for name in subject.names:
        of_name = {where: np.zeros(len(place), np.float32) for where in _PLACES}
        anywhere, sentences = np.zeros(len(place), np.float32), np.zeros(len(owners), np.float32)
        for unit, weight in name.units:
            at = np.zeros(len(owners) + 2, bool)  # two empty positions in front, for the sentences before
            at[2:][index.having_all("statement", unit)] = True
            sentences[at[2:]] += weight
            titled, headed = np.zeros(len(documents["day"]), bool), np.zeros(len(index.passage_ids), bool)
            titled[index.having_all("title", unit)] = True
            headed[index.having_all("heading", unit)] = True
            found = {
                "named": at[2:][place],
                "heading": headed[passage],
                "title": titled[owner],
                "before": (at[1:-1][place] | at[:-2][place]) & same_document,
            }
            best = np.zeros(len(place), np.float32)
            for where, has in found.items():
                of_name[where][has] += weight
                best[has] = np.maximum(best[has], _PLACES[where])
            anywhere += weight * best
        for where, values in of_name.items():
            np.maximum(share[where], name.weight * values, out=share[where])
        np.maximum(covered, name.weight * anywhere, out=covered)
        np.maximum(named, name.weight * sentences, out=named)
    may = covered >= MENTIONED
    if meaning is not None:
        may |= meaning.is_near(passage)
    may &= (reports["last"] >= first) & (reports["first"] <= last) & (documents["day"][owner] <= last)
    rows = np.flatnonzero(may)
    sizes = np.bincount(owners, minlength=len(documents["day"]))
    naming = np.bincount(owners, weights=named >= NAMED, minlength=len(sizes))
    density = np.sqrt(naming / np.maximum(sizes, 1))
    zeros = np.zeros(len(rows), np.float32)
    company, lengths = _company(index, rows, share["named"][rows] * (0.5 + density[owner[rows]]), subject.words)
    return About(
        rows,
        **{name: values[rows] for name, values in share.items()},
        covered=covered[rows],
        share=np.minimum(share["named"][rows] * _LONG / np.maximum(lengths, 1.0), _MOST_SHARE),
        company=company,
        document=density[owner[rows]].astype(np.float32),
        passage=zeros if meaning is None else meaning.passages[passage[rows]],
        nearest=zeros if meaning is None else meaning.nearest[owner[rows]],
        kin=zeros if meaning is None else meaning.kin[owner[rows]],
    )


# How much a name counts in the sentence, in its heading, in the title and in the two sentences before.
_PLACES = {"named": 1.0, "heading": 0.6, "title": 0.6, "before": 0.4}


def _company(
    index: StatementIndex, rows: Rows, weights: npt.NDArray[Any], words: Sequence[int]
) -> tuple[Floats32, Floats32]:
    """Return each report's likeness to those that name the subject, without the query's words, and its length as a vector."""
    centre = np.zeros(len(index.terms), np.float32)
    rarity = index.rarity
    seeds = np.argsort(-weights, kind="stable")[:_SEEDS]
    for place in seeds[weights[seeds] >= NAMED * 0.5].tolist():
        own = index.words_of(int(rows[place]))
        centre[own] += weights[place] * rarity[own] / max(float(np.linalg.norm(rarity[own])), 1e-6)
    centre[list(words)] = 0
    centre /= max(float(np.linalg.norm(centre)), 1e-6)
    owners, terms = index.words_of_all(rows)
    lengths = index.lengths[rows]
    products = np.bincount(owners, rarity[terms] * centre[terms], minlength=len(rows))
    return (products / lengths).astype(np.float32), lengths
