"""Releases, which readers open: written to a separate folder, checked, swapped in by one rename, then never changed."""

import datetime as dt
import hashlib
import json
import os
import shutil
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.connection import Connection
from warehouse.errors import GateFailed
from warehouse.home import Home
from warehouse.releases.analysis import add_analysis
from warehouse.releases.schema_v1 import add_schema_v1
from warehouse.settings import Settings
from warehouse.vector_store import remove_vectors

MANIFEST = "release.json"
MARTS = (
    "documents", "issues", "sections", "items", "passages", "links", "topics", "projects", "people", "kernel_releases", "mentions",
    "subjects", "topic_months", "threads", "translations", "patches", "known_issues", "events", "captures", "fetches", "link_checks",
    "set_aside", "quality", "runs",
)  # fmt: skip


_WRITE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


@dataclass(frozen=True, slots=True)
class Manifest:
    """`release.json`: the contents of a release and the versions that made it; `kinds` counts documents by kind."""

    release_id: str
    home_kind: str
    fingerprint: str
    model: str
    published_at: str
    counts: Mapping[str, int]
    kinds: Mapping[str, int]
    search: Mapping[str, Any]
    versions: Mapping[str, str]
    files: Mapping[str, str]
    accepted_loss: str | None = None
    schema_version: int = 0
    sources: Sequence[str] = ()
    model_setting: str | None = None


def read_manifest(release: Path) -> Manifest | None:
    """Return the manifest of a release folder, None if it is missing or cannot be read."""
    try:
        said = json.loads((release / MANIFEST).read_text(encoding="utf-8"))
        return Manifest(**{name: said[name] for name in Manifest.__slots__ if name in said})
    except (OSError, ValueError, TypeError):
        return None


def current_manifest(home: Home) -> Manifest | None:
    """Return the manifest of the current release, None before the first one."""
    return read_manifest(home.current)


def changed_files(release: Path, manifest: Manifest) -> list[str]:
    """Return the files of a release that are missing or changed, by relative path."""
    found = hash_files(release)
    return [name for name, digest in manifest.files.items() if found.get(name) != digest]


def write_archive(warehouse: Connection, folder: Path) -> None:
    """Copy every mart of an open warehouse, with its comments, into `folder/archive.duckdb`; add views, macros and the schema `v1`.

    The new file is attached to the warehouse, not the reverse, because dbt keeps the warehouse open in this process.
    """
    folder.mkdir(parents=True)
    warehouse.execute(f"ATTACH '{_quoted(folder / 'archive.duckdb')}' AS archive")
    try:
        for table in _tables(warehouse):
            warehouse.execute(f'CREATE TABLE archive.main."{table}" AS FROM main."{table}"')
        add_schema_v1(warehouse, "archive", _tables(warehouse))
        for table, column, comment in _comments(warehouse):
            target = f'TABLE archive.main."{table}"' if column is None else f'COLUMN archive.main."{table}"."{column}"'
            warehouse.execute(f"COMMENT ON {target} IS '{comment.replace(chr(39), chr(39) * 2)}'")
        add_analysis(warehouse, "archive")
    finally:
        warehouse.execute("DETACH archive")


def count_rows(connection: Connection, schema: str) -> dict[str, int]:
    """Return the number of rows of every mart in a schema."""
    found = {}
    for table in MARTS:
        row = connection.execute(f'SELECT count(*) FROM {schema}."{table}"').fetchone()
        found[table] = int(row[0]) if row else 0
    return found


def count_kinds(connection: Connection) -> dict[str, int]:
    """Return the number of documents of each kind."""
    return dict(connection.execute("SELECT kind, count(*) FROM main.documents GROUP BY kind ORDER BY kind").fetchall())


def check_counts(manifest: Manifest, expected: Mapping[str, int]) -> None:
    """Raise GateFailed if the release has other counts than the warehouse, or no documents."""
    wrong = {
        table: (found, expected.get(table)) for table, found in manifest.counts.items() if found != expected.get(table)
    }
    if wrong:
        table, (found, in_warehouse) = next(iter(wrong.items()))
        raise GateFailed(
            f"The release has {found} rows in {table} and the warehouse {in_warehouse}; nothing was published."
        )


