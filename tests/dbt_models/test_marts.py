"""The marts are the contract of the SQL user: their names, columns and order, and what stands in them."""

import math

import pytest

pytestmark = pytest.mark.filterwarnings("ignore")  # dbt's own, of its dependencies

CONTRACT = {
    "documents": "document_id, kind, key, url, memento_url, site, title, author, published_at, utc_offset_min, "
    "published_precision, captured_at, language, words, text, parser_version",
    "issues": "document_id, series, kernel_version, part, area, lead, pages",
    "sections": "section_id, document_id, position, heading, role, text",
    "items": "item_id, section_id, group_position, position, text",
    "passages": "passage_id, document_id, section_id, position, char_start, char_end, text, embedding",
    "links": "link_id, document_id, section_id, position, anchor, clause, sentence, href, kind, key, status, "
    "target_document_id",
    "topics": "topic_id, name, parent_id, aliases",
    "people": "person_id, name, aliases",
    "kernel_releases": "version, released_on, mainline, source",
    "mentions": "mention_id, passage_id, document_id, entity_type, entity_id, surface, char_start, char_end",
    "topic_months": "topic_id, month, passages, documents, issues, share",
    "events": "event_id, passage_id, document_id, date, date_end, precision, tense, sentence, char_start, char_end, "
    "kernel_release",
    "captures": "capture_id, url, kind, key, page, origin, warc, offset, digest, captured_at, status, mime, bytes",
    "fetches": "url, kind, key, page, state, attempts, last_error, retry_at, reason",
    "runs": "run_id, started_at, finished_at, outcome, message, release_id, counts, seconds",
}


def test_every_model_test_and_unit_test_passes_on_a_sound_warehouse(built):
    assert {name: status for name, status in built.statuses.items() if status not in ("success", "pass", "no-op")} == {}


def test_every_mart_begins_with_the_columns_of_the_contract_in_their_order(built):
    for mart, columns in CONTRACT.items():
        wanted = columns.split(", ")
        assert _columns(built, mart)[: len(wanted)] == wanted, mart


def test_every_mart_and_column_is_described_and_no_other(built):
    for node in built.manifest()["nodes"].values():
        if node["resource_type"] == "model" and node["schema"] == "main":
            assert node["description"].startswith("One row per"), node["name"]
            assert node["contract"]["enforced"], node["name"]
            assert set(node["columns"]) == set(_columns(built, node["alias"]))
            assert all(column["description"].strip() for column in node["columns"].values()), node["name"]


def test_embeddings_are_arrays_of_the_models_dimension(built):
    assert built.query("SELECT DISTINCT typeof(embedding), embedding FROM main.passages") == [("FLOAT[2]", (1.0, 2.0))]


def test_a_forgotten_document_reaches_no_mart(built):
    for mart in ("documents", "sections", "passages", "mentions", "items", "events", "captures", "fetches"):
        rows = str(built.query(f"SELECT * FROM main.{mart}"))
        assert "lwn-9" not in rows and "forgotten word" not in rows, mart


def test_a_link_to_a_forgotten_document_stays_and_leads_nowhere(built):
    rows = built.query("SELECT link_id, status, target_document_id FROM main.links ORDER BY ALL")
    assert rows == [("issue-1.l0", "archived", "mail-1"), ("issue-1.l1", "not_tried", None)]


def test_words_of_a_passage_are_shared_out_over_its_topics_and_their_parent(built):
    found = dict(built.query("SELECT topic_id, share FROM main.topic_months"))
    lead, rest = 11, 5 + 7
    assert found.keys() == {"xen", "kvm", "virtualisation", "untagged"}
    assert math.isclose(found["xen"], lead / 2 / (lead + rest))
    assert math.isclose(found["virtualisation"], lead / (lead + rest))
    assert math.isclose(found["untagged"], rest / (lead + rest))


def test_a_release_that_only_a_text_names_is_listed_without_a_date(built):
    rows = built.query("SELECT * FROM main.kernel_releases WHERE version IN ('2.6.30', '2.6.30-rc9') ORDER BY ALL")
    assert [(row[0], row[1] is None, row[2]) for row in rows] == [("2.6.30", False, True), ("2.6.30-rc9", True, True)]


def test_an_event_carries_what_its_sentence_names_and_no_more(built):
    assert built.query("SELECT topics, versions, people FROM main.events") == [(["xen"], ["2.6.30-rc9"], [])]


def _columns(built, mart: str) -> list[str]:
    found = f"FROM duckdb_columns() WHERE schema_name = 'main' AND table_name = '{mart}'"
    return [row[0] for row in built.query(f"SELECT column_name {found} ORDER BY column_index")]
