"""Mentions against the labels of a reader who had not seen this code (tests/labelled/README.md has the rules)."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.labelled import openings
from tests.labelled.corpus import find_sentences
from warehouse.mentions import Taxonomy, find_mentions, load_taxonomy

ROOT = Path(__file__).parents[3]
LABELLED = ROOT / "tests" / "labelled"
CORPUS = ROOT.parent / "shared" / "corpus" / "lwn_kernel.jsonl.gz"
OPENINGS = ROOT.parent / "shared" / "corpus" / "column_openings.json"
FIELDS = {
    "kernel_release": ("releases", "version"),
    "person": ("people", "person_id"),
    "topic": ("topics", "topic_id"),
}


@cache
def taxonomy() -> Taxonomy:
    return load_taxonomy(ROOT / "dbt_models" / "seeds")


@cache
def labels(file: str, half: str) -> tuple[tuple[str, dict], ...]:
    rows = [json.loads(line) for line in (LABELLED / file).read_text(encoding="utf-8").splitlines()]
    if half == "own":
        return tuple((row["text"], row) for row in rows if "text" in row)
    sentences = openings.find_sentences(OPENINGS) if half == "openings" else find_sentences(CORPUS)
    return tuple((sentences[row["sha256"]], row) for row in rows if "sha256" in row)


def judged(text: str, row: dict, entity_type: str) -> Iterator[tuple[str, str]]:
    """Yield (`right`, `wrong` or `missed`, what) for one sentence; optional labels are right or nothing."""
    field, name = FIELDS[entity_type]
    expected = list(row[field])
    met: set[int] = set()
    for mention in find_mentions(text, taxonomy()):
        if mention.entity_type != entity_type:
            continue
        hits = {
            number
            for number, label in enumerate(expected)
            if mention.entity_id in (label[name], *label.get("also", ()))
            and label["start"] < mention.char_end
            and mention.char_start < label["end"]
        }
        met |= hits
        named_elsewhere = entity_type == "topic" and any(label[name] == mention.entity_id for label in expected)
        if any(not expected[number].get("optional") for number in hits):
            yield "right", mention.surface
        elif not hits and not named_elsewhere:
            yield "wrong", f"{mention.surface} ({mention.entity_id})"
    yield from (
        ("missed", f"{label['surface']} ({label[name]})")
        for number, label in enumerate(expected)
        if number not in met and not label.get("optional")
    )


def score(file: str, half: str, entity_type: str) -> tuple[float, float, list[str]]:
    """Return precision, recall and what was wrong or missed, for a half of a file of labels."""
    counts = {"right": 0, "wrong": 0, "missed": 0}
    faults = []
    for text, row in labels(file, half):
        for verdict, what in judged(text, row, entity_type):
            counts[verdict] += 1
            if verdict != "right":
                faults.append(f"{row['id']} {verdict}: {what}")
    right = counts["right"]
    precision, recall = right / max(1, right + counts["wrong"]), right / max(1, right + counts["missed"])
    print(f"{file}, {half}, {entity_type}: precision {precision:.3f}, recall {recall:.3f}")
    return precision, recall, faults


FILES = ["mentions.jsonl", "mentions_second.jsonl"]
with_corpus = pytest.mark.skipif(not CORPUS.exists(), reason=f"no LWN corpus at {CORPUS}")
with_openings = pytest.mark.skipif(not OPENINGS.exists(), reason=f"no openings of the column at {OPENINGS}")
LABELS = [
    *((file, "own") for file in FILES),
    *(pytest.param(file, "corpus", marks=with_corpus) for file in FILES),
    *(pytest.param(f"openings_{file}", "openings", marks=with_openings) for file in FILES),
]


@pytest.mark.parametrize(("file", "half"), LABELS)
def test_releases_are_found_and_nothing_else_is(file: str, half: str) -> None:
    precision, recall, faults = score(file, half, "kernel_release")

    assert precision >= 0.98 and recall >= 0.98, faults


@pytest.mark.parametrize(("file", "half"), LABELS)
def test_people_are_who_they_are(file: str, half: str) -> None:
    precision, recall, faults = score(file, half, "person")

    assert precision >= 0.95 and recall >= 0.90, faults


@pytest.mark.parametrize(("file", "half"), LABELS)
def test_topics_are_what_a_sentence_is_about(file: str, half: str) -> None:
    precision, recall, faults = score(file, half, "topic")

    assert precision >= 0.90 and recall >= 0.80, faults
