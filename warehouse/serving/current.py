"""The current release of a home, opened anew when a build publishes another one."""

import threading
from contextlib import suppress

from warehouse.archive import Archive
from warehouse.errors import KlogError
from warehouse.home import Home
from warehouse.settings import Settings


class CurrentArchive:
    """The archive that a server answers from. The release before the current one stays open for requests in progress."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._home = Home(settings.home)
        self._lock = threading.Lock()
        self._opened: list[Archive] = []

    def get(self) -> Archive:
        """Return the current release, opened.

        Raises:
            ArchiveMissing: nothing has been published.
        """
        release = self._home.release()
        with self._lock:
            if not self._opened or self._opened[-1].release != release:
                self._opened.append(Archive(release, self._settings))
                for old in self._opened[:-2]:
                    old.close()
                del self._opened[:-2]
            return self._opened[-1]

    def warm(self) -> None:
        """Open in the background what the first question would wait for."""
        threading.Thread(target=self._warm, daemon=True).start()

    def _warm(self) -> None:
        with suppress(KlogError, OSError):  # the first question raises the same error, and reports it
            archive = self.get()
            archive.search("kernel", mode="keyword", k=1)
            archive.state()

    def close(self) -> None:
        """Close what is open."""
        with self._lock:
            for one in self._opened:
                one.close()
            self._opened.clear()
