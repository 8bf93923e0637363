"""A gate says in plain words what failed, with figures and the next command."""

import shutil

import pytest

from flows.steps.gates import explain_failures, failed_results
from flows.steps.marts import build_project, read_manifest
from tests.dbt_models.test_laws import BROKEN
from warehouse.connection import open_warehouse
from warehouse.home import Home

pytestmark = pytest.mark.filterwarnings("ignore")  # dbt's own, of its dependencies


@pytest.fixture(scope="module")
def explained(spoil):
    """What is said of each broken law by itself, by the name of its test."""
    dbt = spoil("; ".join(BROKEN.values()))
    dbt.run("run")
    dbt.run("test", "--exclude-resource-type", "unit_test")
    with open_warehouse(Home(dbt.folder)) as warehouse:
        return {
            one.node.name: explain_failures([one], warehouse, dbt.folder) for one in failed_results(dbt.results)
        }, dbt.folder


def test_a_limit_that_is_not_kept_is_told_with_its_name_and_figures(explained):
    said, home = explained
    told = said["quality_checks_are_met"]
    assert told.startswith("The check damage_made_in_issues failed: 1 of 1 issues were damaged by our reading; 0 may.")
    assert f"klog --home {home} build" in told


def test_no_sentence_has_a_name_that_dbt_made(explained):
    said, _ = explained
    assert len(said) >= len(BROKEN) - 1
    for name, told in said.items():
        assert name not in told
        assert "accepted_values" not in told
    people = said["mentions_name_what_the_archive_knows"]
    assert people.startswith("The check 'mentions name what the archive knows' failed; rows that break it: 1.")
    target = said["relationships_links_target_document_id__document_id__ref_documents_"]
    assert target.startswith("Rows of links name in target_document_id what documents does not have; found: 2.")
    assert "Rows of events break the rule:" in said["rows_of_events_are_sane"]
    assert said["issues_begin_with_their_lead"].startswith("The check 'issues begin with their lead' failed; rows that break it: 2.")


def test_the_parsed_project_is_kept_and_serves_another_warehouse(built, tmp_path):
    cache = tmp_path / "cache"
    variables = {"embedding_model": "tiny", "embedding_dimension": 2}
    counts = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        copy = tmp_path / name / "warehouse.duckdb"
        shutil.copy(built.path, copy)
        results = build_project(copy, tmp_path / name / "dbt", variables, cache)
        assert failed_results(results) == []
        counts.append(len(results))
        close_all()
    assert counts[0] == counts[1]
    (kept,) = cache.iterdir()
    assert (tmp_path / "one" / "dbt" / "target" / "partial_parse.msgpack").exists()
    assert not (tmp_path / "two" / "dbt" / "target" / "partial_parse.msgpack").exists()  # nothing was parsed
    kept.write_bytes(kept.read_bytes()[:-1])
    assert read_manifest(kept) is None


def close_all():
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()
