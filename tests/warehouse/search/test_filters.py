"""Filters leave exactly what SQL leaves, whatever is combined, and cost no results."""

import datetime as dt
import random

import duckdb
import numpy as np
import pytest

from tests.fake_encoder import FakeEncoder
from tests.warehouse.search.conftest import DDL
from warehouse.kernel_versions import version_order
from warehouse.records import Filters
from warehouse.search import build_search_files, open_search
from warehouse.search.filters import keep_documents

KINDS = ("issue", "mail", "commit", "lwn")
TREE = {"kernel": None, "filesystems": "kernel", "ext4": "filesystems", "btrfs": "filesystems", "graphics": None}
VERSIONS = ("2.6.29", "2.6.30", "3.0")
PEOPLE = ("torvalds", "morton")
DOCUMENTS = 400
COMBINATIONS = 200


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """A random archive and the connection it was made from."""
    dice = random.Random(20090305)
    connection = duckdb.connect()
    connection.execute(DDL)
    connection.executemany(
        "INSERT INTO topics VALUES (?, ?, ?, [])", [(name, above, name) for name, above in TREE.items()]
    )
    encoder = FakeEncoder()
    for number in range(DOCUMENTS):
        name = f"d{number:03}"
        day = dt.datetime(2008, 1, 1) + dt.timedelta(minutes=dice.randrange(3 * 365 * 24 * 60))
        row = [name, dice.choice(KINDS), f"http://x.example/{name}", name, dice.choice([day, day, day, None])]
        connection.execute("INSERT INTO documents VALUES (?, ?, ?, NULL, ?, NULL, ?, NULL, 'en')", row)
        connection.execute("INSERT INTO sections VALUES (?, ?, 0, NULL, 'body')", [f"{name}.0", name])
        text = f"kernel news number {number}"
        vector = encoder.encode([text])[0].tolist()
        connection.execute(
            "INSERT INTO passages VALUES (?, ?, ?, 0, ?, ?)", [f"{name}-p0", name, f"{name}.0", text, vector]
        )
        named = [
            ("topic", dice.choice(list(TREE))),
            ("kernel_release", dice.choice(VERSIONS)),
            ("person", dice.choice(PEOPLE)),
        ]
        for kind, entity in dice.sample(named, dice.randrange(4)):
            connection.execute("INSERT INTO mentions VALUES (?, ?, ?)", [name, kind, entity])
    folder = tmp_path_factory.mktemp("filters") / "search"
    build_search_files(connection, folder, model=encoder.name)
    return connection, open_search(folder), encoder


def random_filters(dice):
    days = sorted(dt.date(2008, 1, 1) + dt.timedelta(days=dice.randrange(1095)) for _ in range(2))
    return Filters(
        kinds=tuple(dice.sample(KINDS, dice.choice([0, 0, 1, 2]))),
        topics=tuple(dice.sample(list(TREE), dice.choice([0, 0, 1, 2]))),
        versions=tuple(dice.sample(VERSIONS, dice.choice([0, 0, 0, 1, 2]))),
        people=tuple(dice.sample(PEOPLE, dice.choice([0, 0, 0, 1]))),
        after=days[0] if dice.random() < 0.4 else None,
        before=days[1] if dice.random() < 0.4 else None,
    )


def sql(connection, filters):
    """The same cut in SQL, written for reading."""
    conditions, values = ["true"], []
    if filters.kinds:
        conditions.append("list_contains(?, kind)")
        values.append(list(filters.kinds))
    for wanted, entity in ((filters.versions, "kernel_release"), (filters.people, "person")):
        if wanted:
            conditions.append(
                "document_id IN (SELECT document_id FROM mentions WHERE entity_type = ? AND list_contains(?, entity_id))"
            )
            values += [entity, list(wanted)]
    if filters.topics:
        conditions.append(
            "document_id IN (WITH RECURSIVE wanted(topic_id) AS (SELECT topic_id FROM topics WHERE list_contains(?, topic_id) "
            "UNION SELECT topics.topic_id FROM topics JOIN wanted ON topics.parent_id = wanted.topic_id) "
            "SELECT document_id FROM mentions WHERE entity_type = 'topic' AND entity_id IN (FROM wanted))"
        )
        values.append(list(filters.topics))
    if filters.after:
        conditions.append("CAST(published_at AS DATE) >= ?")
        values.append(filters.after)
    if filters.before:
        conditions.append("CAST(published_at AS DATE) <= ?")
        values.append(filters.before)
    found = connection.execute(f"SELECT document_id FROM documents WHERE {' AND '.join(conditions)}", values)
    return {row[0] for row in found.fetchall()}


def test_two_hundred_random_filters_leave_what_sql_leaves(archive):
    connection, search, _ = archive
    dice = random.Random(1)
    names = np.array(search.tables.documents["document_id"])
    sizes = []
    for _ in range(COMBINATIONS):
        filters = random_filters(dice)
        keep = keep_documents(search.tables, filters)
        left = set(names if keep is None else names[keep])
        assert left == sql(connection, filters), filters
        sizes.append(len(left))
    assert len(set(sizes)) > 50


def test_a_filtered_search_gives_all_there_is_and_nothing_else(archive):
    connection, search, encoder = archive
    dice = random.Random(2)
    for _ in range(60):
        filters = random_filters(dice)
        allowed = sql(connection, filters)
        for mode in ("keyword", "meaning", "hybrid"):
            for k in (5, 1000):
                result = search.search("kernel news", mode=mode, k=k, filters=filters, encoder=encoder)
                found = [hit.document_id for hit in result.hits]
                assert len(found) == len(set(found)) == min(k, len(allowed))
                assert set(found) <= allowed


def test_names_that_no_document_has_leave_nothing(archive):
    _, search, _ = archive
    result = search.search("kernel", mode="keyword", filters=Filters(topics=("nosuch",)))
    assert result.hits == ()
    assert result.notes == (
        "No document is known to name 'nosuch', one of the requested topics. "
        'Documents that have the words are found by "nosuch" in quotation marks.',
    )
    result = search.search("kernel", mode="keyword", filters=Filters(after=dt.date(2031, 1, 1)))
    assert result.notes[0].startswith("No document passes the filters. The archive's are from ")


def test_the_beginning_of_versions_says_which_there_are(archive):
    _, search, _ = archive
    series = sorted((one for one in search.tables.named["versions"] if one.startswith("2.6.")), key=version_order)
    (note,) = search.search("kernel", mode="keyword", filters=Filters(versions=("2.6",))).notes
    assert f"Those from {series[0]} to {series[-1]} begin with it: ask for one of them, as version:2.6." in note


def test_documents_can_be_named(archive):
    _, search, _ = archive
    result = search.search("kernel", mode="keyword", filters=Filters(documents=("d007", "d100", "nosuch")))
    assert {hit.document_id for hit in result.hits} == {"d007", "d100"}
