"""`klog backup`: copy the home while builds go on, or check such a copy."""

import shutil
import sys
from pathlib import Path

import click

from flows.cli.context import Context
from flows.cli.exit_codes import FAILED
from flows.cli.terminal import say, say_json
from warehouse.backup import check_backup, find_backup, list_backups, make_backup
from warehouse.captures.places import stored_sizes


@click.command("backup")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option("--keep", type=click.IntRange(1), help="Afterwards remove all but the newest N backups in DIRECTORY.")
@click.option("--check", is_flag=True, help="Make none; read the newest one and compare it with its hashes.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def command(context: Context, directory: Path, keep: int | None, check: bool, as_json: bool) -> None:
    """Copy the home to a new folder in DIRECTORY, also while a build runs; see klog restore.

    What has not changed since the backup before is linked to it (a hard link), so a second backup takes the room of what is new.

    \b
    Example:
      klog --home real backup /mnt/backups/klog --keep 7
    """
    if check:
        _check(directory, as_json=as_json)
        return
    made, copied = make_backup(context.home, directory)
    removed = list_backups(directory)[keep:] if keep else []
    for one in removed:
        shutil.rmtree(one.folder)
    there = stored_sizes(context.store)
    if as_json:
        names = [one.folder.name for one in removed]
        said = {"backup": str(made.folder), "bytes": made.size_bytes(), "copied": copied, "removed": names}
        say_json(
            {**said, "not_copied": {"store": context.settings.capture_store, "files": len(there)} if there else None}
        )
        return
    say(f"{made.folder}: {len(made.files):,} files, {made.size_bytes() / 1e6:,.1f} MB, {copied / 1e6:,.1f} MB copied.")
    if context.store is not None:
        say(
            f"Not in it: {len(there):,} capture files of {context.store.address}, {sum(there.values()) / 1e6:,.1f} MB; copies of "
            "them are the store's matter (versions, replication)."
        )
    say(f"To restore into a new home: klog --home DIR restore {directory}")


def _check(directory: Path, *, as_json: bool) -> None:
    backup = find_backup(directory, None)
    wrong = check_backup(backup)
    if as_json:
        say_json({"backup": str(backup.folder), "files": len(backup.files), "changed": wrong})
    for name in [] if as_json else wrong:
        say(f"FAIL  {backup.folder / name} is missing or has changed")
    if wrong:
        sys.exit(FAILED)
    if not as_json:
        say(f"ok    {backup.folder}: {len(backup.files):,} files unchanged")
