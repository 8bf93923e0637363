"""A linked mail is found by its Message-ID in every form in which mail is kept."""

import datetime as dt
import shutil
import subprocess
from pathlib import Path

import pytest

from flows.git import process
from flows.mail_archives import public_inbox
from flows.mail_archives.messages import archived_at, head_of, message_id, sent_at
from flows.mail_archives.origin import MailArchive, read_messages
from flows.sources.registry import identify
from flows.web.origin import Fetched
from warehouse.errors import UsageError
from warehouse.frontier.ledger import Due

NAMES = [f"2009030417312{number}.x{number}@kernel-log.example" for number in range(5)]
ENVELOPE = b"From x@y Wed Mar  4 17:31:20 2009\n"
MIRRORS = [
    "https://lore.kernel.org/lkml/{}/",
    "http://lkml.kernel.org/r/{}",
    "http://mid.gmane.org/{}",
    "http://marc.info/?i={}",
]


def message(number: int, extra: str = "") -> bytes:
    return (
        f"From: Sample Writer <sample@kernel-log.example>\nDate: Wed, 4 Mar 2009 17:31:2{number} -0800\n"
        f"Message-ID:\n <{NAMES[number]}>\n{extra}Subject: Mail {number}\n\nHello.\n\nFrom here on, text {number}.\n"
    ).encode()


def due(url: str) -> Due:
    identity = identify(url)
    return Due(identity.url, identity.kind, identity.key, 1, None, 0)


def mbox(path: Path) -> Path:
    quoted = (message(number).replace(b"\nFrom here", b"\n>From here") for number in range(5))
    path.write_bytes(b"".join(ENVELOPE + one + b"\n" for one in quoted))
    return path


def maildir(path: Path) -> Path:
    for folder in ("cur", "new", "tmp"):
        (path / folder).mkdir(parents=True)
    for number in range(5):
        (path / ("cur" if number % 2 else "new") / f"{number}:2,S").write_bytes(message(number))
    return path


def emls(path: Path) -> Path:
    path.mkdir()
    for number in range(5):
        (path / f"{number}.eml").write_bytes(message(number))
    return path


def inbox(path: Path) -> Path:
    """Two epochs, as public-inbox v2 keeps them; the last commit of the first removes a mail."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    for epoch, numbers in enumerate(((0, 1, 2), (3, 4))):
        work, bare = path / f"work{epoch}", path / "git" / f"{epoch}.git"
        git(path, "init", "--quiet", str(work))
        for number in numbers:
            (work / "m").write_bytes(message(number))
            git(work, "add", "m")
            git(work, "commit", "--quiet", "-m", f"Mail {number}")
        if epoch == 0:
            git(work, "mv", "m", "d")
            git(work, "commit", "--quiet", "-m", "rm")
        git(path, "clone", "--quiet", "--bare", str(work), str(bare))
        shutil.rmtree(work)
    return path


def git(folder: Path, *arguments: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    who = ["-c", "user.name=Sample", "-c", "user.email=sample@kernel-log.example", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.mark.parametrize("make", [mbox, maildir, emls, inbox], ids=lambda make: make.__name__)
def test_a_mail_is_found_whichever_mirror_is_linked(make, tmp_path: Path) -> None:
    archive = MailArchive(make(tmp_path / "archive"), 1_000_000, {})
    assert list(archive.discover("")) == []
    for number, mirror in enumerate(MIRRORS):
        wanted = due(mirror.format(NAMES[number]))
        envelope = ENVELOPE if make is mbox else b""
        (found,) = archive.fetch([wanted, due("http://lwn.net/Articles/1/"), due(MIRRORS[0].format("no@where"))])
        assert (found.url, found.response.body) == (wanted.url, envelope + message(number))
        assert found.response.captured_at == dt.datetime(2009, 3, 5, 1, 31, 20 + number)
        assert dict(found.response.headers) == {"Content-Type": "message/rfc822"}


def test_a_mail_is_found_by_the_place_it_says_it_is_kept_at(tmp_path: Path) -> None:
    path = tmp_path / "one.eml"
    path.write_bytes(message(0, "Archived-At: <http://lkml.org/lkml/2009/3/4/379>\n"))
    (found,) = MailArchive(path, 1_000_000, {}).fetch([due("https://lkml.org/lkml/2009/3/4/379")])
    assert found.response.body.startswith(b"From: Sample")


def test_a_mail_over_the_limit_is_told(tmp_path: Path) -> None:
    path = tmp_path / "m"
    path.write_bytes(ENVELOPE + message(0) + b"x\n" * 1000 + b"\n" + ENVELOPE + message(1))
    archive = MailArchive(path, 1000, {})
    wanted = [due(MIRRORS[0].format(NAMES[number])) for number in (0, 1)]
    found: list[Fetched] = list(archive.fetch(wanted))
    assert "KLOG_MAX_SENT_BYTES" in str(found[0].error)
    assert found[1].response.body == ENVELOPE + message(1)
    (listed,) = archive.discover("")
    assert "m#mail=0: the mail has more than 1,000 bytes" in str(listed.error)


def test_a_git_repository_without_git_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = inbox(tmp_path / "archive")
    monkeypatch.setattr(process.shutil, "which", lambda name: None)
    with pytest.raises(UsageError, match="the git program needed"):
        list(read_messages(path, 1_000_000))


def other_text(path: Path) -> None:
    path.mkdir()
    (path / "notes.txt").write_text("no mail")


def empty_repository(path: Path) -> None:
    git(path, "init", "--quiet", "--bare")


def program(path: Path) -> None:
    git(path, "init", "--quiet")
    for _ in range(3):
        git(path, "commit", "--quiet", "--allow-empty", "-m", "x")


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (Path.mkdir, "no file in it begins like mail; expected an mbox, a maildir"),
        (other_text, "no file in it begins like mail; expected an mbox, a maildir"),
        (
            empty_repository,
            r"a git repository without mails; expected one of public-inbox, .* \(the clone of a program is named with --git",
        ),
        (program, "a git repository without mails"),
    ],
)
def test_what_has_no_mail_is_named_with_what_was_expected(
    make, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path / "archive")
    monkeypatch.setattr(public_inbox, "_TRIED", 2)
    archive = MailArchive(tmp_path / "archive", 1_000_000, {})
    with pytest.raises(UsageError, match=f"--mail .*archive: {expected}"):
        for part in archive.parts():
            list(archive.discover(part))
        list(archive.read_all())


def test_a_maildir_may_be_empty_until_mails_come(tmp_path: Path) -> None:
    archive = MailArchive(tmp_path, 1_000_000, {})
    for folder in ("cur", "new", "tmp"):
        (tmp_path / folder).mkdir()
    (before,) = archive.state()
    assert list(archive.read_all()) == list(archive.discover(before)) == []
    (tmp_path / "new" / "1").write_bytes(message(0))
    assert archive.state() != [before]
    assert len(list(archive.read_all())) == 1


def test_heads_are_read_as_they_come() -> None:
    head = head_of(
        b"message-id: <a@b>\r\nX-Archived-At: http://x.org/1\r\nDate: whenever\r\n\r\nMessage-ID: <no@no>\r\n"
    )
    assert (message_id(head), archived_at(head), sent_at(head)) == ("a@b", ["http://x.org/1"], None)
    assert sent_at(b"Date: Thu, 1 Jan 1970 00:00:00 +0000\n") is None
    assert message_id(b"Subject: none\n") is None
