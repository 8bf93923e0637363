"""Processes of the git program over a repository that is not trusted."""

import os
import resource
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from warehouse.errors import UsageError

# A repository is untrusted, so its configuration must not fetch missing objects from elsewhere (GIT_ALLOW_PROTOCOL, because
# git before 2.45 ignores GIT_NO_LAZY_FETCH), start a program, or change the history given by its commits.
_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_ATTR_NOSYSTEM": "1", "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_GRAFT_FILE": os.devnull,
    "LC_ALL": "C",
}  # fmt: skip
_OPTIONS = (
    "safe.directory=*", "core.fsmonitor=false", f"core.hooksPath={os.devnull}", f"core.attributesFile={os.devnull}",
    "core.commitGraph=false",
)  # fmt: skip
_GIT_BYTES = 1 << 30  # of memory, without mapped files; a few bytes of a pack can decompress to gigabytes


def is_repository(path: Path) -> bool:
    """Return whether a folder is a git repository, bare or not."""
    place = _place(path)
    return (place / "HEAD").is_file() and (place / "objects").is_dir()


def is_shallow(path: Path) -> bool:
    """Return whether the history of a repository was cut when it was cloned."""
    return (_place(path) / "shallow").is_file()


def has_refs(path: Path) -> bool:
    """Return whether a repository has a branch or a tag."""
    place = _place(path)
    stored = place / "reftable", place / "packed-refs"
    return any(one.exists() for one in stored) or any(one.is_file() for one in (place / "refs").rglob("*"))


def git_command(path: Path) -> list[str]:
    """Return the start of a command line: git, a repository, and options under which it runs no program named there.

    Raises:
        UsageError: the git program is missing.
    """
    program = shutil.which("git")
    if program is None:
        raise UsageError(f"{path} is a git repository, and the git program needed to read it was not found.")
    git = [program, "--no-replace-objects", "--no-pager", f"--git-dir={_place(path)}"]
    return git + [word for option in _OPTIONS for word in ("-c", option)]


@contextmanager
def started(
    command: list[str], said: IO[bytes] | int, *, asked: IO[bytes] | int = subprocess.PIPE, most_s: float | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Start git without the user's settings and with limited memory; it is killed when the block ends, or after `most_s`."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    process = subprocess.Popen(
        command, stdin=asked, stdout=subprocess.PIPE, stderr=said, env={**environment, **_ENVIRONMENT}
    )
    clock = threading.Timer(most_s, process.kill) if most_s is not None else None
    try:
        if hasattr(resource, "prlimit"):  # Linux
            resource.prlimit(process.pid, resource.RLIMIT_DATA, (_GIT_BYTES, _GIT_BYTES))
        if clock is not None:
            clock.daemon = True
            clock.start()
        yield process
    finally:
        if clock is not None:
            clock.cancel()
        process.kill()
        with suppress(BrokenPipeError), process:
            pass


def _place(path: Path) -> Path:
    return path / ".git" if (path / ".git").is_dir() else path
