"""The page, the command and Python give the same documents for the same question."""

import json
import random
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from streamlit.testing.v1 import AppTest

from search_ui.views.search import PAGE
from tests.command import klog
from tests.search_ui.conftest import Show, html_of
from warehouse.home import Home
from warehouse.records import SearchResult
from warehouse.search import open_search
from warehouse.settings import Settings

LABELLED = Path(__file__).parents[1] / "labelled"


def questions() -> list[str]:
    found = [
        json.loads(line)["query"] for line in (LABELLED / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    named = [json.loads(line) for line in (LABELLED / "identifiers.jsonl").read_text(encoding="utf-8").splitlines()]
    found += [str(one.get("query") or one.get("identifier")) for one in named]
    return list(dict.fromkeys(found))[:50]


@pytest.mark.parametrize("many", [15, pytest.param(50, marks=pytest.mark.soak)])
@pytest.mark.parametrize("mode", ["hybrid", "keyword"])
def test_questions_have_the_same_answer_on_the_page_and_in_python(
    show: Show, sample_home: Path, mode: str, many: int
) -> None:
    asked = random.Random(2009).sample(questions(), many)
    search = open_search(Home(sample_home).release() / "search", settings=Settings())
    for query in asked:
        assert shown_addresses(show(q=query, mode=mode)) == addresses(
            search.search(query, mode=mode, k=PAGE, syntax=True)
        ), query


@pytest.mark.parametrize("mode", ["hybrid", "keyword"])
def test_fifty_questions_have_the_same_answer_from_the_command(sample_home: Path, tmp_path: Path, mode: str) -> None:
    # Both encode them together: numbers in bfloat16 differ in the last digit from those of a question encoded alone.
    asked = questions()
    file = tmp_path / "queries.jsonl"
    file.write_text("".join(json.dumps({"query": query}) + "\n" for query in asked), encoding="utf-8")
    told = klog(sample_home, "search", "--queries", str(file), "--limit", str(PAGE), "--mode", mode).stdout
    search = open_search(Home(sample_home).release() / "search", settings=Settings())
    expected = [addresses(result) for result in search.search_many(asked, mode=mode, k=PAGE)]
    assert [json.loads(line)["results"] for line in told.splitlines()] == expected


def test_a_question_has_the_same_answer_everywhere(show: Show, sample_home: Path) -> None:
    query = "why was Xen slow to get into the kernel?"
    told = json.loads(klog(sample_home, "search", "--json", "--limit", str(PAGE), query).stdout)
    assert [hit["url"] for hit in told["hits"]] == shown_addresses(show(q=query))


def addresses(result: SearchResult) -> list[str]:
    return [hit.url for hit in result.hits]


def shown_addresses(shown: AppTest) -> list[str]:
    soup = BeautifulSoup(html_of(shown), "lxml")
    return [site["title"] for site in soup.select("article .meta .site")]


OPERATORS = [
    'person:"Linus Torvalds" xen', "person:tytso", 'topic:"file systems" lock', "topic:xen -kvm", "version:2.6.30", "kind:mail Xen",
    "-kind:mail Xen", "author:corbet", "site:lwn.example", "lang:en scheduler", 'title:"kernel log"', "btrf*", "xen OR kvm",
    '"delayed allocation"', 'ext4 -"delayed allocation"', "before:2009-06-01 ext4", "after:2009-06 ext4", "in:2009-03", "foo:bar xen",
]  # fmt: skip


def test_every_operator_means_the_same_on_the_page_in_the_shell_and_in_python(
    show: Show, sample_home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "queries.jsonl"
    file.write_text("".join(json.dumps({"query": query}) + "\n" for query in OPERATORS), encoding="utf-8")
    asked = ["search", "--queries", str(file), "--syntax", "--limit", str(PAGE), "--mode", "keyword"]
    told = [json.loads(line) for line in klog(sample_home, *asked).stdout.splitlines()]
    search = open_search(Home(sample_home).release() / "search")
    for query, of_command in zip(OPERATORS, told, strict=True):
        result = search.search(query, mode="keyword", k=PAGE, syntax=True)
        assert (of_command["total"], of_command["results"]) == (result.total, addresses(result)), query
        assert shown_addresses(show(q=query, mode="keyword")) == addresses(result), query
    assert sum(one["total"] > 0 for one in told) > len(OPERATORS) / 2
