"""The reranker: regression trees, read from a file that `fit_ranking.py` writes."""

import json
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float32]


class Trees:
    """Regression trees whose sum is the score; at a node, `value <= threshold` goes left."""

    def __init__(self, content: str) -> None:
        found = json.loads(content)
        trees = found["trees"]
        self.features: tuple[str, ...] = tuple(found["features"])
        most = max(len(tree["feature"]) for tree in trees)
        self._feature = np.zeros((len(trees), most), np.int64)
        self._threshold = np.full((len(trees), most), np.inf)
        self._below = np.zeros((len(trees), most, 2), np.int64)
        self._value = np.zeros((len(trees), most))
        for row, tree in enumerate(trees):
            size = len(tree["feature"])
            self._feature[row, :size] = tree["feature"]
            self._threshold[row, :size] = tree["threshold"]
            self._below[row, :size] = row * most + np.array([tree["left"], tree["right"]]).T
            self._value[row, :size] = tree["value"]
        self._depth = max(tree["depth"] for tree in trees)

    def predict(self, features: Scores) -> Scores:
        """Return a score for each row of features, in the order of `self.features`."""
        count, most = self._feature.shape
        node = np.tile(np.arange(count) * most, (len(features), 1))
        rows = np.arange(len(features))[:, None]
        # A leaf's children are the leaf itself, so that every path can take as many steps as the longest.
        for _ in range(self._depth):
            goes_right = features[rows, self._feature.take(node)] > self._threshold.take(node)
            node = self._below.take(2 * node + goes_right)
        total: Scores = self._value.take(node).sum(axis=1).astype(np.float32)
        return total


@cache
def shipped_trees() -> Trees:
    """Return the bundled trees."""
    return Trees(files("warehouse.search").joinpath("reranker_trees.json").read_text(encoding="utf-8"))
