"""`klog build`: one run of the flow over the archive home."""

import sys
from typing import Any, get_args

import click

from flows.alerts import check_alert
from flows.cli.context import Context, is_terminal
from flows.cli.exit_codes import PAUSED
from flows.cli.origin_options import origin_options
from flows.cli.terminal import say, say_json, say_table
from flows.parameters import MOST_REASON, StepName
from flows.paused_hosts import name_paused
from flows.prefect_server import own_server, prefect_environment
from warehouse.errors import UsageError
from warehouse.releases.space import warn_of_space
from warehouse.vector_store import check_store


def _reason(_context: click.Context, _option: click.Parameter, given: str | None) -> str | None:
    if given is not None and not 0 < len(given.strip()) <= MOST_REASON:
        raise click.BadParameter(f"expected a reason of at most {MOST_REASON} characters.")
    return given


@click.command("build")
@origin_options(relist_after_days=None)
@click.option("--only", type=click.Choice(get_args(StepName)), help="Run only this step.")
@click.option("--reread", is_flag=True, help="Read all captures again, which needs no network.")
@click.option("--accept-loss", metavar="REASON", callback=_reason, help="Publish even if a kind has lost documents.")
@click.option("--force", is_flag=True, help="Publish even if nothing is new, also after klog release rollback.")
@click.option(
    "--cluster", metavar="ADDRESS", help="Parse and encode on the workers of a Dask scheduler (KLOG_CLUSTER)."
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_obj
def command(context: Context, /, **options: Any) -> None:
    """Bring the archive up to date and publish it, skipping work that is already done.

    \b
    Examples:
      klog build                           the bundled sample, in a new home
      klog --home real build --from auto   web archives first, then the live web
      klog build --from pages.warc.gz
      klog build --from local --mail lkml --all   mails alone, without network
    """
    from flows.origins import open_origins  # here, because it imports half of the code of a build

    as_json = options.pop("as_json")
    if options["all_mail"] and not options["mail"]:
        raise UsageError("--all takes in all mails of mail archives; name one: klog build --mail PATH --all")
    check_alert(context.settings.alert)
    # Report an unknown source or a home held by another run before anything slow starts.
    open_origins(options["sources"], context.settings, git=options["git"])
    with context.home.hold():
        pass
    done = _report_if_settled(context, options)
    if done is None:
        check_store(context.settings.search_store)  # before Prefect's server starts
        done = _build(context, options, show_progress=is_terminal() and not as_json and context.settings.log == "off")
    if as_json:
        say_json(done)
    else:
        _print_report(context, done["rows"], done["seconds"])
    if warning := warn_of_space(context.home):
        say(f"klog: {warning}", err=True)
    if done["paused"]:
        say(f"klog: paused by a rate limit: {name_paused(done['paused'])}. Run the same command again later.", err=True)
        sys.exit(PAUSED)


def _report_if_settled(context: Context, options: dict[str, Any]) -> dict[str, Any] | None:
    more = [value for name, value in options.items() if name not in ("sources", "addresses", "cluster")]
    if any(value is not None and value is not False and value != () for value in more):
        return None
    from flows.up_to_date import report_if_settled  # here, because it takes a second to import

    return report_if_settled(context.home.root, options["sources"], options["addresses"])


def _build(context: Context, options: dict[str, Any], *, show_progress: bool) -> dict[str, Any]:
    with prefect_environment(context.home.root), own_server(context.home.root):
        from flows.pipeline import build_through_outages  # here, because Prefect reads its settings when first imported

        return build_through_outages(
            context.home.root, context.settings.patience_s, show_progress=show_progress, **options
        )


def build_home(context: Context, *, show_progress: bool, force: bool) -> dict[str, Any]:
    """Run a build with the sources of the last one; return its report."""
    return _build(context, {"sources": (), "force": force}, show_progress=show_progress)


def _print_report(context: Context, rows: list[dict[str, Any]], seconds: dict[str, float]) -> None:
    say_table(("", "count", "detail"), ((row["what"], f"{row['count']:,}", row["detail"]) for row in rows), right=(1,))
    steps = ", ".join(f"{step} {value:.1f}" for step, value in seconds.items())
    total = f"{sum(seconds.values()):.1f} seconds from the first task to the last: {steps}"
    say(total if seconds else "Nothing to do.")
    if context.home.current.exists():
        say(f'Next: klog --home {context.home.root} search "xen dom0"   or: klog --home {context.home.root} ui')
