"""Run dbt on a warehouse in this process. The parsed project is cached per user, because parsing takes most of the time."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock
from platformdirs import user_cache_path

from dbt_models import PROJECT
from warehouse.errors import GateFailed
from warehouse.releases.fingerprint import hash_project

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

CACHE = user_cache_path("kernel-log-archive") / "dbt"
MOST_KEPT = 5  # parsed projects: one for each version and encoder in use, about a megabyte each
_DIGEST_BYTES = 32


def build_project(warehouse: Path, work: Path, variables: Mapping[str, Any], cache: Path = CACHE) -> list[Any]:
    """Run `dbt build` on a warehouse and return the results of its seeds, models and tests.

    Compiled SQL is written to `work`, and nothing to the project's folder, which may be read-only.

    Raises:
        GateFailed: dbt could not parse the project or stopped with an exception.
    """
    from dbt.cli.main import dbtRunner

    write_no_events()
    os.environ["KLOG_WAREHOUSE_PATH"] = str(warehouse.resolve())
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
    arguments = [
        "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
        "--target-path", str(work / "target"), "--log-path", str(work / "logs"),
        "--vars", json.dumps(dict(variables)), "--log-level", "none", "--log-level-file", "none", "--no-use-colors",
        "--no-print", "--no-write-json",
    ]  # fmt: skip
    kept = cache / f"{_name_of(variables)}.msgpack"
    manifest = read_manifest(kept)
    if manifest is None:
        with _one_at_a_time(cache):
            manifest = read_manifest(kept)
            if manifest is None:
                manifest = _parse(arguments)
                keep_manifest(kept, manifest)
    done = dbtRunner(manifest=manifest).invoke(
        ["build", *arguments, "--exclude-resource-type", "unit_test", "--exclude-resource-type", "exposure"]
    )
    _raise_a_signal(done)
    if done.exception is not None:
        raise GateFailed(f"dbt could not build the marts: {done.exception}")
    return list(getattr(done.result, "results", None) or [])


def _parse(arguments: Sequence[str]) -> "Manifest":
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest

    parsed = dbtRunner().invoke(["parse", "--no-partial-parse", *arguments])
    _raise_a_signal(parsed)
    if not isinstance(parsed.result, Manifest):
        raise GateFailed(f"dbt could not read its project {PROJECT}: {parsed.exception}. Install klog again.")
    return parsed.result


def write_no_events() -> None:
    """Keep dbt from formatting thousands of events that no log takes, a tenth of its time; errors are in its results."""
    from dbt_common.events.event_manager import EventManager
    from dbt_common.events.event_manager_client import ctx_set_event_manager

    class Unwritten(EventManager):
        def fire_event(self, *_: Any, **__: Any) -> None:
            pass

    ctx_set_event_manager(Unwritten())


@contextmanager
def _one_at_a_time(cache: Path) -> Iterator[None]:
    """Let builds that start together parse the project once; if the cache is not writable, each does by itself."""
    lock = FileLock(cache / "parse.lock")
    with suppress(OSError):
        cache.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _raise_a_signal(done: "dbtRunnerResult") -> None:
    """Raise Ctrl-C, or another signal to end, that came while dbt ran, which keeps it with the errors of the project."""
    if done.exception is not None and not isinstance(done.exception, Exception):
        raise done.exception


def read_manifest(kept: Path) -> Any | None:
    """Return the cached parsed project, or None if there is none or its file is corrupt."""
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    try:
        packed = kept.read_bytes()
    except OSError:
        return None
    digest, packed = packed[:_DIGEST_BYTES], packed[_DIGEST_BYTES:]
    if hashlib.sha256(packed).digest() != digest:
        return None
    return Manifest.from_msgpack(packed, decoder=extended_mashumuro_decoder)


def keep_manifest(kept: Path, manifest: Any) -> None:
    """Cache the parsed project for the next build and delete the oldest ones. Do nothing if the cache is not writable."""
    from dbt.parser.manifest import extended_mashumaro_encoder

    packed = manifest.to_msgpack(extended_mashumaro_encoder)
    with suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
        beside = kept.with_suffix(f".{os.getpid()}")
        beside.write_bytes(hashlib.sha256(packed).digest() + packed)
        beside.replace(kept)
        files = sorted(kept.parent.glob("*.msgpack"), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in files[MOST_KEPT:]:
            old.unlink(missing_ok=True)


def _name_of(variables: Mapping[str, Any]) -> str:
    """Return a digest of everything a parsed project depends on: dbt, the project's path and files, and the variables."""
    versions = [version(package) for package in ("dbt-core", "dbt-adapters", "dbt-common", "dbt-duckdb")]
    made_with = f"{versions} {PROJECT} {sorted(variables.items())} {hash_project(PROJECT)}"
    return hashlib.sha256(made_with.encode()).hexdigest()[:16]
