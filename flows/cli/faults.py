"""A fault that `klog doctor` found, with what mends it."""

from collections.abc import Callable

from warehouse.errors import KlogError


class Fault(KlogError):
    """A fault of a home; without `mend` and `needs_build` it cannot be mended here, and its message says what can be done.

    Attributes:
        mend: called while the home is held, before a build; returns what it did.
        needs_build: a build mends it, after `mend` if there is one.
        needs_force: the build has to publish although nothing is new.
    """

    def __init__(
        self,
        message: str,
        *,
        mend: Callable[[], str] | None = None,
        needs_build: bool = False,
        needs_force: bool = False,
    ) -> None:
        super().__init__(message)
        self.mend = mend
        self.needs_build = needs_build
        self.needs_force = needs_force

    @property
    def can_be_mended(self) -> bool:
        """Return whether `klog doctor --repair` does something about it."""
        return self.mend is not None or self.needs_build
