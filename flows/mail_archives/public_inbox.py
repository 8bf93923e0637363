"""Raw messages from public-inbox v2 repositories, the format in which lore.kernel.org publishes its lists.

Source: https://public-inbox.org/public-inbox-v2-format.html (2021-10): one commit per message, which is its file `m`.
"""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from tempfile import TemporaryFile

from flows.git.process import git_command, is_repository, started
from flows.mail_archives.mailboxes import Unread
from warehouse.errors import UsageError

_MOST_ENDS = 100  # of git processes at an object that they cannot read
_TRIED = 1_000  # commits from the first; if none of them has a mail, the clone is one of a program


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


def files_of_repository(path: Path) -> list[Path]:
    """Return the files of a repository that change when a commit is added."""
    git = path / ".git" if (path / ".git").is_dir() else path
    found = [git / "packed-refs", *(git / "refs").rglob("*"), *(git / "objects" / "pack").glob("*")]
    return sorted(file for file in found if file.is_file())


def read_repository(path: Path, most: int) -> Iterator[bytes | Unread]:
    """Yield the messages of a repository, oldest first.

    A message that git cannot read, or that has more than `most` bytes, is yielded as `Unread`.

    Raises:
        UsageError: its first commits have no mails, or the git program is missing or cannot list the commits.
    """
    git = git_command(path)
    has_mail = False
    with (
        TemporaryFile() as said,
        started([*git, "rev-list", "--all", "--reverse"], said) as listing,
        closing(_CatFile(git, "--batch-check")) as sizes,
        closing(_CatFile(git, "--batch")) as contents,
    ):
        assert listing.stdout is not None
        for number, commit in enumerate(map(bytes.strip, listing.stdout)):
            found = _read_message(sizes, contents, commit + b":m", most)
            if not has_mail and number == _TRIED:
                raise no_mail(path)
            if found is not None:
                has_mail = True
                yield Unread(f"{path.name}#commit={commit.decode()}", found) if isinstance(found, str) else found
            if contents.ends > _MOST_ENDS:
                yield Unread(path.name, f"git failed at {contents.ends} messages, so the rest is not read")
                return
        if listing.wait():
            said.seek(0)
            why = said.read(1000).decode(errors="replace").strip()
            raise UsageError(f"{path}: git cannot list its commits: {why}")


def no_mail(path: Path) -> UsageError:
    """Return the error for a repository, or a folder of them, that has no mails."""
    return UsageError(
        f"--mail {path}: a git repository without mails; expected one of public-inbox, whose commits have a file `m`, "
        "made with: git clone --mirror https://lore.kernel.org/lkml/0 (the clone of a program is named with --git)."
    )


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
            process = self._running.enter_context(started(self._command, subprocess.DEVNULL))
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
