"""Commits come from a local clone first, with dates, changes and kernel release, and no program that it names is run."""

import json
import random
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.git.commits import find_commits, first_tags, read_commits
from flows.git.origin import open_clone
from tests.flows.web.steps import run_steps
from warehouse.connection import open_warehouse
from warehouse.errors import UsageError
from warehouse.home import Home
from warehouse.settings import Settings

DAY = 86_400
START = 1_230_768_000  # 1 January 2009
ALL = ["discover", "fetch", "parse"]


def write_repository(path: Path, stream: Iterator[bytes]) -> None:
    subprocess.run(["git", "init", "-q", "--bare", str(path)], check=True)
    with subprocess.Popen(
        ["git", f"--git-dir={path}", "fast-import", "--quiet", "--done"], stdin=subprocess.PIPE
    ) as work:
        assert work.stdin is not None
        for some in stream:
            work.stdin.write(some)
        work.stdin.write(b"done\n")
        work.stdin.close()
        assert work.wait() == 0


def commit(
    mark: int, day: int, message: bytes, parents: tuple[int, ...] = (), body: bytes | None = None,
    author: bytes = b"Jane Roe <jane@example.org>", path: bytes = b"mm/slab.c", encoding: bytes = b"",
) -> bytes:  # fmt: skip
    lines = b"commit refs/heads/work\nmark :%d\nauthor %s %d -0330\n" % (mark, author, START + day * DAY)
    lines += b"committer Linus <l@example.org> %d +0100\n" % (START + day * DAY + 3600)
    lines += b"encoding %s\n" % encoding if encoding else b""
    lines += b"data %d\n%s\n" % (len(message), message)
    for number, parent in enumerate(parents):
        lines += b"%s :%d\n" % (b"merge" if number else b"from", parent)
    return lines + (b"M 100644 inline %s\ndata %d\n%s\n" % (path, len(body), body) if body is not None else b"") + b"\n"


def tag(name: str, mark: int, day: int) -> bytes:
    return b"tag %s\nfrom :%d\ntagger L <l@example.org> %d +0000\ndata 1\nx\n" % (
        name.encode(),
        mark,
        START + day * DAY,
    )


TRAILERS = b"""Acked-by: Someone <someone@example.org>
LKML-Reference: <20090301.one@example.org>
Link: http://lkml.kernel.org/r/4D5B%2B1@example.org
Link: https://lore.kernel.org/lkml/two@example.org/
Link: http://bugzilla.kernel.org/show_bug.cgi?id=1"""


def kernel() -> Iterator[bytes]:
    """Yield a history: two lines joined by a merge, a revert, a cherry-pick, and tags of releases and of something else."""
    yield b"reset refs/heads/work\n"
    yield commit(1, 0, b"Import\n", body=b"one\ntwo\n")
    yield tag("next-20090102", 1, 1)
    yield commit(
        2,
        2,
        b"slab: add a line\n\n---\n 99 files changed, 98 insertions(+)\n\nFirstTag: v1.0\n",
        (1,),
        b"one\ntwo\n3\n",
    )
    yield commit(3, 3, b"late work\n\n%s\n" % TRAILERS, (1,), b"x\n", path=b"new.c")
    yield tag("v2.6.29-rc1", 2, 4)
    yield commit(4, 5, b"Merge the late work\n", (2, 3), b"x\n", path=b"new.c")
    yield commit(
        5,
        6,
        "Umlaut fixen, für alle\n".encode("latin-1"),
        (4,),
        b"y\n",
        "Jörg Groß <j@example.org>".encode("latin-1"),
        b"new.c",
    )
    yield commit(6, 7, b'Revert "slab: add a line"\n', (5,), b"one\ntwo\n")
    yield tag("v2.6.29", 6, 8)
    yield commit(7, 9, b"slab: add a line\n\n(cherry picked from commit of v2.6.29-rc1)\n", (6,), b"one\ntwo\n3\n")
    yield b"reset refs/tags/v2.6.30-rc2\nfrom :7\n\n"
    yield commit(8, 10, b"not in any release\n", (7,), b"end\n")
    yield b"reset refs/heads/deadbeef1\nfrom :8\n\n"


