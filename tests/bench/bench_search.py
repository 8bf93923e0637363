"""Measure the search as shipped: readers' questions as typed by a person, and citing sentences, index entries and SciFact as plain queries.

    python tests/bench/bench_search.py ARCHIVE EVAL [--no-peers] [--no-final] [--limit N]

ARCHIVE is an archive home of LWN, EVAL a folder with `search_dev.jsonl` (citing sentences), `search_index_dev.jsonl` (index entries)
and optionally `scifact/`. Readers' questions are the labelled ones, run as by the page and the shell: hybrid, with operators and all
defaults; the others are plain and do not search citing sentences. Query sets on which the ranking was fitted are ranked by trees that
were fitted without the fold of the query's document. Each result has an interval of 95 % of bootstrap samples of the queries.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

import beir_archive
from bench_rankers import encode, peer_ways, search_folder, texts_of
from fit_ranking import FOLDS, READER_WEIGHT, as_json, fit, fold_of, judge, read_rows
from retrieval_scores import JudgedQuery, bare, ndcg, reciprocal_rank
from search_peers import Peer, peers

from warehouse.records import SearchResult
from warehouse.search import Search, open_search
from warehouse.search.reranker import Trees
from warehouse.settings import Settings

LABELLED = Path(__file__).parents[1] / "labelled"
READER = [LABELLED / f"reader_questions_lwn_{part}.jsonl" for part in "ab"]
WANTED = 11  # ten, and a query's own source
SAMPLES = 2000
Run = Callable[[JudgedQuery, np.ndarray], list[str]]


@dataclass(frozen=True, slots=True)
class QuerySet:
    """Queries of one kind, how they are run, and whether the ranking was fitted on them."""

    name: str
    queries: list[JudgedQuery]
    asked: dict[str, Any]
    is_fitted: bool = False


def main() -> None:
    """Print the table, one row per query set and way of searching."""
    parser = argparse.ArgumentParser(description="Measure what ships.")
    parser.add_argument("archive", type=Path)
    parser.add_argument("eval", type=Path)
    parser.add_argument("--no-peers", dest="peers", action="store_false")
    parser.add_argument(
        "--no-final", dest="final", action="store_false", help="leave the final half of the questions alone"
    )
    parser.add_argument("--limit", type=int, help="only the first queries of each set")
    options = parser.parse_args()
    folder = search_folder(options.archive)
    search = open_search(folder, settings=Settings())
    sets = [
        QuerySet(one.name, one.queries[: options.limit], one.asked, one.is_fitted)
        for one in _sets(options.eval, with_final=options.final)
    ]
    by_fold = _by_fold(search, folder, options.eval / "search_dev.jsonl")
    others = [one for one in peers(search.tables, texts_of(search)) if isinstance(one, Peer)] if options.peers else []
    print("| queries | asked | search | nDCG@10 | first | among three |\n|---|---|---|---|---|---|")
    for one in sets:
        vectors = encode(one.queries)
        _print_row(one, "klog", _ours(one, search, by_fold), vectors)
        for name, run in peer_ways(search, others).items():
            _print_row(one, name, lambda query, vector, run=run: run(query.text, vector), vectors)
    _print_matches(search, with_final=options.final)
    if (options.eval / "scifact").is_dir():
        _print_scifact(options.eval / "scifact", with_peers=options.peers)


def _sets(folder: Path, *, with_final: bool) -> list[QuerySet]:
    typed: dict[str, Any] = {"syntax": True}
    plain: dict[str, Any] = {"citations": False}
    rows = read_rows(READER)
    halves = ("development", "final") if with_final else ("development",)
    found = [
        QuerySet(
            f"reader questions, {half}",
            _judged(row for row in rows if row["half"] == half),
            typed,
            half == "development",
        )
        for half in halves
    ]
    found.append(QuerySet("citing sentences", _judged(read_rows([folder / "search_dev.jsonl"])), plain, is_fitted=True))
    found.append(QuerySet("index entries", _judged(read_rows([folder / "search_index_dev.jsonl"])), plain))
    return found


def _judged(rows: Any) -> list[JudgedQuery]:
    return [
        JudgedQuery(
            row["query"], frozenset(map(bare, row["relevant"])), bare(row["source"]) if row.get("source") else None
        )
        for row in rows
    ]


def _by_fold(search: Search, folder: Path, citations: Path) -> list[Search]:
    """Return a search per fold, with trees fitted on all other folds in the same way as the shipped ones on all."""
    judged = judge(search, read_rows([citations]), 1.0)
    judged += judge(search, [row for row in read_rows(READER) if row["half"] == "development"], READER_WEIGHT)
    return [
        open_search(folder, trees=Trees(as_json(fit([one for one in judged if fold_of(one.query) != fold]))))
        for fold in range(FOLDS)
    ]


def _ours(one: QuerySet, search: Search, by_fold: Sequence[Search]) -> Run:
    def run(query: JudgedQuery, vector: np.ndarray) -> list[str]:
        chosen = by_fold[fold_of(query)] if one.is_fitted else search
        return [bare(hit.url) for hit in chosen.search(query.text, vector=vector, k=WANTED, **one.asked).hits]

    return run


def _print_row(one: QuerySet, name: str, run: Run, vectors: np.ndarray) -> None:
    ranked = [run(query, vector) for query, vector in zip(one.queries, vectors, strict=True)]
    ranks = [reciprocal_rank(query, found) for query, found in zip(one.queries, ranked, strict=True)]
    figures = [
        np.array([ndcg(query, found) for query, found in zip(one.queries, ranked, strict=True)]),
        np.array([rank == 1 for rank in ranks], float),
        np.array([rank > 0.3 for rank in ranks], float),
    ]
    how = "as typed" if one.asked.get("syntax") else "plain"
    fitted = ", cross-validated" if one.is_fitted and name == "klog" else ""
    cells = " | ".join(_with_interval(values) for values in figures)
    print(f"| {one.name} ({len(one.queries)}{fitted}) | {how} | {name} | {cells} |", flush=True)


def _with_interval(values: np.ndarray) -> str:
    dice = np.random.default_rng(0)
    means = values[dice.integers(0, len(values), (SAMPLES, len(values)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return f"{values.mean():.3f} ({low:.3f} to {high:.3f})"


def _print_matches(search: Search, *, with_final: bool) -> None:
    """Print how many questions have no match, of those that should have none and of readers', and how many slips are mended."""
    off_topic = [row for name in ("off_topic", "off_topic_second") for row in read_rows([LABELLED / f"{name}.jsonl"])]
    off_topic = [row for row in off_topic if row.get("half") != "calibration"]
    misspelled = [
        row for name in ("misspelled", "misspelled_second") for row in read_rows([LABELLED / f"{name}.jsonl"])
    ]
    readers = read_rows(READER)
    if not with_final:
        misspelled, readers = ([row for row in rows if row.get("half") != "final"] for rows in (misspelled, readers))
    for name, rows in (("off-topic queries", off_topic), ("reader questions", readers)):
        totals = [result.total for result in _typed(search, rows)]
        print(f"{totals.count(0)} of {len(totals)} {name} have no match")
    right = [
        row["right"].lower() in map(str.lower, result.suggestions)
        for row, result in zip(misspelled, _typed(search, misspelled), strict=True)
    ]
    print(f"{sum(right)} of {len(right)} misspelled names are suggested right", flush=True)


def _typed(search: Search, rows: Sequence[dict[str, Any]]) -> list[SearchResult]:
    return list(search.search_many([row["query"] for row in rows], syntax=True))


def _print_scifact(folder: Path, *, with_peers: bool) -> None:
    with tempfile.TemporaryDirectory() as place:
        search = open_search(beir_archive.build(folder, Path(place) / "search"))
        one = QuerySet("SciFact", _judged(read_rows([folder / "queries.jsonl"])), {})
        vectors = encode(one.queries)

        def run(query: JudgedQuery, vector: np.ndarray) -> list[str]:
            return [hit.document_id for hit in search.search(query.text, vector=vector, k=WANTED).hits]

        _print_row(one, "klog", run, vectors)
        found = (
            [peer for peer in peers(search.tables, texts_of(search)) if isinstance(peer, Peer)] if with_peers else []
        )
        for name, rank in peer_ways(search, found).items():
            _print_row(one, name, lambda query, vector, rank=rank: rank(query.text, vector), vectors)


if __name__ == "__main__":
    main()