def check_loss(manifest: Manifest, last: Manifest | None, settings: Settings, accept_loss: str | None) -> None:
    """Raise GateFailed if a kind has shrunk below the allowed share of the last release, unless `accept_loss` gives a reason."""
    if last is None or accept_loss:
        return
    for kind, before in last.kinds.items():
        found = manifest.kinds.get(kind, 0)
        if found < settings.min_share * before:
            raise GateFailed(
                f"{kind}: {found} documents, the last release has {before}; below {settings.min_share:.0%} "
                "(KLOG_MIN_SHARE). If that is right: klog build --accept-loss REASON"
            )


def check_probe(title: str, found: int) -> None:
    """Raise GateFailed if a search of the new release for one of its titles found nothing."""
    if not found:
        raise GateFailed(f"The probe {title!r} found nothing in the new release; nothing was published.")


def swap_in(home: Home, folder: Path, manifest: Manifest) -> Path:
    """Make `folder` the current release with one rename; its files become read-only."""
    (folder / MANIFEST).write_text(json.dumps(_as_dict(manifest), indent=1), encoding="utf-8")
    make_read_only(folder)
    final = home.releases / manifest.release_id
    folder.rename(final)
    point_to(home, manifest.release_id)
    return final


def make_read_only(folder: Path) -> None:
    """Take the right to write from all files below a folder."""
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(path.stat().st_mode & ~_WRITE)


def point_to(home: Home, release_id: str) -> None:
    """Make a release the current one with one rename."""
    link = home.root / f".current-{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("releases") / release_id)
    link.replace(home.current)


def unfinished_folder(home: Home) -> Path:
    """Return the folder in which a release is made before it is swapped in, without leftovers of a killed run."""
    folder = home.releases / ".making"
    if folder.exists():
        remove_files(home, folder)
    return folder


def remove_files(home: Home, folder: Path) -> None:
    """Remove a release's folder and, if this home builds releases and does not only read them, its vectors in a search store."""
    if home.warehouse.exists():
        remove_vectors(folder / "search")
    shutil.rmtree(folder)


def hash_files(folder: Path) -> dict[str, str]:
    """Return the sha256 of every file below a folder, by relative path."""
    found = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            found[str(path.relative_to(folder))] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def new_release_id(moment: dt.datetime, fingerprint: str) -> str:
    """Return a release id; ids sort by time."""
    return f"{moment:%Y%m%dT%H%M%S}-{fingerprint[:6]}"


def next_moment(moment: dt.datetime, last: Manifest | None) -> dt.datetime:
    """Return the time of publication: after the last release's, even if the clock was set back."""
    if last is None:
        return moment
    return max(moment, dt.datetime.fromisoformat(last.published_at) + dt.timedelta(seconds=1))


def _tables(warehouse: Connection) -> list[str]:
    """Return the names of the marts, which are tables or views of the warehouse."""
    rows = warehouse.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_catalog = current_database() AND table_schema = 'main' "
        "ORDER BY 1"
    ).fetchall()
    return [row[0] for row in rows]


def _comments(warehouse: Connection) -> Iterator[tuple[str, str | None, str]]:
    yield from warehouse.execute(
        "SELECT table_name, NULL, comment FROM duckdb_tables() "
        "WHERE database_name = current_database() AND schema_name = 'main' AND comment IS NOT NULL "
        "UNION ALL SELECT view_name, NULL, comment FROM duckdb_views() "
        "WHERE database_name = current_database() AND schema_name = 'main' AND comment IS NOT NULL "
        "UNION ALL SELECT table_name, column_name, comment FROM duckdb_columns() "
        "WHERE database_name = current_database() AND schema_name = 'main' AND comment IS NOT NULL"
    ).fetchall()


def _quoted(path: Path) -> str:
    return str(path.resolve()).replace("'", "''")


def _as_dict(manifest: Manifest) -> dict[str, Any]:
    return {name: getattr(manifest, name) for name in manifest.__slots__}
