"""`klog schedule`: run the build on a cron schedule until it is stopped."""

import shlex
from pathlib import Path
from typing import Any

import click

from flows.alerts import check_alert
from flows.cli.context import Context
from flows.cli.origin_options import origin_options
from flows.cli.terminal import say
from flows.prefect_server import own_server, prefect_environment

RELIST_AFTER_DAYS = 6.5  # a weekly build lists again, and one that continues a pause every half hour does not


@click.command("schedule")
@click.option("--cron", default="0 4 * * *", show_default=True, help="When to build, as a cron line (UTC).")
@origin_options(relist_after_days=RELIST_AFTER_DAYS)
@click.pass_obj
def command(context: Context, /, cron: str, **options: Any) -> None:
    """Serve the flow to Prefect and run it at the times of --cron; on Ctrl-C or SIGTERM, end a current run and exit.

    Each run lists the issues of web archives again if they were last listed a week ago, and takes what is new; the other
    options are those of klog build.

    Without PREFECT_API_URL, a Prefect server is started that serves only this command (with a new random password) and
    keeps its files in the home. With it, the server at that address schedules the runs. To see the last run: klog status.

    \b
    Examples:
      klog --home /srv/klog schedule --cron "30 3 * * 1"
      klog --home /srv/klog schedule --cron "0 4 * * *" --mail lkml --recheck-after 90
    """
    from flows.origins import open_origins  # here, because it imports half of the code of a build

    home = context.home.root
    check_alert(context.settings.alert)
    open_origins(options["sources"], context.settings, git=options["git"])  # report an unknown source at once
    with prefect_environment(home), own_server(home, cron=cron):
        from flows.deployments import serve_archive  # here, because Prefect reads its settings when first imported

        say(f"Building {home} at {cron!r}; press Ctrl-C to stop.")
        serve_archive(home.resolve(), cron, _parameters(options))
    say(f"Stopped; resume with: klog --home {home} schedule --cron {cron!r}{_repeated(options)}")


def _parameters(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options as the flow's parameters, with absolute paths, because runs start in another folder."""
    parameters: dict[str, Any] = {}
    for name, value in options.items():
        match value:
            case Path():
                parameters[name] = str(value.resolve())
            case tuple():
                parameters[name] = [_absolute(name, one) for one in value]
            case _:
                parameters[name] = value
    return parameters


def _absolute(name: str, value: str | Path) -> str:
    is_file = name != "sources" or Path(value).is_file()
    return str(Path(value).resolve()) if is_file else str(value)


_NAMES = {
    "sources": "--from",
    "all_mail": "--all",
    "relist_after_days": "--relist-after",
    "recheck_after_days": "--recheck-after",
    "check_links_after_days": "--check-links",
}


def _repeated(options: dict[str, Any]) -> str:
    """Return the options as they are typed, without defaults."""
    words: list[str] = []
    for name, value in options.items():
        option = _NAMES.get(name, f"--{name.replace('_', '-')}")
        if value is True:
            words.append(option)
        elif isinstance(value, tuple):
            words += [word for one in value for word in (option, str(one))]
        elif value is not None and value is not False and (name, value) != ("relist_after_days", RELIST_AFTER_DAYS):
            words += [option, f"{value:g}" if isinstance(value, float) else str(value)]
    return "".join(f" {shlex.quote(word)}" for word in words)
