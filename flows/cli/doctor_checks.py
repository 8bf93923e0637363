"""What `klog doctor` checks: each check returns what it found in words, or raises what is wrong, with the way to mend it."""

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import click

from flows.cli.context import Context, is_terminal
from flows.cli.faults import Fault
from flows.start import settings_of
from flows.steps.fetch import enter_captures
from warehouse.captures.check import check_files, describe_lost, examine_captures
from warehouse.captures.files import Stored
from warehouse.captures.places import file_sizes
from warehouse.captures.recovery import recover
from warehouse.connection import (
    RELEASE_SCHEMA,
    Connection,
    check_every_value,
    open_release,
    open_warehouse,
    read_warehouse,
)
from warehouse.encoding.models import BUNDLED_SHA256, find_model, sha256_of_weights
from warehouse.encoding.query_encoder import why_not_onnx
from warehouse.encoding.vectors import (
    count_broken_vectors,
    count_without_vector,
    drop_broken_vectors,
    stored_encoder,
)
from warehouse.errors import KlogError, WarehouseDamaged
from warehouse.frontier.consistency import find_inconsistency, mend_inconsistency
from warehouse.frontier.home_record import facts_of
from warehouse.frontier.ledger import LedgerCaptures, fetch_again, known_captures
from warehouse.home import now
from warehouse.migrations import migrations, schema_version
from warehouse.releases.history import list_releases
from warehouse.releases.publish import changed_files, current_manifest, point_to
from warehouse.releases.space import warn_of_space
from warehouse.sql import why_unconfined

MOST_LISTED = 10
Check = Callable[[Context], str]


def check_python(_: Context) -> str:
    """Tell the version of Python."""
    return f"Python {sys.version.split()[0]}"


def check_encoder(context: Context) -> str:
    """Check that the encoder is there and has the expected weights."""
    files = find_model(context.settings)
    found = sha256_of_weights(files.folder)
    if files.name == "all-MiniLM-L6-v2" and found != BUNDLED_SHA256:
        raise KlogError(f"{files.folder} has weights {found[:12]}, expected {BUNDLED_SHA256[:12]}; install klog again.")
    reason = why_not_onnx(context.settings)
    questions = f"; questions are encoded by sentence-transformers, because {reason}" if reason else ""
    return f"{files.name}, weights {found[:12]}{questions}"


def check_disk(context: Context) -> str:
    """Tell how much space is left, and warn before it is gone."""
    existing = next(
        path for path in [context.home.root.resolve(), *context.home.root.resolve().parents] if path.exists()
    )
    warning = warn_of_space(context.home) if context.home.root.is_dir() else None
    return f"{shutil.disk_usage(existing).free / 1e9:,.1f} GB free at {existing}{f'; {warning}' if warning else ''}"


def check_lock(context: Context) -> str:
    """Check that no run holds the home and that the last one was not killed."""
    run = context.home.read_status()
    if context.home.is_held():
        raise Fault(
            f"the home is held by {context.home.held_by()}; check again when it has ended: "
            f"klog --home {context.home.root} status"
        )
    if run.get("outcome") == "running":
        raise Fault(
            f"the last run was killed in {run.get('step')}; continue with: klog --home {context.home.root} build",
            needs_build=True,
        )
    return "no run holds the home"


def check_schema(context: Context) -> str:
    """Check that the warehouse has this version's schema."""
    with read_warehouse(context.home) as connection:
        version = schema_version(connection)
    newest = len(migrations())
    if version is None or version < newest:
        raise Fault(
            f"{context.home.warehouse} has schema version {version}, this klog has {newest}; bring it up to date with: "
            f"klog --home {context.home.root} build",
            mend=lambda: _migrate(context),
        )
    if version > newest:
        raise Fault(
            f"{context.home.warehouse} has schema version {version}, made by a newer klog; install that version."
        )
    return f"version {version}"


def _migrate(context: Context) -> str:
    with open_warehouse(context.home) as connection:
        return f"the schema was brought to version {schema_version(connection)}"


def check_warehouse(context: Context) -> str:
    """Read every value of every table."""
    with _anew_if_broken(context), read_warehouse(context.home) as connection:
        tables = check_every_value(connection)
        copies = _count(connection, "raw.mirrors")
        documents = _count(connection, "raw.documents")
        published = f" ({documents - copies:,} without copies, which are not published)" if copies else ""
        return f"{tables} tables, {documents:,} documents{published}"


@contextmanager
def _anew_if_broken(context: Context) -> Iterator[None]:
    """Turn a warehouse that is damaged or missing beside captures into a fault that a build mends."""
    try:
        yield
    except WarehouseDamaged as error:
        raise Fault(str(error), needs_build=True) from error
    except KlogError as error:
        if context.home.warehouse.exists() or not file_sizes(context.home.captures, context.store):
            raise
        raise Fault(str(error), needs_build=True) from error