def git(path: Path, *words: str) -> str:
    return subprocess.run(["git", f"--git-dir={path}", *words], check=True, capture_output=True).stdout.decode(
        errors="replace"
    )


def by_subject(path: Path) -> dict[str, str]:
    return {line[41:]: line[:40] for line in git(path, "log", "--format=%H %s", "work").splitlines()}


def make_hostile(path: Path, proof: Path) -> None:
    """Name a program at every place where a repository can name one."""
    program = path / "program"
    program.write_text(f"#!/bin/sh\ntouch '{proof}'\n")
    program.chmod(0o700)
    hooks = path / "evil"
    hooks.mkdir()
    for hook in ("post-index-change", "reference-transaction", "pre-auto-gc"):
        (hooks / hook).symlink_to(program)
    (path / "info" / "attributes").write_text("* diff=evil filter=evil merge=evil\n")
    with (path / "config").open("a") as config:
        config.write(
            f'[alias]\n cat-file = !{program}\n name-rev = !{program}\n[core]\n fsmonitor = {program}\n hooksPath = {hooks}\n'
            f' pager = {program}\n sshCommand = {program}\n alternateRefsCommand = {program}\n editor = {program}\n'
            f'[diff]\n external = {program}\n[diff "evil"]\n textconv = {program}\n command = {program}\n'
            f'[filter "evil"]\n clean = {program}\n smudge = {program}\n process = {program}\n[gpg]\n program = {program}\n'
            f'[log]\n showSignature = true\n[extensions]\n partialClone = evil\n'
            f'[remote "evil"]\n url = ext::{program}\n promisor = true\n[protocol "ext"]\n allow = always\n'
        )  # fmt: skip


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("git") / "linux.git"
    write_repository(path, kernel())
    return path


def documents(home: Path) -> dict[str, tuple]:
    with open_warehouse(Home(home)) as connection:
        rows = connection.execute(
            "SELECT title, author, text, published_at, utc_offset_min, facts FROM raw.documents WHERE kind = 'commit'"
        ).fetchall()
    return {row[0]: (*row[1:5], json.loads(row[5])) for row in rows}


