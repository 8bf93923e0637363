import pytest

from warehouse.timeline.query_form import is_headline


@pytest.mark.parametrize(
    "query",
    ["Xen Dom0", "devfs and udev", "zram, zswap and compressed swap", "The end of the big kernel lock", "perf and ftrace tracing",
     "RISC-V in the kernel", "ZFS on Linux and its licence", "Kernel debuggers: lockdep, KASAN and KCSAN", "History of suspend blockers",
     "CAN bus", "CAN FD and CAN XL", "FUSE, file systems in user space", "FAT, exFAT and NTFS file systems and Microsoft's patents", "what became of btrfs?", "building the kernel with Clang", ""],
)  # fmt: skip
def test_a_subject_is_no_headline(query: str):
    assert not is_headline(query)


@pytest.mark.parametrize(
    "query",
    ["Fuzzing perf_events", "The RCU API, 2014 edition", "Capability analysis for the kernel", "QUIC: where next", "What became of Btrfs?",
     "Improvements in CPU frequency management", "A List of Nine Words that Is no Name"],
)  # fmt: skip
def test_headlines_are_worded_as_articles_are_titled(query: str):
    assert is_headline(query)
