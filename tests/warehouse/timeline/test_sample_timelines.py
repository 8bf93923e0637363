import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.command import klog
from warehouse.search import open_search
from warehouse.settings import Settings
from warehouse.timeline import Timeline, Timelines, open_timelines

LABELS = Path(__file__).parents[2] / "labelled" / "timelines.jsonl"
WEEK = dt.timedelta(days=7)


@pytest.fixture(scope="module")
def timelines(sample_home: Path) -> Iterator[Timelines]:
    release = (sample_home / "current").resolve()
    with open_search(release / "search", settings=Settings()) as search, open_timelines(release, search) as opened:
        yield opened


@pytest.fixture(scope="module")
def texts(sample_home: Path) -> dict[str, str]:
    with duckdb.connect(str(sample_home / "current" / "archive.duckdb"), read_only=True) as archive:
        return dict(archive.execute("SELECT document_id, text FROM documents").fetchall())


def _rows(sample_home: Path, statement: str) -> list[tuple]:
    with duckdb.connect(str(sample_home / "current" / "archive.duckdb"), read_only=True) as archive:
        return archive.execute(statement).fetchall()


def _references() -> list[dict]:
    return [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def of_topics(sample_home: Path, timelines: Timelines) -> dict[str, Timeline]:
    """The timeline of every topic, with bars of a month."""
    topics = _rows(sample_home, "SELECT topic_id FROM topics")
    return {topic_id: timelines.topic(topic_id, entries=50, zoom="month") for (topic_id,) in topics}


def test_every_entry_of_every_topic_stands_in_its_document(of_topics: dict[str, Timeline], texts: dict[str, str]):
    told = 0
    for timeline in of_topics.values():
        for entry in timeline.entries:
            assert texts[entry.document_id][entry.char_start : entry.char_end] == entry.text
            told += 1
    assert told > 300


def test_every_entry_of_a_question_stands_in_its_document(timelines: Timelines, texts: dict[str, str]):
    for reference in _references():
        found = timelines.question(f"What became of {reference['query']}?")
        assert found.entries
        for entry in found.entries:
            assert texts[entry.document_id][entry.char_start : entry.char_end] == entry.text


def test_a_time_in_a_question_limits_its_entries_as_start_and_end_do(timelines: Timelines):
    said = timelines.question("Xen between 2009 and 2010")
    given = timelines.question("Xen", start=dt.date(2009, 1, 1), end=dt.date(2010, 12, 31))
    assert said.entries == given.entries
    assert (said.title, said.query, said.bars) == ("Xen", "Xen between 2009 and 2010", given.bars)
    assert said.notes == ("Only what is of the time that the question names (between 2009 and 2010).", *given.notes)
    assert {entry.date.year for entry in said.entries} <= {2009, 2010}


def test_shares_of_months_are_those_of_the_mart(sample_home: Path, of_topics: dict[str, Timeline]):
    mart: dict[str, dict[dt.date, tuple]] = {}
    for topic_id, *row in _rows(
        sample_home, "SELECT topic_id, month, share, passages, documents FROM topic_months WHERE topic_id <> 'untagged'"
    ):
        mart.setdefault(topic_id, {})[row[0]] = tuple(row[1:])
    for topic_id, months in mart.items():
        bars = {bar.start: bar for bar in of_topics[topic_id].bars if bar.documents}
        assert set(bars) == set(months)
        for month, (share, passages, documents) in months.items():
            assert bars[month].share == pytest.approx(share)
            assert (bars[month].passages, len(bars[month].documents)) == (passages, documents)


def test_timelines_of_known_histories_meet_their_milestones(timelines: Timelines):
    met = {}
    for reference in _references():
        spans = [
            (dt.date.fromisoformat(one["date"]), dt.date.fromisoformat(one["date_end"]))
            for one in reference["milestones"]
        ]
        entries = timelines.topic(reference["topic_id"], entries=8).entries
        met[reference["topic_id"]] = sum(
            any(first - WEEK <= entry.date_end and entry.date <= last + WEEK for first, last in spans)
            for entry in entries
        )
    assert min(met.values()) >= 5, met
    assert sum(met.values()) >= 51, met


def _issue(sample_home: Path, title: str) -> str:
    (found,) = _rows(sample_home, f"SELECT document_id FROM documents WHERE title = '{title}'")
    return found[0]


def test_what_follows_an_issue_is_on_its_leading_matter(sample_home: Path, timelines: Timelines):
    found = timelines.next(_issue(sample_home, "Kernel Log: No suspend blockers in 2.6.35"))
    assert len(found.entries) >= 5
    for entry in found.entries:
        assert any(word in entry.text.lower() for word in ("suspend", "wake")), entry.text


def test_what_came_of_an_expectation_is_marked_once_and_says_so(sample_home: Path, timelines: Timelines):
    found = timelines.next(_issue(sample_home, "Kernel Log: Doubts about Xen Dom0, Ext4 and lost files"))
    (outcome,) = [entry for entry in found.entries if entry.outcome_of]
    assert outcome.text.startswith("Xen Dom0 support did not get through the 2.6.30 merge window")


@pytest.mark.parametrize("query", ["apple pie recipe", "who won the football world cup", "vegetarian lasagna"])
def test_what_the_archive_does_not_say_gives_no_entries(timelines: Timelines, query: str):
    assert timelines.question(query).entries == ()


def test_a_misspelled_question_is_asked_what_it_means(sample_home: Path, timelines: Timelines):
    for query, meant in (("btrsf", "btrfs"), ("when was btrsf merged", "when was btrfs merged")):
        assert timelines.question(query).suggestions[0] == meant
        assert f"Did you mean: {meant}" in klog(sample_home, "timeline", query).stdout
    assert timelines.question("Btrfs").suggestions == ()
    assert "Did you mean" not in klog(sample_home, "timeline", "Btrfs").stdout


def test_klog_timeline_answers_a_file_of_questions_in_order(sample_home: Path, tmp_path: Path):
    path = tmp_path / "questions.jsonl"
    asked = [
        {"query": "Xen Dom0 merge", "to": "2009-03-16"},
        {"query": "apple pie recipe"},
        {"query": "end of the big kernel lock"},
        {"query": "Xen Dom0 merge", "until": "2009-03-15"},
    ]
    path.write_text("".join(json.dumps(one) + "\n" for one in asked), encoding="utf-8")
    answers = [json.loads(line) for line in klog(sample_home, "timeline", "--queries", str(path)).stdout.splitlines()]
    assert [answer["query"] for answer in answers] == [one["query"] for one in asked]
    assert answers[1]["entries"] == []
    assert answers[0]["entries"]
    assert answers[3] == answers[0]
    for entry in answers[0]["entries"]:
        assert entry["published_at"] < "2009-03-16"
        assert {"date", "url", "text", "precision", "document_id", "passage_id"} <= set(entry)


def test_klog_timeline_prints_what_python_gives(sample_home: Path, timelines: Timelines):
    printed = json.loads(klog(sample_home, "timeline", "--topic", "xen", "--zoom", "month", "--json").stdout)
    found = timelines.topic("xen", zoom="month")
    assert [entry["event_id"] for entry in printed["entries"]] == [entry.event_id for entry in found.entries]
    assert [bar["share"] for bar in printed["bars"]] == pytest.approx([bar.share for bar in found.bars])


def test_klog_timeline_keeps_its_last_day_as_python_does(sample_home: Path, timelines: Timelines):
    last = max(entry.date for entry in timelines.topic("xen").entries)
    printed = json.loads(klog(sample_home, "timeline", "--topic", "xen", "--to", last.isoformat(), "--json").stdout)
    found = timelines.topic("xen", end=last)
    assert [entry["event_id"] for entry in printed["entries"]] == [entry.event_id for entry in found.entries]


def test_klog_timeline_shows_entries_with_their_addresses(sample_home: Path):
    shown = klog(sample_home, "timeline", "--compare", "xen", "kvm", "--entries", "3").stdout
    assert shown.count("http") >= 4
    assert "%" in shown
    expected = klog(sample_home, "timeline", "--topic", "xen", "--entries", "40").stdout
    assert "(expected at the time)" in expected


@pytest.mark.parametrize(
    "arguments", [[], ["question", "--topic", "xen"], ["--compare"], ["--compare", *"abcdefg"], ["--next", "nothing-1"]]
)
def test_klog_timeline_refuses_what_it_cannot_answer(sample_home: Path, arguments: list[str]):
    done = klog(sample_home, "timeline", *arguments, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("klog:")


def test_who_asks_for_more_entries_gets_more(timelines: Timelines):
    found = [len(timelines.question("drivers in the kernel", entries=most).entries) for most in (10, 40, 100)]
    assert found[0] == 10
    assert found[1] > 26  # as many sentences are read for ten
    assert found[2] > found[1]
