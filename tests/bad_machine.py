"""A machine whose disk is full or whose clock is wrong."""

import datetime as dt
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from warehouse import home

_ROOM = 64 * 1024  # bytes left on a disk that is full
_NOW = home.now


def fill_and_do(disk: Path, step: Callable[[object], object], run: object) -> object:
    """Leave hardly any room on a disk, in the file `filler`, then do a step."""
    with (disk / "filler").open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(disk).free - _ROOM)
    return step(run)


def modules_with_the_clock() -> list[ModuleType]:
    """Return the modules that have the project's `now`, which some take by name."""
    return [module for module in list(sys.modules.values()) if getattr(module, "now", None) is _NOW]


def turned_now(days: int) -> dt.datetime:
    """Return the time of a clock that is some days off."""
    return _NOW() + dt.timedelta(days=days)
