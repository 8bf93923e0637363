"""What a search finds, in which order, and what it says when it cannot."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from tests.fake_encoder import FakeEncoder
from tests.work import cpu_seconds
from warehouse.errors import ArchiveMismatch, ArchiveMissing, UsageError
from warehouse.records import Filters
from warehouse.search import MODES, build_search_files, open_search
from warehouse.search.match_set import Evidence
from warehouse.search.scoring import in_order


def found(result):
    return [hit.document_id for hit in result.hits]


def test_words_find_the_document_that_has_them(search):
    result = search.search("xen dom0", mode="keyword")
    assert found(result) == ["issue-1", "mail-1"]
    assert result.hits[0].passages[0].text.startswith("Xen developers")


def test_a_document_is_found_once_with_its_passages_best_first(search):
    hit = search.search("experimental btrfs", mode="keyword").hits[0]
    assert hit.document_id == "issue-2"
    assert hit.passages[0].text.startswith("Btrfs is")
    assert [passage.score for passage in hit.passages] == sorted((p.score for p in hit.passages), reverse=True)


def test_marks_hold_the_matching_words_in_any_of_their_forms(search):
    passage = search.search("merging kernel", mode="keyword").hits[0].passages[0]
    assert [passage.text[start:end] for start, end in passage.marks] == ["kernels", "merge"]


def test_marks_count_characters_not_bytes(search):
    passage = (
        search.search("kernel naive 日本語", mode="keyword", k=1, filters=Filters(kinds=("blog",))).hits[0].passages[0]
    )
    assert [passage.text[start:end] for start, end in passage.marks] == ["Kernel", "naïve", "日本語"]


def test_meaning_finds_every_document_with_a_text(search, encoder):
    result = search.search("anything at all", mode="meaning", encoder=encoder, k=100)
    assert len(result.hits) == 7
    assert {ranker.name for hit in result.hits for ranker in hit.rankers} <= {"meaning", "centroid"}


def test_a_hybrid_search_says_which_leg_found_what_at_which_rank(search, encoder):
    hit = search.search("xen dom0 support", encoder=encoder).hits[0]
    assert hit.document_id == "issue-1"
    assert {ranker.name: ranker.rank for ranker in hit.rankers}["title"] == 1
    assert {"words", "document", "title", "meaning", "centroid"} <= {ranker.name for ranker in hit.rankers}


def test_without_an_encoder_a_hybrid_search_goes_by_words_and_says_so(search):
    result = search.search("xen dom0")
    assert result.mode == "keyword"
    assert result.notes == ("Searched by words alone: there is no encoder.",)


def test_meaning_without_an_encoder_is_refused(search):
    with pytest.raises(UsageError, match="Use mode keyword"):
        search.search("xen", mode="meaning")


def test_another_models_encoder_is_refused_with_the_next_command(search):
    with pytest.raises(ArchiveMismatch, match="klog build"):
        search.search("xen", encoder=FakeEncoder(name="other@2/32"))


def test_an_archive_without_vectors_is_searched_by_words(marts, tmp_path, encoder):
    marts.execute("UPDATE passages SET embedding = NULL")
    build_search_files(marts, tmp_path / "bare")
    result = open_search(tmp_path / "bare").search("xen", encoder=encoder)
    assert found(result)[0] in {"issue-1", "mail-1"}
    assert "no vectors" in result.notes[0]


def test_an_empty_archive_answers_that_it_is_empty(marts, tmp_path, encoder):
    for table in ("passages", "sections", "documents", "links", "mentions"):
        marts.execute(f"DELETE FROM {table}")
    build_search_files(marts, tmp_path / "empty", model=encoder.name)
    result = open_search(tmp_path / "empty").search("xen", encoder=encoder)
    assert result.hits == ()
    assert "The archive has no documents." in result.notes


def test_what_others_say_of_a_document_finds_it_where_asked_for(search):
    assert found(search.search("page sharing virtual machines", mode="keyword", citations=True))[0] == "mail-2"
    rankers = search.search("virtual machines", mode="keyword", citations=True).hits[0].rankers
    assert "citations" in {ranker.name for ranker in rankers}
    assert found(search.search("virtual machines proposed", mode="keyword")) == []


def test_documents_of_the_year_that_a_query_names_come_first_unless_asked_otherwise(search, encoder):
    for mode in MODES:
        result = search.search("kernel news of 2010", mode=mode, encoder=encoder, k=3)
        assert found(result)[0] == "blog-1"
        assert (result.dates.surface, result.dates.first.year, result.dates.last.year) == ("2010", 2010, 2010)
    assert search.search("kernel news of 2010", mode="keyword", dates=False).dates is None


def test_a_person_sees_matches_from_the_named_year_first_and_its_words_ask_for_nothing_else(search, encoder):
    result = search.search("xen february 2009", syntax=True, encoder=encoder)
    assert (found(result)[:2], result.total) == (["mail-1", "issue-1"], 2)
    assert found(search.search("xen march 2009", syntax=True, encoder=encoder))[:2] == ["issue-1", "mail-1"]
    undated = search.search("xen february 2009", syntax=True, encoder=encoder, dates=False)
    assert "february" in undated.unknown


def test_what_is_before_or_after_a_named_year_comes_first_and_the_bound_is_no_word_to_search_for(search, encoder):
    for bound in ("before 2009-03", "until February 2009", "after 2008 before 2009-03"):
        result = search.search(f"xen {bound}", syntax=True, encoder=encoder, explain=True)
        assert (found(result)[:2], result.total) == (["mail-1", "issue-1"], 2)
        assert "Looked for: xen." in " ".join(result.notes)
        assert "time asked for" not in " ".join(result.notes)
    assert found(search.search("xen since March 2009", syntax=True, encoder=encoder))[:2] == ["issue-1", "mail-1"]


def test_a_note_says_that_nothing_is_of_the_time_asked_for(search, encoder):
    for query, time in (("xen before 2005", "before 2005"), ("xen of 2005", "2005")):
        result = search.search(query, syntax=True, encoder=encoder)
        assert f"None of these documents is from the time asked for ({time})." in result.notes
        assert result.dates is None


def test_documents_of_the_time_asked_for_come_first_in_an_order_of_time_too(search):
    by_time = partial(search.search, syntax=True, mode="keyword", order="newest", k=2)
    assert found(by_time("xen")) == ["issue-1", "mail-1"]
    result = by_time("xen in February 2009")
    assert (found(result), result.dates.surface) == (["mail-1", "issue-1"], "February 2009")
    result = by_time("xen before 2.6.30")
    assert (found(result), result.dates) == (["issue-1", "mail-1"], None)
    assert by_time("xen in 2007").notes == ("None of these documents is from the time asked for (2007).",)


def test_the_release_that_bounds_the_days_is_no_word_to_search_for(search, encoder):
    result = search.search("xen before the 2.6.29 release", syntax=True, encoder=encoder, explain=True)
    assert "Looked for: xen." in " ".join(result.notes)
    between = search.search("xen between 2.6.29 and 2.6.30", syntax=True, encoder=encoder)
    assert (str(between.dates.first), str(between.dates.last)) == ("2009-03-23", "2009-06-09")


def test_the_days_before_a_kernel_release_do_not_come_first_at_any_price(search, encoder):
    plain = found(search.search("xen dom0 support", encoder=encoder))[:2]
    assert found(search.search("xen dom0 support until 2.6.29", syntax=True, encoder=encoder))[:2] == plain


def test_a_query_that_is_only_a_date_lists_its_days(search, encoder):
    for mode in MODES:
        for syntax in (True, False):
            result = search.search("in March 2009", mode=mode, encoder=encoder, syntax=syntax)
            assert (found(result), result.total) == (["commit-1", "issue-1"], 2)
            assert "from 2009-03-01 until 2009-03-31" in result.notes[0]
    assert found(search.search("march 2009", order="oldest")) == ["issue-1", "commit-1"]
    assert found(search.search("march 2009", filters=Filters(kinds=("issue",)))) == ["issue-1"]
    assert found(search.search("2009 in:2009-06", syntax=True)) == ["issue-2"]


def test_a_date_is_searched_as_words_in_quotes_or_without_dates(search):
    for asked in (
        {"query": '"March 2009"', "syntax": True},
        {"query": '"March 2009"'},
        {"query": "March 2009", "dates": False},
    ):
        result = search.search(**asked, mode="keyword")
        assert result.total == 0
        assert not any("only a date" in note for note in result.notes)


def test_a_value_that_is_refused_as_a_date_is_a_word_and_no_date(search):
    for query in ("in:2009-13", "in:2009-13 xen", 'in:"march 2009"', 'after:"since 2009" xen'):
        result = search.search(query, syntax=True, mode="keyword")
        assert result.dates is None
        assert "searched as a word" in result.notes[0]
        assert not any("only a date" in note for note in result.notes)
    assert search.search("in:2009-13", syntax=True, mode="keyword").unknown == ("2009-13",)


def search_of(texts, marts, encoder, tmp_path):
    """Return the search of an archive in which some passages have other texts."""
    for passage, text in texts.items():
        marts.execute("UPDATE passages SET text = ? WHERE passage_id = ?", [text, passage])
    build_search_files(marts, tmp_path / "search", model=encoder.name)
    return open_search(tmp_path / "search")


def test_an_identifier_with_function_words_is_not_found_in_prose(marts, encoder, tmp_path):
    texts = {
        "mail-1-p0": "The children do fork, and what they do is err on the safe side.",
        "commit-1-p0": "Call _do_fork() here.",
    }
    search = search_of(texts, marts, encoder, tmp_path)
    assert found(search.search("do_fork", mode="keyword", syntax=True)) == ["commit-1"]
    nothing = search.search("IS_ERR", mode="keyword", syntax=True)
    assert (nothing.total, nothing.notes[0]) == (0, "No document has 'IS_ERR'.")


def test_a_name_that_only_capitals_tell_from_a_word_comes_first(marts, encoder, tmp_path):
    texts = {
        "mail-1-p0": "One can put a bus on it, and then one can put a bus on that.",
        "commit-1-p0": "A driver for the CAN bus.",
    }
    search = search_of(texts, marts, encoder, tmp_path)
    assert found(search.search("CAN bus", syntax=True, mode="keyword"))[:2] == ["commit-1", "mail-1"]
    assert found(search.search("can bus", syntax=True, mode="keyword"))[:2] == ["mail-1", "commit-1"]


def test_the_learned_ranking_orders_more_documents_without_a_change_to_the_first(search, encoder):
    few, many = (found(search.search("xen file system", encoder=encoder, k=k)) for k in (3, 100))
    assert few == many[:3]


def test_turning_citations_off_is_fine_where_there_are_none(marts, tmp_path):
    marts.execute("DELETE FROM links")
    build_search_files(marts, tmp_path / "uncited")
    uncited = open_search(tmp_path / "uncited")
    assert found(uncited.search("xen", mode="keyword", citations=True)) == found(uncited.search("xen", mode="keyword"))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("paravirt_ops", ["issue-1"]),
        ("CONFIG_KSM", ["mail-2"]),
        ("2.6.29-rc7", ["issue-2"]),
        ("X.org", ["issue-2"]),
        ("0123456789abcdef0123456789abcdef01234567", ["commit-1"]),
        ("0123456", ["commit-1"]),
        ("/proc/sys", ["commit-1"]),
    ],
)
def test_a_name_is_found_as_typed_and_its_half_is_not(search, query, expected):
    assert found(search.search(query, mode="keyword")) == expected


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("ext4", "issue-1"),
        ("0123456", "commit-1"),
        ("/proc/sys", "commit-1"),
        ("ext4_writepages", "commit-1"),
    ],
)
def test_a_name_comes_first_in_a_hybrid_search_too(search, encoder, query, first):
    result = search.search(query, encoder=encoder, k=7)
    assert first in found(result)[:2]
    assert len(result.hits) == 7


def test_as_many_results_as_asked_are_given_if_there_are_so_many(search, encoder):
    for k in (1, 3, 7):
        assert len(search.search("linux", encoder=encoder, k=k).hits) == k
    assert len(search.search("linux", encoder=encoder, k=50).hits) == 7
    assert len(search.search("xen", encoder=encoder, k=2, filters=Filters(kinds=("mail",))).hits) == 2


def test_a_document_without_text_is_found_by_its_title(search):
    hit = search.search("without text", mode="keyword").hits[0]
    assert (hit.document_id, hit.passages) == ("page-1", ())


def test_many_queries_are_encoded_together_and_answered_as_one_by_one(search, encoder):
    queries = ["xen dom0", "btrfs", ""]
    before = encoder.encoded
    results = list(search.search_many(queries, encoder=encoder))
    assert encoder.encoded == before + 3
    assert [found(result) for result in results] == [found(search.search(q, encoder=encoder)) for q in queries]


def test_more_like_a_document_leaves_itself_out(search):
    result = search.more_like("issue-1", k=3)
    assert len(result.hits) == 3
    assert "issue-1" not in found(result)
    with pytest.raises(UsageError, match="document_id"):
        search.more_like("issue-9")


def test_why_says_where_a_document_stands(search, encoder):
    why = search.why("xen dom0", "https://h-online.example/issue-1/", encoder=encoder)
    assert (why.document_id, why.rank) == ("issue-1", 1)
    assert {ranker.name for ranker in why.rankers} >= {"words", "document", "title"}
    assert "address" in search.why("xen", "http://nowhere.example/").reason
    assert "none of the query's words" in search.why("btrfs", "http://h-online.example/mail-1").reason
    assert "excludes it" in search.why("xen kind:mail", "http://h-online.example/issue-1", syntax=True).reason


def test_a_misspelt_word_whose_stem_is_known_is_answered_with_the_archives_spelling(search, monkeypatch):
    monkeypatch.setattr("warehouse.search.spelling.MANY", 1)  # the archive is small
    result = search.search("developeers of Xen", mode="keyword")
    assert (result.total > 0, result.unknown, result.suggestions) == (True, (), ("developers of xen",))
    assert search.search("developer of Xen", mode="keyword").suggestions == ()


def test_a_misspelt_word_is_answered_with_the_archives_spelling(search):
    result = search.search("btrsf", mode="keyword")
    assert result.hits == ()
    assert "btrfs" in result.suggestions


@pytest.mark.parametrize(
    "query", ["ext5", "ext4_wripages2", "2.6.31", "xem", "ken", "0123456789abcdef0123456789abcdef01234568"]
)
def test_other_names_are_not_taken_for_misspelt_ones(search, query):
    assert search.search(query, mode="keyword").suggestions == ()


@pytest.mark.parametrize(
    ("query", "right"),
    [("xne", "xen"), ("xenn", "xen"), ("paravitr_ops", "paravirt_ops"), ("xem dom0", "xen dom0")],
)
def test_a_slip_within_the_letters_of_a_name_is_mended(search, query, right):
    assert search.search(query, mode="keyword").suggestions[0] == right


@pytest.mark.parametrize("query", ["2.6.29-rc7", "2.6.30", "CONFIG_BTRFS_FS", "paravirt_ops CONFIG_KSM"])
def test_an_exact_name_is_met_by_what_has_it_and_not_by_what_is_near(search, encoder, query, monkeypatch):
    monkeypatch.setattr(search.tables, "floor", -1.0)  # every text is near
    by_words = search.search(query, mode="keyword", k=7)
    result = search.search(query, encoder=encoder, k=7)
    assert result.total == by_words.total > 0
    assert {hit.document_id for hit in result.hits if hit.is_match} == set(found(by_words))
    assert search.search("ext4", encoder=encoder).total > result.total


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("why did Linus Torvalds resign", {"mail-1"}),
        ("linus torvalds resigns", {"mail-1"}),
        ("why did Torvalds resign", set()),
        ("Linus Torvalds kind:issue resigns", set()),
        ("Theodore Ts'o resigns", set()),
    ],
)
def test_a_full_name_is_enough_to_match_if_nothing_is_near(search, encoder, query, expected, monkeypatch):
    monkeypatch.setattr(search.tables, "floor", 1.0)
    result = search.search(query, encoder=encoder, syntax=True)
    assert {hit.document_id for hit in result.hits if hit.is_match} == expected
    assert result.total == len(expected)


def test_the_words_that_ask_for_the_first_news_are_not_put_right(search):
    assert search.search("first mention of Btrfs", mode="keyword").suggestions == ()
    assert search.search("first mention of btrsf", mode="keyword").suggestions[0] == "first mention of btrfs"


def test_every_slip_of_a_query_is_mended_at_once(search):
    result = search.search("expermental btfrs", mode="keyword")
    assert result.total == 0
    assert result.suggestions[0] == "experimental btrfs"
    assert result.notes[0] == "No document has 'expermental', 'btfrs'."


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('person:"Linus Torvalds"', {"mail-1"}),
        ("person:torvalds xen", {"mail-1"}),
        ("topic:Ext4", {"issue-1", "commit-1"}),
        ('topic:"file systems"', {"issue-1", "issue-2", "commit-1"}),
        ("version:v2.6.30", {"issue-1"}),
        ("author:leemhuis", {"issue-1", "issue-2"}),
        ("-author:leemhuis xen", {"mail-1"}),
        ("author:francois", {"blog-1"}),
        ("author:FRANÇOIS", {"blog-1"}),
        ("author:Léemhuis", {"issue-1", "issue-2"}),
        ("person:Törvalds", {"mail-1"}),
        ("lang:german", {"blog-1"}),
        ("site:h-online.example kind:mail", {"mail-1", "mail-2"}),
        ("in:2009-03", {"issue-1", "commit-1"}),
        ("in:2009 -xen", {"issue-2", "commit-1"}),
        ("title:xen OR kern*", {"issue-1", "issue-2", "mail-2", "blog-1"}),
        ("person:nobody", set()),
    ],
)
def test_operators_cut_the_match_set_by_names_as_people_write_them(search, query, expected):
    result = search.search(query, mode="keyword", syntax=True)
    assert {hit.document_id for hit in result.hits if hit.is_match} == expected
    assert result.total == len(expected)


def test_a_note_names_the_people_who_share_a_name(search, monkeypatch):
    people = {"person_id": ["len-brown", "neil-brown"], "name": ["Len Brown", "Neil Brown"], "aliases": [[], []]}
    monkeypatch.setitem(search.tables.names, "people", people)
    found = search.search("person:brown xen", syntax=True)
    assert found.notes[0] == "'brown' is any of 2 people: Len Brown, Neil Brown."
    assert found.notes[-1] == "No document is known to name any of the requested people: Len Brown, Neil Brown."
    monkeypatch.setattr("warehouse.search.name_filters.MOST_NAMED", 1)
    assert search.search("person:brown", syntax=True).notes[0] == "'brown' is any of 2 people: Len Brown and 1 more."
    assert "people:" not in " ".join(search.search('person:"len brown"', syntax=True).notes)


@pytest.mark.parametrize("asked", ["brwon", '"Neil Borwn"', "Browne"])
def test_a_name_that_nobody_has_proposes_those_like_it(search, monkeypatch, asked):
    people = {"person_id": ["neil-brown", "al-viro"], "name": ["Neil Brown", "Al Viro"], "aliases": [[], []]}
    monkeypatch.setitem(search.tables.names, "people", people)
    assert search.search(f"person:{asked}", syntax=True).notes[-1].endswith(" Did you mean Neil Brown?")


def test_a_note_says_whose_other_name_a_topic_is_asked_for_by(search):
    (note,) = search.search('topic:"xen dom0"', syntax=True).notes
    assert note == "'xen dom0' is one of the names of the topic Xen."
    assert search.search("", filters=Filters(topics=("Xen Dom0",))).notes == (note.replace("xen dom0", "Xen Dom0"),)
    for query in ("topic:XEN", "topic:filesystems", 'topic:"File systems"'):
        assert search.search(query, syntax=True).notes == ()


def test_filters_take_names_too(search):
    named = search.search("", filters=Filters(people=("Linus Torvalds",), topics=("Xen",)))
    assert (named.total, found(named)) == (1, ["mail-1"])


def test_the_latest_of_what_matches_comes_first_where_it_is_asked_for(search, encoder):
    result = search.search("latest Xen news", encoder=encoder)
    assert found(result)[:2] == ["issue-1", "mail-1"]
    assert (result.dates.surface, result.dates.order, result.total) == ("latest", "newest", 2)
    assert found(search.search("first Xen news", encoder=encoder))[:2] == ["mail-1", "issue-1"]
    assert search.search("latest Xen news", encoder=encoder, dates=False).dates is None


@pytest.mark.parametrize(
    ("matches_first", "k", "expected"), [(True, 4, [2, 0, 3, 1]), (False, 4, [1, 2, 0, 3]), (True, 2, [2, 0])]
)
def test_matches_come_first_or_the_scores_alone_decide(matches_first, k, expected):
    scores = np.array([0.1, 0.9, 0.5, -np.inf], np.float32)
    evidence = Evidence(np.array([1.0, 0, 1, 1]), (), 0.0, is_unheard=False)
    matches = np.array([True, False, True, True])
    rows = in_order(scores, matches, evidence, k, first=(matches,) if matches_first else ())
    assert rows.tolist() == expected


def test_pages_have_each_document_once_although_rankers_that_find_more_order_otherwise(search, monkeypatch):
    by_words = search.rankers.by_words

    def otherwise(words, keep, k, citations):
        ranked = by_words(words, keep, k, citations)
        turned = {name: np.where(scores > 0, 100 - scores, 0) for name, scores in ranked.documents.items()}
        return ranked if k == 2 else replace(ranked, documents=turned)

    monkeypatch.setattr("warehouse.search.engine.FIRST", 2)
    monkeypatch.setattr(search.rankers, "by_words", otherwise)
    asked = partial(search.search, "xen dom0 kernel btrfs", mode="keyword", matches_first=True)
    whole = found(asked(k=20))
    assert len(whole) > 4
    assert [one for offset in range(len(whole)) for one in found(asked(k=1, offset=offset))] == whole


def test_a_person_sees_matches_first_and_a_program_the_best_first(search, encoder, monkeypatch):
    asked = []

    def note(*args, first):
        asked.append(bool(first))
        return in_order(*args, first=first)

    monkeypatch.setattr("warehouse.search.engine.in_order", note)
    search.search("xen", encoder=encoder, syntax=True)
    search.search("xen", encoder=encoder)
    search.search("xen", encoder=encoder, matches_first=True)
    assert asked == [True, False, True]


def test_a_kernels_release_is_answered(search):
    assert (
        search.search("when was 2.6.30 released?", mode="keyword").answer == "Linux 2.6.30 was released on 9 June 2009."
    )


def test_explain_says_what_was_looked_for(search):
    (note,) = search.search("merging pages", mode="keyword", explain=True).notes
    assert "merg" in note
    assert "document" in note


HOSTILE = [
    "", "   ", "\x00\x01\x1b[31m", "???", "*", '"', "-", "OR", "a" * 1_000_000, "xen " * 250_000, "日本語", "Ядро линукс",
    "'; DROP TABLE documents; --", "[0 TO *]", "a:b:c:d", "(((((((", "\u202e\u200b", "\ud800", "kern* " * 1000,
    "-- " * 1000, '"' * 999, "%s %n {0}", "../../etc/passwd", "x" * 300 + " xen",
]  # fmt: skip


@pytest.mark.parametrize("syntax", [False, True])
def test_whatever_is_asked_is_answered_or_says_why_at_once(search, syntax):
    def ask(query):
        result = search.search(query, mode="keyword", syntax=syntax)
        assert result.hits or result.notes

    ordinary = cpu_seconds(lambda: [ask("merging pages of virtual machines") for _ in range(60)])
    for query in HOSTILE:
        assert any(cpu_seconds(partial(ask, query)) < ordinary for _ in range(3)), query[:50]


def test_every_mode_is_known_and_others_are_refused(search):
    assert MODES == ("hybrid", "keyword", "meaning")
    with pytest.raises(UsageError, match="hybrid, keyword, meaning"):
        search.search("xen", mode="magic")
    with pytest.raises(UsageError, match="1 or more"):
        search.search("xen", k=0)


def test_a_missing_folder_is_answered_with_the_next_command(tmp_path):
    with pytest.raises(ArchiveMissing, match="klog build"):
        open_search(tmp_path)


def test_files_of_another_format_are_refused(search):
    path = search.tables.directory / "search.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 99}))
    with pytest.raises(ArchiveMismatch, match="format 99"):
        open_search(search.tables.directory)


def test_a_broken_word_index_is_refused_with_the_next_command(search):
    (search.tables.directory / "words" / "passages" / "meta.json").write_text("{}")
    with pytest.raises(ArchiveMismatch, match="klog build"):
        open_search(search.tables.directory)


def test_keyword_search_imports_no_model_library(search):
    code = (
        "import sys; from pathlib import Path; from warehouse.search import open_search; "
        f"open_search(Path({str(search.tables.directory)!r})).search('xen', mode='keyword'); "
        "assert not {'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_an_index_that_cannot_be_written_to_is_read(search, monkeypatch, tmp_path):
    # In a copy, because the search that is open may lock its own folder at any time.
    folder = shutil.copytree(
        search.tables.directory, tmp_path / "copy", ignore=shutil.ignore_patterns(".tantivy*.lock")
    )
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert found(open_search(folder).search("xen dom0", mode="keyword")) == ["issue-1", "mail-1"]
    assert not list(folder.rglob(".tantivy*.lock"))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Linus Torvalds", True),
        ("who is Linus Torvalds", True),
        ("who is Torvalds", False),
        ("Torvalds and Linus", False),
        ("", False),
    ],
)
def test_words_side_by_side_are_a_phrase_whatever_asks_for_them(search, query: str, expected: bool):
    assert search.has_phrase(query) is expected
