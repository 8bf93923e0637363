"""The database of our Prefect server: copied from a cached one with empty tables, and replaced once it has grown large.

Prefect creates its tables by running all its migrations, which takes about 17 s of CPU time in every new home. The user's
cache keeps a database with only the tables, one for each version of Prefect.
"""

import os
import sqlite3
from contextlib import closing, suppress
from importlib.metadata import version
from pathlib import Path

from platformdirs import user_cache_path

CACHE = user_cache_path("kernel-log-archive") / "prefect"
MOST_BYTES = 64 * 1024 * 1024  # about 5,000 runs


def begin_database(folder: Path, cache: Path = CACHE) -> bool:
    """Copy the cached database for a new server; return whether the server still has to create its tables.

    If there is no cached database or it is corrupt, Prefect creates its tables itself.
    """
    database = database_in(folder)
    if database.exists():
        return False
    kept = _kept(cache)
    if not kept.is_file() or not kept.stat().st_size:
        return True
    beside = database.with_suffix(".beside")
    try:
        _copy(kept, beside)
        beside.replace(database)
    except (OSError, sqlite3.Error):
        beside.unlink(missing_ok=True)
        return True
    return False


def keep_database(folder: Path, cache: Path = CACHE) -> None:
    """Cache the database of a server that has just created its tables. Do nothing if the cache is not writable."""
    if not database_in(folder).is_file():  # the user has set another database
        return
    kept = _kept(cache)
    beside = kept.with_suffix(f".{os.getpid()}")
    with suppress(OSError, sqlite3.Error):
        cache.mkdir(parents=True, exist_ok=True)
        _copy(database_in(folder), beside)
        beside.replace(kept)
        for old in cache.glob("*.db"):
            if old != kept:
                old.unlink(missing_ok=True)


def drop_large_database(folder: Path, most_bytes: int = MOST_BYTES) -> bool:
    """Remove the database if it has more than `most_bytes`, and return whether it had; no run needs its content.

    SQLite does not return free pages to the disk, so the old rows that Prefect deletes do not make the file smaller.
    """
    database = database_in(folder)
    if not database.is_file() or database.stat().st_size <= most_bytes:
        return False
    for path in folder.glob(f"{database.name}*"):
        path.unlink(missing_ok=True)
    return True


def database_in(folder: Path) -> Path:
    """Return the path of the database of a server in Prefect's folder."""
    return folder / "prefect.db"


def _kept(cache: Path) -> Path:
    return cache / f"{version('prefect')}.db"


def _copy(source: Path, to: Path) -> None:
    """Copy a database including its write-ahead log, and check the copy."""
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old, closing(sqlite3.connect(to)) as new:
        old.backup(new)
        new.execute(
            "PRAGMA journal_mode = delete"
        )  # so that the copy is one file; Prefect turns the write-ahead log on again
        (found,) = new.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(found)
