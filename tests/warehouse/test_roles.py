"""Which sentences say what a person does."""

import pytest

from warehouse.catalog.roles import NO_ROLE, find_role, may_say_role


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Ada Byte, the maintainer of ext4, was not convinced.", {"ext4"}),
        ("Ada Byte (the io_uring maintainer) posted a workqueue.", {"io_uring"}),
        ("Ada Byte is the chief ARM maintainer; she cleans up.", {"chief", "arm"}),
        ("Ada Byte, who maintains XFS, disagreed.", {"xfs"}),
        ("Ada Byte maintains 2.6.32 as a long-term series.", {"2.6.32"}),
        ("Then VFS maintainer Ada Byte asked for more.", {"vfs"}),
        ("The Btrfs developers around Ada Byte discuss when it should be merged.", {"btrfs"}),
        ("Ada Byte is one of the maintainers of the arm64 architecture.", {"arm64", "architecture"}),
        ("As Ada Byte, one of the perf developers, said, it is slow.", {"perf"}),
        ("Ada Byte, who has so far kept 2.6.16 alive, chose it.", {"2.6.16"}),
        ("The maintainers of the x86 architecture, Ada Byte and others, dislike it.", {"x86", "architecture"}),
        ("Ada Byte of Red Hat changed the driver.", set()),
    ],
)
def test_a_role_is_found_with_what_it_is_of(sentence: str, words: set[str]) -> None:
    assert may_say_role(sentence, "Ada Byte")
    found = find_role(sentence, "Ada Byte")
    assert found.worth > 0
    assert words <= found.words


@pytest.mark.parametrize(
    "sentence",
    [
        "But Ada Byte is a bit skeptical of the need to run all that.",
        "He asked Ada Byte, who had earlier expressed interest in errors, to look.",
        "Wong answered, called Ada Byte out where she was wrong, and went on.",
        "Ada Byte is the latest developer to attempt it.",
        "Ada Byte is the subsystem maintainer who has accepted a driver.",
        "Ada Byte, the author of the patch set, agreed.",
        "Ada Byte is one of the developers who has objected to it.",
        "Ada Byte is no longer the PCI maintainer.",
        "Patch author Ada Byte and maintainer Ada Byte met.",
        "In 2010, Ada Byte created the chain which tracks the structures.",
        "Ada Byte, ext4 maintainer Ted Ts'o and others came.",
        "It was seen as messy by some, including Ada Byte, leading some kernel hackers into looking elsewhere.",
        "Ada Bytes, the maintainer of ext4, came.",
    ],
)
def test_what_somebody_does_once_is_no_role(sentence: str) -> None:
    assert find_role(sentence, "Ada Byte") == NO_ROLE
