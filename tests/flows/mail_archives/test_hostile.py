"""Mail archives made to do harm: they start nothing, take little memory, hide no good mail and are named."""

import bz2
import gzip
import lzma
import os
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from flows.mail_archives import public_inbox
from flows.mail_archives.mailboxes import Unread
from flows.mail_archives.origin import MailArchive, read_archive
from tests.flows.mail_archives.test_origin import ENVELOPE, MIRRORS, NAMES, due, git, inbox, message
from tests.peak import MIB, more_memory

pytestmark = pytest.mark.slow

LIMIT = MIB
SIZES = [pytest.param(72 * MIB, id="72 MiB"), pytest.param(1 << 30, id="1 GiB", marks=pytest.mark.soak)]


def read(path: Path) -> tuple[list[bytes], list[str]]:
    """The mails of an archive, and what is said of the rest."""
    found = list(read_archive(path, LIMIT))
    mails = [one for one in found if isinstance(one, bytes)]
    return mails, [f"{one.place}: {one.why}" for one in found if isinstance(one, Unread)]


def look_through(*paths: str) -> list[tuple[int, list[str]]]:
    """Of each archive how many good mails are found, and what is listed: all that a run does with it, for `more_memory`."""
    found = []
    for path in paths:
        archive = MailArchive(Path(path), LIMIT, {})
        listed = [str(one.error) for part in archive.parts() for one in archive.discover(part)]
        wanted = [due(MIRRORS[0].format(name)) for name in NAMES]
        found.append((sum(one.response is not None for one in archive.fetch(wanted)), listed))
    return found


def write_long_line(path: Path, size: int) -> None:
    """An mbox with a mail that is one line, between two good ones."""
    with path.open("wb") as file:
        file.write(ENVELOPE + message(0) + b"\n" + ENVELOPE + b"From: a@b.example\nSubject: long\n\n")
        file.truncate(file.tell() + size)  # zeros, which no disk has to hold
        file.seek(0, os.SEEK_END)
        file.write(b"\n\n" + ENVELOPE + message(1))


def write_long_line_with_lengths(path: Path, size: int) -> None:
    """The same, each mail with its length."""
    good = [ENVELOPE + message(n).replace(b"Subject:", b"Content-Length: 37\nSubject:") + b"\n" for n in (0, 1)]
    with path.open("wb") as file:
        file.write(good[0] + ENVELOPE + b"From: a@b.example\nSubject: long\nContent-Length: %d\n\n" % size)
        file.truncate(file.tell() + size)
        file.seek(0, os.SEEK_END)
        file.write(b"\n" + good[1])


