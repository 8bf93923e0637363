import pytest

from warehouse.timeline.standalone import is_whole, standing

WHOLE = [
    "The kernel developers merged the file system into the main tree.",
    "Ingo Molnar has decided to mitigate the problem by turning the lock into a semaphore.",
    "Despite efforts to remove the big kernel lock (BKL), it still covers large amounts of code.",
    "On 10 January 2009 Linus Torvalds closed the merge window for Linux 2.6.29 with the first release candidate.",
    "The first release candidate of the tools was published on Friday.",
    "Linus Torvalds said that he would merge the patches for the next kernel.",
]
FAULTY = {
    "leans on the sentence before": "However, the kernel developers merged the file system in the end.",
    "pronoun without a name": "They merged the file system into the main development tree.",
    "demonstrative": "On Android this issue has been addressed with the help of wakelocks.",
    "subject named before": "Shortly before, he had taken in the file system with copy on write.",
    "that situation": "In that situation the developers turned to the control groups.",
    "no capital": "merged the file system into the main development tree",
    "no sentence": "File systems.",
    "question": "Why would anybody merge a second hypervisor into the kernel now?",
    "quote that does not end": '"The patches were merged into the main tree last week, said the maintainer.',
    "ellipsis": "There is another interesting use of snapshots in such a file system...",
    "label": "Getting started: where to get the software, and the basics of using the file system.",
    "heading run in": "Wakelocks and wakeup events Two ways to save power A phone can save power in two ways.",
    "two sentences run together": "The code was merged after a year of tests. Against the others it is a small file system.",
    "the article itself": "The previous installment in the series on the file system covered many devices.",
    "the reader": "We will start by understanding what the classic hierarchies of groups are.",
}


@pytest.mark.parametrize("text", WHOLE)
def test_a_sentence_with_its_own_subject_stands_alone(text: str) -> None:
    assert is_whole(text)
    assert standing(text) == 1


@pytest.mark.parametrize("text", FAULTY.values(), ids=FAULTY.keys())
def test_what_points_out_of_itself_counts_half_or_less(text: str) -> None:
    assert 0 < standing(text) <= 0.5


def test_a_sentence_that_begins_with_the_title_has_a_heading_run_in() -> None:
    text = "Btrfs and its tools A. Writer, 26 October Btrfs was merged in January."
    assert standing(text, "Btrfs and its tools") < standing(text)


def test_a_document_that_speaks_of_itself_is_named_by_its_citation() -> None:
    assert standing("This series by Alex Deucher adds mode setting for the first chips.") > standing(
        "This is what Alex Deucher adds, mode setting for the first chips."
    )
