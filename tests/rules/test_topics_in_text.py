"""Timelines name the topics of a sentence, a question or a title as reading tags them."""

import duckdb
import pytest

from warehouse.mentions import find_mentions, taxonomy_from_rows
from warehouse.timeline.archive_index import ArchiveIndex

TOPICS = [
    {"topic_id": "virtualisation", "name": "Virtualisation", "parent_id": None, "aliases": ""},
    {"topic_id": "xen", "name": "Xen", "parent_id": "virtualisation", "aliases": "Xen|Xen Dom0"},
    {"topic_id": "kvm", "name": "KVM", "parent_id": "virtualisation", "aliases": "KVM|kernel-based virtual machine"},
    {"topic_id": "rust", "name": "Rust", "parent_id": "kernel", "aliases": "Rust"},
    {"topic_id": "kms", "name": "Kernel mode setting", "parent_id": "kernel", "aliases": "KMS|kernel mode setting"},
    {"topic_id": "security", "name": "Security", "parent_id": None, "aliases": ""},
]
SENTENCES = {
    "rust in pumps": set(),
    "The first driver in Rust was merged.": {"rust"},
    "a security hole in virtualisation": set(),
    "Xen Dom0 support was merged, KVM was in already.": {"xen", "kvm"},
    "Kernel Mode\nSetting and kernel-based virtual machines": {"kms", "kvm"},
    "see drivers/gpu/drm/KMS/readme.txt and http://a.example/KVM": set(),
    "KVMs and a xenon lamp": set(),
}
TITLES = {
    "xen network backend driver": {"xen"},
    "[PATCH 00/10] drm/radeon/kms: support for the first Northern Islands chips": {"kms"},
    "Re: kvm: Rust in pumps": {"kvm", "rust"},
    "A pump with rust: how it came": set(),
}


@pytest.fixture(scope="module")
def timelines() -> ArchiveIndex:
    archive = duckdb.connect()
    archive.execute("CREATE TABLE topics (topic_id VARCHAR, name VARCHAR, parent_id VARCHAR, aliases VARCHAR[])")
    for row in TOPICS:
        archive.execute(
            "INSERT INTO topics VALUES (?, ?, ?, ?)",
            [*list(row.values())[:3], [one for one in row["aliases"].split("|") if one]],
        )
    return ArchiveIndex(archive)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_names_for_timelines_what_reading_tags(timelines: ArchiveIndex, sentence: str):
    tagged = {
        one.entity_id
        for one in find_mentions(sentence, taxonomy_from_rows(topics=TOPICS))
        if one.entity_type == "topic"
    }
    assert set(timelines.topics_in(sentence)) == tagged == SENTENCES[sentence]


@pytest.mark.parametrize("title", TITLES)
def test_subjects_of_patches_name_topics_without_capitals(timelines: ArchiveIndex, title: str):
    assert set(timelines.topics_of_title(title)) == TITLES[title]
