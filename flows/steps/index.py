"""Index: write the next release to a new folder: the archive file and the search files."""

from pathlib import Path

from flows.parser_versions import statement_version
from flows.policies import step_task
from flows.steps.run import Run
from warehouse.connection import open_release, open_warehouse
from warehouse.encoding.models import find_model, model_setting, settings_like
from warehouse.encoding.query_encoder import open_query_encoder
from warehouse.encoding.vectors import stored_encoder
from warehouse.releases.fingerprint import transformed_fingerprint
from warehouse.releases.history import is_rolled_back
from warehouse.releases.publish import changed_files, current_manifest, unfinished_folder, write_archive
from warehouse.releases.space import check_space
from warehouse.search import search_files_in_writing, write_floor
from warehouse.timeline.statement_writer import build_statement_files

STATEMENTS = "statements/terms.txt"  # older releases do not have it


def index(run: Run) -> None:
    """Write the next release, unless the current one is intact and was made from the same data, or gone back to from it."""
    run.begin("index", None)
    with open_warehouse(run.home) as connection:
        fingerprint = transformed_fingerprint(connection)
    folder = unfinished_folder(run.home)
    current = current_manifest(run.home)
    is_whole = current is not None and STATEMENTS in current.files and not changed_files(run.home.current, current)
    is_settled = current is not None and (current.fingerprint == fingerprint or is_rolled_back(run.home, fingerprint))
    if is_whole and is_settled and not run.force:
        return
    check_space(run.home)
    write_files(run, folder, run.home.current.resolve() if is_whole else None)


@step_task("write the release's files")
def write_files(run: Run, folder: Path, earlier: Path | None) -> None:
    """Write the archive file, then the search files made from it; what has not changed since the release `earlier` is taken from it."""
    with open_warehouse(run.home) as connection:
        write_archive(connection, folder)
        encoder, _ = stored_encoder(connection, find_model(run.settings), run.settings.precision)
    with (
        open_release(folder) as archive,
        search_files_in_writing(
            archive,
            folder / "search",
            model=encoder,
            model_setting=model_setting(run.settings),
            store=run.settings.search_store,
        ) as counts,
    ):
        run.counts["statements"] = build_statement_files(
            archive, folder / "statements", version=statement_version(), earlier=earlier
        )
    run.counts["search"] = counts
    if counts["vectors"]:
        write_floor(folder / "search", open_query_encoder(settings_like(run.settings, encoder)))
