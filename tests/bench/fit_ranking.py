"""Fit the learned ranking, and print its gain in five folds by target document.

    python tests/bench/fit_ranking.py ARCHIVE CITATIONS.jsonl READER.jsonl [READER.jsonl ...] [--write]

ARCHIVE is an archive home of LWN; CITATIONS contains citing sentences (`query`, `source`, `relevant`), READER questions in a reader's
words (`query`, `relevant`, `half`), of which only the half `development` is read. `--write` replaces warehouse/search/reranker_trees.json
with trees fitted on all of them.
"""

import argparse
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from retrieval_scores import JudgedQuery, bare, ndcg

from warehouse.encoding.encoder import open_encoder
from warehouse.search import Search, open_search
from warehouse.search.features import NAMES
from warehouse.settings import Settings

FOLDS = 5
# A reader's question counts as two citing sentences: there are ten times fewer of them, and they are the search's purpose.
READER_WEIGHT = 2.0
ROUNDS = 300
# Models of different seeds, of which the mean is taken: nDCG@10 of one differs from that of the next by .003.
SEEDS = (0, 1, 2)
PARAMETERS = {
    "objective": "lambdarank",
    "lambdarank_truncation_level": 10,
    "learning_rate": 0.05,
    "num_leaves": 4,
    "min_data_in_leaf": 50,
    "lambda_l2": 5.0,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "num_threads": 1,
    "deterministic": True,
    "verbose": -1,
}
OUTPUT = Path(__file__).parents[2] / "warehouse" / "search" / "reranker_trees.json"


@dataclass(frozen=True, slots=True)
class Judged:
    """A query with its candidates, best first by the fixed fusion: features, addresses, and whether each is right."""

    query: JudgedQuery
    weight: float
    features: np.ndarray
    urls: list[str]
    is_right: np.ndarray


def fold_of(query: JudgedQuery) -> int:
    """Return the fold of a query; all queries for a document are in one fold."""
    return sum(map(ord, min(query.relevant))) % FOLDS


def main() -> None:
    """Print nDCG@10 before and after; write the trees if requested."""
    parser = argparse.ArgumentParser(description="Fit the learned ranking.")
    parser.add_argument("archive", type=Path)
    parser.add_argument("citations", type=Path)
    parser.add_argument("reader", type=Path, nargs="+")
    parser.add_argument("--also", type=Path, help="queries that nothing is fitted on, to see what they lose")
    parser.add_argument("--write", action="store_true", help=f"write {OUTPUT.name}")
    options = parser.parse_args()
    search = open_search(options.archive / "current" / "search")
    citations = judge(search, read_rows([options.citations]), 1.0)
    reader = judge(search, [row for row in read_rows(options.reader) if row["half"] == "development"], READER_WEIGHT)
    also = judge(search, read_rows([options.also]), 0.0) if options.also else []
    models = {fold: fit([one for one in citations + reader if fold_of(one.query) != fold]) for fold in range(FOLDS)}
    groups = {"citations": citations, "reader questions, development": reader, "others": also}
    for name, group in ((name, group) for name, group in groups.items() if group):
        before = [ndcg(one.query, one.urls) for one in group]
        orders = [
            np.argsort(-sum(model.predict(one.features) for model in models[fold_of(one.query)]), kind="stable")
            for one in group
        ]
        after = [
            ndcg(one.query, [one.urls[place] for place in order]) for one, order in zip(group, orders, strict=True)
        ]
        first = [one.is_right[order[:3]].any() for one, order in zip(group, orders, strict=True)]
        print(
            f"{name}: {len(group)} queries, nDCG@10 {np.mean(before):.4f} -> {np.mean(after):.4f} cross-validated, "
            f"right among three {np.mean([one.is_right[:3].any() for one in group]):.3f} -> {np.mean(first):.3f}"
        )
    if options.write:
        OUTPUT.write_text(as_json(fit(citations + reader)), encoding="utf-8")


def read_rows(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """Return the rows of JSON Lines files."""
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]


def judge(search: Search, rows: Sequence[dict[str, Any]], weight: float) -> list[Judged]:
    """Return the queries with the features of their candidates."""
    vectors = open_encoder(Settings()).encode([row["query"] for row in rows], query=True)
    judged = []
    for row, vector in zip(rows, vectors, strict=True):
        source = row.get("source")
        query = JudgedQuery(row["query"], frozenset(map(bare, row["relevant"])), bare(source) if source else None)
        found, features = search.learned_features(query.text, vector)
        urls = [bare(search.tables.documents["url"][document]) for document in found.tolist()]
        kept = [place for place, url in enumerate(urls) if url != query.source]
        urls = [urls[place] for place in kept]
        judged.append(Judged(query, weight, features[kept], urls, np.array([url in query.relevant for url in urls])))
    return judged


def fit(group: Sequence[Judged]) -> list[lightgbm.Booster]:
    """Return models fitted on the queries that have a right document among their candidates, one for each seed."""
    group = [one for one in group if one.is_right.any()]
    rows = lightgbm.Dataset(
        np.concatenate([one.features for one in group]),
        np.concatenate([one.is_right for one in group]).astype(int),
        weight=np.concatenate([np.full(len(one.urls), one.weight) for one in group]),
        group=[len(one.urls) for one in group],
        feature_name=[re.sub(r"\W+", "_", name) for name in NAMES],
        free_raw_data=False,
    )
    return [lightgbm.train(PARAMETERS | {"seed": seed}, rows, ROUNDS) for seed in SEEDS]


def as_json(models: Sequence[lightgbm.Booster]) -> str:
    """Return the trees of all models as the content of reranker_trees.json."""
    trees = [_flat(tree["tree_structure"]) for model in models for tree in model.dump_model()["tree_info"]]
    lines = ",\n".join(json.dumps(tree, separators=(",", ":")) for tree in trees)
    return f'{{"features": {json.dumps(list(NAMES))},\n"trees": [\n{lines}\n]}}\n'


def _flat(root: dict[str, Any]) -> dict[str, Any]:
    """Return a tree as columns of its nodes, the root first; a leaf's children are the leaf itself."""
    columns: dict[str, list[Any]] = {name: [] for name in ("feature", "threshold", "left", "right", "value")}

    def add(node: dict[str, Any], depth: int) -> tuple[int, int]:
        place = len(columns["feature"])
        is_leaf = "split_feature" not in node
        columns["feature"].append(0 if is_leaf else node["split_feature"])
        columns["threshold"].append(0.0 if is_leaf else float(f"{node['threshold']:.8g}"))
        columns["value"].append(float(f"{node['leaf_value']:.6g}") if is_leaf else 0.0)
        columns["left"].append(place)
        columns["right"].append(place)
        deepest = depth
        for side in () if is_leaf else ("left", "right"):
            columns[side][place], below = add(node[f"{side}_child"], depth + 1)
            deepest = max(deepest, below)
        return place, deepest

    _, depth = add(root, 0)
    return {**columns, "depth": depth}


if __name__ == "__main__":
    main()
