"""`klog doctor`: check everything that an archive needs, name the command that repairs each fault, or repair it."""

import sys

import click

from flows.cli.build import build_home
from flows.cli.context import Context, is_terminal
from flows.cli.doctor_checks import CHECKS, QUICK_CHECKS
from flows.cli.exit_codes import FAILED
from flows.cli.faults import Fault
from flows.cli.terminal import say, say_json
from warehouse.errors import KlogError


@click.command("doctor")
@click.option("--quick", is_flag=True, help="Do not read the records of the capture files, nor older releases.")
@click.option("--repair", is_flag=True, help="Mend what can be mended: fetch, read, encode and publish again.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def command(context: Context, quick: bool, repair: bool, as_json: bool) -> None:
    """Check Python, the encoder, the disk, the warehouse, every capture, row and vector, and the releases.

    Each fault is printed with the command that repairs it; with a fault the exit code is 1. --repair deletes nothing that it
    cannot make again, runs a build where one is needed, checks once more, and says what it could not mend.

    \b
    Examples:
      klog --home archive doctor
      klog --home archive doctor --repair
    """
    say_each = not as_json
    found = _run_checks(context, quick=quick, aloud=say_each)
    mended = _repair(context, found, aloud=say_each) if repair else []
    if mended:
        found = _run_checks(context, quick=quick, aloud=say_each)
    if as_json:
        rows = [
            {"check": name, "ok": not isinstance(said, Exception), "detail": str(said)} for name, said in found.items()
        ]
        say_json({"checks": rows, "mended": mended})
    sys.exit(FAILED if any(isinstance(said, Exception) for said in found.values()) else 0)


def _run_checks(context: Context, *, quick: bool, aloud: bool) -> dict[str, str | Exception]:
    found: dict[str, str | Exception] = {}
    for name, check in (QUICK_CHECKS if quick else CHECKS).items():
        try:
            found[name] = check(context)
        except (KlogError, OSError) as error:
            found[name] = error
        if aloud:
            say(f"{'FAIL' if isinstance(found[name], Exception) else 'ok  '}  {name}: {found[name]}")
    return found


def _repair(context: Context, found: dict[str, str | Exception], *, aloud: bool) -> list[str]:
    """Mend the faults that can be mended, in the order of the checks, then build if one needs it; return what was done."""
    faults = [fault for fault in found.values() if isinstance(fault, Fault) and fault.can_be_mended]
    if context.home.is_held():  # as the check of the lock says
        return []
    done = []
    for fault in faults:
        if fault.mend is not None:
            with context.home.hold():
                done.append(fault.mend())
            if aloud:
                say(f"mend  {done[-1]}")
    if any(fault.needs_build for fault in faults):
        done.append("built again")
        if aloud:
            say("mend  building again")
        build_home(context, show_progress=is_terminal() and aloud, force=any(fault.needs_force for fault in faults))
    return done
