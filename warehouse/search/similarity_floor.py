"""The similarity floor: how near a passage must be to answer a question, calibrated with off-topic questions."""

import json
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from warehouse.encoding.encoder import Encoder
from warehouse.search.index_reader import SearchIndex
from warehouse.search.match_set import DOUBT, Matcher
from warehouse.search.query_terms import TermForms


@cache
def off_topic_queries() -> tuple[str, ...]:
    """Return 120 queries about anything but kernels, or about nothing."""
    text = files("warehouse.search").joinpath("off_topic.txt").read_text(encoding="utf-8")
    return tuple(text.splitlines())


def write_floor(directory: Path, encoder: Encoder) -> float:
    """Calibrate the floor of the search files in `directory`, which must have vectors, and add it to search.json."""
    floor = calibrate(SearchIndex(directory), encoder)
    path = directory / "search.json"
    about = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**about, "floor": floor}, ensure_ascii=False), encoding="utf-8")
    return floor


def calibrate(tables: SearchIndex, encoder: Encoder) -> float:
    """Return the lowest floor that no off-topic query passes anywhere in the archive.

    Of a hundred similar queries fewer than two are then expected to pass: with 120 of each, one in 121.
    """
    forms = TermForms(tables.lexical)
    matcher = Matcher(tables, forms)
    queries = off_topic_queries()
    encoded = encoder.encode(queries, query=True).T
    nearest = np.max([(vectors @ encoded).max(axis=0) for vectors in tables.vector_blocks()], axis=0)
    evidence = [matcher.evidence(forms.read(query)) for query in queries]
    reached = [
        float(cosine) - DOUBT * one.doubt for cosine, one in zip(nearest, evidence, strict=True) if not one.is_unheard
    ]
    return round(float(np.nextafter(max(reached), 1)) + 5e-4, 3)
