"""The end of a command: an exit code and a message with the error and the next command to run, never a traceback."""

import os
import signal
import sys
import tempfile
import traceback
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from flows.cli.exit_codes import FAILED, STOPPED, USAGE, exit_code_of
from flows.cli.terminal import say
from warehouse.errors import KlogError, Terminated, causes_of

_REPORT = "klog-error.log"
_EXTRAS = {
    "distributed": "cluster",
    "fsspec": "cluster",
    "streamlit": "ui",
    "mcp": "mcp",
    "fastapi": "serve",
    "uvicorn": "serve",
}  # all others: build
_OURS = ("flows", "warehouse", "search_ui", "dbt_models")


def end_on_sigterm() -> None:
    """Handle SIGTERM like Ctrl-C, so that open files are closed and child processes end."""
    signal.signal(signal.SIGTERM, _terminate)


def end(ctx: click.Context, error: BaseException, home: Path) -> NoReturn:
    """Exit a command because of an error, with a message on standard error."""
    # Libraries raise an error from an interruption, or while they handle it.
    error = next((one for one in causes_of(error) if isinstance(one, KeyboardInterrupt)), error)
    match error:
        case KlogError():
            sentence, code = str(error), exit_code_of(error)
        case Terminated():
            sentence, code = _stopped("SIGTERM"), STOPPED + signal.SIGTERM
        case KeyboardInterrupt():
            sentence, code = _stopped("Ctrl-C"), STOPPED + signal.SIGINT
        case ModuleNotFoundError() if (error.name or "").partition(".")[0] not in _OURS:
            sentence, code = _extra_missing((error.name or "").partition(".")[0]), USAGE
        case OSError():  # a disk that is full or read-only, a file where a folder was expected
            what, where = error.strerror or error, error.filename or f"{home} or standard output"
            sentence, code = f"{where}: {what}. Fix this and run the same command again.", FAILED
        case _:
            sentence, code = _unexpected(error, home), FAILED
    say(f"klog: {sentence}", err=True)
    ctx.exit(code)


def end_at_once(number: int, _frame: FrameType | None) -> NoReturn:
    """Handle SIGINT or SIGTERM where a thread waits for input that may never come, and would keep the process until then."""
    with suppress(RuntimeError):  # the signal came while a line was written to standard error
        say(f"klog: {_stopped('Ctrl-C' if number == signal.SIGINT else 'SIGTERM')}", err=True)
    os._exit(STOPPED + number)


def _stopped(by: str) -> str:
    return f"stopped by {by}; completed work is kept. Run the same command again."


def _extra_missing(package: str) -> str:
    extra = _EXTRAS.get(package, "build")
    return f"this command needs {package}, which is not installed. Run: pip install 'kernel-log-archive[{extra}]'"


def _unexpected(error: BaseException, home: Path) -> str:
    first = (str(error).strip().splitlines() or [""])[0][:200]
    where = _write_report(error, home)
    return (
        f"{type(error).__name__}: {first} - a bug in klog; the traceback is in {where}. "
        "Completed work is kept; report the bug with that file."
    )


def _write_report(error: BaseException, home: Path) -> Path:
    """Write the traceback to the home, or to a temporary file if that fails; return its path."""
    text = f"{' '.join(sys.argv)}\n{''.join(traceback.format_exception(error))}"
    if home.is_dir() and not (home / _REPORT).is_symlink():
        try:
            (home / _REPORT).touch(0o600)  # private, because it may contain text of a page
            (home / _REPORT).write_text(text, encoding="utf-8", errors="backslashreplace")
        except OSError:
            pass
        else:
            return home / _REPORT
    with tempfile.NamedTemporaryFile(
        "w", prefix="klog-error-", suffix=".log", delete=False, encoding="utf-8", errors="backslashreplace"
    ) as file:
        file.write(text)
    return Path(file.name)


def _terminate(_number: int, _frame: FrameType | None) -> None:
    raise Terminated
