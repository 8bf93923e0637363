"""Open a run: its home, origins and progress bars."""

import datetime as dt
import sys
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from flows import sample
from flows.origins import AUTO, SAMPLE, is_place, open_origins
from flows.progress import Bars
from flows.steps.run import NoProgress, Run
from warehouse.connection import Connection, open_warehouse
from warehouse.errors import ArchiveMismatch, UsageError, WarehouseDamaged
from warehouse.frontier.home_record import keep_record, restore_record
from warehouse.frontier.report import ledger_report
from warehouse.home import Home, now
from warehouse.settings import Settings, read_settings
from warehouse.store import open_store


@contextmanager
def open_run(
    home: Path,
    sources: Sequence[str] = (),
    accept_loss: str | None = None,
    addresses: Path | None = None,
    mail: Sequence[Path] = (),
    recheck: bool = False,
    show_progress: bool = False,
    begins: bool = True,
    gmane_map: Path | None = None,
    git: Sequence[Path] = (),
    all_mail: bool = False,
    force: bool = False,
    relist_after_days: float | None = None,
    recheck_after_days: float | None = None,
    check_links_after_days: float | None = None,
    reread: bool = False,
    cluster: str | None = None,
) -> Iterator[Run]:
    """Open a run over `home` and hold the home until the block ends.

    With `begins` false, the run writes no row and does not change the sources of the home. Indexes are listed again, and lost
    addresses fetched again, only if they were last asked that many days ago; so are links checked.

    Raises:
        HomeHeld: another run holds the home.
        ArchiveMismatch: the home holds the sample and other sources were named, or the reverse.
        UsageError: a source is neither a file nor one of the names, or the links of the sample are to be checked.
        WarehouseDamaged: the warehouse was found damaged inside the block, and was moved aside.
    """
    place = Home(home)
    settings = read_settings().model_copy(update={"home": home})
    if cluster is not None:
        settings = settings.model_copy(update={"cluster": cluster})
    with place.hold():
        _set_damaged_aside(place)
        with open_warehouse(place) as connection:
            restore_record(connection, place, open_store(settings.capture_store))
            is_real = addresses is not None or mail or git or gmane_map is not None
            default = AUTO if is_real else SAMPLE
            chosen = _choose_sources(connection, place, _named(sources), default=default)
        kind = _kind_of(chosen)
        if kind == SAMPLE and check_links_after_days is not None:
            raise UsageError("The addresses of the sample only stand for real ones; there are no links to check.")
        settings = settings_of(kind, settings)
        there = chosen if sources else _without_moved(chosen)
        origins = open_origins(there, settings, addresses=addresses, mail=mail, git=git)
        with open_warehouse(place) as connection:  # not before, so that a mistyped source is not recorded
            if begins:
                _remember_sources(connection, kind, chosen)
                keep_record(connection, place)
            run = Run(
                run_id=uuid.uuid4().hex[:12],
                home=place,
                settings=settings,
                origins=origins,
                home_kind=kind,
                progress=Bars() if show_progress else NoProgress(),
                accept_loss=accept_loss,
                recheck=recheck,
                force=force,
                reread=reread,
                relist_before=_days_ago(relist_after_days),
                recheck_before=_days_ago(recheck_after_days),
                check_links_before=_days_ago(check_links_after_days),
                gmane_map=gmane_map,
                all_mail=all_mail,
                ledger=ledger_report(connection, settings),
            )
            if begins:
                run.write_row(connection, "running")
        try:
            with closing(run.readers):
                yield run
        except WarehouseDamaged as error:
            moved = place.move_aside()
            raise WarehouseDamaged(
                f"{place.warehouse} is damaged and was moved to {moved}. Run the same command to read all captures again: "
                f"klog --home {place.root} build"
            ) from error


def _days_ago(days: float | None) -> dt.datetime | None:
    return None if days is None else now() - dt.timedelta(days=days)


def _set_damaged_aside(home: Home) -> None:
    """Move a corrupt warehouse aside and print a message; the captures are then read into a new one."""
    try:
        with open_warehouse(home):
            pass
    except WarehouseDamaged as error:
        moved = home.move_aside()
        sys.stderr.write(
            f"klog: {str(error).partition('. ')[0]}. It was moved to {moved}; all captures are read again.\n"
        )


def _without_moved(sources: tuple[str, ...]) -> tuple[str, ...]:
    """Return the sources without files that no longer exist; their pages are already in the captures."""
    moved = [name for name in sources if not is_place(name) and name != SAMPLE and not Path(name).is_file()]
    for name in moved:
        sys.stderr.write(f"klog: {name!r} no longer exists; the pages taken from it are in the captures.\n")
    return tuple(name for name in sources if name not in moved)


def settings_of(home_kind: str | None, settings: Settings) -> Settings:
    """Return the settings for a kind of home; in the sample, `.example` hosts are aliases of the real ones."""
    if home_kind != SAMPLE:
        return settings
    return settings.model_copy(update={"host_aliases": {**sample.HOST_ALIASES, **settings.host_aliases}})


def _named(sources: Sequence[str]) -> tuple[str, ...]:
    """Return the sources with absolute paths, so that they can be used from another folder."""
    return tuple(name if is_place(name) or name == SAMPLE else str(Path(name).resolve()) for name in sources)


def _kind_of(sources: tuple[str, ...]) -> str:
    return SAMPLE if sources == (SAMPLE,) else "archive"


def _choose_sources(connection: Connection, home: Home, asked: tuple[str, ...], *, default: str) -> tuple[str, ...]:
    """Return the sources named by the caller, or those that the home was last built from.

    Raises:
        ArchiveMismatch: the home is of the other kind, which cannot change.
        UsageError: the sample was named together with other sources.
    """
    known = dict(connection.execute("SELECT name, value FROM raw.home").fetchall())
    # If only the captures are left, the sources of a real archive are unknown.
    first = () if known.get("home_kind") == "archive" else (default,)
    last = tuple(known["sources"].split("\n")) if known.get("sources") else first
    chosen = asked or last
    kind = _kind_of(chosen)
    if SAMPLE in chosen and len(chosen) > 1:
        raise UsageError("--from sample cannot be combined with other sources.")
    if known.get("home_kind", kind) != kind:
        held, asked_for = ("the sample", "other pages") if kind != SAMPLE else ("a real archive", "the sample")
        raise ArchiveMismatch(f"{home.root} contains {held}, not {asked_for}. Name another home: klog --home DIR build")
    return chosen


def _remember_sources(connection: Connection, kind: str, chosen: tuple[str, ...]) -> None:
    for name, value in {"home_kind": kind, "sources": "\n".join(chosen)}.items():
        connection.execute("INSERT OR REPLACE INTO raw.home VALUES (?, ?)", [name, value])
