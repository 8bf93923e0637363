"""Packages that only an extra installs."""

from importlib.util import find_spec


def require(*packages: str) -> None:
    """Check that packages are installed, before threads start that would outlive the error.

    Raises:
        ModuleNotFoundError: one is not; `ending` names its extra.
    """
    for name in packages:
        if find_spec(name) is None:
            raise ModuleNotFoundError(name=name)
