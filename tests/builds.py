"""Whole builds that cost little: without Prefect, with an encoder that has no model, over a few pages of the sample.

A build runs in a process of its own, since DuckDB and dbt keep what they have open; the modules are imported once for all.
"""

import hashlib
import json
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path

from fastwarc.warc import ArchiveIterator
from prefect import Task

from flows import sample
from flows.pipeline import _do_steps
from flows.start import open_run
from flows.steps import discover, embed, fetch, index, link, parse, publish, transform
from flows.steps.report import record_run
from tests.fake_encoder import FakeEncoder
from warehouse.encoding.models import encoder_name, find_model
from warehouse.errors import KlogError
from warehouse.settings import Settings

PAGES = {"issue": 4, "mail": 3, "lwn": 3, "commit": 2, "blog": 2, "kernelnewbies": 1, "page": 1, "pdf": 1, "bug": 1}
ALIASES = json.dumps(sample.HOST_ALIASES)
READING = ("discover", "fetch", "parse", "link", "embed")

for module in (discover, embed, fetch, index, link, parse, publish, transform):
    for name, thing in list(vars(module).items()):
        if isinstance(thing, Task):
            setattr(module, name, thing.fn)


def open_fake_encoder(settings: Settings) -> FakeEncoder:
    """The encoder of the builds, named as the model's own would be."""
    files = find_model(settings)
    return FakeEncoder(32, encoder_name(files, 32, "float32"))


embed.open_encoder = open_fake_encoder
embed.prepare_query_encoder = lambda settings: None
index.open_query_encoder = open_fake_encoder


def write_small_warc(path: Path) -> Path:
    """A WARC file with some pages of each kind of the sample."""
    from flows.sources.registry import identify

    left = dict(PAGES)
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


def build(home: Path, sources: Sequence[str] = (), only: str | None = None) -> dict:
    """Build in this process; what the run counted comes back."""
    with open_run(home, tuple(sources)) as run:
        try:
            _do_steps(run, only)
        except (KlogError, OSError) as error:
            record_run(run, "failed", str(error))
            raise
        paused = record_run(run, "done")
        return {"counts": run.counts, "release_id": run.release_id, "paused": paused}


def run_steps(home: Path, sources: Sequence[str] = (), steps: Sequence[str] = READING, **more: object) -> dict:
    """Run steps that leave nothing open, in this process; `status` tells after it what the run did."""
    with open_run(home, tuple(sources), **more) as run:
        for step in steps:
            _do_steps(run, step)
        record_run(run, "done")
        return run.counts


def _build(home: Path, sources: Sequence[str], only: str | None, said: Path, before: Callable[[], None] | None) -> None:
    os.environ["KLOG_HOST_ALIASES"] = ALIASES
    sys.stdout = sys.stderr = said.with_suffix(".log").open("w", encoding="utf-8")
    try:
        if before is not None:
            before()
        told = build(home, sources, only)
    except (KlogError, OSError) as error:
        told = {"error": str(error), "type": type(error).__name__}
    said.write_text(json.dumps(told, default=str), encoding="utf-8")


def start_build(
    home: Path, sources: Sequence[str] = (), *, only: str | None = None, before: Callable[[], None] | None = None
) -> BaseProcess:
    """Start a build in a process of its own; `before` (a function of a module) runs in it first."""
    said_by(home).unlink(missing_ok=True)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.builds", "dbt.cli.main"])
    process = context.Process(target=_build, args=(home, tuple(sources), only, said_by(home), before))
    process.start()
    return process


def run_build(
    home: Path, sources: Sequence[str] = (), *, only: str | None = None, before: Callable[[], None] | None = None
) -> dict:
    """Build in a process of its own; what it counted comes back, or its `error` and the error's `type`."""
    process = start_build(home, sources, only=only, before=before)
    process.join(250)
    told = said_by(home)
    assert process.exitcode == 0, told.with_suffix(".log").read_text(encoding="utf-8")
    return json.loads(told.read_text(encoding="utf-8"))


def said_by(home: Path) -> Path:
    """Where the last build of a home left its word."""
    name = hashlib.sha256(str(home).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"klog-build-{name}.json"


if __name__ == "__main__":
    where = Path(sys.argv[1])
    print(run_build(where, [str(write_small_warc(where.parent / "small.warc.gz"))]))
