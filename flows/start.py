"""A run made ready: which home, which origins, which progress bars."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flows import sample
from flows.pipeline import build, new_run_id
from flows.progress import Bars
from flows.steps.run import NoProgress, Run
from flows.web.origin import Origin
from flows.web.warcfile import WarcFile
from warehouse.connection import open_warehouse
from warehouse.errors import ArchiveMismatch, UsageError
from warehouse.home import Home
from warehouse.settings import Settings

SAMPLE = "sample"


def start_run(
    settings: Settings,
    *,
    sources: Sequence[str] = (),
    only: str | None = None,
    show_progress: bool = False,
    recheck: bool = False,
    accept_loss: str | None = None,
    **_later: Any,
) -> tuple[Run, list[dict[str, Any]]]:
    """Run the flow over the home of the settings; the run and its report come back.

    Raises:
        ArchiveMismatch: the home holds the sample and something else was asked for, or the reverse.
        UsageError: a source is not a file and not one of the names.
    """
    home = Home(settings.home)
    with home.hold(), open_warehouse(home) as connection:
        chosen = _choose_sources(connection, home, tuple(sources))
    kind = SAMPLE if chosen == (SAMPLE,) else "archive"
    if kind == SAMPLE:
        settings = settings.model_copy(update={"host_aliases": {**sample.HOST_ALIASES, **settings.host_aliases}})
    run = Run(
        run_id=new_run_id(),
        home=home,
        settings=settings,
        origins=tuple(_origin(name, settings) for name in chosen),
        home_kind=kind,
        progress=Bars() if show_progress else NoProgress(),
        accept_loss=accept_loss,
        recheck=recheck,
    )
    return run, build(run, only)


def _choose_sources(connection: Any, home: Home, asked: tuple[str, ...]) -> tuple[str, ...]:
    """What was asked for, or what the home was built from last; a home keeps its kind for good."""
    known = dict(connection.execute("SELECT name, value FROM raw.home").fetchall())
    last = tuple(known["sources"].split("\n")) if "sources" in known else (SAMPLE,)
    chosen = asked or last
    kind = SAMPLE if chosen == (SAMPLE,) else "archive"
    if SAMPLE in chosen and len(chosen) > 1:
        raise UsageError("--from sample stands alone; the sample is not mixed with other pages.")
    if known.get("home_kind", kind) != kind:
        raise ArchiveMismatch(
            f"{home.root} holds {'the sample' if known['home_kind'] == SAMPLE else 'a real archive'}, and "
            f"{'the sample' if kind == SAMPLE else 'other pages'} were asked for. Name another home: klog --home DIR build"
        )
    connection.execute("INSERT OR REPLACE INTO raw.home VALUES ('home_kind', ?)", [kind])
    connection.execute("INSERT OR REPLACE INTO raw.home VALUES ('sources', ?)", ["\n".join(chosen)])
    return chosen


def _origin(name: str, settings: Settings) -> Origin:
    if name == SAMPLE:
        return WarcFile(sample.SAMPLE_WARC, settings.max_sent_bytes, SAMPLE)
    path = Path(name)
    if path.is_file():
        return WarcFile(path.resolve(), settings.max_sent_bytes, path.name)
    raise UsageError(f"--from {name}: there is no such file; expected sample or a WARC file.")