def test_cited_commits_have_dates_changes_and_release_whatever_form_their_link_has(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = by_subject(clone)
    late, merged = ids["late work"], ids["Merge the late work"]
    picked, first = git(clone, "rev-list", "--grep=^slab: add a line$", "work").split()
    reverted, loose = ids['Revert "slab: add a line"'], ids["not in any release"]
    umlaut = git(clone, "rev-parse", "work~3").strip()
    proof = tmp_path / "run"
    make_hostile(clone, proof)
    base = "http://git.kernel.org/?p=linux/kernel/git/torvalds/linux-2.6.git;a="
    addresses = [
        f"{base}commit;h={first}", f"{base}commitdiff;h={picked}", f"{base}patch;h={reverted}",
        f"http://git.kernel.org/linus/{late[:12]}", f"https://github.com/torvalds/linux/commit/{merged}",
        f"https://git.kernel.org/cgit/linux/kernel/git/torvalds/linux.git/commit/?id={umlaut}",
        f"http://git.kernel.org/linus/{loose[:9]}", "http://git.kernel.org/linus/deadbeef1", f"http://git.kernel.org/linus/{'1' * 40}",
    ]  # fmt: skip
    file = tmp_path / "addresses.txt"
    file.write_text("\n".join(addresses))
    home = tmp_path / "home"
    run = run_steps(home, Settings(), [], ALL, addresses=file, git=[clone])
    assert not proof.exists()
    assert run.counts["fetched"] == 7
    read = documents(home)
    landed = {title: row[4].get("kernel_release") for title, row in read.items() if title != "slab: add a line"}
    assert landed == {
        'Revert "slab: add a line"': "2.6.29", "late work": "2.6.29", "Merge the late work": "2.6.29",
        "Umlaut fixen, für alle": "2.6.29", "not in any release": None,
    }  # fmt: skip
    with open_warehouse(Home(home)) as connection:
        tags = dict(
            connection.execute(
                "SELECT facts->>'sha', facts->>'first_tag' FROM raw.documents WHERE kind = 'commit'"
            ).fetchall()
        )
        left = connection.execute("SELECT key FROM raw.fetches WHERE state = 'due' ORDER BY key").fetchall()
    assert (tags[first], tags[picked]) == ("v2.6.29-rc1", "v2.6.30-rc2")
    assert left == [("1" * 40,), ("deadbeef1",)]  # left to the other origins
    author, _, published, offset, facts = read["Umlaut fixen, für alle"]
    assert (author, str(published), offset) == ("Jörg Groß", "2009-01-06 20:30:00", -210)
    assert (facts["files"], facts["insertions"], facts["deletions"]) == (["new.c"], 1, 1)
    assert facts["committed_at"].startswith("2009-01-07T02:00:00+01:00")
    assert read["late work"][4]["patch_mails"] == ["20090301.one@example.org", "4D5B+1@example.org", "two@example.org"]
    assert "files_changed" not in read["Merge the late work"][4]

    def no_git(*_: object, **__: object) -> None:
        raise AssertionError("git was started")

    with monkeypatch.context() as patch:
        patch.setattr("flows.git.process.subprocess.Popen", no_git)
        again = run_steps(home, Settings(), [], ["parse"])
        assert again.counts.get("fetched", 0) == 0
        (home / "warehouse.duckdb").unlink()
        run_steps(home, Settings(), [], ["fetch", "parse"])
    assert documents(home) == read
    subprocess.run(["git", f"--git-dir={clone}", "show", first], check=False, capture_output=True)
    assert proof.exists()  # so the configuration does run a program where it is followed


def test_message_lines_are_not_taken_for_headers(clone: Path) -> None:
    first = git(clone, "rev-list", "--grep=^slab: add a line$", "work").split()[-1]
    (found,) = read_commits(clone, {first: 500}, 1_000)
    assert found.changes is not None
    assert (found.changes.files_changed, found.changes.insertions, found.changes.deletions) == (1, 1, 0)
    assert found.first_tag == "v2.6.29-rc1"


def test_commits_whose_files_are_missing_have_no_changes_and_the_others_do(tmp_path: Path) -> None:
    path = tmp_path / "part.git"
    write_repository(path, kernel())
    ids = by_subject(path)
    keys = [ids["Import"], ids["late work"], ids["not in any release"]]
    blob = git(path, "rev-parse", f"{ids['late work']}:new.c").strip()
    (path / "objects" / blob[:2] / blob[2:]).unlink()
    found = {one.sha: one for one in read_commits(path, dict(find_commits(path, keys).values()), 1_000)}
    assert [found[key].changes and found[key].changes.insertions for key in keys] == [2, None, 1]
    assert [found[key].first_tag for key in keys] == ["v2.6.29-rc1", "v2.6.29", None]


def test_a_commit_over_the_limit_and_one_that_is_not_there_are_told_apart(clone: Path) -> None:
    sha = git(clone, "rev-parse", "work").strip()
    assert find_commits(clone, [sha, "1" * 40, sha[:8], "deadbeef1"]).keys() == {sha, sha[:8]}
    (found,) = read_commits(clone, {sha: 500}, 10)
    assert (found.raw, found.first_tag) == (b"", None)


def test_tags_give_the_days_of_releases_once(clone: Path, tmp_path: Path) -> None:
    runs = [run_steps(tmp_path / "home", Settings(), [], ["discover"], git=[clone]) for _ in range(2)]
    with open_warehouse(Home(tmp_path / "home")) as connection:
        rows = connection.execute(
            "SELECT version, released_on::VARCHAR, source FROM raw.release_tags ORDER BY 1"
        ).fetchall()
    assert rows == [("2.6.29", "2009-01-09", "git tag v2.6.29"), ("2.6.29-rc1", "2009-01-05", "git tag v2.6.29-rc1")]
    assert [run.counts["tags_found"] for run in runs] == [2, 0]


def test_what_is_no_repository_is_named_in_one_sentence(
    tmp_path: Path, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match="not a git repository; expected a local clone"):
        open_clone(tmp_path, 1)
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "empty")], check=True)
    with pytest.raises(UsageError, match="no branch or tag in it; expected a local clone"):
        open_clone(tmp_path / "empty", 1)
    shallow = tmp_path / "shallow"
    subprocess.run(["git", "clone", "-q", "--depth=1", "--branch=work", f"file://{clone}", str(shallow)], check=True)
    with pytest.raises(UsageError, match=f"shallow clone, .*: git -C {shallow} fetch --unshallow --tags"):
        open_clone(shallow, 1)
    git(shallow / ".git", "-c", "protocol.file.allow=always", "fetch", "-q", "--unshallow", "--tags")
    assert open_clone(shallow, 1).path == shallow
    monkeypatch.setattr("flows.git.process.shutil.which", lambda _: None)
    with pytest.raises(UsageError, match="git program needed to read it was not found"):
        open_clone(clone, 1)


