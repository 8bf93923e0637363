"""One score for each document: the rankers' scores fused, the best reordered by the learned ranking, names and dates first."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from warehouse.records import DatesAsked
from warehouse.search.dates_asked import names_a_time
from warehouse.search.exact_names import place_names_first
from warehouse.search.features import RANKERS, Candidates, FeatureReader, days_inside
from warehouse.search.fusion import NAMED_DATE, best, fuse, place_first
from warehouse.search.identifiers import is_name
from warehouse.search.index_reader import SearchIndex
from warehouse.search.match_set import Evidence
from warehouse.search.order_asked import read_order
from warehouse.search.query_terms import QueryTerms, TermForms
from warehouse.search.rankers import RankerScores
from warehouse.search.request import Request
from warehouse.search.reranker import Trees, shipped_trees

Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
# Documents that the learned ranking orders: for 97 of 100 development queries the right ones are among the first 100.
RERANKED = 100
# The latest document is chosen among this many of the nearest, because a passing mention is not news.
NEAR = 30


class Scorer:
    """Scores the documents of one release; `trees` replace the bundled ones."""

    def __init__(self, tables: SearchIndex, forms: TermForms, trees: Trees | None = None) -> None:
        self._tables = tables
        self._features = FeatureReader(tables, forms)
        self._trees = trees

    def score(
        self,
        found: RankerScores,
        words: QueryTerms,
        keep: Mask | None,
        k: int,
        dates: DatesAsked | None,
        *,
        learned: bool = True,
    ) -> Scores:
        """Return a score for each document, minus infinity for those that must not be found.

        Args:
            keep: which documents pass the filters; None means all.
            k: how many documents were requested.
        """
        by_ranker = found.documents
        may = np.ones(len(self._tables.rows), bool) if keep is None else keep.copy()
        if "meaning" not in by_ranker:
            may &= np.logical_or.reduce([scores > 0 for scores in by_ranker.values()])
        scores = np.full(len(may), -np.inf, np.float32)
        inside = may if keep is None else keep
        scores[inside] = fuse(
            by_ranker if inside.all() else {name: found_by[inside] for name, found_by in by_ranker.items()}
        )
        scores[~may] = -np.inf
        if learned and by_ranker.keys() >= set(RANKERS):
            if (scores > -np.inf).any():
                rows, features = self.learned_features(scores, found, words, dates, keep)
                place_first(scores, rows, (self._trees or shipped_trees()).predict(features))
        elif dates is not None:
            scores[days_inside(self._tables, dates)] += NAMED_DATE
        # A plain word is in every document that matches; which form of it, or which capitals, says nothing of its rank.
        names = [name for name in words.asked_for if is_name(name)] or words.in_capitals
        if names and "words" in by_ranker:
            allowed = np.ones(len(scores), bool) if keep is None else keep
            place_names_first(self._tables, names, scores, allowed, k)
        return scores

    def learned_features(
        self, scores: Scores, found: RankerScores, words: QueryTerms, dates: DatesAsked | None, keep: Mask | None = None
    ) -> tuple[Rows, Scores]:
        """Return the best documents by fused score, which the learned ranking orders, and the features of each."""
        rows = best(scores, RERANKED)
        return rows, self._features.read(Candidates(rows, scores[rows]), found, words, dates, keep)


def order_by_date(tables: SearchIndex, text: str, scores: Scores, matches: Mask) -> DatesAsked | None:
    """Sort the nearest documents by date if a query asks for the latest or the first, by changing `scores`; return their days."""
    order_asked = read_order(text)
    near = best(np.where(matches, scores, -np.inf), NEAR) if order_asked else np.zeros(0, np.int64)
    days = tables.days[near]
    near, days = near[~np.isnat(days)], days[~np.isnat(days)]
    if order_asked is None or not len(near):
        return None
    surface, order = order_asked
    numbers = days.astype(np.int64).astype(np.float32)
    place_first(scores, near, numbers if order == "newest" else -numbers)
    return DatesAsked(surface, days.min().astype(object), days.max().astype(object), order)


def first_groups(tables: SearchIndex, asked: Request, matches: Mask) -> tuple[Mask, ...]:
    """Return the documents that come before all others: matches from the days that a query names, then all matches."""
    matches_first = asked.syntax if asked.matches_first is None else asked.matches_first
    if not matches_first:
        return ()
    dates = asked.dates_asked
    if dates is None or not names_a_time(dates):
        return (matches,)
    return (matches & days_inside(tables, dates), matches)


def in_order(scores: Scores, matches: Mask, evidence: Evidence, k: int, *, first: Sequence[Mask] = ()) -> Rows:
    """Return up to `k` documents, best first; those of each mask in `first` come before all others.

    Matches that no ranker scored come last among the matches.
    """
    unranked = matches & (scores == -np.inf)
    ranked = scores[scores > -np.inf]
    scores[unranked] = (ranked.min() if len(ranked) else 0) - 2 + evidence.shares[unranked]
    rows = np.zeros(0, np.int64)
    left = scores
    for mask in (*first, np.ones(len(scores), bool)):
        if len(rows) == k:
            break
        rows = np.concatenate([rows, best(np.where(mask, left, -np.inf), k - len(rows))])
        left = np.where(mask, -np.inf, left)
    return rows
