"""The known issues are asked for where an archive is asked for issues, also if its indexes fail, and nowhere else."""

import csv
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import duckdb

import dbt_models
from flows.sample import SAMPLE_WARC
from flows.sources.registry import identify
from flows.web.known_issues import list_known_issues
from flows.web.origin import Listed
from tests.flows.web.server import Server, plain
from tests.flows.web.steps import run_steps
from warehouse.settings import Settings

PAGE = plain(200, b"<html><p>An archived page.</p></html>", "Memento-Datetime: Mon, 09 Mar 2009 04:12:00 GMT")
NOT_A_LIST = plain(200, b"<html>We are offline for maintenance</html>")


def test_every_known_address_is_an_issue_of_the_key_that_the_seed_gives_it() -> None:
    with (dbt_models.SEEDS / "seed_known_issues.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["url"], identify(row["url"]).kind, identify(row["url"]).key) for row in rows] == [
        (row["url"], "issue", row["key"]) for row in rows
    ]
    assert len({row["url"] for row in rows}) == len(rows)
    printed = defaultdict(set)
    for row in rows:
        if row["published_at"]:
            printed[row["title"].lower(), row["published_at"][:16], row["language"]].add(row["issue_key"])
    assert [keys for keys in printed.values() if len(keys) > 1] == [], "one title and minute would join two issues"


def test_known_issues_are_fetched_although_every_index_fails(
    server: Server, known_issues: list[Listed], settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    known_issues += list_known_issues()
    server.answers |= {"/cdx/": NOT_A_LIST, "/web/": PAGE}
    run_steps(tmp_path / "home", settings_for(server.base), ["wayback"], ["discover"])
    run_steps(tmp_path / "home", settings_for(server.base), ["wayback"], ["discover", "fetch"])
    with duckdb.connect(str(tmp_path / "home" / "warehouse.duckdb"), read_only=True) as home:
        found = home.execute("SELECT url, state, found_how, target_at FROM raw.fetches ORDER BY url").fetchall()
    assert found == sorted((identify(one.url).url, "done", "known", one.captured_at) for one in known_issues)


def test_a_file_alone_asks_for_no_known_issue(
    server: Server, known_issues: list[Listed], settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    known_issues += list_known_issues()
    run_steps(tmp_path / "home", settings_for(server.base), [str(SAMPLE_WARC)], ["discover"])
    with duckdb.connect(str(tmp_path / "home" / "warehouse.duckdb"), read_only=True) as home:
        assert home.execute("SELECT DISTINCT found_how FROM raw.fetches").fetchall() == [("warc",)]
