"""Titles: series, version, part and area, by label and form by form."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.reading.title import plain_title, read_title

LABELLED = [
    Path(__file__).parents[2] / "labelled" / name for name in ("titles.jsonl", "title_forms.jsonl", "titles_wild.jsonl")
]
FIELDS = ("series", "kernel_version", "part", "area")


@pytest.mark.parametrize(
    "line",
    [line for path in LABELLED for line in path.read_text(encoding="utf-8").splitlines()],
    ids=lambda line: json.loads(line)["title"],
)
def test_a_labelled_title_says_what_its_label_says(line: str) -> None:
    label = json.loads(line)
    facts = read_title(label["title"])
    asked = [name for name in FIELDS if name in label]
    assert {name: getattr(facts, name) for name in asked} == {name: label[name] for name in asked}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Kernel Log: Coming in 2.6.34 (Part 4) - Architecture & Virtualisation", ("Coming in", "2.6.34", 4, "Architecture & Virtualisation")),
        ("Kernel Log - Coming in 2.6.37 (Part 1)- Graphics", ("Coming in", "2.6.37", 1, "Graphics")),
        ("Kernel Log: Coming in 2.6.31 - Part 4: Storage", ("Coming in", "2.6.31", 4, "Storage")),
        ("Kernel Log: Coming in 3.0 (Part 2) – Filesystems", ("Coming in", "3.0", 2, "Filesystems")),
        ("Kernel Log: Coming in 3.10 (Part III) — Networking", ("Coming in", "3.10", 3, "Networking")),
        ("Kernel Log: What’s coming in 2.6.29 - Part 8: Faster start", ("Coming in", "2.6.29", 8, "Faster start")),
        ("What's coming in 2.6.28 - Audio", ("Coming in", "2.6.28", None, "Audio")),
        ("Kernel Log: Coming in 2.6.33", ("Coming in", "2.6.33", None, None)),
        ("Kernel-Log: Was 2.6.39 bringt (Teil 2): Netzwerk", ("Coming in", "2.6.39", 2, "Netzwerk")),
        ("Kernel-Log – Was 3.2 bringt (3): Architektur", ("Coming in", "3.2", 3, "Architektur")),
        ("What's new in Linux 3.2", ("What's new", "3.2", None, None)),
        ("What's new in Linux 2.6.36 (page 4)", ("What's new", "2.6.36", None, None)),
        ("What's new in Linux 3.7 - The H Open Source: News and Features", ("What's new", "3.7", None, None)),
        ("Kernel Log: What's new in Linux 2.6.28", ("What's new", "2.6.28", None, None)),
        ("Die Neuerungen von Linux 3.12 | heise open", ("What's new", "3.12", None, None)),
        ("Kernel Log: Linux 3.1 approaches", ("Kernel Log", "3.1", None, None)),
        ("Kernel Log: Development of Linux 3.6 under way", ("Kernel Log", "3.6", None, None)),
        ("Kernel Log: RAID 5 for btrfs in 3.9, new drivers", ("Kernel Log", "3.9", None, None)),
        ("Kernel Log: X Server 1.6, hdparm 9.12 and HPLIP 3.9.2", ("Kernel Log", None, None, None)),
        ("Kernel Log: Intel's driver 2.6.3 and Mesa 7.4", ("Kernel Log", None, None, None)),
        ("LXer: Kernel Log: Linux 3.1 approaches", ("Kernel Log", "3.1", None, None)),
        ("heise open - 12.10.10 - Kernel-Log - Linux 2.6.36 ist da", ("Kernel Log", "2.6.36", None, None)),
        ("[OT] Kernel Log: Linux 3.1 approaches", ("Kernel Log", "3.1", None, None)),
        ('"Kernel Log: Linux 3.1 approaches"', ("Kernel Log", "3.1", None, None)),
        ("Kernel Log: Coming in 3.1 (Part 3 of 4) - Drivers :: The H", ("Coming in", "3.1", 3, "Drivers")),
        ("How to read the kernel log", ("news", None, None, None)),
        ("Kernel Log: Coming in 3.2 (Part 1) - Networking | Linux Today", ("Coming in", "3.2", 1, "Networking")),
        ("Kernel Log: Coming in 3.2 (Part 1) - Networking - Slashdot", ("Coming in", "3.2", 1, "Networking")),
        ("Kernel Log: libdrm 2.4.36 and Mesa 8.0.3", ("Kernel Log", None, None, None)),
        ("Kernel-Log: X-Server 1.11, neue Kernel-Pflegestrategie", ("Kernel Log", None, None, None)),
        ("Linux kernel 3.4 released", ("news", "3.4", None, None)),
        ("Main development phase for Linux kernel 2.6.37 concluded", ("news", "2.6.37", None, None)),
        ("Security hole in the FTP server ProFTPD 1.3.3", ("news", None, None, None)),
        ("", ("news", None, None, None)),
    ],
)  # fmt: skip
def test_a_title_gives_series_version_part_and_area(title: str, expected: tuple[object, ...]) -> None:
    facts = read_title(title)
    assert (facts.series, facts.kernel_version, facts.part, facts.area) == expected


def test_the_sites_name_and_the_page_are_no_part_of_the_title() -> None:
    assert plain_title("Kernel Log: A – B (page 2) - The H Open Source: News") == "Kernel Log: A – B"
    assert plain_title("What's\nnew  | heise online") == "What's new"


@given(st.text())
def test_any_title_has_a_series(title: str) -> None:
    assert read_title(title).series in {"Kernel Log", "Coming in", "What's new", "news"}
