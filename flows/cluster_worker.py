"""What runs in a worker of a cluster: it refuses work for another program or model, then reads pages or encodes texts."""

import hashlib
import platform
import resource
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from flows.limited_pool import Broken, TaskLimits, limit_cpu
from flows.parser_versions import LIBRARIES, reading_version, tagging_version
from flows.sources import registry
from warehouse.captures.places import stored_sizes
from warehouse.encoding.encoder import Encoder, Vectors, open_encoder, supports_bfloat16
from warehouse.encoding.models import find_model
from warehouse.errors import UsageError
from warehouse.settings import Settings
from warehouse.store import open_store

T = TypeVar("T")
R = TypeVar("R")

Facts = Mapping[str, str]
"""What has to be the same in the coordinator and in every worker, by name."""

_PACKAGES = (
    "kernel-log-archive", "distributed", "numpy", "sentence-transformers", "tantivy", "tokenizers", "torch", "transformers",
    *sorted(LIBRARIES),
)  # fmt: skip


@cache
def reading_facts(settings: Settings) -> Facts:
    """Return what the rows of a page depend on: versions of Python, packages and parsers, and the model that counts tokens."""
    files = find_model(settings)
    parsers = [reading_version(source, settings) for source in registry.SOURCES]
    return {
        "Python": platform.python_version(),
        **{name: version(name) for name in _PACKAGES},
        "parsers": hashlib.sha256(repr(parsers).encode()).hexdigest()[:12],
        "tagging": tagging_version(),
        "model": f"{files.name}@{files.revision}",
    }


def facts_like(expected: Facts, settings: Settings, captures: Path) -> Facts:
    """Return this process's facts, by the names of `expected`."""
    here = dict(reading_facts(settings))
    if "captures" in expected:
        seen = sees_store(settings.capture_store) if settings.capture_store else captures.is_dir()
        here["captures"] = expected["captures"] if seen else "none"
    if "precision" in expected:
        here["precision"] = "bfloat16" if expected["precision"] == "bfloat16" and supports_bfloat16() else "float32"
    return {name: here.get(name, "none") for name in expected}


@cache
def sees_store(address: str) -> bool:
    """Return True if this process can read the store at an address; asked once.

    Raises:
        StoreFailed, UsageError: it cannot; the message says why.
    """
    stored_sizes(open_store(address))
    return True


def explain_difference(expected: Facts, found: Facts) -> str:
    """Return what differs, in words; empty if nothing does."""
    differs = [f"{name} {found.get(name, 'none')} instead of {value}" for name, value in expected.items()
               if found.get(name) != value]  # fmt: skip
    return ", ".join(differs)


def do_each(
    expected: Facts,
    settings: Settings,
    captures: Path,
    limits: TaskLimits,
    function: Callable[[T], R],
    things: Sequence[T],
) -> list[R | Broken]:
    """Return the result of `function` for each thing; a thing that takes too much CPU time ends the process.

    Raises:
        UsageError: this worker is of another version.
    """
    _check(expected, settings, captures)
    try:
        return [_do(function, thing, limits) for thing in things]
    finally:
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))


def encode_texts(expected: Facts, settings: Settings, captures: Path, texts: Sequence[str]) -> tuple[str, Vectors]:
    """Return the name of the encoder and the vectors of texts.

    Raises:
        UsageError: this worker is of another version, or cannot compute in the precision of the settings.
    """
    _check(expected, settings, captures)
    encoder = _encoder(settings)
    return encoder.name, encoder.encode(texts)


def _do(function: Callable[[T], R], thing: T, limits: TaskLimits) -> R | Broken:
    limit_cpu(limits.cpu_s)
    try:
        return function(thing)
    except MemoryError:
        return Broken("memory", "parsing it takes more memory than a page may use")


def _check(expected: Facts, settings: Settings, captures: Path) -> None:
    if differs := explain_difference(expected, facts_like(expected, settings, captures)):
        raise UsageError(f"A worker has {differs}.")


@cache
def _encoder(settings: Settings) -> Encoder:
    return open_encoder(settings)
