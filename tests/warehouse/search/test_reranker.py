"""The shipped trees fit the features, and add up as any evaluation of them does."""

import json
from importlib.resources import files

import numpy as np

from warehouse.search.features import NAMES
from warehouse.search.reranker import Trees, shipped_trees

CONTENT = files("warehouse.search").joinpath("reranker_trees.json").read_text(encoding="utf-8")


def test_the_shipped_trees_were_fitted_on_the_features_that_are_read():
    assert shipped_trees().features == NAMES


def test_trees_add_up_as_when_walked_node_by_node():
    rows = np.random.default_rng(2009).normal(size=(50, len(NAMES))).astype(np.float32)

    def walk(tree, row):
        node = 0
        while tree["left"][node] != node:
            side = "right" if row[tree["feature"][node]] > tree["threshold"][node] else "left"
            node = tree[side][node]
        return tree["value"][node]

    expected = [sum(walk(tree, row) for tree in json.loads(CONTENT)["trees"]) for row in rows]
    assert np.allclose(Trees(CONTENT).predict(rows), expected, atol=1e-5)
