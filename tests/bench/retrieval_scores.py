"""Ranking quality: nDCG, reciprocal rank and recall of the first ten, for all queries and by class."""

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

DEPTH = 10
IDENTIFIER = re.compile(r"\w_\w|\w*\d\w*|\b[a-z]+[A-Z]\w*|\b[A-Z]{2,}\w*")
CLASSES = ("all", "identifier", "plain")


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query with the documents to find; `source` is the document it was taken from, which is never ranked."""

    text: str
    relevant: frozenset[str]
    source: str | None

    @property
    def kind(self) -> str:
        """`identifier` if the query contains a name, else `plain`."""
        return "identifier" if IDENTIFIER.search(self.text) else "plain"


def read_queries(path: Path) -> list[JudgedQuery]:
    """Return the queries of a JSON Lines file: `query`, `relevant` (addresses or ids), optionally `source`."""
    queries = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        source = row.get("source")
        queries.append(
            JudgedQuery(row["query"], frozenset(map(bare, row["relevant"])), bare(source) if source else None)
        )
    return queries


def bare(address: str) -> str:
    """Return an address without scheme, `www.`, fragment and trailing slash; an id is unchanged."""
    return re.sub(r"^https?://(www\.)?", "", address).split("#")[0].rstrip("/")


def ndcg(query: JudgedQuery, ranked: Sequence[str]) -> float:
    """Return nDCG@10 of a ranking; `ranked` are addresses, best first."""
    gains = _gains(query, ranked)
    ideal = sum(1 / math.log2(rank + 2) for rank in range(min(DEPTH, len(query.relevant))))
    return sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains)) / ideal


def reciprocal_rank(query: JudgedQuery, ranked: Sequence[str]) -> float:
    """Return 1 / rank of the first relevant address among ten, 0 without one."""
    return next((1 / rank for rank, gain in enumerate(_gains(query, ranked), 1) if gain), 0.0)


def recall(query: JudgedQuery, ranked: Sequence[str]) -> float:
    """Return the share of the relevant addresses among the first ten."""
    return sum(_gains(query, ranked)) / len(query.relevant)


METRICS: Mapping[str, Callable[[JudgedQuery, Sequence[str]], float]] = {
    "nDCG@10": ndcg,
    "MRR@10": reciprocal_rank,
    "R@10": recall,
}


def means(queries: Sequence[JudgedQuery], runs: Sequence[Sequence[str]]) -> dict[str, dict[str, float]]:
    """Return the mean of each metric for each class of queries."""
    found: dict[str, dict[str, float]] = {}
    for name in CLASSES:
        inside = [place for place, query in enumerate(queries) if name in ("all", query.kind)]
        if inside:
            found[name] = {
                metric: float(np.mean([rule(queries[place], runs[place]) for place in inside]))
                for metric, rule in METRICS.items()
            }
    return found


def _gains(query: JudgedQuery, ranked: Sequence[str]) -> list[float]:
    different = [address for address in dict.fromkeys(map(bare, ranked)) if address != query.source]
    return [1.0 if address in query.relevant else 0.0 for address in different[:DEPTH]]
