"""Raw messages out of public-inbox v2 repositories, the form in which lore.kernel.org gives its lists away.

Source: https://public-inbox.org/public-inbox-v2-format.html (2021-10): a commit a message, the message its file `m`.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from warehouse.errors import UsageError

_ENVIRONMENT = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


def repositories(path: Path) -> list[Path]:
    """The git repositories of an inbox (`git/0.git`, `git/1.git`, ...) or the one that the path is; empty if none."""
    epochs = sorted(path.glob("git/[0-9]*.git"), key=lambda found: int(found.stem))
    if epochs:
        return epochs
    if is_repository(path):
        return [path]
    return sorted(found for found in path.glob("*.git") if found.is_dir() and is_repository(found))


def is_repository(path: Path) -> bool:
    """Whether a folder is a git repository, bare or not."""
    place = path / ".git" if (path / ".git").is_dir() else path
    return (place / "HEAD").is_file() and (place / "objects").is_dir()


def read_repository(path: Path) -> Iterator[bytes]:
    """The messages of a repository, oldest first.

    Raises:
        UsageError: the git program is missing, or it cannot read the repository.
    """
    git = shutil.which("git")
    if git is None:
        raise UsageError(f"{path} is a git repository; the git program is needed to read it and was not found.")
    base = [git, "--no-replace-objects", "-c", "safe.directory=*", "-C", str(path)]
    environment = {**os.environ, **_ENVIRONMENT}
    listed = subprocess.run(
        [*base, "rev-list", "--all", "--reverse"], capture_output=True, env=environment, check=False
    )
    if listed.returncode:
        raise UsageError(f"{path}: git cannot list its commits: {listed.stderr.decode(errors='replace').strip()}")
    commits = listed.stdout.split()
    with subprocess.Popen(
        [*base, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            for commit in commits:
                process.stdin.write(commit + b":m\n")
                process.stdin.flush()
                message = _read_object(process.stdout)
                if message is not None:
                    yield message
        finally:
            process.stdin.close()


def _read_object(stream: IO[bytes]) -> bytes | None:
    """The answer of `git cat-file --batch` to one name; None for a commit that holds no message (a removal)."""
    head = stream.readline().split()
    if len(head) != 3 or not head[2].isdigit():
        return None
    body = stream.read(int(head[2]))
    stream.read(1)
    return body if head[1] == b"blob" else None
