"""A run made ready: which home, which origins, which progress bars."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from flows import sample
from flows.progress import Bars
from flows.steps.run import NoProgress, Run
from flows.web.origin import Origin
from flows.web.warcfile import WarcFile
from warehouse.connection import open_warehouse
from warehouse.errors import ArchiveMismatch, UsageError
from warehouse.home import Home
from warehouse.settings import Settings

SAMPLE = "sample"


@contextmanager
def open_run(
    home: Path,
    sources: Sequence[str] = (),
    accept_loss: str | None = None,
    addresses: Path | None = None,
    mail: Sequence[Path] = (),
    recheck: bool = False,
    show_progress: bool = False,
) -> Iterator[Run]:
    """A run over `home`, which it holds until the block ends.

    Raises:
        HomeHeld: another run holds the home.
        ArchiveMismatch: the home holds the sample and something else was asked for, or the reverse.
        UsageError: a source is not a file and not one of the names.
    """
    place = Home(home)
    settings = Settings().model_copy(update={"home": home})
    with place.hold():
        with open_warehouse(place) as connection:
            chosen = _choose_sources(connection, place, tuple(sources))
        kind = _kind_of(chosen)
        if kind == SAMPLE:
            settings = settings.model_copy(update={"host_aliases": {**sample.HOST_ALIASES, **settings.host_aliases}})
        yield Run(
            run_id=uuid.uuid4().hex[:12],
            home=place,
            settings=settings,
            origins=tuple(_origin(name, settings) for name in chosen),
            home_kind=kind,
            progress=Bars() if show_progress else NoProgress(),
            accept_loss=accept_loss,
            recheck=recheck,
        )


def _kind_of(sources: tuple[str, ...]) -> str:
    return SAMPLE if sources == (SAMPLE,) else "archive"


def _choose_sources(connection: duckdb.DuckDBPyConnection, home: Home, asked: tuple[str, ...]) -> tuple[str, ...]:
    """What was asked for, or what the home was built from last; a home keeps its kind for good."""
    known = dict(connection.execute("SELECT name, value FROM raw.home").fetchall())
    last = tuple(known["sources"].split("\n")) if "sources" in known else (SAMPLE,)
    chosen = asked or last
    kind = _kind_of(chosen)
    if SAMPLE in chosen and len(chosen) > 1:
        raise UsageError("--from sample stands alone; the sample is not mixed with other pages.")
    if known.get("home_kind", kind) != kind:
        held, asked_for = ("the sample", "other pages") if kind != SAMPLE else ("a real archive", "the sample")
        raise ArchiveMismatch(
            f"{home.root} holds {held} and {asked_for} was asked for. Name another home: klog --home DIR build"
        )
    for name, value in {"home_kind": kind, "sources": "\n".join(chosen)}.items():
        connection.execute("INSERT OR REPLACE INTO raw.home VALUES (?, ?)", [name, value])
    return chosen


def _origin(name: str, settings: Settings) -> Origin:
    if name == SAMPLE:
        return WarcFile(sample.SAMPLE_WARC, settings.max_sent_bytes, SAMPLE)
    path = Path(name)
    if path.is_file():
        return WarcFile(path.resolve(), settings.max_sent_bytes, path.name)
    raise UsageError(f"--from {name}: there is no such file; expected sample or a WARC file.")
