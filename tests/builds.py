"""Whole builds at little cost: without Prefect, with an encoder that has no model, on a few pages of the sample.

A build runs in a separate process, because DuckDB and dbt keep their files open; the modules are imported once for all builds.
"""

import json
import os
import resource
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

from click.testing import CliRunner
from fastwarc.warc import ArchiveIterator
from prefect import Task

from flows import pipeline, sample
from flows.pipeline import _do_steps
from flows.start import open_run
from flows.steps import check_links, discover, embed, fetch, index, link, mails, numbers, parse, publish, transform
from flows.steps.report import record_run, summarise
from tests.fake_encoder import open_fake_encoder
from tests.forks import fork
from tests.peak import peak_bytes
from warehouse.connection import open_warehouse
from warehouse.encoding import encoder, query_encoder
from warehouse.errors import KlogError
from warehouse.home import Home

PAGES = {"issue": 4, "mail": 3, "lwn": 3, "commit": 2, "blog": 2, "kernelnewbies": 1, "page": 1, "pdf": 1, "bug": 1}
ALIASES = json.dumps(sample.HOST_ALIASES)
MODULES = (
    "tests.builds",
    "flows.parse_worker",
    "dbt.cli.main",
    "dbt.task.build",
    "dbt.adapters.duckdb",
    "pandas",  # dbt's connection to DuckDB imports it
    "tests.dbt_schemas",
)
READING = ("discover", "fetch", "parse", "link", "embed")

for module in (check_links, discover, embed, fetch, index, link, mails, numbers, parse, publish, transform, pipeline):
    for name, thing in list(vars(module).items()):
        if isinstance(thing, Task):
            setattr(module, name, thing.fn)


embed.open_encoder = embed.open_query_encoder = open_fake_encoder
embed.prepare_query_encoder = lambda settings: None
index.open_query_encoder = open_fake_encoder


def write_small_warc(path: Path, pages: Mapping[str, int] = PAGES) -> Path:
    """Write a WARC file with so many pages of each kind of the sample; return its path."""
    from flows.sources.registry import identify

    left = dict(pages)
    packed = sample.SAMPLE_WARC.read_bytes()
    with sample.SAMPLE_WARC.open("rb") as file:
        places = [(one.stream_pos, one.headers.get("WARC-Target-URI")) for one in ArchiveIterator(file)]
    ends = [*(start for start, _ in places[1:]), len(packed)]
    with path.open("wb") as small:
        for (start, url), end in zip(places, ends, strict=True):
            kind = identify(url, aliases=sample.HOST_ALIASES).kind if url else ""
            if not url or left.get(kind, 0) > 0:
                left[kind] = left.get(kind, 0) - 1
                small.write(packed[start:end])
    return path


def build(home: Path, sources: Sequence[str] = (), only: str | None = None, **more: object) -> dict:
    """Build in this process; return what the command would print."""
    with open_run(home, tuple(sources), **more) as run:
        try:
            _do_steps(run, only)
        except (KlogError, OSError) as error:
            record_run(run, "failed", str(error))
            raise
        with open_warehouse(run.home) as connection:
            rows = summarise(connection, run)
        paused = record_run(run, "done")
        done = {"rows": rows, "counts": run.counts, "seconds": run.seconds, "release_id": run.release_id}
        of_children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10
        return {**done, "paused": paused, "peak_bytes": max(peak_bytes(), of_children)}


def run_steps(home: Path, sources: Sequence[str] = (), steps: Sequence[str] = READING, **more: object) -> dict:
    """Run steps that leave nothing open, in this process, and record the run for `klog status`; return its counts."""
    with open_run(home, tuple(sources), **more) as run:
        for step in steps:
            _do_steps(run, step)
        record_run(run, "done")
        return run.counts


CLOCKS = {"runs": None, "home": None, "fetches": "updated_at", "checked": "passed_at", "captures": '"offset"'}
"""Columns of raw tables that hold the time of a build, or depend on it as offsets do, because the first record of a capture file
has its time and so another size; None for tables that hold little else."""


def raw_rows(home: Path) -> dict[str, list[str]]:
    """Return the rows of every raw table without its clocks."""
    with open_warehouse(Home(home)) as connection:
        tables = connection.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'raw'").fetchall()
        asked = {table: f"EXCLUDE ({CLOCKS[table]})" if table in CLOCKS else "" for (table,) in tables}
        return {
            table: sorted(map(repr, connection.execute(f"SELECT * {without} FROM raw.{table}").fetchall()))
            for table, without in asked.items()
            if CLOCKS.get(table, "") is not None
        }


