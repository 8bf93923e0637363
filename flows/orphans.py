"""A process that must not outlive the one that started it, however that one ends."""

import os
import signal
import threading
import time

_EVERY_S = 1.0
_TO_END_S = 30  # to write down how far it came; what it asks then may be gone for good


def end_with_parent(parent: int) -> None:
    """Ask this process to end (SIGTERM) as soon as its parent is no longer `parent`, and end it if it does not."""
    threading.Thread(target=_watch, args=(parent,), name="end-with-parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_EVERY_S)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_TO_END_S)
    os.kill(os.getpid(), signal.SIGKILL)
