"""Raw messages from public-inbox v2 repositories, the format in which lore.kernel.org publishes its lists.

Source: https://public-inbox.org/public-inbox-v2-format.html (2021-10): one commit per message, which is its file `m`.
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

# A repository is untrusted, so its configuration must not fetch missing objects from elsewhere (GIT_ALLOW_PROTOCOL, because
# git before 2.45 ignores GIT_NO_LAZY_FETCH), start a program, or change the history given by its commits.
_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_GRAFT_FILE": os.devnull, "LC_ALL": "C",
}  # fmt: skip
_OPTIONS = ("safe.directory=*", "core.fsmonitor=false", f"core.hooksPath={os.devnull}", "core.commitGraph=false")
_GIT_BYTES = 1 << 30  # of memory, without mapped files; a few bytes of a pack can decompress to gigabytes
_MOST_ENDS = 100  # of git processes at an object that they cannot read


def repositories(path: Path) -> list[Path]:
    """Return the git repositories of an inbox (`git/0.git`, `git/1.git`, ...), the path itself if it is one, or those in it.

    The list is empty if there are none.
    """
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
    """Yield the messages of a repository, oldest first.

    A message that git cannot read, or that has more than `most` bytes, is yielded as `Unread`.

    Raises:
        UsageError: the git program is missing or cannot list the commits.
    """
    program = shutil.which("git")
    if program is None:
        raise UsageError(f"{path} is a git repository, and the git program needed to read it was not found.")
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
                yield Unread(path.name, f"git failed at {contents.ends} messages, so the rest is not read")
                return
        if listing.wait():
            said.seek(0)
            why = said.read(1000).decode(errors="replace").strip()
            raise UsageError(f"{path}: git cannot list its commits: {why}")


def _read_message(sizes: "_CatFile", contents: "_CatFile", name: bytes, most: int) -> bytes | str | None:
    """Return the message in an object, the reason that it cannot be read, or None if there is none (a removal)."""
    try:
        size = sizes.ask(name)
        if size is None:
            return None
        if size > most:
            return f"it has {size:,} bytes; at most {most:,} are allowed (KLOG_MAX_SENT_BYTES)"
        contents.ask(name)
        return contents.read(size)
    except _Ended:
        return "git cannot read it"


class _Ended(Exception):
    """The git process ended at an object."""


class _CatFile:
    """A `git cat-file` process that is queried for one object after another, and restarted if it ended at one."""

    def __init__(self, git: list[str], form: str) -> None:
        self._command = [*git, "cat-file", form]
        self._running: ExitStack | None = None
        self.ends = 0

    def ask(self, name: bytes) -> int | None:
        """Return the size of a blob, or None if the name refers to anything else."""
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
        """Return the content of the blob that was queried last."""
        body = self._answers.read(size)
        if len(body) < size or not self._answers.read(1):
            raise self._ended()
        return body

    def close(self) -> None:
        """End the process."""
        if self._running is not None:
            self._running.close()
            self._running = None

    def _ended(self) -> _Ended:
        self.close()
        self.ends += 1
        return _Ended()


@contextmanager
def _started(command: list[str], said: IO[bytes] | int) -> Iterator[subprocess.Popen[bytes]]:
    """Start git without the user's settings and with limited memory; it is killed when the block ends."""
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
