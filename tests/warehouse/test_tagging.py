"""What tagging makes of passages that no person wrote."""

import datetime as dt
from functools import cache

import dbt_models
from tests.work import grows_evenly
from warehouse.dated_statements import MOST_CHARACTERS, MOST_TIMES
from warehouse.records import Row
from warehouse.tagging import Tagger, load_tagger, tag_rows


@cache
def tagger() -> Tagger:
    return load_tagger(dbt_models.SEEDS, "test")


def tags(*passages: str) -> dict[str, list[Row]]:
    document = {
        "text": "".join(passages), "published_at": dt.datetime(2009, 3, 12), "captured_at": dt.datetime(2009, 3, 12),
        "published_from": "printed", "published_precision": "day",
    }  # fmt: skip
    rows, place = [], 0
    for number, text in enumerate(passages):
        rows.append(
            {
                "passage_id": str(number),
                "document_id": "d",
                "text": text,
                "char_start": place,
                "char_end": place + len(text),
            }
        )
        place += len(text)
    return tag_rows(document, rows, tagger())


def test_a_sentence_of_nothing_but_dates_names_some_of_them() -> None:
    assert len(tags("2009-03-12 " * 300)["events"]) == MOST_TIMES


def test_a_statement_longer_than_people_write_is_none() -> None:
    words = "Linux 2.6.29 was released on 23 March 2009 and then "
    assert tags(words + "a" * 100)["events"]
    assert not tags(words + "a" * MOST_CHARACTERS)["events"]


def test_mentions_are_shared_out_to_passages_at_a_cost_that_grows_with_the_text() -> None:
    tagger()
    assert grows_evenly(lambda count: tags("ext4 " * count, *["Yes. "] * count), small=300, large=12_000)


def test_every_mention_stands_in_the_passage_that_holds_it() -> None:
    found = tags("Linus Torvalds released 2.6.29. ", "Then came ext4 and 2.6.30. ")["mentions"]
    assert [(one["passage_id"], one["surface"]) for one in found] == [
        ("0", "Linus Torvalds"), ("0", "2.6.29"), ("1", "ext4"), ("1", "2.6.30"),
    ]  # fmt: skip


def test_a_time_more_than_ten_years_away_is_marked_and_kept() -> None:
    found = tags("Support for it was merged in 1997 and removed in 2007. The clock will wrap on 19 January 2038.")[
        "events"
    ]
    assert [(one["date"].year, one["far"], one["tense"]) for one in found] == [
        (1997, True, "past"), (2007, False, "past"), (2038, True, "expected"),
    ]  # fmt: skip
