"""Publish: check the new release (gate 2) and swap it in; the old one stays if the gate fails."""

import logging
import shutil
from importlib.metadata import version
from pathlib import Path

from flows.policies import step_task
from flows.steps.put import put_published
from flows.steps.run import Run
from warehouse.connection import RELEASE_SCHEMA, open_release, open_warehouse
from warehouse.encoding.models import find_model, model_setting
from warehouse.encoding.vectors import drop_unused_vectors, stored_encoder
from warehouse.errors import GateFailed
from warehouse.frontier.home_record import facts_of
from warehouse.home import now
from warehouse.releases.fingerprint import transformed_fingerprint
from warehouse.releases.history import (
    encoders_of,
    is_rolled_back,
    list_releases,
    releases_to_remove,
    releases_with_forgotten,
    remove_leftovers,
    remove_releases,
)
from warehouse.releases.publish import (
    Manifest,
    check_counts,
    check_loss,
    check_probe,
    count_kinds,
    count_rows,
    current_manifest,
    hash_files,
    new_release_id,
    next_moment,
    swap_in,
)
from warehouse.search import Search, answered, open_search, read_golden_questions
from warehouse.search.feeds import FOLDER, read_feeds, write_feeds

_PACKAGES = ("kernel-log-archive", "duckdb", "dbt-duckdb", "sentence-transformers", "tantivy", "prefect")
MOST_NAMED = 5  # golden questions in one message
_PROBES = 3  # titles to search for in the new release; each has to find its document


def publish(run: Run) -> None:
    """Check the release written by `index` and make it current; do nothing if nothing has changed.

    Raises:
        GateFailed: a check failed, which the message names, or there is no new release to check.
    """
    run.begin("publish", None)
    with open_warehouse(run.home) as connection:
        fingerprint = transformed_fingerprint(connection)
    current = current_manifest(run.home)
    folder = run.home.releases / ".making"
    is_settled = current is not None and (current.fingerprint == fingerprint or is_rolled_back(run.home, fingerprint))
    if current is not None and is_settled and not folder.is_dir():
        run.release_id = current.release_id
        run.counts["published"] = 0
        put_published(run)
        return
    if fingerprint is None or not folder.is_dir():
        raise GateFailed(f"{folder} does not exist; create it with: klog --home {run.home.root} build --only index")
    write_release_feeds(run, folder)
    manifest = check_release(run, folder, fingerprint, current)
    swap_in(run.home, folder, manifest)
    run.release_id = manifest.release_id
    run.counts["published"] = 1
    clean_up(run)


@step_task("write the feeds")
def write_release_feeds(run: Run, folder: Path) -> None:
    """Write the feeds of the home's `feeds.toml` into the new release, and log what the search says of their queries."""
    feeds = read_feeds(run.home.feeds)
    shutil.rmtree(folder / FOLDER, ignore_errors=True)  # of a run that was stopped
    with open_search(folder / "search", settings=run.settings) as search:
        written = write_feeds(search, feeds, f"http://127.0.0.1:{run.settings.port}", folder / FOLDER)
    run.counts["feeds"] = len(written)
    for name, notes in written.items():
        for note in notes:
            run.log(f"feed {name}: {note}", level=logging.WARNING, step="publish")


@step_task("clean up")
def clean_up(run: Run) -> None:
    """Remove releases that are not kept or hold what was forgotten, and vectors that nothing needs."""
    home, settings = run.home, run.settings
    old = releases_to_remove(home, newest=settings.keep_releases, days=settings.keep_days)
    held = [one for one in releases_with_forgotten(home) if one not in old and not one.is_current]
    put_published(run, [*old, *held])
    remove_releases([*old, *held])
    remove_leftovers(home)
    run.counts["releases_removed"] = len(old) + len(held)
    # Not those of encoders without any release: they may belong to a model whose vectors are still being made.
    outdated = encoders_of([*old, *held]) - encoders_of(list_releases(home))
    with open_warehouse(home) as connection:
        run.counts["vectors_removed"] = drop_unused_vectors(connection, outdated)


@step_task("check the release")
def check_release(run: Run, folder: Path, fingerprint: str, current: Manifest | None) -> Manifest:
    """Run all checks of gate 2; return the manifest of a release that passed."""
    with open_warehouse(run.home) as connection:
        expected = count_rows(connection, "main")
        sources = facts_of(connection).get("sources", "").split("\n")
        encoder, _ = stored_encoder(connection, find_model(run.settings), run.settings.precision)
    newest = next((one.manifest for one in list_releases(run.home) if one.manifest is not None), current)
    moment = next_moment(now(), newest)
    with open_release(folder) as archive:
        manifest = Manifest(
            release_id=new_release_id(moment, fingerprint),
            home_kind=run.home_kind,
            fingerprint=fingerprint,
            model=encoder,
            published_at=moment.isoformat(),
            counts=count_rows(archive, "main"),
            kinds=count_kinds(archive),
            search=run.counts.pop("search", {}),
            versions={package: version(package) for package in _PACKAGES},
            files=hash_files(folder),
            accepted_loss=run.accept_loss,
            schema_version=RELEASE_SCHEMA,
            sources=sources,
            model_setting=model_setting(run.settings),
        )
        titles = archive.execute(
            "SELECT title FROM main.documents WHERE words > 50 ORDER BY kind <> 'issue', hash(document_id) LIMIT ?",
            [_PROBES],
        ).fetchall()
    check_counts(manifest, expected)
    if not manifest.counts["documents"]:
        raise GateFailed("The archive has no documents; nothing was published. See: klog status")
    check_loss(manifest, current, run.settings, run.accept_loss)
    with open_search(folder / "search", settings=run.settings) as search:
        for (title,) in titles:
            check_probe(title, len(search.search(title, mode="keyword", k=5, dates=False).hits))
        run.counts |= check_golden_questions(run, search)
    return manifest


def check_golden_questions(run: Run, new: Search) -> dict[str, int]:
    """Ask the new release the home's golden questions; return how many it answers, of how many.

    Raises:
        GateFailed: the current release finds the document of a question and the new one does not, unless the loss is accepted.
    """
    questions = read_golden_questions(run.home.golden_questions)
    if not questions:
        return {}
    now_found = answered(new, questions)
    before = [False] * len(questions)
    if run.home.current.exists():
        with open_search(run.home.release() / "search", settings=run.settings) as current:
            before = answered(current, questions)
    lost = [one.query for one, was, found in zip(questions, before, now_found, strict=True) if was and not found]
    if lost and not run.accept_loss:
        more = f" and {len(lost) - MOST_NAMED} more" if len(lost) > MOST_NAMED else ""
        raise GateFailed(
            f"{len(lost)} of {len(questions)} golden questions no longer find their document: "
            f"{'; '.join(map(repr, lost[:MOST_NAMED]))}{more}. Nothing was published; the current release stays. Change "
            f"{run.home.golden_questions}, or if that is right: klog --home {run.home.root} build --accept-loss REASON"
        )
    return {"golden_answered": sum(now_found), "golden_questions": len(questions)}
