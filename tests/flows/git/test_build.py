"""`klog build --git` as a person runs it: cited commits stand in the release with their kernel release, and a second build changes nothing."""

from pathlib import Path

import duckdb
import pytest

from tests.command import klog
from tests.flows.git.test_clone import by_subject, kernel, make_hostile, write_repository


@pytest.mark.soak
def test_a_release_has_the_cited_commits_with_the_kernel_release_that_they_landed_in(tmp_path: Path) -> None:
    clone, home, addresses = tmp_path / "linux.git", tmp_path / "home", tmp_path / "addresses.txt"
    write_repository(clone, kernel())
    ids = by_subject(clone)
    make_hostile(clone, tmp_path / "run")
    subjects = ("Merge the late work", "Umlaut fixen, f\N{REPLACEMENT CHARACTER}r alle", "not in any release")
    forms = ("http://git.kernel.org/linus/{}", "https://github.com/torvalds/linux/commit/{}")
    cited = [forms[number % 2].format(ids[subject]) for number, subject in enumerate(subjects)]
    addresses.write_text("\n".join(cited), encoding="utf-8")
    given = ("--from", "local", "--addresses", str(addresses), "--git", str(clone))
    klog(home, "build", *given)
    assert not (tmp_path / "run").exists()
    first = (home / "current").resolve()
    with duckdb.connect(str(first / "archive.duckdb"), read_only=True) as release:
        found = release.execute(
            "SELECT author, facts ->> 'kernel_release', facts ->> 'committed_at' FROM documents WHERE kind = 'commit' ORDER BY 3"
        ).fetchall()
    assert found == [
        ("Jane Roe", "2.6.29", "2009-01-06T02:00:00+01:00"),
        ("Jörg Groß", "2.6.29", "2009-01-07T02:00:00+01:00"),
        ("Jane Roe", None, "2009-01-11T02:00:00+01:00"),
    ]
    klog(home, "build", *given)
    assert (home / "current").resolve() == first
