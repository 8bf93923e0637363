"""Releases in a store: put there when they are published, and pulled to a machine that only reads them."""

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from warehouse.errors import ArchiveMissing, GateFailed, StoreFailed, UsageError
from warehouse.home import Home
from warehouse.releases.history import ID, PULLING, Release, list_releases
from warehouse.releases.publish import MANIFEST, changed_files, make_read_only, point_to, read_manifest
from warehouse.store import Store

FOLDER = "releases"


def stored_releases(store: Store) -> list[str]:
    """Return the ids of the whole releases in a store, newest first."""
    parts = [PurePosixPath(name).parts for name in store.sizes(FOLDER)]
    return sorted((one[0] for one in parts if one[1:] == (MANIFEST,) and ID.fullmatch(one[0])), reverse=True)


def put_releases(home: Home, store: Store, *, but: Sequence[Release] = ()) -> int:
    """Put the releases of a home that a store lacks; return their number. `release.json` comes last: with it a release is whole."""
    there = {*stored_releases(store), *(one.release_id for one in but)}
    new = [one for one in list_releases(home) if one.manifest is not None and one.release_id not in there]
    for release in new:
        paths = sorted(path for path in release.folder.rglob("*") if path.is_file())
        for path in sorted(paths, key=lambda path: path.name == MANIFEST):
            store.put(path, f"{FOLDER}/{path.relative_to(home.releases).as_posix()}")
    return len(new)


def remove_stored(store: Store, release_ids: Iterable[str]) -> None:
    """Remove releases from a store, if it has them."""
    for name in release_ids:
        store.remove(f"{FOLDER}/{name}", first=MANIFEST)


def pull_release(home: Home, store: Store, asked: str | None = None) -> str:
    """Copy the newest release of a store, or the one whose id begins so, to a home, and make it current; return its id.

    Raises:
        ArchiveMissing: the store has no such release.
        GateFailed: a file has other bytes than when it was published.
        UsageError: there is not enough room.
    """
    there = stored_releases(store)
    found = [name for name in there if name.startswith(asked or "")]
    if not found or (asked and len(found) > 1):
        raise ArchiveMissing(
            f"{len(found)} releases of {store.address} are meant by {asked or 'the newest'!r}; expected one of "
            f"{', '.join(there) or 'none: the next klog build that publishes puts one there'}."
        )
    if not any(one.release_id == found[0] and one.manifest for one in list_releases(home)):
        _copy(home, store, found[0])
    point_to(home, found[0])
    return found[0]


def _copy(home: Home, store: Store, release_id: str) -> None:
    sizes = store.sizes(f"{FOLDER}/{release_id}")
    home.releases.mkdir(exist_ok=True)
    free = shutil.disk_usage(home.releases).free
    if free < sum(sizes.values()):
        raise UsageError(
            f"{free / 1e6:,.0f} MB are free at {home.root}, {release_id} needs {sum(sizes.values()) / 1e6:,.0f} MB. "
            "Make room, or name another home: klog --home DIR pull"
        )
    folder = home.releases / PULLING
    shutil.rmtree(folder, ignore_errors=True)
    for name in sizes:
        store.get(f"{FOLDER}/{release_id}/{name}", folder / _inside(name))
    manifest = read_manifest(folder)
    if manifest is None or manifest.release_id != release_id or (changed := changed_files(folder, manifest)):
        wrong = MANIFEST if manifest is None or manifest.release_id != release_id else changed[0]
        raise GateFailed(
            f"{store.address}/{FOLDER}/{release_id}/{wrong} is not what was published; the current release stays. "
            "Name another: klog pull RELEASE"
        )
    make_read_only(folder)
    final = home.releases / release_id
    shutil.rmtree(final, ignore_errors=True)  # without a readable release.json
    folder.rename(final)


def _inside(name: str) -> Path:
    """Return the path of a file of a release; a name that leads elsewhere is refused."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise StoreFailed(f"The store names the file {name!r}, which lies outside of the release; nothing was pulled.")
    return Path(path)
