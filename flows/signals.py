"""Signals to end that a library swallows while a run goes on."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Signals:
    """The signals to end that arrived during a run: a library may swallow the exception that Python raises for one.

    The handlers stay in place, because Prefect acknowledges that a run is cancelled only while its own is.
    """

    def __init__(self) -> None:
        self._arrived: int | None = None
        """The end of a pipe that Python writes the number of each signal to."""

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note the signals until the block ends; outside of the main thread, where Python raises none, do nothing."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        self._arrived, noted = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        before = signal.set_wakeup_fd(noted, warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(before)
            os.close(noted)
            os.close(self._arrived)
            self._arrived = None

    def raise_swallowed(self) -> None:
        """Send a noted signal to this process again: whoever gets here after one was not ended by it.

        Raises:
            BaseException: what the handler of the signal raises.
        """
        if self._arrived is None:
            return
        try:
            numbers = os.read(self._arrived, 64)
        except BlockingIOError:
            return
        for number in numbers:
            if number in (signal.SIGINT, signal.SIGTERM):
                signal.raise_signal(number)