def history(commits: int, tags: int) -> Iterator[bytes]:
    """Yield a long history in which every tenth commit is on a side line that is merged later."""
    yield b"reset refs/heads/work\n"
    side = 0
    main = 0
    each = commits // tags
    for number in range(1, commits + 1):
        parents = (main,) if main else ()
        if number % 10 == 5:
            side = number
        elif side and number % 10 == 2:
            parents, side = (main, side), 0
        body = b"%d\n" % number
        yield commit(
            number, number // 100, b"change %d\n" % number, parents, body, path=b"d%d/f%d" % (number % 40, number % 400)
        )
        if number % 10 != 5:
            main = number
        if number % each == 0:
            count = number // each
            yield tag(f"v3.{count // 8}" + (f"-rc{count % 8}" if count % 8 else ""), main, number // 100 + 1)


def check_history(path: Path, commits: int, tags: int, cited: int) -> float:
    """Read commits with their first tags; return the time as a ratio to one `git cat-file --batch` over the same commits."""
    write_repository(path, history(commits, tags))
    every = git(path, "rev-list", "work").split()
    keys = random.Random(1).sample(every, cited)
    began = time.perf_counter()
    git_input = "".join(f"{key}\n" for key in keys).encode()
    subprocess.run(
        ["git", f"--git-dir={path}", "cat-file", "--batch"], input=git_input, check=True, capture_output=True
    )
    plain = time.perf_counter() - began
    began = time.perf_counter()
    sizes = dict(find_commits(path, keys).values())
    found = list(read_commits(path, sizes, 1 << 20))
    taken = time.perf_counter() - began
    assert len(found) == cited
    assert all((one.raw and one.changes is not None) or one.raw.count(b"\nparent ") == 2 for one in found)
    # The oldest tag that contains a commit, recomputed from the history of each tag without those before it.
    names = git(path, "for-each-ref", "--sort=taggerdate", "--format=%(refname:short)", "refs/tags/").split()
    expected: dict[str, str] = {}
    for before, name in zip([None, *names], names, strict=False):
        for sha in git(path, "rev-list", name, *([f"^{before}"] if before else [])).split():
            expected.setdefault(sha, name)
    assert {one.sha: one.first_tag for one in found} == {key: expected.get(key) for key in keys}
    assert first_tags(path, keys) == {key: expected[key] for key in keys if key in expected}
    print(
        f"{cited:,} of {commits:,} commits, {tags} tags: {taken:.2f} s, cat-file --batch {plain:.3f} s, ratio {taken / plain:.0f}"
    )
    return taken / plain


def test_first_tags_in_a_history_are_the_oldest_that_contain_a_commit(tmp_path: Path) -> None:
    check_history(tmp_path / "linux.git", 600, 12, 100)


@pytest.mark.soak
def test_two_thousand_commits_of_a_long_history(tmp_path: Path) -> None:
    """Of 300,000 commits with 600 tags; the ratio to `git cat-file --batch` is printed."""
    check_history(tmp_path / "linux.git", 300_000, 600, 2_000)
