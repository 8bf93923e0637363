"""The archive on disk: records, rules, storage, search and timelines.

`from warehouse import open_archive` opens an archive for a program; see README.md beside this file.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from warehouse.archive import Archive, open_archive

__all__ = ["Archive", "open_archive"]


def __getattr__(name: str) -> Any:
    # Imported on first use, because every module of this package runs this file first.
    if name in __all__:
        from importlib import import_module

        return getattr(import_module("warehouse.archive"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
