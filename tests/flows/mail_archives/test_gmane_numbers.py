"""A mail linked at gmane by group and number is found in a mail archive by the Message-ID that the number stands for."""

from pathlib import Path

import duckdb
import pytest

from flows.mail_archives.gmane_map import BadLine, Numbered, read_map
from flows.mail_archives.messages import gmane_keys
from flows.mail_archives.origin import MailArchive
from flows.sources.registry import identify
from flows.steps.report import summarise
from flows.web.nntp import Place, place_of, ranges
from tests.flows.mail_archives.news_server import NewsServer
from tests.flows.web.steps import run_steps
from warehouse.connection import open_warehouse
from warehouse.errors import SettingError, UsageError
from warehouse.frontier.ledger import Due
from warehouse.home import Home
from warehouse.settings import Settings, read_settings

PLACES = [f"http://article.gmane.org/gmane.linux.kernel/{number}" for number in (1129793, 1129794)]
ENVELOPE = b"From x@y Wed Mar  4 17:31:20 2009\n"


def message(number: int, extra: str = "") -> bytes:
    return (
        f"From: Sample Writer <sample@kernel-log.example>\nDate: Wed, 4 Mar 2009 17:31:2{number} -0800\n"
        f"Message-ID: <m{number}@kernel-log.example>\n{extra}Subject: Mail {number}\n\n"
        f"This is the text of mail number {number}, which was written for a test of the archive.\n"
    ).encode()


def due(url: str, message_id: str | None = None) -> Due:
    identity = identify(url)
    return Due(identity.url, identity.kind, identity.key, 1, None, 0, message_id)


@pytest.mark.parametrize(
    "header",
    [
        "Xref: news.gmane.org gmane.linux.kernel:1129793\n",
        "Xref: news.gmane.io gmane.linux.ath9k:7\n\tgmane.linux.kernel:1129793 gmane.x:1\n",
        "Archived-At: <http://permalink.gmane.org/gmane.linux.kernel/1129793>\n",
        "X-Archived-At:\n <http://article.gmane.org/gmane.linux.kernel/1129793>\n",
    ],
)
def test_a_number_is_found_in_the_headers_of_mails(tmp_path: Path, header: str) -> None:
    path = tmp_path / "m"
    path.write_bytes(b"".join(ENVELOPE + one + b"\n" for one in (message(0), message(1, header))))
    (found,) = MailArchive(path, 1_000_000, {}).fetch([due(PLACES[0]), due(PLACES[1])])
    assert (found.url, found.response.body) == (due(PLACES[0]).url, ENVELOPE + message(1, header))


def test_numbers_that_another_server_gave_are_not_gmanes() -> None:
    assert gmane_keys(b"Xref: leafnode.example.org gmane.linux.kernel:12\nX-Xref: news.gmane.org gmane.a:1\n") == []
    assert gmane_keys(b"Xref: news.gmane.org gmane.a:x gmane.b:123456789 other.c:1 gmane.d:007\n") == ["gmane.d/7"]


def test_a_mail_is_found_by_the_message_id_of_its_number_once(tmp_path: Path) -> None:
    path = tmp_path / "m"
    path.write_bytes(ENVELOPE + message(0) + b"\n" + ENVELOPE + message(1, f"Archived-At: <{PLACES[0]}>\n"))
    wanted = due(PLACES[0], "m0@kernel-log.example")
    (found,) = MailArchive(path, 1_000_000, {}).fetch([wanted, due(PLACES[1], "no@where")])
    assert found.response.body == ENVELOPE + message(0)


MAP = (
    b"\xef\xbb\xbf# group and number, Message-ID\n\ngmane.linux.kernel:1129793\t<m0@kernel-log.example>\r\n"
    b"gmane.linux.kernel/1129794  m1@kernel-log.example\ngmane.linux.kernel <m2@x>\nlinux.kernel:1 <m2@x>\n"
    b"gmane.a:1\ngmane.a:1 m2\ngmane.a:1 <m2@x> more\ngmane.a:2 <\xff@x>\ngmane.a:3 <" + b"x" * 5000 + b"@y>\n"
    b"gmane.a:4 <last@x>"
)


def test_a_map_gives_message_ids_and_its_bad_lines_are_named(tmp_path: Path) -> None:
    path = tmp_path / "map.txt"
    path.write_bytes(MAP)
    found = list(read_map(path))
    assert [one for one in found if isinstance(one, Numbered)] == [
        Numbered("gmane.linux.kernel/1129793", "m0@kernel-log.example"),
        Numbered("gmane.linux.kernel/1129794", "m1@kernel-log.example"),
        Numbered("gmane.a/4", "last@x"),
    ]
    bad = [one for one in found if isinstance(one, BadLine)]
    assert [one.place for one in bad][:6] == [f"map.txt#line={number}" for number in range(5, 11)]
    assert str(bad[0].error) == (
        "map.txt, line 5: 'gmane.linux.kernel' is not a number at gmane; expected one such as gmane.linux.kernel:1129793."
    )
    assert "line 7: '' is not a Message-ID; expected one such as <4B0D@example.org>." in str(bad[2].error)
    assert len(bad) == 8  # the line that is too long counts as two


