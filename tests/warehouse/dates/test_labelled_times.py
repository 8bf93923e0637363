"""Time expressions against labels made before the code ran (tests/labelled/README.md says how)."""

import calendar
import csv
import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.labelled import openings
from tests.labelled.corpus import find_sentences
from warehouse.dates.release_roles import is_told_of
from warehouse.dates.times import TimeExpression, find_times

ROOT = Path(__file__).parents[3]
LABELLED = ROOT / "tests" / "labelled"
FILES = ["time_expressions.jsonl", "time_expressions_second.jsonl"]
ENOUGH = 0.95


@dataclass
class Score:
    labelled: int = 0
    right: int = 0
    found: int = 0
    unlabelled: int = 0
    wrong: list[str] = field(default_factory=list)


def releases() -> dict[str, dt.date]:
    with (ROOT / "dbt_models" / "seeds" / "seed_kernel_releases.csv").open(encoding="utf-8") as rows:
        return {
            row["version"]: dt.date.fromisoformat(row["released_on"])
            for row in csv.DictReader(rows)
            if row["released_on"]
        }


def labels(file: str) -> Iterator[dict]:
    for line in (LABELLED / file).read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def score(rows: list[tuple[dict, str]]) -> Score:
    result, known = Score(), releases()
    for row, text in rows:
        found = find_times(text, written=dt.date.fromisoformat(row["written"]), releases=known)
        result.found += len(found)
        used: set[int] = set()
        for wanted in row["expressions"]:
            overlapping = [t for t in found if t.start < wanted["end"] and wanted["start"] < t.end]
            used |= {t.start for t in overlapping}
            is_right = any(_is_right(t, wanted) for t in overlapping)
            if wanted.get("optional") and not overlapping:
                continue
            result.labelled += 1
            result.right += is_right
            if not is_right:
                got = [f"{t.surface!r} {t.date}..{t.date_end}" for t in overlapping] or "nothing"
                result.wrong.append(
                    f"{row['id']} {row['written']} wanted {wanted['surface']!r} "
                    f"{wanted['date']}..{wanted['date_end']}, got {got}: {text}"
                )
        for extra in found:
            if extra.start not in used and extra.kernel_release is None:
                result.unlabelled += 1
                result.wrong.append(
                    f"{row['id']} {row['written']} unlabelled {extra.surface!r} {extra.date}..{extra.date_end}: {text}"
                )
    return result


def _is_right(found: TimeExpression, wanted: dict) -> bool:
    near = dt.timedelta(days=wanted.get("tolerance_days", 0))
    ranges = [(wanted["date"], wanted["date_end"]), *wanted.get("also", ())]
    return any(
        abs(found.date - dt.date.fromisoformat(first)) <= near
        and abs(found.date_end - dt.date.fromisoformat(last)) <= near
        for first, last in ranges
    )


def own_rows(file: str) -> list[tuple[dict, str]]:
    return [(row, row["text"]) for row in labels(file) if "text" in row]


def lwn_rows(file: str, corpus: Path) -> list[tuple[dict, str]]:
    sentences = find_sentences(corpus)
    return [(row, sentences[row["sha256"]]) for row in labels(file) if "sha256" in row]


def opening_rows(file: str, path: Path) -> list[tuple[dict, str]]:
    sentences = openings.find_sentences(path)
    return [
        (row | {"expressions": [in_days(label) for label in row["dates"]]}, sentences[row["sha256"]])
        for row in labels(file)
    ]


def in_days(label: dict) -> dict:
    """Return a label with whole days, where it gives a month or year."""
    first, last = label["date"], label.get("date_end", label["date"])
    if len(last) == len("2011"):
        last += "-12"
    if len(last) == len("2011-12"):
        last += f"-{calendar.monthrange(*map(int, last.split('-')))[1]}"
    return label | {"date": f"{first}-01-01"[: len("2011-12-31")], "date_end": last}


def check(rows: list[tuple[dict, str]], enough: float = ENOUGH) -> None:
    result = score(rows)
    report = "\n".join(result.wrong)
    print(f"{result.right} of {result.labelled} right, {result.unlabelled} of {result.found} not labelled")
    assert result.right >= enough * result.labelled, f"{result.right} of {result.labelled} right:\n{report}"
    assert result.unlabelled <= (1 - ENOUGH) * result.found, f"{result.unlabelled} not labelled:\n{report}"


@pytest.mark.parametrize("file", FILES)
def test_times_of_the_projects_own_sentences_resolve_as_labelled(file: str) -> None:
    check(own_rows(file))


@pytest.mark.parametrize("file", FILES)
def test_times_of_lwn_sentences_resolve_as_labelled(file: str, shared: Path) -> None:
    check(lwn_rows(file, shared / "corpus" / "lwn_kernel.jsonl.gz"))


@pytest.mark.parametrize("file", ["openings_mentions.jsonl", "openings_mentions_second.jsonl"])
def test_times_of_the_columns_openings_resolve_as_labelled(file: str, shared: Path) -> None:
    check(opening_rows(file, shared / "corpus" / "column_openings.json"), enough=0.9)


def test_most_releases_that_the_past_tense_names_are_told_of(shared: Path) -> None:
    sentences = find_sentences(shared / "corpus" / "lwn_kernel.jsonl.gz")
    rows = labels("release_roles.jsonl")
    found = Counter(
        (row["place"], _is_told(sentences[row["sha256"]], row["release"])) for row in rows if row["half"] == "final"
    )
    assert found["yes", True] / (found["yes", True] + found["yes", False]) > 0.9
    assert found["yes", True] / (found["yes", True] + found["no", True]) > 0.7


def _is_told(sentence: str, release: str) -> bool:
    named = re.finditer(rf"(?<![\w.-])v?{re.escape(release)}(?![\w]|[.-]\w)", sentence)
    return any(is_told_of(sentence, *one.span()) for one in named)
