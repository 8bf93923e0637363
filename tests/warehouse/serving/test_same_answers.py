"""The page, the shell, Python, MCP and HTTP give the same answer to the same question."""

import asyncio
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from mcp.client.client import Client

from flows.cli import cli
from search_ui import resources
from warehouse.archive import Archive
from warehouse.json_values import as_json, json_text
from warehouse.records import Filters
from warehouse.serving.mcp_server import make_mcp_server
from warehouse.serving.questions import Questions

Ask = Callable[[Any], Any]
QUESTION = "why was Xen slow to get into the kernel?"
STATEMENT = "SELECT kind, count(*) AS n, min(published_at) AS first FROM documents GROUP BY kind ORDER BY kind"
NO_TERMS: dict[str, Any] = {"zoom": "release", "start": None, "end": None, "entries": 10}


def page_search(page: resources.OpenArchive, query: str, mode: str, *, plain: bool = True) -> Any:
    return resources.search(
        page, query, mode=mode, k=10, offset=0, order="relevance", filters=Filters(), plain=plain, citations=False
    )


# What is asked: on the page, in the shell (None where it has no such command), in Python, of MCP and HTTP.
CASES: dict[str, tuple[Ask, list[str] | None, Ask, tuple[str, str, dict[str, Any]]]] = {
    "search": (
        lambda page: page_search(page, QUESTION, "hybrid"),
        ["search", "--json", "--plain", QUESTION],
        lambda archive: archive.search(QUESTION),
        ("search", "/search", {"query": QUESTION}),
    ),
    "search with operators": (
        lambda page: page_search(page, "xen -kvm in:2009", "keyword", plain=False),
        ["search", "--json", "--mode", "keyword", "xen -kvm in:2009"],
        lambda archive: archive.search("xen -kvm in:2009", mode="keyword", syntax=True),
        ("search", "/search", {"query": "xen -kvm in:2009", "mode": "keyword", "syntax": True}),
    ),
    "search that finds nothing": (
        lambda page: page_search(page, "zzyzzx", "keyword"),
        ["search", "--json", "--plain", "--mode", "keyword", "zzyzzx"],
        lambda archive: archive.search("zzyzzx", mode="keyword"),
        ("search", "/search", {"query": "zzyzzx", "mode": "keyword"}),
    ),
    "timeline of a question": (
        lambda page: resources.question_timeline(page, "Xen Dom0", start=None, end=None, entries=10),
        ["timeline", "--json", "Xen Dom0"],
        lambda archive: archive.timeline("Xen Dom0"),
        ("timeline", "/timeline", {"query": "Xen Dom0"}),
    ),
    "timeline of a topic": (
        lambda page: resources.topic_timelines(page, ("xen",), **NO_TERMS)[0],
        ["timeline", "--json", "--topic", "xen"],
        lambda archive: archive.timeline(topic="xen"),
        ("timeline", "/timeline", {"topic": "xen"}),
    ),
    "when": (
        lambda page: (
            resources.question_timeline(page, "when was 2.6.29 released", start=None, end=None, entries=1).answer
        ),
        ["timeline", "--json", "--entries", "1", "when was 2.6.29 released"],
        lambda archive: archive.when("when was 2.6.29 released"),
        ("when", "/when", {"query": "when was 2.6.29 released"}),
    ),
    "what happened next": (
        lambda page: resources.what_happened_next(page, "{ID}", limit=10),
        ["timeline", "--json", "--next", "{ID}"],
        lambda archive: archive.follow_ups("{ID}"),
        ("follow_ups", "/follow-ups", {"anchor": "{ID}"}),
    ),
    "topics": (
        lambda page: list(resources.choices(page, "topic").values()),
        None,
        lambda archive: archive.topics(),
        ("topics", "/topics", {}),
    ),
    "sql": (
        lambda page: resources.sql(page, STATEMENT).as_objects(),
        ["sql", "--json", STATEMENT],
        lambda archive: archive.sql(STATEMENT).as_objects(),
        ("sql", "/sql", {"statement": STATEMENT}),
    ),
}