def _build(home: Path, sources: Sequence[str], more: dict) -> dict:
    try:
        return build(home, sources, **more)
    except (KlogError, OSError) as error:
        return {"error": str(error), "type": type(error).__name__}


def _command(home: Path, arguments: Sequence[str]) -> dict:
    from flows.cli import build as command
    from flows.cli import cli

    command._build = lambda context, options, show_progress: build(context.home.root, **options)
    done = CliRunner().invoke(cli, ["--home", str(home), *arguments])
    return {"code": done.exit_code, "out": done.stdout, "error": done.stderr}


def _tell(said: Path, before: Callable[[], None] | None, work: Callable[..., dict], *given: object) -> None:
    os.environ["KLOG_HOST_ALIASES"] = ALIASES
    sys.stdout = sys.stderr = said.with_suffix(".log").open("w", encoding="utf-8")
    if before is not None:
        before()
    said.write_text(json.dumps(work(*given), default=str), encoding="utf-8")


def start(work: Callable[..., object], *given: object) -> BaseProcess:
    """Start a function in a separate process that has everything imported that a build needs."""
    return fork(work, *given, modules=MODULES)


@dataclass(frozen=True, slots=True)
class Started:
    """A build in a separate process, which writes its result to a file."""

    process: BaseProcess
    said: Path

    def told(self) -> dict:
        """Wait for the build; return its result, or its `error` and the error's `type`."""
        self.process.join(250)
        assert self.process.exitcode == 0, self.said.with_suffix(".log").read_text(encoding="utf-8")
        told = json.loads(self.said.read_text(encoding="utf-8"))
        shutil.rmtree(self.said.parent)
        return told

    def kill(self) -> bool:
        """Kill the build without a chance to clean up; return False if it had already ended."""
        was_alive = self.process.is_alive()
        self.process.kill()
        self.process.join()
        shutil.rmtree(self.said.parent)
        return was_alive


def start_build(
    home: Path, sources: Sequence[str] = (), *, before: Callable[[], None] | None = None, **more: object
) -> Started:
    """Start a build in a separate process; `before` (a function of a module) runs in it first."""
    said = _place_to_say()
    return Started(start(_tell, said, before, _build, home, tuple(sources), more), said)


def run_build(
    home: Path, sources: Sequence[str] = (), *, before: Callable[[], None] | None = None, **more: object
) -> dict:
    """Build in a separate process; return its result, or its `error` and the error's `type`."""
    return start_build(home, sources, before=before, **more).told()


def klog_build(home: Path, *arguments: str, before: Callable[[], None] | None = None) -> dict:
    """Run `klog build` in a separate process; return its exit `code`, `out` and `error`."""
    return klog(home, "build", *arguments, before=before)


def klog(home: Path, *arguments: str, before: Callable[[], None] | None = None) -> dict:
    """Run a command that builds in a separate process; return its exit `code`, `out` and `error`."""
    said = _place_to_say()
    return Started(start(_tell, said, before, _command, home, arguments), said).told()


def start_steps(
    home: Path, steps: Sequence[str], *, before: Callable[[], None] | None = None, **more: object
) -> Started:
    """Start steps in a separate process."""
    said = _place_to_say()
    return Started(start(_tell, said, before, _steps, home, tuple(steps), more), said)


def _steps(home: Path, steps: Sequence[str], more: dict) -> dict:
    try:
        return run_steps(home, steps=steps, **more)
    except (KlogError, OSError) as error:
        return {"error": str(error), "type": type(error).__name__}


def set_environment(**names: str) -> None:
    """Set environment variables in the process of a build; for use as `before`."""
    os.environ.update(names)


def with_the_real_encoder(**names: str) -> None:
    """Let a build encode with the model that ships, with these environment variables; for use as `before`."""
    set_environment(**names)
    embed.open_encoder, embed.open_query_encoder = encoder.open_encoder, query_encoder.open_query_encoder
    embed.prepare_query_encoder = query_encoder.prepare_query_encoder
    index.open_query_encoder = query_encoder.open_query_encoder


def _place_to_say() -> Path:
    return Path(tempfile.mkdtemp(prefix="klog-build-")) / "said.json"


if __name__ == "__main__":
    where = Path(sys.argv[1])
    print(run_build(where, [str(write_small_warc(where.parent / "small.warc.gz"))]))
