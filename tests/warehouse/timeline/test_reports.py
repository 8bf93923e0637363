import pytest

from warehouse.timeline.reports import read_report


def test_a_report_has_its_kinds_and_counts():
    found = read_report("The fanotify mechanism was finally merged for 2.6.36 by Linus Torvalds.", "")
    assert found is not None
    assert "merged" in found.kinds
    assert (found.past, found.has_version, found.supposed) == (2, True, 0)


def test_a_link_to_another_article_is_no_remark_about_its_own():
    assert read_report(
        "The zram subsystem (described in this article from 2013) was moved out of the staging tree.", ""
    )


@pytest.mark.parametrize(
    "text",
    [
        "mount -t btrfs /dev/sdd1 /mnt && btrfs device add /dev/sde1",
        "static int probe(struct pci_dev *dev) { return 0; }",
        "Will the new scheduler be merged in the next cycle?",
        '"The patches are in a good state", the maintainer said yesterday.',
        "In our view the patches were merged far too early in the cycle.",
        "The next article in the series describes how the patches were merged.",
        "Jane Doe| 98| 0.7%| John Roe was merged second| 92| 0.6%",
        "It was merged.",
    ],
)
def test_code_questions_speech_and_asides_report_nothing(text: str):
    assert read_report(text, "") is None
