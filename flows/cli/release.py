"""`klog release`: list, show and compare the releases of a home, go back to one, remove old ones."""

import dataclasses
from typing import Any

import click

from flows.cli.context import Context
from flows.cli.terminal import Bold, say, say_json, say_table
from warehouse.connection import open_warehouse
from warehouse.encoding.models import find_model
from warehouse.encoding.vectors import drop_unused_vectors, encoders_with_vectors, stored_encoder
from warehouse.releases.difference import Change, Difference, compare_releases
from warehouse.releases.history import (
    Release,
    encoders_of,
    find_release,
    list_releases,
    releases_to_remove,
    remove_leftovers,
    remove_releases,
    roll_back,
)
from warehouse.releases.stored import remove_stored

_SIGNS = {"came": "+", "went": "-", "changed": "~"}
_as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group("release")
def command() -> None:
    """List, show and compare the releases of the home, go back to one, or remove old ones.

    A release is named by its id, by the beginning of its id, or by `current`.

    \b
    Examples:
      klog release list
      klog release diff 20261129T0318 current
      klog release rollback
    """


@command.command("list")
@_as_json
@click.pass_obj
def list_(context: Context, as_json: bool) -> None:
    """List the releases, newest first; the current one is marked.

    \b
    Example:
      klog release list
    """
    releases = list_releases(context.home)
    if as_json:
        say_json({"releases": [_facts(one) for one in releases]})
        return
    if not releases:
        raise context.home.missing()
    rows = [
        (
            "*" if one.is_current else "",
            one.release_id,
            f"{one.size_bytes() / 1e6:,.1f}",
            f"{one.manifest.counts['documents']:,}" if one.manifest else "",
            one.manifest.model if one.manifest else "release.json cannot be read",
        )
        for one in releases
    ]
    say_table(("", "release", "MB", "documents", "model"), rows, right=(2, 3))


@command.command("show")
@click.argument("release", default="current")
@_as_json
@click.pass_obj
def show(context: Context, release: str, as_json: bool) -> None:
    """Show what RELEASE holds and what it was made with.

    \b
    Example:
      klog release show current
    """
    found = _facts(find_release(context.home, release))
    if as_json:
        say_json(found)
        return
    for name, value in found.items():
        parts = value.items() if isinstance(value, dict) else ()
        said = ", ".join(f"{part} {one}" for part, one in parts) if parts else value
        say(f"{name}: {said}")


@command.command("diff")
@click.argument("old")
@click.argument("new", default="current")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Most entries listed of each.")
@_as_json
@click.pass_obj
def diff(context: Context, old: str, new: str, limit: int, as_json: bool) -> None:
    """Compare the release OLD with NEW (the current one): which documents, links and topics came, went and changed.

    \b
    Example:
      klog release diff 20261129T0318 current
    """
    before, after = find_release(context.home, old), find_release(context.home, new)
    found = compare_releases(before.folder, after.folder, limit=limit)
    if as_json:
        differences = {thing: dataclasses.asdict(one) for thing, one in found.items()}
        say_json({"old": before.release_id, "new": after.release_id, **differences})
        return
    say(f"{before.release_id} -> {after.release_id}")
    for thing, one in found.items():
        _print_difference(thing, one)


@command.command("rollback")
@click.argument("release", required=False)
@_as_json
@click.pass_obj
def rollback(context: Context, release: str | None, as_json: bool) -> None:
    """Make RELEASE current, or without one the release before the current; readers see it at once.

    It is checked before, and works while a build runs. Builds publish again only when there are new rows, another model or
    another version of klog, or with klog build --force.

    \b
    Example:
      klog release rollback
    """
    found = roll_back(context.home, release)
    if as_json:
        say_json(_facts(found))
        return
    say(f"{found.release_id} is current.")
    if context.home.rollback.exists():
        say(f"Builds leave it until something is new; to publish anyway: klog --home {context.home.root} build --force")


@command.command("prune")
@click.argument("releases", nargs=-1)
@click.option("--dry-run", is_flag=True, help="Only show what would be removed.")
@click.option("--keep", type=click.IntRange(1), help="Newest releases kept (KLOG_KEEP_RELEASES).")
@click.option(
    "--keep-days", type=click.IntRange(0), help="Days with a release of which the last is kept (KLOG_KEEP_DAYS)."
)
@_as_json
@click.pass_obj
def prune(
    context: Context,
    releases: tuple[str, ...],
    dry_run: bool,
    keep: int | None,
    keep_days: int | None,
    as_json: bool,
) -> None:
    """Remove old and unreadable releases, what failed builds left, and vectors that nothing needs.

    With RELEASES, remove these instead of old ones. The current release always stays. Every build that publishes does the same.

    \b
    Example:
      klog release prune --dry-run
    """
    home, settings = context.home, context.settings
    if releases:
        chosen = [find_release(home, name) for name in releases]
        if any(one.is_current for one in chosen):
            raise click.UsageError("the current release cannot be removed; first: klog release rollback")
    else:
        newest = keep or settings.keep_releases
        days = settings.keep_days if keep_days is None else keep_days
        chosen = releases_to_remove(home, newest=newest, days=days)
    size = sum(one.size_bytes() for one in chosen)
    vectors = 0
    if not dry_run:
        with home.hold():
            if context.store is not None and home.warehouse.is_file():  # not where releases are only pulled
                remove_stored(context.store, [one.release_id for one in chosen])
            remove_releases(chosen)
            remove_leftovers(home)
            vectors = _drop_vectors(context)
    if as_json:
        names = [one.release_id for one in chosen]
        say_json({"removed": names, "bytes": size, "vectors": vectors, "dry_run": dry_run})
        return
    for one in chosen:
        say(f"{'would remove' if dry_run else 'removed'} {one.release_id}")
    more = "" if dry_run else f", {vectors:,} vectors removed"
    say(f"{len(chosen)} releases, {size / 1e6:,.1f} MB{more}; {len(list_releases(home))} releases are there.")


def _drop_vectors(context: Context) -> int:
    """Delete vectors that no release, no passage and no setting needs."""
    if not context.home.warehouse.is_file():
        return 0
    with open_warehouse(context.home) as connection:
        encoder, _ = stored_encoder(connection, find_model(context.settings), context.settings.precision)
        needed = encoders_of(list_releases(context.home)) | {encoder}
        return drop_unused_vectors(connection, encoders_with_vectors(connection) - needed)


def _facts(release: Release) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "release_id": release.release_id,
        "is_current": release.is_current,
        "bytes": release.size_bytes(),
    }
    if release.manifest is None:
        return {**facts, "error": "release.json cannot be read"}
    told = {name: getattr(release.manifest, name) for name in release.manifest.__slots__ if name != "files"}
    return {**facts, **told, "files": len(release.manifest.files)}


def _print_difference(thing: str, one: Difference) -> None:
    say(Bold(thing), ": ", ", ".join(f"{number:,} {what}" for what, number in one.counts.items()))
    for what, sign in _SIGNS.items():
        listed: tuple[Change, ...] = getattr(one, what)
        for change in listed:
            say(f"  {sign} {change.shown}{'  (' + '; '.join(change.fields) + ')' if change.fields else ''}")
        if one.counts[what] > len(listed):
            say(f"  {sign} and {one.counts[what] - len(listed):,} more (--limit)")
