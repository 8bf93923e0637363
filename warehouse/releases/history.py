"""The releases that a home keeps: list and find them, remove old ones, go back to one."""

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.connection import DatabaseError, open_release
from warehouse.errors import ArchiveMissing, GateFailed, KlogError, UsageError
from warehouse.home import Home, now, read_json, replace_json
from warehouse.releases.publish import Manifest, changed_files, current_manifest, point_to, read_manifest, remove_files

ID = re.compile(r"\d{8}T\d{6}-[0-9a-f]{6}")
PULLING = ".pulling"  # the folder that a release is copied to from a store
_DAY = len("20260102")


@dataclass(frozen=True, slots=True)
class Release:
    """A release in a home; `manifest` is None if its `release.json` cannot be read."""

    release_id: str
    folder: Path
    is_current: bool
    manifest: Manifest | None

    def size_bytes(self) -> int:
        """Return the size of the release's files."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())


def list_releases(home: Home) -> list[Release]:
    """Return the releases of a home, newest first; other files and folders in `releases/` are passed over."""
    if not home.releases.is_dir():
        return []
    current = home.current.resolve()
    names = sorted((path.name for path in home.releases.iterdir() if ID.fullmatch(path.name)), reverse=True)
    folders = [home.releases / name for name in names]
    return [Release(one.name, one, one.resolve() == current, read_manifest(one)) for one in folders]


def find_release(home: Home, asked: str | None) -> Release:
    """Return the release with an id, or with an id that begins so; None or `current` is the current one.

    Raises:
        ArchiveMissing: nothing has been published.
        UsageError: no release, or more than one, has such an id.
    """
    releases = list_releases(home)
    if not releases:
        raise home.missing()
    is_current = asked in (None, "current")
    found = [one for one in releases if (one.is_current if is_current else one.release_id.startswith(str(asked)))]
    if len(found) != 1:
        names = ", ".join(one.release_id for one in releases)
        raise UsageError(f"{len(found)} releases are meant by {asked or 'current'!r}; expected one of {names}.")
    return found[0]


def releases_to_remove(home: Home, *, newest: int, days: int) -> list[Release]:
    """Return the releases that are not kept, and those whose manifest cannot be read; never the current one.

    Kept are the `newest` releases, and the last one of each of the last `days` days that have any: builds that publish every
    half hour leave a release of yesterday and of last week.
    """
    releases = list_releases(home)
    whole = [one for one in releases if one.manifest is not None]
    last_of_day: dict[str, str] = {}
    for one in whole:
        last_of_day.setdefault(one.release_id[:_DAY], one.release_id)
    kept = {one.release_id for one in whole[:newest]} | set(list(last_of_day.values())[:days])
    return [one for one in releases if not one.is_current and one.release_id not in kept]


def encoders_of(releases: Sequence[Release]) -> set[str]:
    """Return the names of the encoders that releases were made with."""
    return {one.manifest.model for one in releases if one.manifest is not None}


def remove_releases(releases: Sequence[Release]) -> None:
    """Remove releases; a reader that has one open keeps it until it closes its files."""
    for one in releases:
        # By another name first, so that a removal that is killed leaves nothing that looks like a release.
        gone = one.folder.rename(one.folder.with_name(f".removed-{one.release_id}"))
        remove_files(Home(gone.parents[1]), gone)


def remove_leftovers(home: Home) -> list[str]:
    """Remove what failed or killed runs left beside the releases; return the names. The home must be held."""
    left = [home.releases / ".making", home.releases / PULLING, *home.releases.glob(".removed-*")]
    found = [path for path in left if path.is_dir()]
    for path in found:
        if path.name == PULLING:  # others may still read its vectors
            shutil.rmtree(path)
        else:
            remove_files(home, path)
    return [path.name for path in found]


def releases_with_forgotten(home: Home) -> list[Release]:
    """Return the releases that hold a document that was forgotten."""
    forgotten = [(row[0], row[1]) for row in home.read_record().get("forgotten", []) if len(row) > 1]
    return [one for one in list_releases(home) if holds(one, forgotten)] if forgotten else []


def holds(release: Release, things: Sequence[tuple[str, str]]) -> bool:
    """Return whether a release holds a document with one of these kinds and keys; one that cannot be read holds none."""
    try:
        with open_release(release.folder) as archive:
            found = archive.execute(
                "SELECT 1 FROM main.documents WHERE list_contains($things, kind || ' ' || key) LIMIT 1",
                {"things": [f"{kind} {key}" for kind, key in things]},
            ).fetchone()
    except (KlogError, DatabaseError):
        return False
    return found is not None


def roll_back(home: Home, asked: str | None) -> Release:
    """Make an older release current, without an id the one before the current; return it.

    The data of the newer releases is not published again: see `is_rolled_back`.

    Raises:
        ArchiveMissing: there is no release to go back to.
        GateFailed: the release is damaged, holds a forgotten document, or was made by a newer version.
    """
    releases = list_releases(home)
    if asked is None:
        place = next((number for number, one in enumerate(releases) if one.is_current), -1)
        if place + 1 >= len(releases):
            raise ArchiveMissing(f"{home.root} has no older release. See: klog --home {home.root} release list")
        target = releases[place + 1]
    else:
        target = find_release(home, asked)
    _check(home, target)
    newer = [one for one in releases if one.release_id > target.release_id and one.manifest is not None]
    point_to(home, target.release_id)
    if newer:
        fingerprints = [one.manifest.fingerprint for one in newer if one.manifest is not None]
        said: Mapping[str, Any] = {"to": target.release_id, "at": now().isoformat(), "fingerprints": fingerprints}
        replace_json(home.rollback, said)
    else:
        home.rollback.unlink(missing_ok=True)
    return target


def is_rolled_back(home: Home, fingerprint: str | None) -> bool:
    """Return whether the current release was gone back to from one with this fingerprint."""
    said = read_json(home.rollback)
    manifest = current_manifest(home)
    return (
        manifest is not None and said.get("to") == manifest.release_id and fingerprint in said.get("fingerprints", [])
    )


def _check(home: Home, release: Release) -> None:
    other = f"Go back to another: klog --home {home.root} release list"
    if release.manifest is None:
        raise GateFailed(f"{release.folder / 'release.json'} cannot be read. {other}")
    if changed := changed_files(release.folder, release.manifest):
        raise GateFailed(f"{release.folder / changed[0]} has changed since it was published. {other}")
    open_release(release.folder).close()
    if release.release_id in {one.release_id for one in releases_with_forgotten(home)}:
        raise GateFailed(f"{release.release_id} holds a document that was forgotten. {other}")
