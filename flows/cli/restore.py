"""`klog restore`: copy a backup to a new home."""

from pathlib import Path

import click

from flows.cli.context import Context
from flows.cli.terminal import say, say_json
from warehouse.backup import find_backup, restore_backup


@click.command("restore")
@click.argument("directory", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--backup", "name", metavar="TIME", help="The backup in DIRECTORY to take; default: the newest.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def command(context: Context, directory: Path, name: str | None, as_json: bool) -> None:
    """Copy the newest backup in DIRECTORY to the home, which must not exist yet; each file is compared with its hash.

    The next build continues from there: it asks for nothing that the backup has.

    \b
    Example:
      klog --home restored restore /mnt/backups/klog
    """
    backup = find_backup(directory, name)
    restore_backup(backup, context.home)
    if as_json:
        said = {"home": str(context.home.root), "backup": str(backup.folder), "made_at": backup.made_at}
        say_json({**said, "files": len(backup.files), "release": backup.current})
        return
    say(f"{context.home.root} is as {backup.folder} was made at {backup.made_at} UTC.")
    say(f"Next: klog --home {context.home.root} doctor")
