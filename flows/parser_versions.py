"""Versions of parsing, tagging, reading statements and the rules for addresses: work is repeated if and only if its version changes.

The version of a parser changes with the modules that it imports, directly or indirectly, and the libraries they import.
"""

import ast
import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import version as installed_version
from pathlib import Path

import dbt_models
from flows.sources.source import Source
from warehouse import tagging
from warehouse.settings import Settings

ROOT = Path(__file__).parent.parent
LIBRARIES = frozenset(["lxml", "trafilatura", "pypdf", "ftfy", "sentencex"])
"""Libraries that extract text from pages; a new version may extract a different text."""

SHARED = ("warehouse.rows", "flows.reading.audit", "flows.reading.html", "flows.reading.decoding")
"""Modules that process every document after its source has read it."""

STATEMENTS = ("warehouse.timeline.reports", "warehouse.timeline.telling", "warehouse.timeline.statement_words")
"""Modules that read what the statement files say of a sentence."""

_ALONE = ("flows.document_parser",)  # counted without its imports, because it imports every source
_APART = frozenset(["warehouse.errors"])  # not counted, because it does not affect the text


@cache
def reading_version(source: Source, settings: Settings) -> str:
    """Return the version of a source's parser: of its code and libraries, the tokenizer and the host aliases."""
    made_with = f"{settings.model} {settings.model_revision} {sorted(settings.host_aliases.items())}"
    modules = [*modules_of([source.parse.__module__, *SHARED]), *_ALONE]
    return _digest(made_with, modules, [])


@cache
def identifying_version(sources: Sequence[Source]) -> str:
    """Return the version of the rules that find the source of an address."""
    names = " ".join(source.name for source in sources)
    return _digest(names, modules_of([source.identify.__module__ for source in sources]), [])


@cache
def tagging_version() -> str:
    """Return the version of tagging: of its code and libraries, and the seeds it uses."""
    return _digest("", modules_of(["warehouse.tagging"]), [dbt_models.SEEDS / name for name in tagging.SEEDS])


@cache
def statement_version() -> str:
    """Return the version of reading sentences for timelines: of its code and the weights it uses."""
    made_with = f"tantivy {installed_version('tantivy')}"
    return _digest(made_with, modules_of(STATEMENTS), [ROOT / "warehouse" / "timeline" / "telling.json"])


@cache
def address_version(settings: Settings) -> str:
    """Return the version of the rules that map an address to kind and key: of their code and the host aliases."""
    return _digest(f"{sorted(settings.host_aliases.items())}", modules_of(["flows.sources.registry"]), [])


def modules_of(start: Sequence[str]) -> list[str]:
    """Return the given modules and the project's modules that they import, directly or indirectly, sorted."""
    found: set[str] = set()
    left = list(start)
    while left:
        module = left.pop()
        if module not in found | _APART and _file(module) is not None:
            found.add(module)
            left.extend(name for name in _imports(module) if name.split(".")[0] in ("flows", "warehouse"))
    return sorted(found)


def libraries_of(modules: Sequence[str]) -> list[str]:
    """Return those of `LIBRARIES` that the modules import, sorted."""
    return sorted(LIBRARIES & {name.split(".")[0] for module in modules for name in _imports(module)})


def read_code(path: Path) -> bytes:
    """Return the bytes of a file that counts towards a version."""
    return path.read_bytes()


def _digest(made_with: str, modules: Sequence[str], files: Sequence[Path]) -> str:
    versions = [f"{library} {installed_version(library)}" for library in libraries_of(modules)]
    digest = hashlib.sha256(f"{made_with} {versions}".encode())
    for path in [*(path for module in modules if (path := _file(module))), *files]:
        digest.update(read_code(path))
    return digest.hexdigest()[:12]


@cache
def _file(module: str) -> Path | None:
    place = ROOT.joinpath(*module.split("."))
    return next((path for path in (place.with_suffix(".py"), place / "__init__.py") if path.is_file()), None)


@cache
def _imports(module: str) -> tuple[str, ...]:
    path = _file(module)
    return tuple(_imported(ast.parse(path.read_bytes()))) if path else ()


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
