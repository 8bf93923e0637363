"""The options of `klog build` and `klog schedule` that say where pages come from and what is asked for again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from flows.parameters import MOST_DAYS

_DAYS = click.FloatRange(0, MOST_DAYS)
_OPTIONS = (
    click.option(
        "--from",
        "sources",
        multiple=True,
        metavar="SOURCE",
        help="Where pages come from: sample, auto, wayback, commoncrawl, live, or a WARC, ARC or WACZ file; may be repeated. "
        "kernelnewbies adds its page of every kernel release to what these are asked for. "
        "local asks nothing of the network: only what --mail, --git and files have. "
        "Default: the sources of the last build; in a new home the sample, or auto with --addresses, --mail, --git or --gmane-map.",
    ),
    click.option(
        "--addresses",
        type=click.Path(path_type=Path, exists=True),
        help="A file with one address per line; in a new home, pages come from auto unless --from is given.",
    ),
    click.option(
        "--mail",
        type=click.Path(path_type=Path, exists=True),
        multiple=True,
        help="An mbox, maildir, .eml file or public-inbox; in a new home, other pages come from auto unless --from is given.",
    ),
    click.option(
        "--all",
        "all_mail",
        is_flag=True,
        help="Take in every mail of the archives given by --mail, not only cited mails and their threads.",
    ),
    click.option(
        "--gmane-map",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        help="A file with the number of a mail at gmane and its Message-ID per line (gmane.linux.kernel:1129793 <ID>).",
    ),
    click.option(
        "--git",
        type=click.Path(path_type=Path, exists=True),
        multiple=True,
        metavar="REPO",
        help="A local clone in which cited commits are looked up first; it is never fetched into, and may be repeated.",
    ),
    click.option("--recheck", is_flag=True, help="Fetch lost addresses again, and list the origins again."),
)


def origin_options(*, relist_after_days: float | None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that adds the options; `relist_after_days` is the default of `--relist-after`."""
    timed = (
        click.option(
            "--relist-after",
            "relist_after_days",
            type=_DAYS,
            metavar="DAYS",
            default=relist_after_days,
            show_default=relist_after_days is not None,
            help="List the issues of web archives again that were last listed this many days ago, and take what is new.",
        ),
        click.option(
            "--recheck-after",
            "recheck_after_days",
            type=_DAYS,
            metavar="DAYS",
            help="Fetch lost addresses again that were last tried this many days ago.",
        ),
        click.option(
            "--check-links",
            "check_links_after_days",
            type=_DAYS,
            metavar="DAYS",
            help="Ask the live web whether cited addresses still answer that were last checked this many days ago.",
        ),
    )

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed((*_OPTIONS, *timed)):
            command = option(command)
        return command

    return add