def check_capture_files(context: Context) -> str:
    """Check that every capture file is there and long enough."""
    with read_warehouse(context.home) as connection:
        known = known_captures(connection)
    wrong = list(check_files(context.home.captures, known, context.store))
    if wrong:
        raise _lost_captures(context, wrong, ())
    return f"{_files(context)}, {len(known):,} captures; records not read (--quick)"


def check_captures(context: Context) -> str:
    """Check the record of every capture against its digest."""
    size = sum(file_sizes(context.home.captures, context.store).values())
    is_known = True
    with click.progressbar(
        length=size, label="captures", file=sys.stderr, show_pos=False, hidden=not is_terminal()
    ) as bar:
        try:
            with read_warehouse(context.home) as connection:
                known = known_captures(connection)
        except KlogError:  # reported by the check of the warehouse; the files can be checked without it
            known, is_known = [], False
        found = examine_captures(context.home.captures, known, bar.update, context.store)
    lost = describe_lost(context.home.captures, found.lost, context.store)
    if lost or (found.damage and not is_known):
        raise _lost_captures(context, [*found.damage, *lost], found.lost)
    if found.unlisted and is_known:
        raise Fault(
            f"{_number(found.unlisted, 'capture')} in the files but not in the ledger; take up with: "
            f"klog --home {context.home.root} doctor --repair",
            mend=lambda: _take_up(context),
            needs_build=True,
        )
    damage = f"; damaged, where nothing is needed: {'; '.join(found.damage[:MOST_LISTED])}" if found.damage else ""
    return f"{_files(context)}, {size / 1e6:,.1f} MB, {len(known):,} captures, all intact{damage}"


def _lost_captures(context: Context, wrong: Sequence[str], lost: Sequence[Stored]) -> Fault:
    more = f"; and {len(wrong) - MOST_LISTED} more" if len(wrong) > MOST_LISTED else ""
    return Fault(
        f"{'; '.join(wrong[:MOST_LISTED])}{more}. The text already parsed from them is kept. To fetch these pages again, run: "
        f"klog --home {context.home.root} build --recheck",
        mend=(lambda: _fetch_again(context, lost)) if lost else None,
        needs_build=bool(lost),
    )


def _fetch_again(context: Context, lost: Sequence[Stored]) -> str:
    with open_warehouse(context.home) as connection:
        fetch_again(connection, lost, now())
    return f"{_number(len(lost), 'page')} due again, because the captures were lost"


def _take_up(context: Context) -> str:
    with open_warehouse(context.home) as connection:
        aliases = settings_of(facts_of(connection).get("home_kind"), context.settings).host_aliases
        ledger = LedgerCaptures(connection, context.home.captures, context.store)
        found = list(recover(context.home.captures, ledger, whole=True, store=context.store))
        entered = enter_captures(connection, found, aliases)
    return f"{_number(entered, 'capture')} in the ledger again"


def check_rows(context: Context) -> str:
    """Check that captures, documents and their rows fit together."""
    with read_warehouse(context.home) as connection:
        found = find_inconsistency(connection)
    wrong = [
        f"{_number(number, what)} {why}"
        for number, what, why in (
            (len(found.unread), "capture", "read without leaving a document and all its rows"),
            (found.orphans, "row", "without a document"),
            (found.unfetched, "address", "said to be fetched without a capture"),
        )
        if number
    ]
    if wrong:
        raise Fault(
            f"{'; '.join(wrong)}; mend with: klog --home {context.home.root} doctor --repair",
            mend=lambda: _mend_rows(context),
            needs_build=True,
        )
    if found.without_capture:
        raise Fault(
            f"{_number(found.without_capture, 'document')} kept though the captures are lost, and cannot be read again; ask for "
            f"the pages again with: klog --home {context.home.root} build --recheck"
        )
    return "captures, documents and their rows fit together"


def _mend_rows(context: Context) -> str:
    with open_warehouse(context.home) as connection:
        mend_inconsistency(connection, find_inconsistency(connection))
    return "what lacks rows will be read again"


