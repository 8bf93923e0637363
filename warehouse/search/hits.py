"""Hits: the documents found, each with its best passages, the matching words and the rankers that found it."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from warehouse.records import Hit, PassageHit, RankerHit
from warehouse.search.highlights import Highlighter
from warehouse.search.index_reader import SearchIndex
from warehouse.search.query_terms import QueryTerms
from warehouse.search.rankers import RankerScores

Scores = npt.NDArray[np.float32]
# Passages returned with a document.
PASSAGES = 2


def make_hits(
    tables: SearchIndex,
    rows: npt.NDArray[np.int64],
    scores: Scores,
    found: RankerScores,
    words: QueryTerms,
    matches: npt.NDArray[np.bool_],
) -> tuple[Hit, ...]:
    """Return the hits of the document `rows`, in their order."""
    if not len(rows):
        return ()
    highlighter = Highlighter(words.stems, words.compounds)
    ranks = {name: _ranks(ranker, rows) for name, ranker in found.documents.items()}
    shares = {name: 1 / max(float(ranker.std()), 1e-9) for name, ranker in found.passages.items()}
    hits = []
    for place, row in enumerate(rows.tolist()):
        rankers = tuple(
            RankerHit(name, int(of_leg[place]), float(found.documents[name][row]))
            for name, of_leg in ranks.items()
            if found.documents[name][row] > 0
        )
        passages = _passages(tables, row, found, shares, highlighter)
        hits.append(_hit(tables, row, float(scores[row]), passages, rankers, is_match=bool(matches[row])))
    return tuple(hits)


def _ranks(ranker: Scores, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the rank, from 1, of each of `rows` within a ranker."""
    ahead: npt.NDArray[np.int64] = (ranker[None, :] > ranker[rows][:, None]).sum(axis=1)
    return ahead + 1


def _passages(
    tables: SearchIndex, row: int, found: RankerScores, shares: Mapping[str, float], highlighter: Highlighter
) -> tuple[PassageHit, ...]:
    of_document = tables.passages_of(row)
    if not of_document:
        return ()
    inside = slice(of_document.start, of_document.stop)
    scores = np.zeros(len(of_document), np.float32)
    for name, ranker in found.passages.items():
        scores += ranker[inside] * shares[name]
    order = np.argsort(-scores, kind="stable")[:PASSAGES]
    return tuple(
        _passage(tables, of_document.start + place, float(scores[place]), highlighter) for place in order.tolist()
    )


def _passage(tables: SearchIndex, row: int, score: float, highlighter: Highlighter) -> PassageHit:
    section = int(tables.passage_sections[row])
    return PassageHit(
        passage_id=tables.passage_ids[row],
        section_id=tables.sections["section_id"][section],
        heading=tables.sections["heading"][section],
        role=tables.sections["role"][section],
        text=tables.texts[row],
        score=score,
        find_marks=highlighter.marks,
    )


def _hit(
    tables: SearchIndex,
    row: int,
    score: float,
    passages: tuple[PassageHit, ...],
    rankers: tuple[RankerHit, ...],
    *,
    is_match: bool,
) -> Hit:
    columns = tables.documents
    return Hit(
        document_id=columns["document_id"][row],
        kind=columns["kind"][row],
        url=columns["url"][row],
        memento_url=columns["memento_url"][row],
        title=columns["title"][row],
        author=columns["author"][row],
        published_at=tables.published_at(row),
        score=score,
        passages=passages,
        rankers=rankers,
        topics=tables.topics.get(row, ()),
        is_match=is_match,
    )
