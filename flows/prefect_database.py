"""The database of Prefect's own server: begun from one whose tables are made, and begun anew where it has grown.

Prefect makes its tables by running all its migrations, some 17 seconds of the processor's time in every new home. A database
in which that is done and nothing else is kept in the user's cache, one for each version of Prefect.
"""

import os
import sqlite3
from contextlib import closing, suppress
from importlib.metadata import version
from pathlib import Path

from platformdirs import user_cache_path

CACHE = user_cache_path("kernel-log-archive") / "prefect"
MOST_BYTES = 64 * 1024 * 1024  # some 5,000 runs


def begin_database(folder: Path, cache: Path = CACHE) -> bool:
    """Give a new server the kept database; return whether the server's tables are still to be made.

    Without one, or with one that is damaged, Prefect makes its tables itself.
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
    """Keep the database of a server that has just made its tables; without a place to write it, do nothing."""
    if not database_in(folder).is_file():  # the user has named another database
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
    """Remove the database where it has grown large and return whether it had; it keeps nothing that a run needs.

    Freed room inside an SQLite file is never given back, so old rows that Prefect deletes do not make it smaller.
    """
    database = database_in(folder)
    if not database.is_file() or database.stat().st_size <= most_bytes:
        return False
    for path in folder.glob(f"{database.name}*"):
        path.unlink(missing_ok=True)
    return True


def database_in(folder: Path) -> Path:
    """Return where Prefect keeps the database of a server."""
    return folder / "prefect.db"


def _kept(cache: Path) -> Path:
    return cache / f"{version('prefect')}.db"


def _copy(source: Path, to: Path) -> None:
    """Copy a database, with what still stands beside it in its log, and check the copy."""
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old, closing(sqlite3.connect(to)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode = delete")  # one file; Prefect turns its log on again
        (found,) = new.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(found)
