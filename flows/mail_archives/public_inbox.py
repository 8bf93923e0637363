"""Raw messages out of public-inbox v2 repositories, the form in which lore.kernel.org publishes its lists.

Source: https://public-inbox.org/public-inbox-v2-format.html (2021-10): a commit a message, the message its file `m`.
"""

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from flows.mail_archives.mailboxes import Unread
from warehouse.errors import UsageError

# What somebody else's repository has set must start nothing: no fetch of objects that it says lie elsewhere (git before 2.45
# does not know GIT_NO_LAZY_FETCH), no program of its configuration, and no history but what its commits name.
_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_GRAFT_FILE": os.devnull, "LC_ALL": "C",
}  # fmt: skip
_OPTIONS = ("safe.directory=*", "core.fsmonitor=false", f"core.hooksPath={os.devnull}", "core.commitGraph=false")
_GIT_BYTES = 1 << 30  # of memory, beside the files that it maps; a few bytes of a pack may make gigabytes
_MOST_ENDS = 100  # of git at an object that it cannot read


def repositories(path: Path) -> list[Path]:
    """Return the git repositories of an inbox (`git/0.git`, `git/1.git`, ...) or the one that the path is; empty if none."""
    epochs = sorted(path.glob("git/[0-9]*.git"), key=lambda found: int(found.stem))
    if epochs:
        return epochs
    if is_repository(path):
        return [path]
    return sorted(found for found in path.glob("*.git") if found.is_dir() and is_repository(found))


def is_repository(path: Path) -> bool:
    """Return whether a folder is a git repository, bare or not."""
    place = path / ".git" if (path / ".git").is_dir() else path
    return (place / "HEAD").is_file() and (place / "objects").is_dir()


def read_repository(path: Path, most: int) -> Iterator[bytes | Unread]:
    """Yield the messages of a repository, oldest first; what git cannot read, or has more than `most` bytes, as `Unread`.

    Raises:
        UsageError: the git program is missing, or it cannot list the commits.
    """
    program = shutil.which("git")
    if program is None:
        raise UsageError(f"{path} is a git repository; the git program is needed to read it and was not found.")
    place = path / ".git" if (path / ".git").is_dir() else path
    git = [program, "--no-replace-objects", "--no-pager", f"--git-dir={place}"]
    git += [word for option in _OPTIONS for word in ("-c", option)]
    with (
        TemporaryFile() as said,
        _started([*git, "rev-list", "--all", "--reverse"], said) as listing,
        closing(_CatFile(git, "--batch-check")) as sizes,
        closing(_CatFile(git, "--batch")) as contents,
    ):
        assert listing.stdout is not None
        for commit in map(bytes.strip, listing.stdout):
            found = _read_message(sizes, contents, commit + b":m", most)
            if found is not None:
                yield Unread(f"{path.name}#commit={commit.decode()}", found) if isinstance(found, str) else found
            if contents.ends > _MOST_ENDS:
                yield Unread(path.name, f"git ended at {contents.ends} messages; the rest is not read")
                return
        if listing.wait():
            said.seek(0)
            why = said.read(1000).decode(errors="replace").strip()
            raise UsageError(f"{path}: git cannot list its commits: {why}")


def _read_message(sizes: "_CatFile", contents: "_CatFile", name: bytes, most: int) -> bytes | str | None:
    """Return the message of a name, why it is not read, or None where there is none (a removal)."""
    try:
        size = sizes.ask(name)
        if size is None:
            return None
        if size > most:
            return f"it has {size:,} bytes, and {most:,} are allowed (KLOG_MAX_SENT_BYTES)"
        contents.ask(name)
        return contents.read(size)
    except _Ended:
        return "git cannot read it"


class _Ended(Exception):
    """Git ended at an object."""


class _CatFile:
    """`git cat-file`, asked for one object after another and begun anew behind one at which it ended."""

    def __init__(self, git: list[str], form: str) -> None:
        self._command = [*git, "cat-file", form]
        self._running: ExitStack | None = None
        self.ends = 0

    def ask(self, name: bytes) -> int | None:
        """Return the size of a blob, None where a name stands for something else."""
        if self._running is None:
            self._running = ExitStack()
            process = self._running.enter_context(_started(self._command, subprocess.DEVNULL))
            assert process.stdin is not None
            assert process.stdout is not None
            self._names, self._answers = process.stdin, process.stdout
        with suppress(BrokenPipeError):
            self._names.write(name + b"\n")
            self._names.flush()
        head = self._answers.readline().split()
        if not head:
            raise self._ended()
        return int(head[2]) if len(head) == 3 and head[1] == b"blob" else None

    def read(self, size: int) -> bytes:
        """Return the blob whose size was asked for."""
        body = self._answers.read(size)
        if len(body) < size or not self._answers.read(1):
            raise self._ended()
        return body

    def close(self) -> None:
        """End it."""
        if self._running is not None:
            self._running.close()
            self._running = None

    def _ended(self) -> _Ended:
        self.close()
        self.ends += 1
        return _Ended()


@contextmanager
def _started(command: list[str], said: IO[bytes] | int) -> Iterator[subprocess.Popen[bytes]]:
    """Start a git that knows nothing of this user's settings, and ends with the block."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, env={**environment, **_ENVIRONMENT}
    )
    try:
        if hasattr(resource, "prlimit"):  # Linux
            resource.prlimit(process.pid, resource.RLIMIT_DATA, (_GIT_BYTES, _GIT_BYTES))
        yield process
    finally:
        process.kill()
        with suppress(BrokenPipeError), process:
            pass
