"""The `klog` command. Each subcommand is a module that is imported only when it is called, so that a search starts fast."""

import gc
import importlib
import sys
from pathlib import Path

import click

from flows.cli.context import Context
from flows.cli.ending import end, end_on_sigterm
from flows.cli.terminal import shown
from warehouse.settings import read_settings

COMMANDS = {
    "build": "Bring the archive up to date: fetch, read, encode, publish.",
    "search": "Find passages by words and by meaning.",
    "timeline": "Show dated statements about a topic or a question, in order.",
    "sql": "Query the current release with SQL.",
    "export": "Write tables as Parquet, CSV or JSON Lines, or captures as WARC.",
    "status": "Show the contents of the archive, the current or last run, and failures.",
    "ui": "Open the page in a browser.",
    "mcp": "Answer assistants by the Model Context Protocol.",
    "serve": "Answer programs over HTTP on this machine.",
    "identify": "Print the kind, key and page of an address.",
    "forget": "Remove a document from the next release and exclude it from later ones.",
    "schedule": "Run the build on a cron schedule.",
    "release": "List, show and compare releases, go back to one, or remove old ones.",
    "publish": "Write the current release to a DuckLake, which many read by SQL.",
    "pull": "Copy the newest release of the store to a machine that only reads it.",
    "backup": "Copy the home while builds go on, or check such a copy.",
    "restore": "Copy a backup to a new home.",
    "doctor": "Check that everything an archive needs is in order.",
}


WITH_PANDAS = {"build", "schedule", "ui"}
"""Commands whose libraries may use pandas. DuckDB would import it for the first bound value of any other, in a third of a second."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"flows.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> object:
        end_on_sigterm()
        try:
            return super().invoke(ctx)
        except click.UsageError as error:  # it repeats the arguments, which a script may have taken from a page
            said = error.format_message()
            if isinstance(error, click.NoSuchOption) and not error.option_name.startswith("--"):
                said = f"{said.rstrip('.')}. Write -- before words that begin with a minus."
            raise click.UsageError(shown(said), error.ctx) from error
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the last chance to report it in a sentence
            end(ctx, error, ctx.obj.home.root if ctx.obj else Path("archive"))


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", type=click.Path(path_type=Path), help="The archive home (KLOG_HOME, default ./archive).")
@click.version_option(package_name="kernel-log-archive", prog_name="klog")
@click.pass_context
def cli(ctx: click.Context, home: Path | None) -> None:
    """Build the Kernel Log archive, search it, show timelines and query it with SQL.

    \b
    Example:
      klog build && klog search "when was Xen Dom0 support merged"

    Exit codes: 0 done, 1 failed (such as a failed gate), 2 usage, 3 the home is held by another run, 4 paused by a rate
    limit, 130 stopped by Ctrl-C, 143 stopped by SIGTERM. `schedule` ends with 0 on both, `ui` on Ctrl-C.
    """
    settings = read_settings()
    ctx.obj = Context(settings if home is None else settings.model_copy(update={"home": home}))


def main() -> None:
    """Run the command line; exit silently on a broken pipe (`| head`)."""
    gc.set_threshold(50_000)  # imports leave no garbage, and looking for it is a tenth of a start
    if WITH_PANDAS.isdisjoint(sys.argv):
        sys.modules["pandas"] = None  # type: ignore[assignment]
    try:
        cli()
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
