"""Commits of a repository: whole objects, the lines that they change, and the first kernel release that contains them."""

import datetime as dt
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from flows.git.process import git_command, started
from flows.sources.parsed_commit import FILES_NAMED

_SHA = re.compile(rb"[0-9a-f]{40}")
_RELEASE_TAG = re.compile(r"refs/tags/(?P<tag>v\d{1,3}(?:\.\d{1,4}){1,3}(?:-rc\d{1,2})?)")
_MOST_TAGS = 5_000
_MOST_S = 900.0  # of one process; the largest pass reads the history once, which takes seconds
_AT_ONCE = 1_000  # commits in memory together
_MOST_PART_BYTES = 1 << 16  # a path is shorter
_MOST_ENDS = 100  # of git at commits that it cannot compare; in a clone without files that is every commit
_CHUNK_BYTES = 1 << 16


@dataclass(slots=True)
class Changes:
    """The changes of a commit: the number of files, at most 200 of their paths, and the lines."""

    files_changed: int = 0
    insertions: int = 0
    deletions: int = 0
    paths: list[bytes] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class StoredCommit:
    """A commit as the repository stores it.

    `size` is that of the object; `raw` is empty if it is larger than allowed. `changes` is None for a merge, and where the
    repository lacks the files, and so is `patch_id` (`git patch-id --stable`). `first_tag` is the oldest tag of a kernel release or release candidate that contains it.
    """

    sha: str
    size: int
    raw: bytes
    changes: Changes | None
    first_tag: str | None
    patch_id: str | None = None


def find_commits(path: Path, keys: Sequence[str]) -> dict[str, tuple[str, int]]:
    """Return the id and size of each commit that a full or short id names; ambiguous and unknown ones are missing."""
    found = {}
    with _answers([*git_command(path), "cat-file", "--batch-check"], [f"{key}^{{commit}}" for key in keys]) as (
        answers,
        _,
    ):
        for key, line in zip(keys, answers, strict=False):
            words = line.split()
            # A branch or tag can have a name that looks like a short id, and an id can be that of a tag.
            if len(words) == 3 and words[1] == b"commit" and words[0].decode().startswith(key):
                found[key] = (words[0].decode(), int(words[2]))
    return found


def read_commits(path: Path, sizes: Mapping[str, int], most: int) -> Iterator[StoredCommit]:
    """Yield the commits with these ids; `most` is the largest size of a commit in bytes."""
    shas = list(sizes)
    tags = first_tags(path, shas)
    for start in range(0, len(shas), _AT_ONCE):
        some = shas[start : start + _AT_ONCE]
        small = [sha for sha in some if sizes[sha] <= most]
        changes = _changes(path, small)
        objects = dict(_objects(path, small))
        patches = _patch_ids(path, small)
        for sha in some:
            if sha in objects or sizes[sha] > most:
                raw = objects.get(sha, b"")
                is_merge = raw.partition(b"\n\n")[0].count(b"\nparent ") > 1
                counted = None if is_merge else changes.get(sha)
                yield StoredCommit(sha, sizes[sha], raw, counted, tags.get(sha), patches.get(sha))


def first_tags(path: Path, shas: Sequence[str]) -> dict[str, str]:
    """Return for each commit the oldest tag of a kernel release or release candidate that contains it, if there is one.

    One pass over the history; git prefers the tag with the older date, as `git describe --contains` does.
    """
    git = git_command(path)
    with _answers([*git, "for-each-ref", "--format=%(refname)", "refs/tags/"]) as (answers, _):
        tags = [
            match["tag"] for line in answers if (match := _RELEASE_TAG.fullmatch(line.decode(errors="replace").strip()))
        ]
    if not tags or not shas:
        return {}
    refs = [f"--refs=refs/tags/{tag}" for tag in tags[:_MOST_TAGS]]
    for option in ("--annotate-stdin", "--stdin"):  # its name before git 2.36
        # Commits are not arguments, because git then ends its pass at the date of the oldest, and dates can be wrong.
        with _answers([*git, "name-rev", "--name-only", *refs, option], shas) as (answers, _):
            names = [re.split(r"[~^]", line.decode(errors="replace").strip())[0] for line in answers]
        if names:
            known = set(tags)
            named = zip(shas, (name.removeprefix("tags/") for name in names), strict=False)
            return {sha: tag for sha, tag in named if tag in known}
    return {}