def test_a_file_that_is_no_map_is_refused_or_named_in_few_lines(tmp_path: Path) -> None:
    path = tmp_path / "map.txt"
    path.write_bytes(b"\x7fELF\0\0")
    with pytest.raises(UsageError, match="is not UTF-8 text; expected group:number and Message-ID"):
        list(read_map(path))
    path.write_bytes(b"nothing\n" * 1500)
    found = list(read_map(path))
    assert len(found) == 1001
    assert str(found[-1].error) == "map.txt, 500 more lines are not group:number and Message-ID."


def rows(home: Path, statement: str) -> list[tuple]:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(statement).fetchall()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(limiter=tmp_path / "limiter.sqlite", nntp_seconds=0, patience_s=0)


@pytest.fixture
def given(tmp_path: Path) -> dict[str, object]:
    """Two addresses at gmane, and a mailbox that has the mails without their numbers."""
    (tmp_path / "addresses.txt").write_text("".join(f"{place}\n" for place in PLACES))
    (tmp_path / "m").write_bytes(b"".join(ENVELOPE + message(number) + b"\n" for number in range(2)))
    return {"addresses": tmp_path / "addresses.txt", "mail": [tmp_path / "m"]}


MAILS = "SELECT key, state FROM raw.fetches ORDER BY key"
KEYS = ["gmane.linux.kernel/1129793", "gmane.linux.kernel/1129794"]


def test_numbers_of_a_map_lead_to_mails_and_a_second_time_changes_nothing(
    tmp_path: Path, settings: Settings, given: dict
) -> None:
    home, path = tmp_path / "home", tmp_path / "map.txt"
    path.write_bytes(MAP)
    run = run_steps(home, settings, [], ("discover", "fetch"), gmane_map=path, **given)
    assert (run.counts["numbers_read"], run.counts["fetched"]) == (3, 2)
    with open_warehouse(Home(home)) as connection:
        told = next(row for row in summarise(connection, run) if row["what"] == "gmane numbers")
    assert (told["count"], told["detail"]) == (3, "from a map 3; 3 read in this run")
    assert rows(home, MAILS) == [(key, "done") for key in KEYS]
    assert rows(home, "SELECT count(*) FROM raw.set_aside WHERE reason = 'gmane_map'") == [(8,)]
    kept = rows(home, "FROM raw.message_ids ORDER BY key")
    counts = run_steps(home, settings, [], ("discover", "fetch"), gmane_map=path, **given).counts
    assert (counts.get("numbers_read"), counts["fetched"]) == (None, 0)
    assert rows(home, "FROM raw.message_ids ORDER BY key") == kept


def ask(home: Path, settings: Settings, server: NewsServer, given: dict, **more: object) -> dict:
    settings = settings.model_copy(update={"nntp_server": server.place, **more})
    return run_steps(home, settings, [], ("discover", "fetch"), **given).counts


@pytest.mark.parametrize("knows", [("HDR", "OVER", "STAT"), ("OVER", "STAT"), ("STAT",)])
def test_numbers_are_asked_of_a_news_server_once(
    tmp_path: Path, settings: Settings, given: dict, knows: tuple[str, ...]
) -> None:
    home = tmp_path / "home"
    with NewsServer({"gmane.linux.kernel": {1129793: "<m0@kernel-log.example>"}}, knows=knows) as server:
        assert ask(home, settings, server, given)["numbers_found"] == 1
        asked = [one for one in server.asked if one != "QUIT"]
        assert asked[0] == "GROUP gmane.linux.kernel"
        assert sum(one.startswith(knows[0]) for one in asked) == (2 if knows == ("STAT",) else 1)
        assert ask(home, settings, server, given)["fetched"] == 0
        assert [one for one in server.asked if one != "QUIT"] == asked
    assert rows(home, MAILS) == [(KEYS[0], "done"), (KEYS[1], "due")]
    assert rows(home, "SELECT key, message_id, found_how FROM raw.message_ids ORDER BY key") == [
        (KEYS[0], "m0@kernel-log.example", "nntp"),
        (KEYS[1], None, "nntp"),
    ]


