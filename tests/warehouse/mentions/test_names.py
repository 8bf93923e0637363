"""Names in sentences of our own, found with a small taxonomy of our own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.work import grows_evenly
from warehouse.errors import SettingError
from warehouse.mentions import find_mentions, load_taxonomy, taxonomy_from_rows
from warehouse.records import Mention

TAXONOMY = taxonomy_from_rows(
    topics=[
        {"topic_id": "cgroups", "aliases": "control group|cgroup"},
        {"topic_id": "paravirt", "aliases": "paravirt_ops|paravirt"},
        {"topic_id": "kms", "aliases": "KMS|kernel mode setting|mode setting"},
        {"topic_id": "graphics", "aliases": "setting"},
        {"topic_id": "arm", "aliases": "ARM"},
        {"topic_id": "fsync", "aliases": "fsync()|/dev/mem|-stable"},
        {"topic_id": "x-server", "aliases": "X.org|X server"},
        {"topic_id": "virtio", "aliases": "vhost-net"},
    ],
    people=[
        {"person_id": "ts", "name": "Theodore Ts'o", "aliases": "Ted Tso|tytso"},
        {"person_id": "linus", "name": "Linus Torvalds", "aliases": "Torvalds|Linus"},
        {"person_id": "morton", "name": "Andrew Morton", "aliases": "akpm"},
        {"person_id": "xen-person", "name": "ARM Smith", "aliases": ""},
    ],
    projects=[{"project_id": "hdparm", "name": "hdparm", "aliases": ""}],
)


def named(text: str, entity_type: str) -> list[tuple[str, str]]:
    mentions = [m for m in find_mentions(text, TAXONOMY) if m.entity_type == entity_type]
    assert [text[m.char_start : m.char_end] for m in mentions] == [m.surface for m in mentions]
    return [(m.entity_id, m.surface) for m in mentions]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Control groups and a\ncontrol-group", [("cgroups", "Control groups"), ("cgroups", "control-group")]),
        ("paravirt_ops is not paravirt; paravirt_foo is neither", [("paravirt", "paravirt_ops"), ("paravirt", "paravirt")]),
        ("kernel mode-setting in KMS, not kms", [("kms", "kernel mode-setting"), ("kms", "KMS")]),
        ("an arm, ARM64, ARM.com and ARM-based boards on ARM.", [("arm", "ARM"), ("arm", "ARM")]),
        ("fsync() reads /dev/mem in -stable, not x-stable", [("fsync", "fsync()"), ("fsync", "/dev/mem"), ("fsync", "-stable")]),
        ("vhost_net, vhost-net and vhost net", [("virtio", "vhost_net"), ("virtio", "vhost-net"), ("virtio", "vhost net")]),
        ("X.org's X Server: http://X.org/ARM/", [("x-server", "X.org")]),
        ("see drivers/gpu/ARM/cgroup.c or git@ARM.org", []),
    ],
)  # fmt: skip
def test_topics_follow_case_boundaries_and_length(text: str, expected: list[tuple[str, str]]) -> None:
    assert named(text, "topic") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Theodore Ts’o, Ted Tso and Tytso", [("ts", "Theodore Ts’o"), ("ts", "Ted Tso"), ("ts", "Tytso")]),
        ("Andrew Morton asked. But Morton waited.", [("morton", "Andrew Morton"), ("morton", "Morton")]),
        ("Morton asked. John Morton and Andrew Morton came.", [("morton", "Andrew Morton")]),
        ("Linus Walleij, Nils Torvalds and Linus disagree.", [("linus", "Linus")]),
        ("Torvalds' tree; Linus's mail", [("linus", "Torvalds"), ("linus", "Linus")]),
    ],
)
def test_people_are_distinguished_from_their_namesakes(text: str, expected: list[tuple[str, str]]) -> None:
    assert named(text, "person") == expected


def test_a_topic_inside_a_persons_name_is_not_named() -> None:
    assert named("ARM Smith wrote it", "topic") == []


def test_the_version_of_a_known_project_is_no_release() -> None:
    assert named("hdparm 3.2 and the kernel", "kernel_release") == []
    assert named("hdparm 3.2 and the kernel", "project") == [("hdparm", "hdparm")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fixed in commit 1da177e and 4b6f5d2, says", ["1da177e", "4b6f5d2"]),
        ('3f5a9c7b21de ("sched: fix")', ["3f5a9c7b21de"]),
        ("a;h=9befb6bc8a ok", ["9befb6bc8a"]),
        ("the numbers 1234567, deadbeef, 0x1234abcd and 550e8400-e29b-41d4-a716-446655440000", []),
        ("about 1a2b3c4 of them", []),
    ],
)
def test_commits_need_a_word_that_calls_them_so(text: str, expected: list[str]) -> None:
    assert [name for name, _ in named(text, "commit")] == expected


def test_a_missing_seed_is_named(tmp_path) -> None:
    with pytest.raises(SettingError, match="topics"):
        load_taxonomy(tmp_path)


@given(
    st.lists(
        st.sampled_from(
            [
                "control group",
                "Torvalds",
                " 3.0",
                "2.6.29",
                ".30",
                "-rc7",
                " and ",
                "kernel ",
                "X",
                "'s ",
                "\n",
                "İ",
                "ß",
            ]
        )
    )
)
def test_mentions_keep_order_fit_the_text_and_do_not_overlap_within_a_type(parts: list[str]) -> None:
    text = "".join(parts)

    mentions = find_mentions(text, TAXONOMY)

    assert mentions == sorted(mentions, key=lambda m: m.char_start)
    last: dict[str, Mention] = {}
    for mention in mentions:
        assert text[mention.char_start : mention.char_end] == mention.surface
        assert mention.entity_type not in last or last[mention.entity_type].char_end <= mention.char_start
        last[mention.entity_type] = mention


@pytest.mark.parametrize(
    "unit",
    ["a", ".", "-", "a-", "a.", "/a", "a@", "2.6.29 ", "2.6.3 ", "1", "ARM ", "http://a ", "Linus Torvalds ", "_"],
)
def test_the_cost_of_tagging_a_long_run_of_anything_grows_evenly(unit: str) -> None:
    def tag(length: int) -> None:
        find_mentions(unit * (length // len(unit)), TAXONOMY)

    assert grows_evenly(tag, 10_000, 80_000)
