"""Backups of a home: folders that are made while a build may run, checked by their hashes, and copied back.

DIR/<time>/backup.json      sha256 and size of every file, the current release; written last
DIR/<time>/warehouse.duckdb, captures/, releases/, home.json, rollback.json, golden.jsonl, feeds.toml

A file that has not changed since the backup before is a hard link to it, so a backup takes the room of what is new.
"""

import hashlib
import os
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from warehouse.captures.places import warc_files
from warehouse.connection import check_every_value, open_warehouse
from warehouse.errors import ArchiveMissing, GateFailed, KlogError, UsageError, WarehouseBroken
from warehouse.home import Home, now, read_json, replace_json
from warehouse.releases.history import list_releases
from warehouse.releases.publish import point_to

MANIFEST = "backup.json"
_HEADERS = 3 * 4096  # DuckDB's main header and its two database headers, one of which every checkpoint rewrites
_TRIES = 30  # of copying the warehouse; each fails only if the build made a checkpoint meanwhile
_PAUSE_S = 1.0

Files = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup: its folder, and what its `backup.json` says."""

    folder: Path
    made_at: str
    current: str | None
    files: Mapping[str, Mapping[str, Any]]

    def size_bytes(self) -> int:
        """Return the size of all files, linked ones included."""
        return sum(int(one["bytes"]) for one in self.files.values())


@dataclass(slots=True)
class _Making:
    """A backup in progress: the folder it is made in, the backup before, and what was written."""

    folder: Path
    before: Backup | None
    files: Files = field(default_factory=dict)
    copied_bytes: int = 0

    def add(self, source: Path, name: str) -> None:
        """Copy a file, or link to the backup before if that has it with the same size."""
        target = self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        known = self.before.files.get(name) if self.before is not None else None
        if self.before is not None and known is not None and known["bytes"] == source.stat().st_size:
            with suppress(OSError):  # a file system without hard links, or a backup that lost the file
                os.link(self.before.folder / name, target)
                self.files[name] = dict(known)
                return
        self.keep(name, _copy(source, target))

    def keep(self, name: str, said: dict[str, Any]) -> None:
        """Count a file that was copied, or put a link in its place if the backup before has the same bytes."""
        self.files[name] = said
        if self.before is not None and self.before.files.get(name) == said:
            with suppress(OSError):  # as above
                known = self.before.folder / name
                if _hash(known) == said["sha256"]:
                    linked = self.folder / f"{name}.linked"
                    os.link(known, linked)
                    linked.replace(self.folder / name)
                    return
        self.copied_bytes += said["bytes"]


def make_backup(home: Home, directory: Path) -> tuple[Backup, int]:
    """Make a backup of a home in a new folder of `directory`; return it, and how many bytes were copied.

    The warehouse comes first: every capture it names is on disk by then, and what is captured later is taken up by the next
    build of a restored home. Then captures, which only grow, and releases, which never change.

    Raises:
        ArchiveMissing: there is no home.
        UsageError: the directory is the home, or lies in it.
        WarehouseBroken: the warehouse could not be copied as a whole.
    """
    if not (home.warehouse.is_file() or home.captures.is_dir()):
        raise home.missing()
    place = directory.resolve()
    if home.root.resolve() in (place, *place.parents):
        raise UsageError(f"{directory} lies in the home {home.root}; expected a folder elsewhere, on another disk.")
    with Home(directory).hold():
        before = next(iter(list_backups(directory)), None)
        making = _Making(directory / ".making", before)
        shutil.rmtree(making.folder, ignore_errors=True)
        making.folder.mkdir()
        if home.warehouse.is_file():
            _copy_warehouse(home, making.folder)
            copied = making.folder / home.warehouse.name
            making.keep(copied.name, {"bytes": copied.stat().st_size, "sha256": _hash(copied)})
        for path in warc_files(home.captures):
            making.add(path, f"captures/{path.name}")
        current = _copy_releases(home, making)
        for path in (home.record, home.rollback, home.golden_questions, home.feeds):
            if path.is_file():
                making.keep(path.name, _copy(path, making.folder / path.name))
        moment = now()
        said = {"made_at": moment.isoformat(), "home": str(home.root.resolve()), "current": current}
        replace_json(making.folder / MANIFEST, {**said, "files": making.files})
        final = making.folder.rename(_free_name(directory, f"{moment:%Y%m%dT%H%M%S}"))
    return Backup(final, said["made_at"] or "", current, making.files), making.copied_bytes


def list_backups(directory: Path) -> list[Backup]:
    """Return the finished backups in a directory, newest first; the directory itself may be one."""
    if (directory / MANIFEST).is_file():
        folders = [directory]
    else:
        folders = sorted((path.parent for path in directory.glob(f"[0-9]*/{MANIFEST}")), reverse=True)
    said = [(folder, read_json(folder / MANIFEST)) for folder in folders]
    return [Backup(folder, one["made_at"], one.get("current"), one["files"]) for folder, one in said if "files" in one]


def find_backup(directory: Path, name: str | None) -> Backup:
    """Return the newest backup, or the one with a name.

    Raises:
        ArchiveMissing: there is none.
    """
    found = [one for one in list_backups(directory) if name in (None, one.folder.name)]
    if not found:
        there = ", ".join(one.folder.name for one in list_backups(directory)) or "none"
        raise ArchiveMissing(f"{directory} has no backup{f' {name}' if name else ''}; found: {there}.")
    return found[0]


def check_backup(backup: Backup) -> list[str]:
    """Return the files of a backup that are missing or have other bytes than when it was made."""
    wrong = []
    for name, said in backup.files.items():
        try:
            found = _hash(backup.folder / name)
        except OSError:
            found = None
        if found != said["sha256"]:
            wrong.append(name)
    return wrong


def restore_backup(backup: Backup, home: Home) -> None:
    """Copy a backup to a home that does not exist yet; it appears under its name only when all of it is there and right.

    Raises:
        UsageError: there is something at the home's path, or not enough room.
        GateFailed: a file of the backup has other bytes than when it was made.
    """
    root = home.root
    if root.is_symlink() or (root.exists() and (not root.is_dir() or any(root.iterdir()))):
        raise UsageError(f"{root} is not empty. Name a new home: klog --home DIR restore {backup.folder.parent}")
    root.parent.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(root.parent).free
    if free < backup.size_bytes():
        raise UsageError(
            f"{free / 1e6:,.0f} MB are free at {root.parent}, the backup needs {backup.size_bytes() / 1e6:,.0f} MB. "
            "Make room, or name another home: klog --home DIR restore"
        )
    beside = Home(root.with_name(f".{root.name}.restoring"))
    shutil.rmtree(beside.root, ignore_errors=True)
    with beside.kept_private():
        for name, said in backup.files.items():
            target = beside.root / _inside(name)
            target.parent.mkdir(parents=True, exist_ok=True)
            if _copy(backup.folder / name, target) != said:
                raise GateFailed(
                    f"{backup.folder / name} has changed since the backup was made; nothing was restored. "
                    f"Look for another: klog backup --check {backup.folder.parent}"
                )
            if name.startswith("releases/"):
                target.chmod(0o400)
        if backup.current is not None:
            point_to(beside, backup.current)
        beside.root.rename(root)


def _copy_warehouse(home: Home, folder: Path) -> None:
    """Copy the warehouse as it is at one moment, though a build may write to it.

    Between two checkpoints DuckDB changes no block that its header leads to: it writes new blocks, then their pointers to
    the write-ahead log. So the log, copied first, and then the file, are the state at the time of the log, unless a checkpoint
    came between; that changes a header. The copy is opened, which replays the log, and read whole.
    """
    copy = Home(folder)
    failure: object = "a build made a checkpoint during each copy"
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(_PAUSE_S)
        for path in folder.glob(f"{copy.warehouse.name}*"):
            path.unlink()
        if not _copy_between_checkpoints(home.warehouse, copy.warehouse):
            continue
        try:
            with open_warehouse(copy) as connection:
                check_every_value(connection)
                connection.execute("CHECKPOINT")
        except KlogError as error:
            failure = error
            continue
        return
    raise WarehouseBroken(
        f"{home.warehouse} could not be copied as a whole ({failure}). Check it with: klog --home {home.root} doctor"
    )


def _copy_between_checkpoints(source: Path, target: Path) -> bool:
    """Copy a warehouse and its write-ahead log; return False if a checkpoint was made meanwhile."""
    headers = _read_headers(source)
    with suppress(FileNotFoundError):
        shutil.copyfile(f"{source}.wal", f"{target}.wal")
    shutil.copyfile(source, target)
    return _read_headers(source) == headers


def _read_headers(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEADERS)


def _copy_releases(home: Home, making: _Making) -> str | None:
    """Copy the releases; return the id of the current one. A release that a build removes meanwhile is left out."""
    copied: set[str] = set()
    while True:
        releases = list_releases(home)
        for release in releases:
            if release.manifest is None or release.release_id in copied:
                continue
            paths = sorted(path for path in release.folder.rglob("*") if path.is_file())
            names = {str(Path("releases") / path.relative_to(home.releases)): path for path in paths}
            try:
                for name, path in names.items():
                    making.add(path, name)
                copied.add(release.release_id)
            except FileNotFoundError:
                shutil.rmtree(making.folder / "releases" / release.release_id, ignore_errors=True)
                for name in names:
                    making.files.pop(name, None)
        current = home.current.resolve().name if home.current.exists() else None
        if current is None or current in copied:
            return current
        if current in {one.release_id for one in releases}:  # it was there, and cannot be read
            return None


def _inside(name: str) -> Path:
    """Return a relative path of a backup's file; a name that leads elsewhere is refused."""
    path = Path(name)
    if path.is_absolute() or ".." in path.parts:
        raise GateFailed(f"The backup names the file {name!r}, which lies outside of it; nothing was restored.")
    return path


def _copy(source: Path, target: Path) -> dict[str, Any]:
    """Copy the bytes that a file has now, and return their number and sha256."""
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as read, target.open("wb") as write:
        while piece := read.read(1 << 20):
            digest.update(piece)
            size += write.write(piece)
        write.flush()
        os.fsync(write.fileno())
    return {"bytes": size, "sha256": digest.hexdigest()}


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _free_name(directory: Path, name: str) -> Path:
    """Return a path for a backup; of two in one second the later sorts behind."""
    path, number = directory / name, 1
    while path.exists():
        number += 1
        path = directory / f"{name}-{number}"
    return path
