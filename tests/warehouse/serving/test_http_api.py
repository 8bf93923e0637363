"""The HTTP API: questions, pages by cursor, ETag, its description, and hostile use."""

import base64
import json
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from tests.warehouse.sql.hostile_statements import ALL, bytes_of, draw
from warehouse.archive import Archive
from warehouse.search.request import Mode
from warehouse.serving.questions import PAGE_CHARACTERS, Questions
from warehouse.settings import Settings


def test_every_answer_names_its_sources_and_the_state_of_the_archive(http: httpx.Client, archive: Archive) -> None:
    told = http.get("/search", params={"query": "Xen Dom0", "mode": "keyword", "limit": 3}).json()
    assert told["archive"]["release_id"] == archive.release_id
    assert told["archive"]["links_here"] > 0
    assert [one["document_id"] for one in told["citations"]] == [hit["document_id"] for hit in told["answer"]["hits"]]
    assert set(told["citations"][0]) == {"document_id", "title", "published_at", "original", "capture"}


def page_through(http: httpx.Client, asked: dict[str, str | int]) -> list[str]:
    """The documents of all pages of a search."""
    found: list[str] = []
    cursor = ""
    while True:
        told = http.get("/search", params={**asked, "cursor": cursor}).json()
        found += [hit["document_id"] for hit in told["answer"]["hits"]]
        cursor = told.get("next_cursor", "")
        if not cursor:
            return found


def test_cursors_lead_through_all_hits_once(http: httpx.Client, archive: Archive) -> None:
    found = page_through(http, {"query": "kernel", "mode": "keyword", "limit": 50, "order": "oldest"})
    whole = archive.search("kernel", mode="keyword", k=1000, order="oldest")
    assert found == [hit.document_id for hit in whole.hits]
    assert len(found) > 100


@pytest.mark.parametrize("mode", ["hybrid", "meaning"])
def test_cursors_by_relevance_lead_through_every_match(http: httpx.Client, archive: Archive, mode: Mode) -> None:
    found = page_through(http, {"query": "file system for flash", "mode": mode, "limit": 7})
    total = archive.search("file system for flash", mode=mode, k=1).total
    by_date = archive.search("file system for flash", mode=mode, k=total, order="newest")
    assert 7 < total < archive.sql("SELECT count(*) FROM documents").rows[0][0]
    assert set(found[:total]) == {hit.document_id for hit in by_date.hits}


def test_cursors_lead_through_a_long_document(
    http: httpx.Client, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.serving.questions.PAGE_CHARACTERS", 700)
    longest = archive.sql("SELECT document_id FROM documents WHERE kind = 'issue' ORDER BY words DESC LIMIT 1").rows[0][
        0
    ]
    texts: dict[str, str] = {}
    cursor, pages = "", 0
    while True:
        told = http.get("/document", params={"document": longest, "cursor": cursor}).json()
        pages += 1
        for section in told["answer"]["sections"]:
            texts[section["section_id"]] = texts.get(section["section_id"], "") + section["text"]
        cursor = told.get("next_cursor")
        if not cursor:
            break
    assert pages > 3
    assert texts == {section.section_id: section.text for section in archive.document(longest).sections}
    assert PAGE_CHARACTERS == 20_000


@pytest.mark.parametrize(
    "cursor",
    ["x", "é", "W10=", "bnVsbA==", base64.urlsafe_b64encode(b'["r", "q", -1]').decode(), "[" * 200, "A" * 201],
)
def test_a_cursor_that_is_not_ours_is_refused_in_a_sentence(http: httpx.Client, cursor: str) -> None:
    told = http.get("/search", params={"query": "xen", "cursor": cursor})
    assert told.status_code == 400
    assert "cursor" in told.json()["error"]


def test_a_cursor_belongs_to_its_question_and_release(http: httpx.Client) -> None:
    cursor = http.get("/search", params={"query": "xen", "mode": "keyword", "limit": 1}).json()["next_cursor"]
    other = http.get("/search", params={"query": "kvm", "mode": "keyword", "cursor": cursor})
    assert "another question" in other.json()["error"]
    _, mark, begin = json.loads(base64.urlsafe_b64decode(cursor))
    moved = base64.urlsafe_b64encode(json.dumps(["20080101T000000-abcdef", mark, begin]).encode()).decode()
    old = http.get("/search", params={"query": "xen", "mode": "keyword", "cursor": moved})
    assert "another release" in old.json()["error"]


def test_an_answer_is_asked_for_again_only_after_a_release(http: httpx.Client, archive: Archive) -> None:
    first = http.get("/topics")
    assert first.headers["etag"] == f'W/"{archive.release_id}"'
    again = http.get("/topics", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = http.head("/topics")
    assert (head.status_code, head.headers["etag"], head.content) == (200, first.headers["etag"], b"")
    assert http.get("/topics", headers={"if-none-match": 'W/"other"'}).status_code == 200
    assert "etag" not in http.get("/nothing").headers


def test_a_new_release_is_answered_from_at_once(tmp_path: Path, sample_home: Path) -> None:
    from tests.search_ui.conftest import copy_release
    from warehouse.serving.current import CurrentArchive

    home = tmp_path / "home"
    release = copy_release(sample_home, home)
    current = CurrentArchive(Settings(home=home))
    questions = Questions(current)
    topics = questions.topics()["answer"]
    assert questions.release_id() == release.name
    (home / "current").unlink()
    renamed = release.rename(release.with_name("next"))
    (home / "current").symlink_to(renamed)
    assert questions.release_id() == "next"
    assert questions.topics()["answer"] == topics
    current.close()


def test_the_requests_of_the_readme_are_answered(http: httpx.Client) -> None:
    readme = (Path(__file__).parents[3] / "warehouse" / "README.md").read_text(encoding="utf-8")
    asked = re.findall(r"^curl 'http://127\.0\.0\.1:8601(/\S+)'$", readme, re.MULTILINE)
    assert {path.partition("?")[0] for path in asked} == {"/search", "/timeline", "/document"}
    assert [http.get(path).status_code for path in asked] == [200] * len(asked)


def test_the_description_names_every_question(http: httpx.Client) -> None:
    openapi = http.get("/openapi.json").json()
    assert set(openapi["paths"]) == {
        "/search", "/document", "/timeline", "/when", "/follow-ups", "/topics", "/sql", "/state",
    }  # fmt: skip
    assert all(set(methods) == {"get"} for methods in openapi["paths"].values())
    assert {tuple(methods["get"]["responses"]) for methods in openapi["paths"].values()} == {("200", "400", "default")}
    page = http.get("/").text
    assert all(path in page for path in openapi["paths"])
    assert "<script" not in page


@pytest.mark.parametrize(
    ("path", "given", "said"),
    [
        ("/search", {}, "query"),
        ("/search", {"query": ""}, "query"),
        ("/search", {"query": "x" * 1001}, "query"),
        ("/search", {"query": "xen", "limit": 101}, "limit"),
        ("/search", {"query": "xen", "mode": "magic"}, "mode"),
        ("/document", {"document": "nothing"}, "no document 'nothing'"),
        ("/timeline", {}, "a question or a topic"),
        ("/timeline", {"topic": "nothing"}, "nothing"),
        ("/follow-ups", {"anchor": "nothing"}, "nothing"),
        ("/sql", {"statement": "DROP TABLE documents"}, "DROP"),
        ("/sql", {"statement": "SELECT 1", "limit": 1001}, "limit"),
        (
            "/search",
            {"query": "xen", "kind": "mail"},
            "no parameter 'kind'; /search takes query, limit, mode, order, after",
        ),
        ("/topics", {"nope": 1}, "no parameter 'nope'; /topics takes none."),
        ("/", {"nope": 1}, "no parameter 'nope'; / takes none."),
    ],
)
def test_a_bad_question_gets_a_sentence(http: httpx.Client, path: str, given: dict, said: str) -> None:
    told = http.get(path, params=given)
    assert told.status_code == 400
    assert said in told.json()["error"]


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "rebound.example:8601"},
        {"origin": "http://attacker.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"},
    ],
)
def test_other_sites_are_refused(http: httpx.Client, headers: dict[str, str]) -> None:
    assert http.get("/sql", params={"statement": "SELECT 1"}, headers=headers).status_code == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_changed(http: httpx.Client, method: str) -> None:
    assert http.request(method, "/sql", content=b"x" * 100_000).status_code == 405


