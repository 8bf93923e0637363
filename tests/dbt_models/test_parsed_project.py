"""The parsed project is kept and serves another warehouse."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from flows.steps import dbt_project
from flows.steps.dbt_project import build_project, read_manifest

pytestmark = pytest.mark.filterwarnings("ignore")  # dbt's own, of its dependencies


def test_the_parsed_project_is_kept_and_serves_another_warehouse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dbt.cli.main import dbtRunner, dbtRunnerResult  # here, because it takes seconds of every worker's collection

    cache = tmp_path / "cache"
    invoke = dbtRunner.invoke
    asked: list[tuple[str, int]] = []

    def parse_only(runner: Any, arguments: list[str], **more: Any) -> Any:
        asked.append((arguments[0], len(runner.manifest.nodes) if runner.manifest else 0))
        return dbtRunnerResult(success=True) if arguments[0] == "build" else invoke(runner, arguments, **more)

    monkeypatch.setattr(dbtRunner, "invoke", parse_only)
    for name in ("one", "two"):
        build_project(tmp_path / name, tmp_path / "dbt", {"embedding_model": "tiny", "embedding_dimension": 2}, cache)
    (kept,) = cache.glob("*.msgpack")
    manifest = read_manifest(kept)
    assert manifest is not None
    nodes = len(manifest.nodes)
    assert nodes > 100
    assert asked == [("parse", 0), ("build", nodes), ("build", nodes)]
    kept.write_bytes(kept.read_bytes()[:-1])
    assert read_manifest(kept) is None


def test_builds_that_start_together_parse_it_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dbt.cli.main import dbtRunner, dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

    asked: list[str] = []

    def answer(_: dbtRunner, arguments: list[str], **__: Any) -> dbtRunnerResult:
        asked.append(arguments[0])
        return dbtRunnerResult(success=True, result=Manifest())

    begun, both = threading.local(), threading.Barrier(2, timeout=60)

    def read_together(kept: Path) -> Manifest | None:
        found = read_manifest(kept)
        if not hasattr(begun, "reading"):  # the first time, neither goes on before the other has found nothing
            begun.reading = True
            both.wait()
        return found

    monkeypatch.setattr(dbt_project, "read_manifest", read_together)
    monkeypatch.setattr(dbtRunner, "invoke", answer)
    variables = {"embedding_model": "tiny", "embedding_dimension": 2}
    with ThreadPoolExecutor(2) as threads:
        for name in ("one", "two"):
            threads.submit(build_project, tmp_path / name, tmp_path / "dbt", variables, tmp_path / "cache")
    assert sorted(asked) == ["build", "build", "parse"]


def test_a_cache_that_is_not_writable_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dbt.cli.main import dbtRunner, dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

    monkeypatch.setattr(dbtRunner, "invoke", lambda *_, **__: dbtRunnerResult(success=True, result=Manifest()))
    variables = {"embedding_model": "tiny", "embedding_dimension": 2}
    assert build_project(tmp_path / "one", tmp_path / "dbt", variables, Path("/proc/nowhere")) == []