@pytest.fixture(scope="module")
def page(sample_home: Path) -> resources.OpenArchive:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KLOG_HOME", str(sample_home))
        return resources.open_archive()


@pytest.mark.parametrize("case", CASES)
def test_all_ways_in_give_the_same_answer(
    case: str,
    page: resources.OpenArchive,
    archive: Archive,
    sample_home: Path,
    http: httpx.Client,
    questions: Questions,
) -> None:
    of_page, shell, of_python, (tool, path, given) = CASES[case]
    mail = archive.search("kind:mail Xen Dom0", mode="keyword", syntax=True, k=1).hits[0].document_id
    if case == "what happened next":
        of_page, of_python = (
            lambda page: resources.what_happened_next(page, mail, limit=10),
            lambda archive: archive.follow_ups(mail),
        )
        shell, given = ["timeline", "--json", "--next", mail], {"anchor": mail}
    answers = {
        "page": told(of_page(page)),
        "python": told(of_python(archive)),
        "http": http.get(path, params=given).json()["answer"],
        "mcp": without_marks(call_tool(questions, tool, given)["answer"]),
    }
    if shell is not None:
        printed = CliRunner().invoke(cli, ["--home", str(sample_home), *shell])
        assert printed.exit_code == 0, printed.output
        answers["shell"] = json.loads(printed.stdout)
        if case == "when":
            answers["shell"] = answers["shell"]["answer"]
    plain = {name: comparable(answer) for name, answer in answers.items()}
    for name, answer in plain.items():
        assert answer == plain["python"], name
    assert plain["python"]


def test_numbers_that_json_lacks_are_null_everywhere(
    sample_home: Path, http: httpx.Client, questions: Questions
) -> None:
    given = {"statement": "SELECT 'nan'::DOUBLE AS none, ['-inf'::DOUBLE, 1.5] AS list"}
    printed = CliRunner().invoke(cli, ["--home", str(sample_home), "sql", "--json", given["statement"]])
    rows = [{"none": None, "list": [None, 1.5]}]
    assert json.loads(printed.stdout) == rows
    assert http.get("/sql", params=given).json()["answer"]["rows"] == rows
    assert call_tool(questions, "sql", given)["answer"]["rows"] == rows


def test_a_document_has_the_same_text_and_sources_everywhere(
    page: resources.OpenArchive, archive: Archive, http: httpx.Client, questions: Questions
) -> None:
    issue = archive.search("kind:issue Xen", mode="keyword", syntax=True, k=1).hits[0].document_id
    for whole in (archive.document(issue), resources.document(page, issue)):
        assert whole is not None
        expected = [section.text for section in whole.sections], [one.href for one in whole.citations]
        for answer in (
            http.get("/document", params={"document": issue}).json()["answer"],
            without_marks(call_tool(questions, "read_document", {"document": issue})["answer"]),
        ):
            assert (
                [one["text"] for one in answer["sections"]],
                [one["href"] for one in answer["citations"]],
            ) == expected


def told(result: Any) -> Any:
    """Return a result as it is after it was sent."""
    return json.loads(json_text(as_json(result)))


def call_tool(questions: Questions, tool: str, given: Mapping[str, Any]) -> dict[str, Any]:
    async def call() -> str:
        async with Client(make_mcp_server(questions, "1")) as client:
            return (await client.call_tool(tool, dict(given))).content[0].text

    return json.loads(asyncio.run(call()))


def without_marks(value: Any) -> Any:
    """Return an answer of MCP without the marks of quoted text."""
    match value:
        case {"quoted": text}:
            return text
        case dict():
            return {key: without_marks(one) for key, one in value.items()}
        case list():
            return [without_marks(one) for one in value]
    return value


def comparable(answer: Any) -> Any:
    """Return an answer without the time that it took and without counts that only the page asks for."""
    if isinstance(answer, dict) and "rows" in answer:
        answer = answer["rows"]
    if isinstance(answer, dict):
        return {key: one for key, one in answer.items() if key not in ("seconds", "facets")}
    return answer