def test_an_address_that_is_no_question_is_a_sentence(http: httpx.Client) -> None:
    found = http.get("/nope")
    assert found.status_code == 404
    assert found.json() == {"error": "GET /nope: Not Found. See /openapi.json."}


def test_a_request_that_is_too_large_ends_and_the_next_is_answered(http: httpx.Client) -> None:
    assert http.get("/search", params={"query": "x" * 60_000}).status_code == 400
    with suppress(httpx.RemoteProtocolError):  # the server closed the connection while the request was sent
        assert http.get("/state", headers={"x": "x" * 1_000_000}).status_code in (400, 431)
    assert http.get("/state").status_code == 200


@pytest.mark.parametrize("many", [6, pytest.param(len(ALL), marks=pytest.mark.soak)])
def test_hostile_statements_leave_the_home_whole(http: httpx.Client, sample_home: Path, many: int) -> None:
    before = bytes_of(sample_home)
    for one in draw(many, seed=21):
        asked = urlencode({"statement": one.on(sample_home)[:20_000]}, errors="surrogatepass")
        told = http.get(f"/sql?{asked}")
        assert told.status_code in (200, 400), one.aim
        if one.expect == "refused":
            assert told.status_code == 400, one.aim
    assert bytes_of(sample_home) == before


def test_twenty_at_once_get_the_same_answer(http: httpx.Client) -> None:
    def ask(number: int) -> object:
        if number % 5 == 4:
            return http.get("/sql", params={"statement": "SELECT count(*) AS n FROM documents"}).json()["answer"][
                "rows"
            ]
        told = http.get("/search", params={"query": "Xen Dom0", "mode": "keyword"}).json()
        return [hit["document_id"] for hit in told["answer"]["hits"]]

    with ThreadPoolExecutor(20) as pool:
        told = list(pool.map(ask, range(20)))
    assert len({str(one) for one in told}) == 2


def test_rows_that_are_left_out_are_said_to_be(http: httpx.Client) -> None:
    for given, rows in (({}, 100), ({"limit": 1_000}, 1_000)):
        told = http.get("/sql", params={"statement": "SELECT * FROM range(25000)", **given}).json()
        assert (len(told["answer"]["rows"]), told["answer"]["cut"], "next_cursor" in told) == (rows, True, False)


def test_odd_text_is_answered(http: httpx.Client) -> None:
    for query in ("\x00xen", "\u202exen", "%ff%fe", "' OR 1=1 --", "xen\r\nx: y"):
        assert http.get("/search", params={"query": query, "mode": "keyword"}).status_code == 200
    assert http.get("/search?query=%ff%c0xen&mode=keyword").status_code == 200
