"""The seeds are what the reader tags with, so their rules are kept where a hand edits them."""

import csv
import datetime as dt
from collections import Counter
from pathlib import Path

SEEDS = Path(__file__).parents[2] / "dbt_models" / "seeds"
# The last number of each series, and the last release that the seed has.
_SERIES = {"2.6": 39, "3": 19, "4": 20, "5": 19, "6": 19, "7": 0}
MAINLINE = [f"{series}.{number}" for series, last in _SERIES.items() for number in range(last + 1)]


def test_at_least_sixty_leaf_topics_stand_on_two_levels():
    topics = {row["topic_id"]: row for row in _rows("topics")}
    leaves = [row for row in topics.values() if row["parent_id"]]
    assert len(leaves) >= 60
    assert all(topics[row["parent_id"]]["parent_id"] == "" for row in leaves)
    assert all(bool(row["aliases"]) == bool(row["parent_id"]) for row in topics.values())


def test_no_alias_belongs_to_two_topics():
    owners = Counter(alias.lower() for row in _rows("topics") for alias in {a.lower() for a in _aliases(row)})
    assert [alias for alias, count in owners.items() if count > 1] == []


def test_no_spelling_belongs_to_two_people_or_two_projects():
    for seed in ("people", "projects"):
        owners = Counter(spelling for row in _rows(seed) for spelling in [row["name"], *_aliases(row)])
        assert [spelling for spelling, count in owners.items() if count > 1] == []


def test_aliases_have_no_white_space_around_them_and_none_is_empty():
    for seed in ("topics", "people", "projects"):
        for row in _rows(seed):
            assert all(alias == alias.strip() != "" for alias in _aliases(row)), row


def test_every_mainline_release_from_2_6_0_on_has_a_day_and_a_source_in_order():
    releases = {row["version"]: row for row in _rows("kernel_releases")}
    days = [dt.date.fromisoformat(releases[version]["released_on"]) for version in MAINLINE]
    assert days == sorted(set(days))
    assert all(releases[version]["source"] and releases[version]["mainline"] == "true" for version in MAINLINE)


def test_a_candidate_appears_before_its_release_and_a_stable_update_after_it():
    releases = {row["version"]: row["released_on"] for row in _rows("kernel_releases")}
    for version, day in releases.items():
        if "-rc" in version:
            assert day < releases[version.split("-rc")[0]], version
        elif version not in MAINLINE:
            assert day > releases[version.rpartition(".")[0]], version


def _rows(seed: str) -> list[dict[str, str]]:
    with (SEEDS / f"seed_{seed}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _aliases(row: dict[str, str]) -> list[str]:
    return row["aliases"].split("|") if row["aliases"] else []
