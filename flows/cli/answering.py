"""Wait until a server on this machine answers. Run as a program, open its page in a browser then."""

import sys
import time
import webbrowser
from collections.abc import Callable
from urllib.error import URLError
from urllib.request import urlopen

PAGE_START_S = 120  # a first start reads everything from the disk


def wait_for_answer(address: str, seconds: float, is_running: Callable[[], bool] = lambda: True) -> bool:
    """Return whether a server answers within `seconds`; stop waiting if `is_running` returns False."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and is_running():
        try:
            with urlopen(address, timeout=5):  # noqa: S310 - our own server on this machine
                return True
        except (URLError, OSError):
            time.sleep(0.5)
    return False


if __name__ == "__main__":
    page = sys.argv[1]
    if wait_for_answer(page, PAGE_START_S):
        webbrowser.open(page)
