"""Transform: build the marts inside the warehouse with dbt and test them (gate 1)."""

from dbt_models import PROJECT
from flows.policies import step_task
from flows.steps.dbt_project import build_project
from flows.steps.gate_messages import explain_failures, failed_results
from flows.steps.run import Run
from warehouse.connection import open_warehouse
from warehouse.encoding.models import find_model
from warehouse.encoding.vectors import stored_encoder
from warehouse.errors import GateFailed
from warehouse.home import Home
from warehouse.releases.fingerprint import (
    check_all_again,
    fingerprint_of,
    hash_rows,
    remember_transformed,
    transformed_fingerprint,
)
from warehouse.search.feeds import read_feeds
from warehouse.search.index_writer import FORMAT


def transform(run: Run) -> None:
    """Build and test the marts, unless nothing has changed since they were last built.

    Raises:
        GateFailed: a model could not be built or a test failed; the message names it.
    """
    run.begin("transform", None)
    with open_warehouse(run.home) as connection:
        encoder, dimension = stored_encoder(connection, find_model(run.settings), run.settings.precision)
        made_with = f"{encoder}, search files of format {FORMAT}{feeds_word(run.home)}"
        run.rows = hash_rows(connection, encoder)
        fingerprint = fingerprint_of(made_with, run.rows, PROJECT)
        if transformed_fingerprint(connection) == fingerprint:
            return
        check_all_again(connection, PROJECT)
        run.write_row(connection, "running")  # so that the release lists the run that built it
    # Our connection is closed before dbt opens its own, which it keeps until the process ends.
    run.counts["dbt_nodes"] = build_marts(run, encoder, dimension)
    with open_warehouse(run.home) as connection:
        remember_transformed(connection, fingerprint)


def feeds_word(home: Home) -> str:
    """Return what stands for the home's feeds in a fingerprint, so that a changed `feeds.toml` is published; empty without one.

    Raises:
        UsageError: the file holds something else.
    """
    feeds = read_feeds(home.feeds)
    return f", {feeds}" if feeds.feeds else ""


@step_task("dbt build")
def build_marts(run: Run, encoder: str, dimension: int) -> int:
    """Run `dbt build` and return the number of models, seeds and tests that passed."""
    work = (run.home.root / "dbt").resolve()
    variables = {"embedding_model": encoder, "embedding_dimension": dimension}
    results = build_project(run.home.warehouse, work, variables)
    failed = failed_results(results)
    if failed:
        with open_warehouse(run.home) as connection:
            raise GateFailed(explain_failures(failed, connection, run.home.root))
    return len(results)
