"""Mails stand in threads by what they answer, whatever order they came in and however wrong it is."""

import datetime as dt
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pytest

from warehouse.connection import open_warehouse
from warehouse.frontier.copies import find_copies
from warehouse.frontier.forget import forget_thing
from warehouse.frontier.threads import find_threads
from warehouse.home import Home
from warehouse.load import insert
from warehouse.records import Identity

DAY = dt.datetime(2009, 3, 4)
Mail = tuple[str, Sequence[str], str | None]
"""A Message-ID, the References, and the In-Reply-To."""


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_warehouse(Home(tmp_path)) as connection:
        yield connection


def row(name: str, references: Sequence[str], answers: str | None, minute: int | None, key: str | None = None) -> dict:
    facts = {"message_id": name, "references": list(references) or None, "in_reply_to": answers}
    sent = None if minute is None else DAY + dt.timedelta(minutes=minute)
    return {
        "document_id": f"mail-{key or name}", "kind": "mail", "key": key or name, "url": f"https://lore.kernel.org/r/{key or name}/",
        "site": "lore.kernel.org", "title": "t", "author": name, "published_at": sent, "captured_at": DAY, "language": "en",
        "published_precision": sent and "minute", "words": 1, "text": "t", "parser_version": "1",
        "aliases": [name] if key else [], "capture_ids": [],
        "facts": json.dumps({fact: value for fact, value in facts.items() if value}),
    }  # fmt: skip


def threads_of(warehouse: duckdb.DuckDBPyConnection, made: Sequence[dict]) -> dict[str, tuple]:
    """Of each mail the thread, the mail that it answers, and its depth."""
    warehouse.execute("DELETE FROM raw.documents")
    insert(warehouse, "raw.documents", made)
    find_copies(warehouse)
    find_threads(warehouse)
    found = warehouse.execute("FROM raw.threads").fetchall()
    return {
        name.removeprefix("mail-"): (thread, up and up.removeprefix("mail-"), depth)
        for name, thread, up, depth in found
    }


def mails(*made: Mail) -> list[dict]:
    return [row(name, references, answers, minute) for minute, (name, references, answers) in enumerate(made)]


def test_a_mail_answers_the_nearest_mail_that_the_archive_has(warehouse) -> None:
    found = threads_of(
        warehouse,
        mails(
            ("a@x", [], None),
            ("b@x", ["a@x"], "a@x"),
            ("d@x", ["a@x", "b@x", "gone@x"], "gone@x"),
            ("e@x", ["a@x", "d@x"], "b@x"),
            ("alone@x", [], None),
        ),
    )
    assert found == {
        "a@x": ("a@x", None, 0),
        "b@x": ("a@x", "a@x", 1),
        "d@x": ("a@x", "b@x", 2),
        "e@x": ("a@x", "b@x", 2),
        "alone@x": ("alone@x", None, 0),
    }


def test_mails_below_one_that_is_not_here_are_one_thread(warehouse) -> None:
    found = threads_of(warehouse, mails(("b@x", ["a@x"], None), ("c@x", ["a@x", "gone@x"], None), ("d@x", [], "b@x")))
    assert found == {"b@x": ("a@x", None, 0), "c@x": ("a@x", None, 0), "d@x": ("a@x", "b@x", 1)}


def test_a_copy_is_no_mail_of_its_own_and_lends_its_message_id(warehouse) -> None:
    page = row("a@x", [], None, 0, key="marc/1")
    other = row("a@x", [], None, 5) | {"text": "other text"}
    found = threads_of(warehouse, [page, other, row("b@x", ["a@x"], None, 7)])
    (first,) = {name for name, (_, up, _) in found.items() if up is None}
    assert first in ("a@x", "marc/1")
    assert found == {first: ("a@x", None, 0), "b@x": ("a@x", first, 1)}


def test_loops_are_cut_and_what_hangs_on_them_stays(warehouse) -> None:
    made = mails(
        ("self@x", ["self@x"], "self@x"),
        ("one@x", ["three@x"], None),
        ("two@x", ["one@x"], None),
        ("three@x", ["two@x"], None),
        ("below@x", ["two@x"], None),
    )
    found = threads_of(warehouse, made)
    assert found == {
        "self@x": ("self@x", None, 0),
        "one@x": ("one@x", None, 0),
        "two@x": ("one@x", "one@x", 1),
        "three@x": ("one@x", "two@x", 2),
        "below@x": ("one@x", "two@x", 2),
    }


def test_any_mails_give_the_same_threads_in_any_order(warehouse) -> None:
    draw = random.Random(7)
    names = [f"{n}@x" for n in range(60)]
    made = [
        row(
            name,
            draw.sample([*names, "gone@x"], draw.randint(0, 5)),
            draw.choice([None, *names]),
            draw.choice([None, 1, 2, n]),
        )
        for n, name in enumerate(names)
    ]
    found = threads_of(warehouse, made)
    assert set(found) == set(names)
    for thread, up, depth in found.values():
        assert (up is None) == (depth == 0)
        assert up is None or (found[up][0], found[up][2]) == (thread, depth - 1)
    for _ in range(2):
        draw.shuffle(made)
        assert threads_of(warehouse, made) == found


def test_a_deep_thread_is_followed_to_its_beginning(warehouse) -> None:
    made = mails(*((f"{n}@x", [f"{n - 1}@x"] if n else [], None) for n in range(3000)))
    assert threads_of(warehouse, made)["2999@x"] == ("0@x", "2998@x", 2999)


def test_a_forgotten_mail_is_in_no_thread(warehouse) -> None:
    made = mails(("a@x", [], None), ("b@x", ["a@x"], None))
    threads_of(warehouse, made)
    forget_thing(warehouse, Identity("mail", "a@x", "https://lore.kernel.org/r/a@x/"), DAY)
    find_threads(warehouse)
    assert warehouse.execute("FROM raw.threads").fetchall() == [("mail-b@x", "a@x", None, 0)]
