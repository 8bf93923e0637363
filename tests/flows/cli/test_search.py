"""What `klog search` does without a query, and what it says of dates."""

import json
from pathlib import Path

from click.testing import CliRunner

from flows.cli import cli


def call(home: Path, *arguments: str) -> str:
    told = CliRunner().invoke(cli, ["--home", str(home), "search", "--mode", "keyword", *arguments])
    assert told.exit_code == 0, told.output
    return told.stdout


def test_counts_without_a_query_are_of_the_archive_and_within_filters(sample_home: Path) -> None:
    whole, of_a_kind = (json.loads(call(sample_home, "--facets", "--json", *more)) for more in ([], ["--kind", "mail"]))
    assert whole["total"] == sum(whole["facets"]["kind"].values()) > of_a_kind["total"]
    assert of_a_kind["facets"]["kind"] == {"mail": whole["facets"]["kind"]["mail"]}
    lines = call(sample_home, "--facets").splitlines()
    assert lines[0].startswith("kind: ")
    assert lines[-1].startswith(f"{whole['total']} documents in ")


def test_filters_without_a_query_list_the_newest_first(sample_home: Path) -> None:
    hits = json.loads(call(sample_home, "--kind", "mail", "--json"))["hits"]
    days = [hit["published_at"] for hit in hits]
    assert days == sorted(days, reverse=True)
    assert {hit["kind"] for hit in hits} == {"mail"}


def test_nothing_asked_is_a_mistake(sample_home: Path) -> None:
    told = CliRunner().invoke(cli, ["--home", str(sample_home), "search"])
    assert told.exit_code == 2
    assert "expected a QUERY, a filter, --facets or --queries FILE" in told.stderr


def test_days_that_come_first_are_said_to(sample_home: Path) -> None:
    assert "those from 2009-01-01 to 2009-12-31 come first" in call(sample_home, "xen 2009")
    assert "those until 2009-12-31 come first" in call(sample_home, "xen before 2010")
    assert "those from 2009-01-01 on come first" in call(sample_home, "xen since 2009")
    assert "all documents from 2009-03-01 until 2009-03-31 are listed" in call(sample_home, "march 2009")
