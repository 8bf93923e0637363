"""End a process together with its parent, however the parent ends."""

import os
import signal
import threading
import time

_EVERY_S = 1.0
_TO_END_S = 30  # to record its progress; the server it reports to may have ended too, so it is killed after that


def end_with_parent(parent: int) -> None:
    """Send SIGTERM to this process as soon as its parent is no longer `parent`, and SIGKILL if it does not end."""
    threading.Thread(target=_watch, args=(parent,), name="end-with-parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_EVERY_S)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_TO_END_S)
    os.kill(os.getpid(), signal.SIGKILL)
