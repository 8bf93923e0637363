"""Transform: dbt builds the marts inside the warehouse and tests them (gate 1)."""

import os
from typing import Any

from flows.document_parser import ROOT
from flows.policies import step_task
from flows.steps.run import Run
from warehouse.connection import open_warehouse
from warehouse.encoding.models import find_model
from warehouse.encoding.vectors import stored_encoder
from warehouse.errors import GateFailed
from warehouse.releases.fingerprint import fingerprint_of, remember_transformed, transformed_fingerprint
from warehouse.search.index_writer import FORMAT

DBT_PROJECT = ROOT / "dbt_models"


def transform(run: Run) -> None:
    """Build and test the marts, unless nothing has changed since they were last built.

    Raises:
        GateFailed: a model could not be built or a test failed; it is named.
    """
    run.begin("transform", None)
    with open_warehouse(run.home) as connection:
        encoder, dimension = stored_encoder(connection, find_model(run.settings))
        fingerprint = fingerprint_of(connection, f"{encoder}, search files of format {FORMAT}", DBT_PROJECT)
        if transformed_fingerprint(connection) == fingerprint:
            return
        run.write_row(connection, "running")  # so that the release tells of the run that makes it
    # Our connection is closed before dbt opens its own, which it keeps until the process ends.
    run.counts["dbt_nodes"] = build_marts(run, encoder, dimension)
    with open_warehouse(run.home) as connection:
        remember_transformed(connection, fingerprint)


@step_task("dbt build")
def build_marts(run: Run, encoder: str, dimension: int) -> int:
    """Run `dbt build`; the number of models, seeds and tests that passed comes back."""
    from dbt.cli.main import dbtRunner

    os.environ["KLOG_WAREHOUSE_PATH"] = str(run.home.warehouse.resolve())
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
    work = (run.home.root / "dbt").resolve()
    variables = {"embedding_model": encoder, "embedding_dimension": dimension}
    result = dbtRunner().invoke(
        [
            "build", "--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT),
            "--target-path", str(work / "target"), "--log-path", str(work / "logs"),
            "--vars", str(variables), "--log-level", "none", "--log-level-file", "debug", "--no-use-colors", "--no-print",
            "--exclude-resource-type", "unit_test",
        ]
    )  # fmt: skip
    if result.exception is not None:
        raise GateFailed(f"dbt could not build the marts: {result.exception}. Its log: {work / 'logs' / 'dbt.log'}")
    failed = [one for one in _results(result) if one.status in ("error", "fail", "runtime error")]
    if failed:
        names = ", ".join(f"{one.node.name} ({one.message})" for one in failed[:3])
        more = f" and {len(failed) - 3} more" if len(failed) > 3 else ""
        raise GateFailed(f"dbt: {names}{more}. Its log: {work / 'logs' / 'dbt.log'}")
    return len(_results(result))


def _results(result: Any) -> list[Any]:
    return list(getattr(result.result, "results", None) or [])