def write_line_alone(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.truncate(size)


def write_babyl(path: Path, size: int) -> None:
    piece = b"\x0c\n1,,\n%s\n*** EOOH ***\n%s\n\nHello.\n\x1f"
    with path.open("wb") as file:
        file.write(b"BABYL OPTIONS:\nVersion: 5\n\x1f" + piece % (message(0).partition(b"\n\n")[0], b"Subject: x"))
        file.truncate(file.tell() + size)
        file.seek(0, os.SEEK_END)
        file.write(b"\x1f" + piece % (message(1).partition(b"\n\n")[0], b"Subject: x"))


def packed(make: Callable) -> Callable[[Path, int], None]:
    """A mailbox of two good mails, and zeros behind them."""

    def write(path: Path, size: int) -> None:
        packer = make()
        with path.open("wb") as file:
            file.write(packer.compress(ENVELOPE + message(0) + b"\n" + ENVELOPE + message(1)))
            for _ in range(size // MIB):
                file.write(packer.compress(bytes(MIB)))
            file.write(packer.flush())
        assert path.stat().st_size < size // 500

    return write


LONG = "the mail has more than 1,048,576 bytes (KLOG_MAX_SENT_BYTES)"
UNPACKS = "it decompresses to more than"
ARCHIVES: dict[str, tuple[Callable[[Path, int], None], int, str]] = {
    # name: how it is written, how many mails are found, what is listed
    "line.mbox": (write_long_line, 2, LONG),
    "lengths.mbox": (write_long_line_with_lengths, 2, LONG),
    "alone.mbox": (write_line_alone, 0, "so it is not mail"),
    "rmail": (write_babyl, 2, "it has more than 1,048,576 bytes"),
    "gzip": (packed(lambda: zlib.compressobj(9, wbits=31)), 1, UNPACKS),
    "bzip2": (packed(bz2.BZ2Compressor), 1, UNPACKS),
    "xz": (packed(lambda: lzma.LZMACompressor(preset=6)), 1, UNPACKS),
    "zstd": (packed(lambda: zstandard.ZstdCompressor().compressobj()), 1, UNPACKS),
}


@pytest.mark.parametrize("size", SIZES)
def test_archives_of_a_line_without_end_and_packed_ones_give_their_good_mails_in_little_memory(
    size: int, tmp_path: Path
) -> None:
    paths = [tmp_path / name for name in ARCHIVES]
    for path, (write, _, _) in zip(paths, ARCHIVES.values(), strict=True):
        write(path, size)
    found, more = more_memory(look_through, *map(str, paths))
    for (name, (_, mails, said)), (count, listed) in zip(ARCHIVES.items(), found, strict=True):
        assert count == mails, name
        assert any(name in one and said in one for one in listed), (name, listed)
    print(f"{size >> 20} MiB: {more / MIB:.1f} MiB of memory")
    assert more < 64 * MIB, "the windows of the packings, and a piece"


def test_an_honest_packed_mailbox_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "all.mbox.gz"
    path.write_bytes(gzip.compress(b"".join(ENVELOPE + message(number) + b"\n" for number in range(5)) * 1000))
    mails, said = read(path)
    assert (len(mails), said) == (5000, [])


def test_links_out_of_a_folder_are_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    folder.mkdir()
    (tmp_path / "private.eml").write_bytes(message(0))
    (folder / "1.eml").write_bytes(message(1))
    (folder / "2.eml").symlink_to(tmp_path / "private.eml")
    (folder / "3.eml").symlink_to("/dev/zero")
    (folder / "4.eml").symlink_to("1.eml")
    os.mkfifo(folder / "5.eml")
    assert read(folder) == ([message(1)] * 2, ["2.eml: it is a symbolic link to a file outside the folder"])


COMMANDS = """
[core]
    repositoryformatversion = 1
    fsmonitor = {run}
    hooksPath = {folder}/hooks
    pager = {run}
    editor = {run}
    sshCommand = {run}
    gitProxy = {run}
    alternateRefsCommand = {run}
    attributesFile = {folder}/attributes
    bigFileThreshold = 100g
[pager]
    rev-list = {run}
    cat-file = {run}
[alias]
    rev-list = !{run}
    cat-file = !{run}
[filter "evil"]
    smudge = {run}
    process = {run}
    required = true
[diff "evil"]
    command = {run}
    textconv = {run}
[credential]
    helper = !{run}
[gpg]
    program = {run}
[uploadpack]
    packObjectsHook = {run}
[include]
    path = {folder}/more
[extensions]
    partialClone = origin
[protocol]
    allow = always
[protocol "ext"]
    allow = always
[remote "origin"]
    promisor = true
    uploadpack = {run} #
    url = {url}
[submodule "sub"]
    url = ext::{run}
    update = !{run}
"""
REMOTES = ["ext::{run}", "ssh://nobody@localhost/x", "{folder}", "git://localhost/x"]


@pytest.mark.parametrize("url", REMOTES)
def test_a_hostile_repository_starts_nothing_and_gives_its_mails(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = inbox(tmp_path / "inbox")
    first = folder / "git" / "0.git"
    mark, program = tmp_path / "started", tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {mark}\n")
    program.chmod(0o755)
    given = {"run": program, "folder": first}
    (first / "config").write_text(COMMANDS.format(**given, url=url.format(**given)))
    (first / "more").write_text(f"[core]\n    fsmonitor = {program}\n    hooksPath = {first}/hooks\n")
    (first / "attributes").write_text("* filter=evil diff=evil\n")
    (first / "info").mkdir(exist_ok=True)
    (first / "info" / "attributes").write_text("* filter=evil diff=evil\n")
    for hook in ("post-checkout", "reference-transaction", "fsmonitor-watchman", "pre-auto-gc"):
        (first / "hooks" / hook).write_text(program.read_text())
        (first / "hooks" / hook).chmod(0o755)
    missing = _object_of(first, "refs/heads/master~2:m")  # of the second of its three mails
    (first / "objects" / missing[:2] / missing[2:]).unlink()
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    monkeypatch.setenv("GIT_SSH_COMMAND", str(program))

    mails, said = read(folder)

    assert not mark.exists()
    assert mails == [message(number) for number in (0, 2, 3, 4)]
    assert said == []


def test_the_same_repository_does_start_a_program_for_who_reads_it_carelessly(tmp_path: Path) -> None:
    """Show that the test above would see it."""
    first = inbox(tmp_path / "inbox") / "git" / "0.git"
    mark = tmp_path / "started"
    (first / "config").write_text(COMMANDS.format(run=f"touch {mark}", folder=first, url=f"ext::touch {mark}"))
    missing = _object_of(first, "refs/heads/master~2:m")
    (first / "objects" / missing[:2] / missing[2:]).unlink()
    subprocess.run(["git", "--git-dir", str(first), "cat-file", "-p", missing], capture_output=True, check=False)
    assert mark.exists()


def _object_of(repository: Path, name: str) -> str:
    command = ["git", "--git-dir", str(repository), "rev-parse", name]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_links_and_submodules_of_a_repository_lead_nowhere(tmp_path: Path) -> None:
    work = tmp_path / "work"
    git(tmp_path, "init", "--quiet", str(work))
    (work / "m").write_bytes(message(0))
    _commit(work)
    (work / "m").unlink()
    (work / "m").symlink_to("/etc/passwd")
    _commit(work)
    git(work, "rm", "--quiet", "m")
    git(work, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},m")
    git(work, "commit", "--quiet", "-m", "a submodule")
    mails, said = read(work)
    assert mails == [message(0), b"/etc/passwd"]
    assert said == []


def test_what_git_cannot_read_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    folder = inbox(tmp_path / "inbox")
    for number, name in enumerate(("master~3:m", "master~1:m")):
        found = _object_of(folder / "git" / "0.git", f"refs/heads/{name}")
        path = folder / "git" / "0.git" / "objects" / found[:2] / found[2:]
        data = path.read_bytes()
        path.chmod(0o644)
        path.write_bytes(data[: len(data) // 2] + bytes(number) + os.urandom(40))
    mails, said = read(folder)
    assert mails == [message(number) for number in (1, 3, 4)]
    assert [one.rpartition(": ")[2] for one in said] == ["git cannot read it"] * 2


def test_a_repository_at_whose_mails_git_ends_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_inbox, "_MOST_ENDS", 1)
    folder = inbox(tmp_path / "inbox")
    for name in ("master~3:m", "master~2:m"):
        found = _object_of(folder / "git" / "0.git", f"refs/heads/{name}")
        path = folder / "git" / "0.git" / "objects" / found[:2] / found[2:]
        path.chmod(0o644)
        path.write_bytes(path.read_bytes()[:-30])
    mails, said = read(folder)
    assert mails == [message(number) for number in (3, 4)]
    assert said[-1] == "0.git: git failed at 2 messages, so the rest is not read"


@pytest.mark.parametrize("size", SIZES)
def test_a_mail_of_gigabytes_in_a_small_pack_is_named_and_never_unpacked(size: int, tmp_path: Path) -> None:
    work = tmp_path / "work"
    git(tmp_path, "init", "--quiet", str(work))
    for number, more in enumerate((0, size, 0)):
        (work / "m").write_bytes(message(number))
        with (work / "m").open("ab") as file:
            file.truncate(file.tell() + more)
        _commit(work)
    [(count, _)], more = more_memory(look_through, str(work))
    assert count == 2
    assert more < 32 * MIB
    ((place, why),) = [one.split(": ") for one in read(work)[1]]
    assert place.startswith("work#commit=") and why.startswith("it has ")


def _commit(work: Path) -> None:
    git(work, "add", "m")
    git(work, "commit", "--quiet", "-m", "a mail")
