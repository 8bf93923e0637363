import pytest

from warehouse.timeline.newsworthiness import newsworth

TURN = "Linus Torvalds merged the file system for Linux 2.6.29."


@pytest.mark.parametrize(
    "text",
    [
        "The file system is a tree of blocks with check sums.",
        "The removal of the lock has been a goal for many years.",
        "The option allows administrators to choose another volume.",
    ],
)
def test_what_happened_counts_more_than_what_is_or_always_was(text: str) -> None:
    assert newsworth(TURN) > 1.5 * newsworth(text)


def test_a_name_and_a_version_count() -> None:
    assert newsworth(TURN) > newsworth("Somebody merged the file system.")
