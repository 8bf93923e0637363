"""A mail's patch and the commit that it became have one id, and it is git's own."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.git.commits import find_commits, read_commits
from flows.sources.patch_id import patch_id
from tests.flows.git.test_clone import commit, git, kernel, write_repository

FILES = {
    b"mm/slab.c": [b"one\ntwo\nthree\n", b"one\n 2\nthree\n" + b"more\n" * 20, b"no line end"],
    b"a b/\xc3\xa9.c": [None, "Grüße\n".encode(), b"x\n\n-- \n+y\n"],
    b"fs/x.c": [
        b"".join(b"%d\n" % n for n in range(60)),
        b"".join(b"%d\n" % (n + (n % 17 == 0)) for n in range(60)),
        None,
    ],
}


def changes() -> Iterator[bytes]:
    """Yield commits that add, change and remove several files, one without a line end."""
    yield b"reset refs/heads/work\n"
    for number in range(3):
        yield (
            commit(number + 1, number, b"change %d\n\nsome words\n" % number, (number,) if number else ()).rstrip(b"\n")
            + b"\n"
        )
        for path, versions in FILES.items():
            body = versions[number]
            yield (
                b'D "%s"\n' % path if body is None else b'M 100644 inline "%s"\ndata %d\n%s\n' % (path, len(body), body)
            )
        yield b"\n"


@pytest.mark.parametrize("stream", [changes, kernel])
def test_a_patch_in_a_mail_has_the_id_of_its_commit(stream, tmp_path: Path) -> None:
    path = tmp_path / "linux.git"
    write_repository(path, stream())
    shas = git(path, "rev-list", "--no-merges", "work").split()
    ids = {one.sha: one.patch_id for one in read_commits(path, dict(find_commits(path, shas).values()), 1 << 20)}
    assert len(ids) == len(shas) >= 3
    for sha in shas:
        mail = git(path, "format-patch", "--no-renames", "-1", "--stdout", sha)
        body = mail.partition("\n\n")[2]
        plain = subprocess.run(
            ["git", "patch-id", "--stable"], input=mail.encode(), capture_output=True, check=True
        ).stdout
        assert patch_id(body) == plain.decode().split()[0] == ids[sha]
        files = re.split(r"^(?=diff --git )", body.rpartition("\n-- \n")[0] + "\n", flags=re.MULTILINE)
        assert patch_id("".join([files[0], *reversed(files[1:])])) == ids[sha]
        assert patch_id(body.replace("\n+", "\n+ \t")) == ids[sha]
        assert patch_id(body.replace("\n+", "\n+z", 3)) != ids[sha]


@pytest.mark.parametrize(
    "text",
    ["", "No patch here.\n", "> diff --git a/x b/x\n> --- a/x\n", "diff --git a/x b/x\nGIT binary patch\nliteral 9\n"],
)
def test_a_text_without_a_patch_has_none(text: str) -> None:
    assert patch_id(text) is None
