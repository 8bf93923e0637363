"""A store of files on other machines, at any address that fsspec opens (`s3://bucket/folder`); the only file that knows fsspec."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from warehouse.errors import StoreFailed, UsageError

_HINT = "Look at KLOG_CAPTURE_STORE and at the credentials and endpoint in the environment, then run the same command again."


@dataclass(frozen=True, slots=True)
class Store:
    """Files under an address, named relative to it; only the address travels to other processes, never a credential."""

    address: str

    def sizes(self, folder: str) -> dict[str, int]:
        """Return the size in bytes of every file below a folder, by its path in it; empty if there is none.

        Raises:
            StoreFailed: the store cannot be read; so do all methods.
        """
        with self._errors_named(folder):
            found = self._files.find(self._path(folder), detail=True)
        start = len(self._path(folder)) + 1
        return {path[start:]: int(about["size"]) for path, about in found.items() if path[start:]}

    def size(self, name: str) -> int | None:
        """Return the size in bytes of a stored file, None if it is not there."""
        with self._errors_named(name):
            return int(self._files.size(self._path(name))) if self._files.exists(self._path(name)) else None

    def put(self, path: Path, name: str) -> None:
        """Store a whole file, which is there under its name only when all of it is."""
        with self._errors_named(name):
            self._files.makedirs(self._path(name).rpartition("/")[0], exist_ok=True)
            self._files.put_file(str(path), self._path(name))

    def get(self, name: str, path: Path) -> None:
        """Copy a stored file to this machine.

        Raises:
            FileNotFoundError: the store does not have it.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._errors_named(name, is_file=True):
            self._files.get_file(self._path(name), str(path))

    def remove(self, folder: str, *, first: str) -> None:
        """Remove all files below a folder, if it is there; `first` is the name of the one without which the others are nothing."""
        names = sorted(self.sizes(folder), key=lambda name: name != first)
        with self._errors_named(folder):
            for name in names:
                self._files.rm_file(self._path(f"{folder}/{name}"))

    def bytes_of(self, name: str, start: int, end: int) -> bytes:
        """Return bytes of a stored file, fewer where it ends.

        Raises:
            FileNotFoundError: the store does not have it.
        """
        with self._errors_named(name, is_file=True):
            try:
                return bytes(self._files.cat_file(self._path(name), start=start, end=end))
            except OSError as error:
                if error.errno == errno.EINVAL:  # S3 says so of a range behind the end
                    return b""
                raise

    @property
    def _files(self) -> Any:
        return _open(self.address)[0]

    def _path(self, name: str) -> str:
        return f"{_open(self.address)[1]}/{name}"

    @contextmanager
    def _errors_named(self, name: str, *, is_file: bool = False) -> Iterator[None]:
        try:
            yield
        except (UsageError, StoreFailed):
            raise
        except Exception as error:  # every kind of store raises its own errors
            # A missing bucket is no missing file, by which captures would be said to be lost.
            if is_file and isinstance(error, FileNotFoundError) and "bucket" not in str(error):
                raise
            said = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
            raise StoreFailed(f"{self.address}/{name} cannot be read or written: {said}. {_HINT}") from error


def open_store(address: str) -> Store | None:
    """Return the store at an address, None for an empty one; nothing is asked of it yet."""
    return Store(address.rstrip("/")) if address else None


@cache
def _open(address: str) -> tuple[Any, str]:
    import fsspec

    try:
        files, root = fsspec.url_to_fs(address, use_listings_cache=False)
    except ImportError as error:  # of the package that speaks to this kind of store
        package = "pip install 'kernel-log-archive[cluster]'" if address.startswith("s3") else str(error)
        raise UsageError(f"{address} cannot be opened without another package: {package}") from error
    except ValueError as error:
        raise UsageError(
            f"{address!r} is no store: {error}. Expected an address such as s3://bucket/folder (KLOG_CAPTURE_STORE)."
        ) from error
    return files, str(root).rstrip("/")
