"""A cited mail brings the mails above it and the replies to it from mail archives, and each mail has its place in a thread."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from flows.mail_archives import origin
from flows.mail_archives.messages import address_of, answered
from flows.mail_archives.thread_search import ThreadSearch
from tests.flows.mail_archives.made_threads import MadeMail, made_threads, message, write_mbox
from tests.flows.web.server import Server
from tests.flows.web.steps import run_steps
from warehouse.frontier.threads import CitedMail
from warehouse.settings import Settings

ROUND = ("discover", "fetch", "parse", "link", "fetch", "parse", "link")
THREADS = """
    SELECT d.key, t.thread_id, p.key, t.depth FROM raw.threads t JOIN raw.documents d USING (document_id)
    LEFT JOIN raw.documents p ON p.document_id = t.parent_document_id ORDER BY d.key
"""
FETCHES = "SELECT key, state, found_how, found_in FROM raw.fetches ORDER BY key"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(limiter=tmp_path / "limiter.sqlite", thread_replies=1000)


def rows(home: Path, statement: str) -> list[tuple]:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(statement).fetchall()


def cite(path: Path, names: Sequence[str]) -> Path:
    """A list of addresses that names mails."""
    path.write_text("".join(f"{address_of(name)}\n" for name in names), encoding="utf-8")
    return path


def expected_threads(mails: Sequence[MadeMail], cited: Sequence[str]) -> list[tuple]:
    """The rows of the mails above and below cited ones, for archives that have all of them."""
    kept = set(cited)
    for mail in mails:
        if mail.name in cited:
            kept |= set(mail.above)
        if set(mail.above) & set(cited):
            kept.add(mail.name)
    return sorted(
        (mail.name, mail.above[0] if mail.above else mail.name, mail.parent, len(mail.above))
        for mail in mails
        if mail.name in kept
    )


def read_in_order(mails: Sequence[MadeMail]) -> list[bytes]:
    return [message(mail, count) for count, mail in enumerate(mails)]


@pytest.mark.parametrize("number", [60, pytest.param(2_000, marks=pytest.mark.soak)])
def test_cited_mails_bring_their_threads_once(
    tmp_path: Path, settings: Settings, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails = made_threads(number)
    half = number // 2
    archives = [
        write_mbox(tmp_path / "one.mbox", read_in_order(mails)[half:]),
        write_mbox(tmp_path / "two.mbox", read_in_order(mails)[:half]),
    ]
    cited = [mails[n].name for n in (20, 50, number - 20)]
    given = {"addresses": cite(tmp_path / "a.txt", cited), "mail": archives}
    home = tmp_path / "home"
    run_steps(home, settings, [], ROUND, **given)
    assert rows(home, THREADS) == expected_threads(mails, cited)
    first = rows(home, FETCHES)
    assert {row[1] for row in first} == {"done"}
    assert {row[0] for row in first if row[2] == "file"} == set(cited)
    assert all(row[2] == "thread" and row[3].startswith("mail-") for row in first if row[0] not in cited)

    with monkeypatch.context() as patch:
        patch.setattr(origin, "read_messages", lambda *_: pytest.fail("the archive is read a second time"))
        run_steps(home, settings, [], ("discover", "fetch", "link", "fetch"), **given)
    assert rows(home, FETCHES) == first
    assert rows(home, THREADS) == expected_threads(mails, cited)

    late = MadeMail("late@kernel-log.example", (cited[0],))
    write_mbox(archives[1], [*read_in_order(mails)[:half], message(late, number)])
    assert run_steps(home, settings, [], ("fetch",), **given).counts["threads_found"] == 1
    assert {row[0] for row in rows(home, FETCHES)} - {row[0] for row in first} == {late.name}


def cited_mail(*names: str, answered: Sequence[str] = ()) -> CitedMail:
    return CitedMail(f"mail-{names[0]}", names, tuple(answered))


def found(search: ThreadSearch, messages: Sequence[bytes], path: Path) -> dict[str, str]:
    """The mails found in an mbox, and the cited mail that each belongs to."""
    archive = origin.MailArchive(write_mbox(path, messages), 1_000_000, {})
    return {one.identity.key: one.cited for one in archive.find_threads(search)}


def test_as_many_replies_are_taken_as_the_setting_says(tmp_path: Path) -> None:
    mails = [
        MadeMail("root@x"),
        *(MadeMail(f"{n}@x", ("root@x",)) for n in range(9)),
        MadeMail("deep@x", ("root@x", "0@x")),
    ]
    cited = [cited_mail("root@x"), cited_mail("4@x", answered=["root@x"])]
    taken = found(ThreadSearch(cited, 3), read_in_order(mails), tmp_path / "m")
    assert taken == dict.fromkeys(("0@x", "1@x", "2@x"), "mail-root@x")
    taken = found(ThreadSearch(cited[1:], 0), read_in_order(mails), tmp_path / "m")
    assert taken == {"root@x": "mail-4@x"}


def test_a_reply_without_references_is_found_behind_what_it_answers(tmp_path: Path) -> None:
    chain = [MadeMail("a@x"), MadeMail("b@x", ("a@x",)), MadeMail("c@x", ("a@x", "b@x")), MadeMail("other@x", ("z@x",))]
    messages = [message(mail, count, with_references=False) for count, mail in enumerate(chain)]
    assert list(found(ThreadSearch([cited_mail("a@x")], 9), messages, tmp_path / "m")) == ["b@x", "c@x"]


HOSTILE = [
    b"From: a@b.example\nDate: 1 Mar 2009 10:00:00 +0000\nSubject: s\nMessage-ID: " + one + b"\n\nSome words.\n"
    for one in (
        b"<loop1@x>\nReferences: <loop2@x>",
        b"<loop2@x>\nReferences: <loop1@x> <cited@x>",
        b"<self@x>\nReferences: <self@x>\nIn-Reply-To: <self@x>",
        b"<cited@x>\nReferences: <cited@x> <self@x>",
        b"<twice@x>\nIn-Reply-To: <cited@x>",
        b"<twice@x>\nIn-Reply-To: <cited@x>\nX-Other: text",
        b"<many@x>\nReferences:" + b"".join(b"\n <%d@y>" % n for n in range(2000)) + b" <cited@x>",
        b"<no-address>\nIn-Reply-To: <cited@x>",
        b"<a//b@x>\nIn-Reply-To: <cited@x>",
        b"<\xff\x01@x>\nIn-Reply-To: <\xff\x00@x> <cited@x>",
        b"<broken@x>\nReferences: <<<@@> <a b@c> <cited@x" + b"<" * 100_000,
    )
]


def test_a_hostile_archive_gives_few_mails_and_each_once(tmp_path: Path) -> None:
    cited = cited_mail("cited@x", answered=["cited@x", "self@x"])
    taken = found(ThreadSearch([cited], 100), HOSTILE, tmp_path / "m")
    assert list(taken) == ["loop2@x", "self@x", "twice@x", "many@x", "\ufffd\x01@x"]
    many = answered(HOSTILE[6])
    assert (len(many), many[0], many[-1]) == (100, "0@y", "cited@x")


def test_mails_that_no_link_names_are_asked_of_mail_archives_alone(tmp_path: Path, settings: Settings) -> None:
    archive = write_mbox(tmp_path / "m", read_in_order([MadeMail("a@x"), MadeMail("b@x", ("a@x",))]))
    listed = tmp_path / "a.txt"
    listed.write_text("http://marc.info/?i=a@x\n", encoding="utf-8")
    home = tmp_path / "home"
    run_steps(home, settings, [], ROUND[:5], addresses=listed, mail=[archive])
    assert rows(home, "SELECT key, found_how FROM raw.fetches ORDER BY key") == [("a@x", "file"), ("b@x", "thread")]
    for lost in (home / "captures").iterdir():
        lost.unlink()
    with Server({}) as server:
        named = {"wayback_base": server.base, "cdx_per_minute": 1e6, "captures_per_second": 1e6, "patience_s": 0}
        run_steps(home, settings.model_copy(update=named), ["wayback"], ("fetch",), recheck=True)
        assert "marc.info" in server.paths()[0]
        assert not any("b%40x" in one or "b@x" in one for one in server.paths())
    assert rows(home, "SELECT key, state FROM raw.fetches ORDER BY key") == [("a@x", "gone"), ("b@x", "refused")]
    run_steps(home, settings, [], ("fetch",), mail=[archive])
    assert rows(home, "SELECT state FROM raw.fetches") == [("done",), ("done",)]