def release_days(path: Path) -> dict[str, dt.date]:
    """Return the day of each annotated tag of a kernel release or release candidate, in the time zone of its maker."""
    form = "--format=%(refname)%09%(taggerdate:short)"
    with _answers([*git_command(path), "for-each-ref", f"--count={_MOST_TAGS}", form, "refs/tags/v*"]) as (answers, _):
        lines = [line.decode(errors="replace").rstrip("\n").partition("\t") for line in answers]
    found = {}
    for name, _, day in lines:
        if match := _RELEASE_TAG.fullmatch(name):
            with suppress(ValueError):  # a tag that is not annotated has no day
                found[match["tag"]] = dt.date.fromisoformat(day)
    return found


def _objects(path: Path, shas: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    with _answers([*git_command(path), "cat-file", "--batch"], shas) as (answers, _):
        while head := answers.readline().split():
            if len(head) == 3 and head[1] == b"commit":
                size = int(head[2])
                raw = answers.read(size)
                if len(raw) < size or not answers.read(1):
                    return
                yield head[0].decode(), raw


def _changes(path: Path, shas: Sequence[str]) -> dict[str, Changes]:
    """Return what commits change, without those that git cannot compare; it is started again behind each of them."""
    command = [
        *git_command(path),
        "diff-tree",
        "--stdin",
        "--always",
        "--root",
        "-r",
        "-z",
        "-M",
        "-l1000",
        "--numstat",
    ]
    command += ["--no-ext-diff", "--no-textconv", "--ignore-submodules=all"]
    found: dict[str, Changes] = {}
    left = list(shas)
    for _ in range(_MOST_ENDS):
        last = None
        with _answers(command, left) as (answers, ended):
            for last, part in _changed_files(answers):
                _count(found.setdefault(last, Changes()), part)
            if not ended():
                break
        if last is None:
            break
        found.pop(last)  # git ended within it
        left = left[left.index(last) + 1 :]
    return found


def _patch_ids(path: Path, shas: Sequence[str]) -> dict[str, str]:
    """Return the ids of the patches of commits; merges, and what git cannot compare, have none."""
    command = [*git_command(path), "diff-tree", "--stdin", "--root", "-p", "-U3", "--src-prefix=a/", "--dst-prefix=b/"]
    command += ["--no-ext-diff", "--no-textconv", "--ignore-submodules=all"]
    digest = [*git_command(path), "patch-id", "--stable"]
    with (
        _answers(command, shas) as (patches, _),
        started(digest, subprocess.DEVNULL, asked=patches, most_s=_MOST_S) as process,
    ):
        assert process.stdout is not None
        pairs = (line.decode(errors="replace").split() for line in process.stdout)
        return {pair[1]: pair[0] for pair in pairs if len(pair) == 2}


def _changed_files(answers: IO[bytes]) -> Iterator[tuple[str, tuple[bytes, bytes, bytes] | None]]:
    """Yield the id of each commit with None, and then with the lines added and removed and the path of each file."""
    parts = _parts(answers)
    sha = ""
    for part in parts:
        if _SHA.fullmatch(part):
            sha = part.decode()
            yield sha, None
            continue
        added, _, rest = part.partition(b"\t")
        removed, tab, name = rest.partition(b"\t")
        if tab and not name:  # a renamed file: the old path, then the new one
            next(parts, None)
            name = next(parts, b"")
        if tab and sha:
            yield sha, (added, removed, name)


def _count(changes: Changes, changed: tuple[bytes, bytes, bytes] | None) -> None:
    if changed is None:
        return
    added, removed, name = changed
    changes.files_changed += 1
    changes.insertions += int(added) if added.isdigit() else 0  # `-` for a binary file
    changes.deletions += int(removed) if removed.isdigit() else 0
    if len(changes.paths) < FILES_NAMED:
        changes.paths.append(name)


def _parts(answers: IO[bytes]) -> Iterator[bytes]:
    """Yield what stands between NULs, until something is too long to be a path."""
    rest = b""
    while chunk := answers.read(_CHUNK_BYTES):
        *parts, rest = (rest + chunk).split(b"\0")
        yield from parts
        if len(rest) > _MOST_PART_BYTES:
            return


@contextmanager
def _answers(command: list[str], asked: Sequence[str] = ()) -> Iterator[tuple[IO[bytes], Callable[[], int]]]:
    """Run git with lines on its input; yield its output, and a function that returns its exit code.

    The input is a file, so that the two never wait for each other.
    """
    with TemporaryFile() as lines:
        lines.write("".join(f"{line}\n" for line in asked).encode())
        lines.seek(0)
        with started(command, subprocess.DEVNULL, asked=lines, most_s=_MOST_S) as process:
            assert process.stdout is not None
            yield process.stdout, process.wait
