"""The entry point of `klog`: Ctrl-C ends it with a sentence also while it is still being imported."""

import os
import signal
from types import FrameType
from typing import NoReturn


def main() -> None:
    """Import and run the command line."""
    is_heard = (
        signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )  # not with `nohup`, or behind `&` in a script
    if is_heard:
        signal.signal(signal.SIGINT, _end)
    from flows.cli import main as run

    if is_heard:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    run()


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    os.write(2, b"klog: stopped by Ctrl-C before it began. Run the same command again.\n")
    os._exit(128 + number)
