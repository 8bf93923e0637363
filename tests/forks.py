"""Processes forked from a server that has imported what they need.

Python has one fork server a process, which the parsers' pool uses too; a server with other imports is stopped first. Its environment is
that of its start, so each process is given that of now. The parsers of a build that was forked are forked from the same server, with
the environment of its start; a build that nobody forked starts a server of its own, which takes a second and a half.
"""

import os
from collections.abc import Callable
from multiprocessing import forkserver, get_context, resource_tracker
from multiprocessing.process import BaseProcess
from typing import Any

import pytest

_imported: list[tuple[str, ...]] = []


def fork(work: Callable[..., object], *given: object, modules: tuple[str, ...], **named: Any) -> BaseProcess:
    """Start a function in a separate process in which `modules` are imported."""
    context = get_context("forkserver")
    if _imported != [modules]:
        forkserver._forkserver._stop()
        context.set_forkserver_preload(list(modules))
        with pytest.MonkeyPatch.context() as environment:
            environment.delenv("AWS_ENDPOINT_URL", raising=False)  # parsers find the S3 of now in `AWS_CONFIG_FILE`
            forkserver.ensure_running()
        _imported[:] = [modules]
    process = context.Process(target=_work, args=(dict(os.environ), work, given, named))
    process.start()
    return process


def _work(
    environment: dict[str, str], work: Callable[..., object], given: tuple[Any, ...], named: dict[str, Any]
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    forkserver.ensure_running = forkserver._forkserver.ensure_running = resource_tracker.ensure_running
    work(*given, **named)