def test_a_group_that_the_server_lacks_has_no_mails(tmp_path: Path, settings: Settings, given: dict) -> None:
    with NewsServer({}) as server:
        ask(tmp_path / "home", settings, server, given)
        ask(tmp_path / "home", settings, server, given)
    assert server.asked == ["GROUP gmane.linux.kernel", "QUIT"]
    assert rows(tmp_path / "home", "SELECT key, message_id FROM raw.message_ids ORDER BY key") == [
        (key, None) for key in KEYS
    ]


@pytest.mark.parametrize("greeting", ["400 overloaded \x1b[31m", "502 go away"])
def test_a_server_that_is_busy_is_paused_and_mails_wait_for_it(
    tmp_path: Path, settings: Settings, given: dict, greeting: str
) -> None:
    with NewsServer({}, greeting=greeting) as server:
        ask(tmp_path / "home", settings, server, given)
        assert (server.asked, server.connections) == ([], 1)
        ask(tmp_path / "home", settings, server, given)
        assert server.connections == 1
    found = rows(tmp_path / "home", "SELECT state, reason, last_error, attempts FROM raw.fetches")
    assert [one[:2] for one in found] == [("paused", "host")] * 2
    assert found[0][2].startswith(f"{server.place} is not asked before ")
    assert "\x1b" not in found[0][2]


WRONG = {
    "endless line": ({"HDR": b"225 here\r\n" + b"x" * 100_000}, "protocol", "has more than 16,384 bytes"),
    "endless status": ({"GROUP": b"2" * 100_000}, "protocol", "has more than 512 bytes"),
    "endless answer": ({"HDR": b"225 here\r\n" + b"1129793 <m0@x>\r\n" * 9}, "protocol", "more than the 2 lines"),
    "wrong number": ({"HDR": b"225 here\r\n7 <m0@x>\r\n.\r\n"}, "protocol", "answers with number '7' when asked for"),
    "no number": ({"HDR": b"225 here\r\nm0@x\r\n.\r\n"}, "protocol", "answers with number 'm0@x'"),
    "no NNTP": ({"GROUP": b"HTTP/1.1 200 OK\r\n"}, "protocol", "answers 'HTTP/1.1 200 OK' to GROUP"),
    "login": ({"GROUP": b"480 who are you\r\n"}, "login", "it wants a login"),
    "no answer": ({"GROUP": b""}, "timeout", "no data for 0.05 s"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_a_hostile_server_answers_is_set_aside_with_its_reason(
    tmp_path: Path, settings: Settings, given: dict, case: str
) -> None:
    answers, reason, detail = WRONG[case]
    with NewsServer({"gmane.linux.kernel": {}}, answers=answers) as server:
        ask(tmp_path / "home", settings, server, given, read_timeout_s=0.05 if case == "no answer" else 20)
    ((url, found, said),) = rows(tmp_path / "home", "SELECT url, reason, detail FROM raw.set_aside")
    assert (url, found) == (f"nntp://{server.place}", reason)
    assert detail in said
    assert rows(tmp_path / "home", "FROM raw.message_ids") == []


def test_a_connection_that_is_closed_is_opened_once_more(tmp_path: Path, settings: Settings, given: dict) -> None:
    names = {1129793: "<m0@kernel-log.example>", 1129794: "<m1@kernel-log.example>"}
    with NewsServer({"gmane.linux.kernel": names}, closes=("HDR",)) as server:
        assert ask(tmp_path / "home", settings, server, given)["fetched"] == 2
    assert server.connections == 2


def test_a_server_that_is_not_there_is_paused(tmp_path: Path, settings: Settings, given: dict) -> None:
    with NewsServer({}) as server:
        pass
    ask(tmp_path / "home", settings, server, given)
    (why, _) = rows(tmp_path / "home", "SELECT last_error FROM raw.fetches")
    assert "it refuses connections" in why[0]


def test_numbers_near_each_other_are_asked_for_together() -> None:
    assert list(ranges([])) == []
    assert list(ranges([900, 5, 1, 40, 91])) == [(1, 40), (91, 91), (900, 900)]
    assert list(ranges(range(1, 1001))) == [(1, 500), (501, 1000)]


@pytest.mark.parametrize("server", ["ftp://x.org", "x.org/group", "a b", "x.org:99999", "nntp://", "x.org:0"])
def test_a_server_that_is_none_is_refused(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLOG_NNTP_SERVER", server)
    with pytest.raises(SettingError, match=r"KLOG_NNTP_SERVER is .* expected host, host:port"):
        read_settings()


def test_a_server_is_named_with_or_without_port() -> None:
    assert place_of("news.example.org") == Place("news.example.org", 119, is_secure=False)
    assert place_of("nntps://news.example.org") == Place("news.example.org", 563, is_secure=True)
    assert place_of("news.example.org:1119").name == "news.example.org:1119"
