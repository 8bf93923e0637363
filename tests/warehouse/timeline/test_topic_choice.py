import datetime as dt

from warehouse.timeline.records import CitedDocument, Statement
from warehouse.timeline.topic_choice import Candidate, choose_statements

START, END = dt.date(2009, 1, 1), dt.date(2012, 12, 31)


def _candidate(name, day, text, *, kind="mail", explicit=True, tense="past", relevance=1.0, last=None):
    statement = Statement(f"{name}.e0", name, name, day, last or day, "day", tense, explicit, text, 0, len(text))
    source = CitedDocument(
        name, kind, f"About {name}", "https://archive.example/", None, dt.datetime.combine(day, dt.time()), "en"
    )
    return Candidate(statement, source, relevance, 1.0)


def _choose(candidates, entries=2):
    return [
        chosen.statement.event_id[:-3]
        for chosen in choose_statements(candidates, start=START, end=END, entries=entries)
    ]


def test_entries_are_in_order_of_date():
    late = _candidate(
        "late", dt.date(2011, 5, 1), "The block back end of Xen was merged for the third release by Linus Torvalds."
    )
    early = _candidate(
        "early", dt.date(2009, 5, 1), "The developers rejected the first patches for the privileged domain that year."
    )
    assert _choose([late, early]) == ["early", "late"]


def test_the_same_sentence_is_taken_once():
    text = "The developers rejected the first patches for the privileged domain that year."
    assert (
        len(_choose([_candidate("one", dt.date(2009, 5, 1), text), _candidate("two", dt.date(2010, 5, 1), text)])) == 1
    )


def test_another_time_is_taken_before_the_same_days_again():
    days = [dt.date(2010, 5, 1), dt.date(2010, 5, 3), dt.date(2011, 9, 1)]
    texts = [
        "The developers rejected the first patches for the privileged domain of Xen that day.",
        "Andrew Morton asked on the list why anybody would still merge a second hypervisor now.",
        "Konrad Wilk published a short summary of what remained to be done on his own page.",
    ]
    names = ("first", "second", "third")
    found = _choose([_candidate(*values) for values in zip(names, days, texts, strict=True)])
    assert "third" in found


def test_a_statement_of_no_relevance_is_never_taken():
    text = "The developers rejected the first patches for the privileged domain that year."
    assert _choose([_candidate("one", dt.date(2009, 5, 1), text, relevance=0.0)]) == []


def test_days_outside_are_never_taken():
    text = "The developers rejected the first patches for the privileged domain that year."
    assert _choose([_candidate("one", dt.date(2013, 5, 1), text)]) == []


def test_nothing_gives_nothing():
    assert _choose([]) == []