def check_vectors(context: Context) -> str:
    """Check that every passage has a vector of the expected dimension and length."""
    with read_warehouse(context.home) as connection:
        name, _ = stored_encoder(connection, find_model(context.settings), context.settings.precision)
        missing = count_without_vector(connection, name)
        passages = _count(connection, "raw.passages")
        of_copies = _count(connection, "raw.passages SEMI JOIN raw.mirrors USING (document_id)")
        broken = count_broken_vectors(connection, name)
    if broken:
        raise Fault(
            f"{_number(broken, 'vector')} of another dimension or length than {name} makes; encode again "
            f"with: klog --home {context.home.root} doctor --repair",
            mend=lambda: _drop_vectors(context, name, broken),
            needs_build=True,
        )
    if missing:
        raise Fault(
            f"{missing:,} texts of {passages:,} passages have no vector of {name}; encode them with: "
            f"klog --home {context.home.root} build",
            needs_build=True,
        )
    copied = f" ({passages - of_copies:,} without those of copies)" if of_copies else ""
    return f"all {passages:,} passages{copied} have a vector of {name}"


def _drop_vectors(context: Context, name: str, broken: int) -> str:
    with open_warehouse(context.home) as connection:
        drop_broken_vectors(connection, name)
    return f"{_number(broken, 'vector')} to be made again"


def check_release(context: Context) -> str:
    """Check that the current release is whole, unchanged and of the current schema."""
    home = context.home
    if not home.current.exists():
        whole = [one for one in list_releases(home) if one.manifest and not changed_files(one.folder, one.manifest)]
        if whole:
            raise Fault(
                f"{home.current} leads to no release; lead it to the newest with: klog --home {home.root} release rollback "
                f"{whole[0].release_id}",
                mend=lambda: _point_to(context, whole[0].release_id),
            )
        if home.warehouse.is_file() or file_sizes(home.captures, context.store):
            raise Fault(str(home.missing()), needs_build=True)
    manifest = current_manifest(home)
    release = home.release()
    again = f"publish again: klog --home {home.root} build"
    if manifest is None:
        raise Fault(f"{release}/release.json cannot be read; {again}", needs_build=True)
    wrong = changed_files(release, manifest)
    if wrong:
        raise Fault(f"{release / wrong[0]} has changed since it was published; {again}", needs_build=True)
    open_release(release).close()
    if manifest.schema_version < RELEASE_SCHEMA:
        raise Fault(
            f"{manifest.release_id} was published by an older klog (schema {manifest.schema_version}, now {RELEASE_SCHEMA}); "
            f"{again} --force",
            needs_build=True,
            needs_force=True,
        )
    return f"{manifest.release_id}, {len(manifest.files):,} files unchanged"


def _point_to(context: Context, release_id: str) -> str:
    point_to(context.home, release_id)
    return f"{release_id} is current"


def check_older_releases(context: Context) -> str:
    """Check that the files of older releases are unchanged."""
    older = [one for one in list_releases(context.home) if not one.is_current]
    wrong = [one.release_id for one in older if one.manifest is None or changed_files(one.folder, one.manifest)]
    if wrong:
        raise Fault(
            f"{', '.join(wrong)}: changed since published, and cannot be made again; remove with: "
            f"klog --home {context.home.root} release prune {' '.join(wrong)}"
        )
    return f"{len(older)} older, unchanged"


def check_older_releases_quickly(context: Context) -> str:
    """Count the older releases."""
    return f"{sum(not one.is_current for one in list_releases(context.home))} older, not read (--quick)"


def check_sql(_: Context) -> str:
    """Check that statements of users can be confined."""
    if reason := why_unconfined():
        raise KlogError(reason)
    return "statements can be confined on this machine"


def check_contact(context: Context) -> str:
    """Tell the contact that servers are given."""
    return context.settings.contact or "KLOG_CONTACT is not set; set it before building from the web"


def _files(context: Context) -> str:
    number = len(file_sizes(context.home.captures, context.store))
    where = f" (of {context.store.address} too)" if context.store else ""
    return f"{'1 file' if number == 1 else f'{number:,} files'}{where}"


def _number(number: int, what: str) -> str:
    """Return a number of things with its verb: `1 capture is`, `2 captures are`."""
    plural = f"{what}es" if what.endswith("s") else f"{what}s"
    return f"1 {what} is" if number == 1 else f"{number:,} {plural} are"


def _count(connection: Connection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


CHECKS: dict[str, Check] = {
    "python": check_python,
    "encoder": check_encoder,
    "disk": check_disk,
    "lock": check_lock,
    "schema": check_schema,
    "warehouse": check_warehouse,
    "captures": check_captures,
    "rows": check_rows,
    "vectors": check_vectors,
    "release": check_release,
    "releases": check_older_releases,
    "sql": check_sql,
    "contact": check_contact,
}
"""All checks in their order, which is also the order of the repairs."""

QUICK_CHECKS = {**CHECKS, "captures": check_capture_files, "releases": check_older_releases_quickly}
"""The same without reading the records of captures and the files of older releases."""
