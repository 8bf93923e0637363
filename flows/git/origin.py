"""A local clone as an origin: a linked commit is looked up by its id, whichever repository browser the link names."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.git.commits import StoredCommit, find_commits, read_commits
from flows.git.process import git_command, has_refs, is_repository, is_shallow
from flows.reading.urls import SHA
from flows.web.origin import Fetched, Listed
from warehouse.captures.files import Response
from warehouse.errors import TooLarge, UsageError
from warehouse.frontier.ledger import Due
from warehouse.home import now

GIT = "git"
_SIGNED = re.compile(rb"(?P<who>.*?)\s*(?P<seconds>\d{1,11}) (?P<zone>[+-]\d{4})\Z", re.DOTALL)
_CHARSET = re.compile(rb"[\w.:-]{2,40}")


@dataclass(frozen=True, slots=True)
class GitClone:
    """A clone on this machine; nothing is fetched into it, and no program that it names is started."""

    path: Path
    max_bytes: int
    name: str = GIT

    def parts(self) -> list[str]:
        """Return nothing, because only commits that are cited are archived."""
        return []

    def discover(self, part: str) -> Iterator[Listed]:
        """Yield nothing."""
        yield from ()

    def fetch(self, due: Sequence[Due]) -> Iterator[Fetched]:
        """Yield the commits of a batch that are in the clone; short ids must name one commit alone."""
        asked: dict[str, list[Due]] = {}
        for one in due:
            if one.kind == "commit" and SHA.match(one.key):
                asked.setdefault(one.key, []).append(one)
        if not asked:
            return
        waiting: dict[str, list[Due]] = {}
        sizes = {}
        for key, (sha, size) in find_commits(self.path, list(asked)).items():
            waiting.setdefault(sha, []).extend(asked[key])
            sizes[sha] = size
        for commit in read_commits(self.path, sizes, self.max_bytes):
            for one in waiting[commit.sha]:
                yield self._fetched(one, commit)

    def _fetched(self, due: Due, commit: StoredCommit) -> Fetched:
        if commit.size > self.max_bytes:
            message = (
                f"{due.url}: the commit has {commit.size:,} bytes; at most {self.max_bytes:,} (KLOG_MAX_SENT_BYTES)."
            )
            return Fetched(due.url, error=TooLarge(message, reason="too_large"))
        body, charset, committed = show_commit(commit)
        response = Response(
            url=due.url,
            status=200,
            reason="OK",
            headers=[("Content-Type", f"text/plain; charset={charset}" if charset else "text/plain")],
            body=body,
            captured_at=committed or now(),
            origin=self.name,
        )
        return Fetched(due.url, response=response)


def open_clone(path: Path, max_bytes: int) -> GitClone:
    """Return a clone as an origin.

    Raises:
        UsageError: the folder is not a git repository, has no commits or only the last ones, or the git program is missing.
    """
    if not is_repository(path):
        raise UsageError(
            f"--git {path}: not a git repository; expected a local clone, made with: git clone --mirror URL"
        )
    git_command(path)
    if is_shallow(path):
        raise UsageError(
            f"--git {path}: a shallow clone, whose history ends where changes and first tags would be read wrongly; "
            f"expected a whole one, made with: git -C {path} fetch --unshallow --tags"
        )
    if not has_refs(path):
        raise UsageError(
            f"--git {path}: no branch or tag in it; expected a local clone, made with: git clone --mirror URL"
        )
    return GitClone(path, max_bytes)


def show_commit(commit: StoredCommit) -> tuple[bytes, str | None, dt.datetime | None]:
    """Return a commit in the form of `git show --format=fuller`, its charset, and when it was committed, in UTC.

    Its parents, its first tag and its changes are headers, so that no line of the message can be taken for them.
    """
    head, _, message = commit.raw.partition(b"\n\n")
    fields: dict[bytes, list[bytes]] = {}
    for line in head.split(b"\n"):
        name, _, value = line.partition(b" ")  # the name is empty in what continues a signature
        fields.setdefault(name, []).append(value)
    author, authored = _signed(fields.get(b"author", [b""])[0])
    committer, committed = _signed(fields.get(b"committer", [b""])[0])
    lines = [f"commit {commit.sha}".encode(), b"Author: " + author, b"AuthorDate: " + _date(authored)]
    lines += [b"Commit: " + committer, b"CommitDate: " + _date(committed)]
    lines.append(b"Parents: " + b" ".join(fields.get(b"parent", ())))
    if commit.first_tag:
        lines.append(f"FirstTag: {commit.first_tag}".encode())
    if commit.patch_id:
        lines.append(f"PatchId: {commit.patch_id}".encode())
    if (changes := commit.changes) is not None:
        counts = f"{changes.files_changed} files changed, {changes.insertions} insertions(+), {changes.deletions} deletions(-)"
        lines.append(f"Changes: {counts}".encode())
        lines += [b"File: " + b" ".join(path.split(b"\n")) for path in changes.paths]
    lines += [b"", *(b"    " + line for line in message.split(b"\n"))]
    encoding = fields.get(b"encoding", [b""])[0]
    charset = encoding.decode() if _CHARSET.fullmatch(encoding) else None
    return b"\n".join(lines) + b"\n", charset, committed.astimezone(dt.UTC).replace(tzinfo=None) if committed else None


def _signed(line: bytes) -> tuple[bytes, dt.datetime | None]:
    """Return the name and address in an author or committer line, and its date with zone, or None if there is none."""
    match = _SIGNED.match(line)
    if match is None:
        return line, None
    zone = match["zone"]
    minutes = int(zone[1:3]) * 60 + int(zone[3:])
    try:
        offset = dt.timezone(dt.timedelta(minutes=-minutes if zone.startswith(b"-") else minutes))
        return match["who"], dt.datetime.fromtimestamp(int(match["seconds"]), offset)
    except (ValueError, OverflowError, OSError):
        return match["who"], None


def _date(moment: dt.datetime | None) -> bytes:
    return moment.strftime("%Y-%m-%d %H:%M:%S %z").encode() if moment else b""
