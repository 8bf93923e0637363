"""What every command is given: the settings, the home, and how to read the current release."""

import sys
from dataclasses import dataclass

from warehouse.home import Home
from warehouse.settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """Settings with the home that the call named."""

    settings: Settings

    @property
    def home(self) -> Home:
        """The archive home of this call."""
        return Home(self.settings.home)


def is_terminal() -> bool:
    """Return whether a person watches; only then are there progress bars and colours."""
    return sys.stderr.isatty()
