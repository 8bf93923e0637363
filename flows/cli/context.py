"""The context that is passed to every command: the settings and the home."""

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.home import Home
from warehouse.settings import Settings
from warehouse.store import Store, open_store

if TYPE_CHECKING:
    from warehouse.archive import Archive


@dataclass(frozen=True, slots=True)
class Context:
    """The settings, with the home named on the command line."""

    settings: Settings

    @property
    def home(self) -> Home:
        """The archive home."""
        return Home(self.settings.home)

    @property
    def store(self) -> Store | None:
        """The store of captures and releases, if there is one."""
        return open_store(self.settings.capture_store)

    def archive(self) -> "Archive":
        """Return the current release of the home, to be closed after use."""
        from warehouse.archive import Archive  # here, because it takes a quarter of a second to import

        return Archive(self.home.release(), self.settings)


def is_terminal() -> bool:
    """Return whether standard error is a terminal; progress bars are shown only then."""
    return sys.stderr.isatty()
