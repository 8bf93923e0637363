"""The browser that tests and benchmarks drive."""

import shutil


def find_chromium() -> str | None:
    """Return Chromium's headless shell, which draws a page for half of the processor time, else Chromium, else None."""
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")
