"""The reranker: regression trees, read from a file that `fit_ranking.py` writes."""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float32]


class Trees:
    """Regression trees whose sum is the score; at a node, `value <= threshold` goes left.

    Trees have few nodes, so all comparisons of a tree are made at once, and together they are the place of its leaf in a table.
    """

    def __init__(self, content: str) -> None:
        found = json.loads(content)
        trees = found["trees"]
        self.features: tuple[str, ...] = tuple(found["features"])
        inner = [[node for node, left in enumerate(tree["left"]) if left != node] for tree in trees]
        self._most = max(map(len, inner))
        # By node and tree; nodes that a tree does not have send every row to the left.
        self._feature = np.zeros((self._most, len(trees)), np.int64)
        self._threshold = np.full((self._most, len(trees)), np.inf, np.float32)
        self._leaves = np.zeros((len(trees), 2**self._most))
        for row, (tree, nodes) in enumerate(zip(trees, inner, strict=True)):
            self._feature[: len(nodes), row] = [tree["feature"][node] for node in nodes]
            self._threshold[: len(nodes), row] = [tree["threshold"][node] for node in nodes]
            self._leaves[row] = [_value(tree, nodes, goes_right) for goes_right in range(2**self._most)]

    def predict(self, features: Scores) -> Scores:
        """Return a score for each row of features, in the order of `self.features`."""
        leaf = np.tile(np.arange(len(self._leaves), dtype=np.int32) * 2**self._most, (len(features), 1))
        for place, (feature, threshold) in enumerate(zip(self._feature, self._threshold, strict=True)):
            leaf += (features[:, feature] > threshold).astype(np.int32) << place
        total: Scores = self._leaves.take(leaf).sum(axis=1).astype(np.float32)
        return total


def _value(tree: dict[str, list[Any]], nodes: Sequence[int], goes_right: int) -> float:
    """Return the value of the leaf reached if bit n of `goes_right` says where the n-th of the inner `nodes` goes."""
    node = 0
    while tree["left"][node] != node:
        node = tree["right" if goes_right >> nodes.index(node) & 1 else "left"][node]
    return float(tree["value"][node])


@cache
def shipped_trees() -> Trees:
    """Return the bundled trees."""
    return Trees(files("warehouse.search").joinpath("reranker_trees.json").read_text(encoding="utf-8"))
