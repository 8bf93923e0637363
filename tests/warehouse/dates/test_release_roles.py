"""Whether a sentence tells of a kernel release or only names it."""

import pytest

from warehouse.dates.release_roles import is_told_of


def told(sentence: str, release: str) -> bool:
    start = sentence.index(release)
    return is_told_of(sentence, start, start + len(release))


@pytest.mark.parametrize(
    ("sentence", "release"),
    [
        ("The new driver was merged for 2.6.32.", "2.6.32"),
        ("Xen support, which had waited for years, finally entered the mainline with Linux 2.6.37.", "2.6.37"),
        ("The 3.5 kernel came out on a Saturday.", "3.5"),
        ("Linux 3.4 added support for the x32 ABI.", "3.4"),
        ("In 6.7, bcachefs was responsible for 3,000 commits.", "6.7"),
        ("Torvalds announced Linux 2.6.29 on Monday.", "2.6.29"),
        ("As of the 3.11 kernel, checkpoints work without patches.", "3.11"),
        ("Der Treiber wurde in Linux 2.6.38 aufgenommen.", "2.6.38"),
    ],
)
def test_what_a_release_brought_is_told_of_it(sentence, release):
    assert told(sentence, release)


@pytest.mark.parametrize(
    ("sentence", "release"),
    [
        ("That is fewer changes than 2.6.32 had.", "2.6.32"),
        ("A third of the code comes from 2.6.30 or newer kernels.", "2.6.30"),
        ("Prior to the 2.6.24 kernel this page was used a lot.", "2.6.24"),
        ("Users saw hangs after upgrading to 2.6.16.", "2.6.16"),
        ("The patch was not merged for 4.7.", "4.7"),
        ("The lock, added for 2.6.36, has been removed.", "2.6.36"),
        ("Read on for a look at where the changes in 3.5 came from.", "3.5"),
        ("The fix was added to the 3.10 stable tree.", "3.10"),
    ],
)
def test_a_release_that_is_only_named_is_not(sentence, release):
    assert not told(sentence, release)
