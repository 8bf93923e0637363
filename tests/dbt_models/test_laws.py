"""A law that is broken in the raw tables stops the build, and the test that names it says so in plain words."""

import pytest

from flows.steps.gate_messages import explain_failures, failed_results
from warehouse.connection import open_warehouse
from warehouse.home import Home

pytestmark = pytest.mark.filterwarnings("ignore")  # dbt's own, of its dependencies

# What is done to the warehouse, and the test that has to fail of it.
BROKEN = {
    "inside_passages_section_id__ref_sections_": "UPDATE raw.passages SET char_end = 999 WHERE passage_id = 'mail-1:0'",
    "text_at_range_sections_text": "UPDATE raw.sections SET text = 'another' WHERE section_id = 'mail-1.0'",
    "text_at_range_mentions_surface": "UPDATE raw.mentions SET surface = 'XEN' WHERE mention_id = 'issue-1:0.m0'",
    "text_at_range_events_sentence": "UPDATE raw.events SET sentence = 'Said by nobody.'",
    "mentions_name_what_the_archive_knows": (
        "UPDATE raw.mentions SET entity_id = 'nobody' WHERE entity_type = 'person'"
    ),
    "relationships_links_target_document_id__document_id__ref_documents_": (
        "UPDATE raw.links SET target_document_id = 'mail-none' WHERE link_id = 'issue-1.l0'"
    ),
    "rows_of_links_are_sane": (
        "INSERT INTO raw.links SELECT * REPLACE ('l9' AS link_id, 'dead' AS status) FROM raw.links LIMIT 1"
    ),
    "issues_begin_with_their_lead": "UPDATE raw.sections SET role = 'body' WHERE section_id = 'issue-1.0'",
    "issues_are_the_documents_of_kind_issue": (
        "INSERT INTO raw.issues (document_id, series, pages) VALUES ('mail-1', 'Kernel Log', 1)"
    ),
    "rows_of_events_are_sane": "UPDATE raw.events SET date_end = '2001-01-01'",
    "rows_of_fetches_are_sane": "UPDATE raw.fetches SET capture_id = NULL",
    "rows_of_runs_are_sane": "UPDATE raw.runs SET finished_at = '2001-01-01'",
    "rows_of_quality_are_sane": "UPDATE raw.quality SET words_kept = -1",
    "quality_checks_are_met": "UPDATE raw.quality SET damage_made = 1",
    "not_null_passages_embedding": "UPDATE raw.vectors SET model = 'another' WHERE text_hash = 'hash-mail-1:0'",
    "one_place_holds_one_body": "UPDATE raw.captures SET warc = 'a.warc.gz', digest = capture_id",
}


@pytest.fixture(scope="module")
def broken(spoil):
    """A warehouse in which all of them are broken, run and tested."""
    dbt = spoil("; ".join(BROKEN.values()))
    dbt.run("run")
    dbt.run("test", "--exclude-resource-type", "unit_test")
    return dbt


@pytest.mark.parametrize("test", BROKEN)
def test_a_broken_law_fails_the_test_that_names_it(broken, test):
    assert test in [one.node.name for one in failed_results(broken.results)]


@pytest.fixture(scope="module")
def explained(broken):
    """What is said of each broken law by itself, by the name of its test."""
    with open_warehouse(Home(broken.folder)) as warehouse:
        return {
            one.node.name: explain_failures([one], warehouse, broken.folder) for one in failed_results(broken.results)
        }


def test_a_limit_that_is_not_kept_is_told_with_its_name_and_figures(explained, broken):
    told = explained["quality_checks_are_met"]
    assert told.startswith(
        "The check damage_made_in_issues failed: 1 of 1 issues were damaged by our parser; at most 0 allowed."
    )
    assert f"klog --home {broken.folder} build" in told


def test_no_sentence_has_a_name_that_dbt_made(explained):
    assert len(explained) >= len(BROKEN) - 1
    for name, told in explained.items():
        assert name not in told
        assert "rows_satisfy" not in told
    people = explained["mentions_name_what_the_archive_knows"]
    assert people.startswith("The check 'mentions name what the archive knows' failed; failing rows: 1.")
    target = explained["relationships_links_target_document_id__document_id__ref_documents_"]
    assert target.startswith("Rows of links have a target_document_id that is not in documents; found: 2.")
    links = explained["rows_of_links_are_sane"]
    assert links.startswith(
        "Rows of links break the rule: (target_document_id is not null) = (status in ('archived', 'live')); found: 1."
    )
    assert explained["issues_begin_with_their_lead"].startswith(
        "The check 'issues begin with their lead' failed; failing rows: 2."
    )


def test_an_orphan_link_stops_the_build(spoil):
    dbt = spoil("UPDATE raw.links SET target_document_id = 'mail-none' WHERE link_id = 'issue-1.l0'")
    statuses = dbt.run("build", "--select", "stg_links+", "--exclude-resource-type", "unit_test")
    assert [name for name, status in statuses.items() if status == "fail"] == [
        "relationships_links_target_document_id__document_id__ref_documents_"
    ]


def test_a_share_that_does_not_sum_up_is_found(spoil):
    dbt = spoil("UPDATE main.topic_months SET share = share * 1.0001 WHERE topic_id IN ('xen', 'virtualisation')")
    statuses = dbt.run("test", "--select", "topic_months", "--exclude-resource-type", "unit_test")
    assert {name for name, status in statuses.items() if status == "fail"} == {
        "topic_shares_of_a_month_sum_to_one",
        "parent_shares_are_the_sum_of_their_childrens",
    }


def test_ranges_of_documents_that_passed_and_were_not_loaded_since_are_not_tested_again(spoil):
    dbt = spoil("UPDATE raw.events SET sentence = 'Said by nobody.'; INSERT INTO raw.checked VALUES ('issue-1', now())")
    dbt.run("run", "--select", "documents", "events", "stg_checked")
    asked = ("test", "--select", "text_at_range_events_sentence")
    assert set(dbt.run(*asked).values()) == {"pass"}
    dbt.change("DELETE FROM raw.checked")
    assert set(dbt.run(*asked).values()) == {"fail"}
