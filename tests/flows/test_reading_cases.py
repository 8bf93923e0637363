"""The labelled inputs are read as their labels say; how many of a kind are right never falls."""

from collections import Counter

import pytest

from tests.flows.reading_cases import cases, faults, read_case

RIGHT = {
    "charsets": 84, "crlf": 20, "html_mail": 17, "mail_dates": 90, "mailboxes": 31, "more_sites": 15, "packed": 39, "sites": 80, "small": 76, "warc": 38,
}  # fmt: skip
"""Inputs of a kind that are right, of those there are."""


@pytest.mark.parametrize("kind", RIGHT)
@pytest.mark.filterwarnings("ignore")
def test_inputs_of_a_kind_are_read_as_labelled(kind: str) -> None:
    wrong = {
        case["file"]: found
        for case in cases()
        if case["file"].startswith(f"{kind}/") and (found := faults(case, read_case(case)))
    }
    there = sum(case["file"].startswith(f"{kind}/") for case in cases())

    assert there - len(wrong) >= RIGHT[kind], wrong


def test_every_kind_is_counted() -> None:
    assert Counter(case["file"].partition("/")[0] for case in cases()).keys() == RIGHT.keys()
