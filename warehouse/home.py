"""The archive home: its paths, its lock, and the status of its run."""

import datetime as dt
import json
import os
import stat
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from filelock import BaseFileLock, FileLock, Timeout

from warehouse.errors import ArchiveMissing, HomeHeld, UsageError

_OTHERS = stat.S_IRWXO
_OWN_FILES = (
    ".lock", "captures", "warehouse.duckdb*", "releases", "home.json*", "status.json*", "rollback.json*", "dbt", "prefect",
)  # fmt: skip


class _PrivateUmask:
    """The process's umask while it holds any home; holds in several threads may end in a different order than they began."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holds = 0
        self._before = 0

    def __enter__(self) -> None:
        with self._lock:
            if not self._holds:
                self._before = os.umask(stat.S_IRWXG | _OTHERS)
            self._holds += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._holds -= 1
            if not self._holds:
                os.umask(self._before)


_PRIVATE = _PrivateUmask()


@dataclass(frozen=True, slots=True)
class Home:
    """Paths of one archive home; creating a `Home` touches no files."""

    root: Path

    @property
    def captures(self) -> Path:
        """Folder of the WARC files."""
        return self.root / "captures"

    @property
    def warehouse(self) -> Path:
        """The pipeline's own DuckDB file."""
        return self.root / "warehouse.duckdb"

    @property
    def releases(self) -> Path:
        """Folder of the published releases."""
        return self.root / "releases"

    @property
    def current(self) -> Path:
        """Link to the newest release."""
        return self.root / "current"

    @property
    def record(self) -> Path:
        """Path of the JSON record of the home: all that a rebuild needs and the captures do not contain."""
        return self.root / "home.json"

    @property
    def status(self) -> Path:
        """Path of the JSON status file of the current or last run."""
        return self.root / "status.json"

    @property
    def golden_questions(self) -> Path:
        """Path of the operator's file of questions that have to find their document."""
        return self.root / "golden.jsonl"

    @property
    def feeds(self) -> Path:
        """Path of the operator's file of queries that become feeds (`warehouse.search.feeds`)."""
        return self.root / "feeds.toml"

    @property
    def rollback(self) -> Path:
        """Path of the JSON record of a rollback (`warehouse.releases.history`)."""
        return self.root / "rollback.json"

    def release(self) -> Path:
        """Return the folder of the current release, resolved, so that it stays the same while it is read.

        Raises:
            ArchiveMissing: nothing has been published here.
        """
        try:
            return self.current.resolve(strict=True)
        except OSError as error:
            raise self.missing() from error

    def missing(self) -> ArchiveMissing:
        """Return the error of a home without a published release."""
        if self.root.exists() and not self.root.is_dir():
            return ArchiveMissing(f"{self.root} is a file; expected a folder. Name another home: klog --home DIR build")
        return ArchiveMissing(
            f"There is no archive at {self.root}: {self.current} was expected. "
            f"Make one with: klog --home {self.root} build"
        )

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Keep other runs out until the block ends, within `kept_private`; a killed run releases the home by itself.

        Raises:
            HomeHeld: another run holds the home; the message says which (`held_by`).
            UsageError: the home contains a symbolic link that `kept_private` refuses.
        """
        with self.kept_private():
            lock = self._lock()
            try:
                yield
            finally:
                lock.release()

    @contextmanager
    def kept_private(self) -> Iterator[None]:
        """Make the files of this process readable by their owner only until the block ends, and refuse symbolic links.

        Raises:
            UsageError: the home contains a symbolic link other than a `captures` link of this user to a folder of theirs.
        """
        self.make()
        self._refuse_links()
        self._shut_out_others()
        with _PRIVATE:
            yield

    def _lock(self) -> BaseFileLock:
        lock = FileLock(self.root / ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise HomeHeld(
                f"{self.root} is held by {self.held_by()}. See it with: klog --home {self.root} status"
            ) from error
        return lock

    def make(self) -> None:
        """Create the folder, accessible to its owner only, unless it exists."""
        if self.root.exists() and not self.root.is_dir():
            raise self.missing()
        self.root.mkdir(mode=stat.S_IRWXU, parents=True, exist_ok=True)

    def _own_files(self) -> Iterator[Path]:
        """Yield the files that runs wrote here, except `current`, and no other files."""
        for pattern in _OWN_FILES:
            yield from self.root.glob(pattern)

    def _refuse_links(self) -> None:
        for path in self._own_files():
            inside = (Path(folder, name) for folder, *names in os.walk(path) for name in chain(*names))
            for one in chain([path], inside):
                if one.is_symlink() and not (one == self.captures and _leads_to_own_folder(one)):
                    raise UsageError(
                        f"{one} is a symbolic link, and a run does not write through links. Replace it with its target "
                        "(only `captures` may be a link, if you own the link and the folder it points to)."
                    )

    def _shut_out_others(self) -> None:
        """Remove other users' permissions from the files of an older home; the group keeps its permissions."""
        for path in self._own_files():
            with suppress(OSError):  # of another user, or replaced by a run in progress
                mode = path.stat().st_mode
                if mode & _OTHERS:
                    path.chmod(stat.S_IMODE(mode) & ~_OTHERS)

    def is_held(self) -> bool:
        """Return whether a run holds the home now."""
        if (self.root / ".lock").is_symlink() or not (self.root / ".lock").is_file():
            return False
        lock = FileLock(self.root / ".lock")
        try:
            with lock.acquire(timeout=0):
                return False
        except Timeout:
            return True
        except OSError:
            return False

    def held_by(self) -> str:
        """Return in words which process holds the home, as far as it has said; a run says so some seconds after it began."""
        run = self.read_status()
        if run.get("outcome") != "running" or not _lives(run["pid"]):
            return "another process"
        done = f", {run['done']:,} of {run['total']:,}" if run.get("total") else ""
        return f"process {run['pid']} since {run['started_at']} (step {run['step']}{done})"

    def read_status(self) -> dict[str, Any]:
        """Return the last written status, empty if there is none."""
        return read_json(self.status)

    def write_status(self, values: Mapping[str, Any]) -> None:
        """Replace the status with one rename, so that a reader never sees half of it."""
        replace_json(self.status, {**values, "pid": os.getpid(), "updated_at": now().isoformat(timespec="seconds")})

    def read_record(self) -> dict[str, Any]:
        """Return the last written record, empty if there is none that can be read."""
        return read_json(self.record)

    def write_record(self, values: Mapping[str, Any]) -> None:
        """Replace the record with one rename, unless it is unchanged."""
        if self.read_record() != values:
            replace_json(self.record, values)

    def move_aside(self) -> Path:
        """Rename the warehouse and DuckDB's write-ahead log, and return the new path."""
        moved = self.warehouse.with_name(f"{self.warehouse.name}.damaged-{now():%Y%m%dT%H%M%S}")
        journal = self.warehouse.with_name(f"{self.warehouse.name}.wal")
        if journal.exists():
            journal.rename(f"{moved}.wal")
        return self.warehouse.rename(moved)


def _lives(pid: int) -> bool:
    """Return whether a process of this machine has this number."""
    try:
        os.kill(pid, 0)
    except OSError as error:
        return isinstance(error, PermissionError)  # of another user
    return True


def _leads_to_own_folder(link: Path) -> bool:
    """Return whether this user made a link that leads to a folder of theirs."""
    try:
        folder = link.stat()
    except OSError:
        return False
    return stat.S_ISDIR(folder.st_mode) and {link.lstat().st_uid, folder.st_uid} == {os.geteuid()}


def read_json(path: Path) -> dict[str, Any]:
    """Return the object in a JSON file, empty if there is none that can be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def replace_json(path: Path, values: Mapping[str, Any]) -> None:
    """Replace a JSON file with one rename."""
    beside = path.with_suffix(".json.new")
    beside.write_text(json.dumps(values, indent=1, default=str), encoding="utf-8")
    beside.replace(path)


def now() -> dt.datetime:
    """Return the time in UTC without a zone, to the second, as it is stored."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
