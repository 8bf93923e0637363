"""A release in which a golden question loses its document is not published, and the message names the question."""

import json
from pathlib import Path

import pytest

from flows.start import open_run
from flows.steps.publish import check_golden_questions
from tests.command import writable_copy
from warehouse.errors import GateFailed, UsageError
from warehouse.home import Home
from warehouse.search import open_search, read_golden_questions
from warehouse.settings import Settings

QUESTION = "why was Xen slow to get into the kernel"


def test_a_release_that_loses_a_golden_question_is_refused(own_home: Path, tmp_path: Path) -> None:
    home = Home(own_home)
    settings = Settings()
    with open_search(home.release() / "search", settings=settings) as search:
        first, *_, last = search.search(QUESTION, k=10).hits
    home.golden_questions.write_text(
        "".join(
            json.dumps({"query": query, "document": document}) + "\n\n"
            for query, document in (
                (QUESTION, first.document_id),
                (QUESTION, last.url),
                ("what nothing ever found", "no-such-document"),
            )
        )
    )
    worse = writable_copy(home.release(), tmp_path / "worse") / "search"
    documents = json.loads((worse / "documents.json").read_text())
    columns = documents["columns"]
    row = columns["document_id"].index(first.document_id)
    columns["document_id"][row], columns["url"][row] = "another", "http://another.example/"
    (worse / "documents.json").write_text(json.dumps(documents))
    with open_run(own_home) as run:
        with open_search(home.release() / "search", settings=settings) as same:
            assert check_golden_questions(run, same) == {"golden_answered": 2, "golden_questions": 3}
        with open_search(worse, settings=settings) as search:
            with pytest.raises(GateFailed, match=rf"1 of 3 golden questions .*'{QUESTION}'.*--accept-loss"):
                check_golden_questions(run, search)
            run.accept_loss = "it moved"
            assert check_golden_questions(run, search) == {"golden_answered": 1, "golden_questions": 3}
            home.golden_questions.unlink()
            assert check_golden_questions(run, search) == {}


@pytest.mark.parametrize("line", ["no JSON", "[]", '{"query": "Xen"}', '{"query": 1, "document": "a"}'])
def test_a_line_that_is_no_question_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "golden.jsonl"
    file.write_text('{"query": "Xen", "document": "issue-1"}\n' + line)
    with pytest.raises(UsageError, match=r"golden\.jsonl, line 2: expected .*, got"):
        read_golden_questions(file)
