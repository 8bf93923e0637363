"""`klog status`: show the current or last run, the contents of the archive and failures, also while a run is in progress."""

import datetime as dt
import sys
from collections.abc import Mapping
from typing import Any

import click

from flows.cli.context import Context
from flows.cli.exit_codes import FAILED
from flows.cli.terminal import say, say_json
from flows.parameters import MOST_DAYS
from warehouse import catalog
from warehouse.errors import KlogError
from warehouse.home import Home, now
from warehouse.releases.publish import current_manifest
from warehouse.releases.space import warn_of_space

_HEADINGS = {
    "rest": "Still to fetch (addresses; time from a web archive; time from the live web)",
    "addresses": "Addresses (state, kind, number)",
    "origins": "Captures (origin, number, bytes)",
    "paused": "Paused (host, waiting addresses and lists, until (UTC), reason)",
    "hosts": "Hosts with work left or lost (host, due, done, lost)",
    "set_aside_by_reason": "Set aside (step, reason, number)",
    "set_aside": "First entries set aside",
}


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--probe", is_flag=True, help="End with exit code 1 if there is a problem, and name it.")
@click.option(
    "--max-age",
    "most_days",
    type=click.FloatRange(0, MOST_DAYS),
    metavar="DAYS",
    help="It is a problem if no run has ended well for this many days.",
)
@click.pass_obj
def command(context: Context, /, as_json: bool, probe: bool, most_days: float | None) -> None:
    """Show the contents of the archive, the current or last run, and pages that could not be read or fetched.

    \b
    Examples:
      klog --home archive status
      klog --home archive status --probe --max-age 8
    """
    home = context.home
    if not home.root.is_dir():
        raise home.missing()
    run = home.read_status()
    manifest = current_manifest(home)
    found: dict[str, Any] = {
        "home": str(home.root),
        "running": (running := home.is_held()),
        "held_by": home.held_by() if running else None,
        "run": run,
        "release": None if manifest is None else manifest.release_id,
        "documents": {} if manifest is None else dict(manifest.kinds),
        "known_issues": {} if manifest is None else _known_issues(home),
        "ledger": run.get("ledger", {}),
        "warnings": [warning] if (warning := warn_of_space(home)) else [],
    }
    found["problems"] = problems_of(found, now(), most_days)
    if as_json:
        say_json(found)
    else:
        _print(found)
    if probe and found["problems"]:
        for problem in found["problems"]:
            say(f"klog: {problem}", err=True)
        sys.exit(FAILED)


def problems_of(found: Mapping[str, Any], at: dt.datetime, most_days: float | None) -> list[str]:
    """Return what is wrong with a home, each in a sentence: its release, its last run, and how long ago that ended."""
    run, problems = found["run"], []
    outcome = run.get("outcome")
    if found["release"] is None:
        problems.append("Nothing is published yet.")
    if outcome == "failed":
        problems.append(f"The last run failed: {run.get('message') or 'see klog status'}")
    elif outcome == "running" and not found["running"]:
        problems.append(f"The last run was killed in {run.get('step')}.")
    if most_days is not None and not found["running"]:
        ended = _moment(run.get("finished_at"))
        if ended is None or at - ended > dt.timedelta(days=most_days):
            problems.append(
                f"No run has ended for {most_days:g} days; the last one ended at {ended or 'no known time'}."
            )
    return problems


def _moment(text: object) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(str(text))
    except ValueError:
        return None


def _known_issues(home: Home) -> dict[str, int]:
    """Return the counts of the release, or nothing if it cannot be read, as `klog doctor` says then."""
    try:
        reader = catalog.open_catalog(home.current)
    except KlogError:
        return {}
    try:
        return dict(catalog.count_known_issues(reader))
    finally:
        reader.close()


def _print(found: dict[str, Any]) -> None:
    run = found["run"]
    if found["running"]:
        say(f"Held by {found['held_by']}.")
    elif run:
        message = f": {run['message']}" if run.get("message") else ""
        outcome = f"killed in {run.get('step')}" if run.get("outcome") == "running" else run.get("outcome")
        say(f"Last run: {outcome} at {run.get('finished_at', run.get('updated_at'))}{message}")
    else:
        say("No run yet.")
    if found["release"]:
        kinds = ", ".join(f"{kind} {number:,}" for kind, number in found["documents"].items())
        say(f"Release {found['release']}: {kinds}.")
        if found["known_issues"]:
            counts = ", ".join(f"{number:,} {name}" for name, number in found["known_issues"].items())
            say(f"Issues of the column: {counts}.")
    else:
        say(f"Nothing is published yet. Next: klog --home {found['home']} build")
    for warning in found["warnings"]:
        say(f"Warning: {warning}")
    for heading, title in _HEADINGS.items():
        rows = found["ledger"].get(heading)
        if rows:
            say()
            say(title)
            for row in rows:
                say("  " + "  ".join(str(value) for value in row.values() if value is not None))
