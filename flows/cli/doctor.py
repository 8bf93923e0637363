"""`klog doctor`: is everything there that an archive needs."""

import shutil
import sys
from collections.abc import Callable

import click

from flows.cli.context import Context
from warehouse.connection import open_release
from warehouse.encoding.models import BUNDLED_SHA256, find_model, sha256_of_weights
from warehouse.errors import KlogError
from warehouse.releases.publish import changed_files, current_manifest


@click.command("doctor")
@click.pass_obj
def command(context: Context) -> None:
    """Check Python, the encoder's weights, the home, and the current release's files against their hashes.

    \b
    Example:
      klog --home archive doctor
    """
    checks: dict[str, Callable[[Context], str]] = {
        "python": _check_python,
        "encoder": _check_encoder,
        "disk": _check_disk,
        "release": _check_release,
        "contact": _check_contact,
    }
    failed = 0
    for name, check in checks.items():
        try:
            click.echo(f"ok    {name}: {check(context)}")
        except (KlogError, OSError) as error:
            failed += 1
            click.echo(f"WRONG {name}: {error}")
    sys.exit(1 if failed else 0)


def _check_python(_: Context) -> str:
    return f"Python {sys.version.split()[0]}"


def _check_encoder(context: Context) -> str:
    files = find_model(context.settings)
    found = sha256_of_weights(files.folder)
    if files.name == "all-MiniLM-L6-v2" and found != BUNDLED_SHA256:
        raise KlogError(f"{files.folder} has weights {found[:12]}, {BUNDLED_SHA256[:12]} were expected; install again.")
    return f"{files.name}, weights {found[:12]}"


def _check_disk(context: Context) -> str:
    existing = next(
        path for path in [context.home.root.resolve(), *context.home.root.resolve().parents] if path.exists()
    )
    return f"{shutil.disk_usage(existing).free / 1e9:,.1f} GB free at {existing}"


def _check_release(context: Context) -> str:
    manifest = current_manifest(context.home)
    release = context.home.release()
    if manifest is None:
        raise KlogError(f"{release}/release.json cannot be read; publish again: klog --home {context.home.root} build")
    wrong = changed_files(release, manifest)
    if wrong:
        raise KlogError(
            f"{release / wrong[0]} is not as it was published; publish again: klog --home {context.home.root} build"
        )
    with open_release(release):
        return f"{manifest.release_id}, {len(manifest.files)} files as published"


def _check_contact(context: Context) -> str:
    return context.settings.contact or "KLOG_CONTACT is not set; set it before building from the web"
