"""Totals, facets, histograms and both orders by date are those of all documents that a question is about."""

import datetime as dt
import json
import random

import duckdb
import numpy as np
import pytest

from tests.fake_encoder import FakeEncoder
from tests.recomputed_matches import Recomputer
from tests.warehouse.search.conftest import DDL
from warehouse.records import KINDS, Filters
from warehouse.search import MODES, build_search_files, open_search

DOCUMENTS = 150
WORDS = [
    "kernel",
    "scheduler",
    "memory",
    "driver",
    "xen",
    "kvm",
    "btrfs",
    "ext4",
    "merge",
    "patch",
    "developer",
    "stable",
    "release",
    "lock",
    "network",
    "power",
    "tracing",
    "merging",
    "kernels",
    "drivers",
    "paravirt_ops",
    "CONFIG_KSM",
    "2.6.29-rc7",
    "X.org",
    "fair",
    "completely",
    "a",
    "the",
    "of",
    "in",
]
TREE = {"storage": None, "ext4": "storage", "btrfs": "storage", "xen": None}
NAMES = {"topic": list(TREE), "kernel_release": ["2.6.29", "2.6.30"], "person": ["linus-torvalds", "alan-cox"]}
AUTHORS = (None, "Jonathan Corbet", "Jake Edge", "Jonathan Nieder")
SITES = ("lwn.net", "git.kernel.org", "lkml.org")
# Two documents of 150 are as near as this to a random vector of 32 numbers.
FLOOR = 0.45


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """A random archive: its connection, a search over it, its encoder, and what works matches out again."""
    dice, encoder, connection = random.Random(15), FakeEncoder(), duckdb.connect()
    connection.execute(DDL + "ALTER TABLE documents ADD COLUMN text VARCHAR")
    connection.executemany(
        "INSERT INTO topics VALUES (?, ?, ?, [])", [(name, above, name) for name, above in TREE.items()]
    )
    for number in range(DOCUMENTS):
        name = f"d{number:03}"
        texts = [" ".join(dice.choices(WORDS, k=dice.randrange(3, 12))) for _ in range(dice.randrange(4))]
        day = dt.datetime(2008, 1, 1) + dt.timedelta(days=dice.randrange(700), minutes=dice.choice([0, 0, 90]))
        row = [name, dice.choice(KINDS), f"http://{name}", " ".join(dice.choices(WORDS, k=2)), dice.choice(AUTHORS)]
        row += [dice.choice([day, day, None]), dice.choice(SITES), dice.choice(["en", "de"]), "\n\n".join(texts)]
        connection.execute("INSERT INTO documents VALUES (?, ?, ?, NULL, ?, ?, ?, ?, ?, ?)", row)
        heading = dice.choice([None, "lockdep", "memory"])
        connection.execute(
            "INSERT INTO sections VALUES (?, ?, 0, ?, 'body')", [f"{name}.0", name, heading if texts else None]
        )
        for position, (text, vector) in enumerate(zip(texts, encoder.encode(texts), strict=True)):
            half = vector.astype(np.float16).tolist()
            passage = [f"{name}-p{position}", name, f"{name}.0", position, text, half]
            connection.execute("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)", passage)
        for kind, names in NAMES.items():
            for entity in dice.sample(names, dice.randrange(3)):
                connection.execute("INSERT INTO mentions VALUES (?, ?, ?)", [name, kind, entity])
    folder = tmp_path_factory.mktemp("matches") / "search"
    build_search_files(connection, folder, model=encoder.name)
    about = folder / "search.json"
    about.write_text(json.dumps({**json.loads(about.read_text()), "floor": FLOOR}))
    search = open_search(folder)
    yield connection, search, encoder, Recomputer(connection, search)
    connection.close()


def random_query(dice):
    known = dice.choices(WORDS, k=dice.randrange(1, 5))
    return " ".join(known + dice.choices(["zzyzx", "77ab0c19de5f", "lockdep", "?"], k=dice.choice([0, 0, 1])))


def random_filters(dice):
    day = dt.date(2008, 1, 1) + dt.timedelta(days=dice.randrange(700))
    one = {
        "kinds": tuple(dice.sample(KINDS, 4)), "topics": (dice.choice(list(TREE)),), "versions": ("2.6.29",),
        "people": ("alan-cox", "linus-torvalds"), "after": day, "before": day, "authors": (dice.choice(["jonathan", "Jake Edge"]),),
        "sites": (dice.choice(["kernel.org", "lwn"]),), "languages": ("de",),
    }  # fmt: skip
    return Filters(**{name: one[name] for name in dice.sample(list(one), dice.choice([1, 1, 2]))})


def check(archive, count, seed):
    _, search, encoder, recomputer = archive
    dice = random.Random(seed)
    totals = []
    for number in range(count):
        query = random_query(dice) if number else "zzyzx 77ab0c19de5f"
        (vector,) = encoder.encode([query])
        for filters in (Filters(), random_filters(dice), random_filters(dice)):
            for mode in MODES:
                expected = recomputer.matches(query, mode, vector, filters)
                asked = {"mode": mode, "vector": vector, "filters": filters, "k": DOCUMENTS}
                result = search.search(query, **asked, facets=True)
                where = (query, mode, filters)
                assert {hit.document_id for hit in result.hits if hit.is_match} == set(expected.newest), where
                assert result.total == len(expected.newest), where
                assert result.facets == expected.facets, where
                for order in ("newest", "oldest"):
                    hits = search.search(query, **asked, order=order).hits
                    assert [hit.document_id for hit in hits] == getattr(expected, order), where
                totals.append(result.total)
    assert min(totals) == 0 < max(totals)


def test_match_sets_are_those_recomputed_from_texts_and_vectors(archive):
    check(archive, 6, seed=1)


@pytest.mark.soak
def test_match_sets_of_two_hundred_queries_are_those_recomputed(archive):
    check(archive, 200, seed=2)


def test_pages_of_results_make_up_the_whole(archive):
    _, search, encoder, _ = archive
    (vector,) = encoder.encode(["kernel scheduler"])
    for order in ("relevance", "newest"):
        whole = search.search("kernel scheduler", vector=vector, k=DOCUMENTS, order=order).hits
        total = search.search("kernel scheduler", vector=vector, order=order).total
        pages = [
            search.search("kernel scheduler", vector=vector, k=10, offset=start, order=order).hits
            for start in range(0, total, 10)
        ]
        listed = [hit.document_id for page in pages for hit in page][:total]
        assert listed == [hit.document_id for hit in whole][:total]


def test_filters_alone_match_what_passes_them(archive):
    connection, search, _, _ = archive
    result = search.search("", filters=Filters(languages=("de",)), facets=True, k=3)
    (count,) = connection.execute("SELECT count(*) FROM documents WHERE language = 'de'").fetchone()
    assert (result.total, result.facets["language"], result.notes) == (count, {"de": count}, ())
    days = [hit.published_at for hit in result.hits]
    assert days == sorted(days, reverse=True)


def test_an_unknown_word_is_named_first(archive):
    _, search, _, _ = archive
    result = search.search("zzyzx", mode="keyword")
    assert (result.total, result.unknown) == (0, ("zzyzx",))
    assert result.notes == ("No document has 'zzyzx'.", "No document has these words.")
