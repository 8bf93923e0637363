"""Rows of tables count less than prose, and stay findable."""

import pytest

from warehouse.search import build_search_files, open_search
from warehouse.search.tabular import is_table

ROWS = (
    "By changesets: Jane Doe| 45| 0.9% Ann Other| 44| 0.9% John Roe| 41| 0.8% Eva Beispiel| 12| 0.2% "
    "By lines: Jane Doe| 913| 1.1% Max Muster| 870| 1.0%"
)
PROSE = "Jane Doe explained why the new scheduler takes so long to wake a task, and what its maintainers have to change first."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ROWS, True),
        ("Developer\tChanges\tShare\nJane Doe\t45\t0.9%\nJohn Roe\t41\t0.8%\nAnn Other\t12\t0.2%", True),
        (PROSE, False),
        ("The flags are O_RDWR | O_CREAT | O_EXCL, and cat file | wc -l counts the lines of what was written.", False),
        ("static int probe(void)\n{\n\tint error;\n\n\terror = start();\n\tif (error)\n\t\treturn error;\n\treturn 0;\n}", False),
        ("", False),
    ],
)  # fmt: skip
def test_rows_of_a_table_are_told_from_prose_and_code(text, expected):
    assert is_table(text) is expected


@pytest.fixture
def with_table(marts, encoder, tmp_path):
    """Replace two texts: one document names a person in a table, another in a sentence."""
    for passage, text in (("mail-1-p0", ROWS), ("commit-1-p0", PROSE)):
        (vector,) = encoder.encode([text]).tolist()
        marts.execute("UPDATE passages SET text = ?, embedding = ? WHERE passage_id = ?", [text, vector, passage])
    build_search_files(marts, tmp_path / "search", model=encoder.name)
    return open_search(tmp_path / "search")


@pytest.mark.parametrize("query", ["jane doe", '"jane doe"', "who is jane doe"])
def test_a_name_counts_more_in_a_sentence_than_in_rows(with_table, query):
    ranks = {
        hit.document_id: ranker.rank
        for hit in with_table.search(query, mode="keyword", syntax=True).hits
        for ranker in hit.rankers
        if ranker.name == "words"
    }
    assert ranks == {"commit-1": 1, "mail-1": 2}


def test_rows_rank_as_less_near_in_meaning_but_match_as_near_as_they_are(with_table, encoder):
    for text, ranked in ((PROSE, 1.0), (ROWS, 0.9)):
        found = with_table.rankers.by_meaning(encoder.encode([text])[0])
        assert found.nearest.max() == pytest.approx(1, abs=0.01)
        assert found.documents["meaning"].max() < ranked + 0.01


def test_rows_are_found_by_what_only_they_have(with_table, encoder):
    assert with_table.search("Max Muster", syntax=True, encoder=encoder).hits[0].document_id == "mail-1"
    assert with_table.search('"Eva Beispiel"', syntax=True).hits[0].document_id == "mail-1"
