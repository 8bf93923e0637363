"""Golden questions of a home: each has to find its document as long as it did, or a release is not published."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import UsageError
from warehouse.search.engine import Search

MOST_QUESTIONS = 1_000  # some seconds of a build
DEPTH = 10  # results among which the document has to be


@dataclass(frozen=True, slots=True)
class GoldenQuestion:
    """A question, and the id or address of a document that answers it."""

    query: str
    document: str


def read_golden_questions(path: Path) -> list[GoldenQuestion]:
    """Return the questions in a JSON Lines file; none if it does not exist.

    Raises:
        UsageError: a line is no question, or there are too many.
    """
    if not path.is_file():
        return []
    questions = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            said = json.loads(line)
            query, document = said["query"], said["document"]
        except (ValueError, KeyError, TypeError) as error:
            raise _no_question(path, number, line) from error
        if not (isinstance(query, str) and isinstance(document, str)):
            raise _no_question(path, number, line)
        questions.append(GoldenQuestion(query, document))
    if len(questions) > MOST_QUESTIONS:
        raise UsageError(f"{path} has {len(questions):,} questions; expected at most {MOST_QUESTIONS:,}.")
    return questions


def answered(search: Search, questions: Sequence[GoldenQuestion]) -> list[bool]:
    """Return for each question whether its document is among the first `DEPTH` results."""
    found = []
    for question, result in zip(questions, search.search_many([one.query for one in questions], k=DEPTH), strict=True):
        found.append(any(question.document in (hit.document_id, hit.url) for hit in result.hits))
    return found


def _no_question(path: Path, number: int, line: str) -> UsageError:
    expected = '{"query": "when was Xen Dom0 merged", "document": "http://..."}'
    return UsageError(f"{path}, line {number}: expected {expected}, got {line[:60]!r}")
