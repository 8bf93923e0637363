"""A part of many cases for every run, drawn with a seed; the others are long proofs."""

import itertools
import random
from collections.abc import Iterable

import pytest


def some_and_soak(*values: Iterable[object], one_in: int = 3) -> list[object]:
    """Every combination of the values as parameters: one in so many for `make test`, the others for `make soak`."""
    cases = list(itertools.product(*values))
    drawn = set(random.Random(2009).sample(range(len(cases)), len(cases) // one_in))
    return [pytest.param(*case, marks=[] if number in drawn else pytest.mark.soak) for number, case in enumerate(cases)]
