import pytest

from warehouse.timeline.query_form import names_things


@pytest.mark.parametrize(
    "query",
    ["Xen Dom0", "devfs and udev", "zram, zswap and compressed swap", "the end of the big kernel lock", "perf and ftrace tracing",
     "live kernel patching", "history of suspend blockers"],
)  # fmt: skip
def test_names_are_names(query: str):
    assert names_things(query)


@pytest.mark.parametrize(
    "query",
    ["why was Xen slow to get into the kernel", "Fuzzing perf_events", "Capability analysis for the kernel", "QUIC: where next",
     "what became of Btrfs?", "Improvements in CPU frequency management", "", "a list of nine words that is no name at all"],
)  # fmt: skip
def test_questions_and_headlines_are_none(query: str):
    assert not names_things(query)
