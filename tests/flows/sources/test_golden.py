"""Golden pages: bytes in, the expected document beside them; `pytest --regen` writes what is expected again."""

import dataclasses
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from flows.sources import registry
from warehouse.errors import PageSetAside
from warehouse.records import Capture, Document, WordCount

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(GOLDEN.glob("*/*.json"))
SAME = ("title", "author", "published_at", "utc_offset_min", "published_precision", "sections")


def read_case(path: Path) -> dict[str, Any]:
    """What stands beside a golden page: its address, how it was served, and what is expected of it."""
    case: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return case


def captures_of(path: Path, case: dict[str, Any]) -> list[Capture]:
    """The captures of a golden page: one, or all pages of a feature in order."""
    only = next(other for other in path.parent.glob(f"{path.stem}.*") if other.suffix != ".json")
    pages = case.get("pages") or [{"url": case["url"], "file": only.name}]
    return [
        Capture(
            capture_id=f"{path.parent.name}-{path.stem}-{number}",
            url=page["url"],
            status=200,
            mime=case["mime"],
            captured_at=dt.datetime.fromisoformat(case["captured_at"]),
            body=(path.parent / page["file"]).read_bytes(),
            charset=case["charset"],
        )
        for number, page in enumerate(pages, start=1)
    ]


def read_document(path: Path) -> Document:
    """The document that a golden page gives."""
    case = read_case(path)
    captures = captures_of(path, case)
    return registry.parse(registry.identify(case["url"]), captures)


def read_golden(path: Path) -> dict[str, Any]:
    """What a golden page gives, as JSON has it: its document without what is empty, or why it was set aside."""
    try:
        found = dataclasses.asdict(read_document(path))
    except PageSetAside as error:
        return {"set_aside": error.reason}
    found = {name: value for name, value in found.items() if value not in (None, (), {}, [])}
    plain: dict[str, Any] = json.loads(json.dumps(found, ensure_ascii=False, default=str))
    return plain


def name_of(path: Path) -> str:
    """`the_h/rc5-plain`: how a golden page is called in the list of tests."""
    return f"{path.parent.name}/{path.stem}"


def words_of(path: Path) -> WordCount | None:
    """The words of a golden page as counted apart from its reading; None where none are counted."""
    try:
        return read_document(path).words
    except PageSetAside:
        return None


@pytest.mark.parametrize("path", CASES, ids=name_of)
def test_a_golden_page_reads_as_expected(path: Path, request: pytest.FixtureRequest) -> None:
    case = read_case(path)
    found = read_golden(path)
    if request.config.getoption("--regen"):
        case["expected"] = found
        path.write_text(json.dumps(case, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert found == case["expected"]


@pytest.mark.parametrize("path", [path for path in CASES if "same_as" in read_case(path)], ids=name_of)
def test_another_markup_of_the_same_thing_reads_the_same(path: Path) -> None:
    here, there = read_document(path), read_document(path.with_name(f"{read_case(path)['same_as']}.json"))
    assert {name: getattr(here, name) for name in SAME} == {name: getattr(there, name) for name in SAME}


@pytest.mark.parametrize("name", [source.name for source in registry.SOURCES])
def test_every_source_has_golden_pages_in_two_markups_and_a_broken_one(name: str) -> None:
    expected = [read_case(path)["expected"] for path in CASES if path.parent.name == name]
    assert sum("sections" in found for found in expected) >= 2
    assert any("set_aside" in found for found in expected)


@pytest.mark.parametrize("path", CASES, ids=name_of)
def test_every_word_of_a_golden_page_is_kept_or_boilerplate(path: Path) -> None:
    words = words_of(path)
    if words is None:
        return
    assert words.kept + words.boilerplate + len(words.lost) == words.visible or len(words.lost) == 20
    assert words.kept >= 0.995 * (words.visible - words.boilerplate)
    assert words.damage_made == 0


@pytest.mark.parametrize("path", [path for path in CASES if path.parent.name == "the_h"], ids=name_of)
def test_no_word_of_a_golden_issue_is_lost(path: Path) -> None:
    words = words_of(path)
    assert words is None or words.kept + words.boilerplate == words.visible
