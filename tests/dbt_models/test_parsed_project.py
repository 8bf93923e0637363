"""The parsed project is kept and serves another warehouse."""

import shutil

import pytest

from flows.steps.dbt_project import build_project, read_manifest
from flows.steps.gate_messages import failed_results

pytestmark = pytest.mark.filterwarnings("ignore")  # dbt's own, of its dependencies


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
