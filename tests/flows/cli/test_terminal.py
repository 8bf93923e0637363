"""No command lets through what a terminal would obey, whatever a page says."""

import csv
import io
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from flows.cli import COMMANDS, cli
from flows.cli.terminal import Bold, say, say_json, shown

OBEYED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
OURS = re.compile("\x1b\\[(1|0)m")
HOSTILE = (
    "\x1b[2Jgone \x1b]52;c;cm0gLXJmCg==\x07 \x1b]8;;http://evil.example/\x1b\\safe\x1b]8;;\x1b\\ \x9b31m \x08\x08\x7f \x00 "
    "\u202egpj.exe\u202c \u2066x\u2069 a\u200bb\u200d\ufeff \r\nover \u2028line \x1bP+q\x1b\\"
)


def call(home: Path, *arguments: str) -> Result:
    # Without colour click would take some of it out, as it does for a pipe.
    return CliRunner().invoke(cli, ["--home", str(home), *arguments], color=True)


def assert_harmless(found: Result) -> None:
    for text in (found.stdout, found.stderr):
        assert not OBEYED.findall(OURS.sub("", text)), ascii(text)


@given(st.text(st.characters(categories=["Cc", "Cf", "Cs", "Zl", "Zp", "L", "Zs"])))
def test_shown_text_has_nothing_to_obey(text: str) -> None:
    assert not OBEYED.search(shown(text))
    assert "\n" not in shown(text)


def test_ordinary_text_is_shown_as_it_is() -> None:
    text = "Größe 中文 naïve “quoted” – x→y é 🐧"
    assert shown(text) == text
    assert shown("tab\there\nline") == "tab here line"


@given(st.text(st.characters(codec=None)))
def test_json_is_escaped_and_means_the_same(text: str) -> None:
    with CliRunner().isolation() as (out, *_):
        say_json({"title": text})
        printed = out.getvalue().decode()
    assert not OBEYED.search(printed.rstrip("\n"))
    assert json.loads(printed) == {"title": text}


def test_csv_is_read_back(sample_home: Path) -> None:
    statement = """SELECT 'a, "b"' AS "x,y", 'two' || chr(10) || 'lines' AS s, NULL AS n, [1, 2] AS l, DATE '2009-03-06' AS d, 1.5 AS f"""
    told = CliRunner().invoke(cli, ["--home", str(sample_home), "sql", "--csv", statement])
    assert list(csv.reader(io.StringIO(told.stdout))) == [
        ["x,y", "s", "n", "l", "d", "f"], ['a, "b"', "two\nlines", "", "[1, 2]", "2009-03-06", "1.5"],
    ]  # fmt: skip


def test_only_our_own_words_are_bold() -> None:
    with CliRunner().isolation(color=True) as (out, *_):
        say("1. ", Bold("a\x1b[31mb"))
        assert out.getvalue() == "1. \x1b[1ma\N{REPLACEMENT CHARACTER}[31mb\x1b[0m\n".encode()


@pytest.fixture
def hostile_status(tmp_path: Path) -> Path:
    """A home whose last run tells hostile addresses and reasons, and which has no release."""
    row = {"step": HOSTILE, "reason": HOSTILE, "url": f"http://x.example/{HOSTILE}", "detail": HOSTILE, "number": 1}
    ledger = {
        name: [row] for name in ("addresses", "origins", "paused", "hosts", "set_aside_by_reason", "set_aside", "rest")
    }
    status = {"run_id": "1", "outcome": "failed", "message": HOSTILE, "finished_at": HOSTILE, "ledger": ledger}
    (tmp_path / "status.json").write_text(json.dumps(status))
    return tmp_path


def test_status_is_harmless(hostile_status: Path) -> None:
    for arguments in (["status"], ["status", "--json"]):
        found = call(hostile_status, *arguments)
        assert found.exit_code == 0, found.output
        assert "gone" in found.stdout
        assert_harmless(found)


# What a command is asked, with hostile words wherever it takes any; `ui` and `schedule` print words of ours alone.
ERRORS = {
    "build": ["--from", HOSTILE.replace("\x00", "")],
    "search": [HOSTILE],
    "timeline": [HOSTILE],
    "sql": [f"SELECT {HOSTILE}"],
    "status": [f"--{HOSTILE}"],
    "ui": [f"--port={HOSTILE}"],
    "export": ["--where", HOSTILE, "exported"],
    "mcp": [f"--port={HOSTILE}"],
    "serve": [f"--port={HOSTILE}"],
    "identify": [HOSTILE, "not an address\x1b[2J"],
    "forget": [HOSTILE],
    "schedule": [f"--{HOSTILE}"],
    "release": ["show", HOSTILE],
    "backup": [HOSTILE.replace("\x00", ""), f"--keep={HOSTILE}"],
    "restore": [HOSTILE],
    "doctor": [HOSTILE],
    "publish": [HOSTILE, f"--lake={HOSTILE}"],
    "pull": [HOSTILE],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_errors_of_every_command_are_harmless(command: str, tmp_path: Path) -> None:
    home = tmp_path / "none\x1b[2J\u202e"
    home.mkdir()
    found = call(home, command, *ERRORS[command])
    assert found.output.strip()
    assert_harmless(found)


ANSWERS = [
    ["search", "xen"],
    ["search", "--mode", "keyword", "--limit", "200", "--explain", "xen"],
    ["search", "--mode", "keyword", "--limit", "200", "--json", "xen"],
    ["timeline", "xen"],
    ["timeline", "--topic", "xen"],
    ["timeline", "--compare", "xen", "kvm"],
    ["timeline", "--json", "xen"],
    ["sql", "SELECT title, url, author FROM documents"],
    ["sql", "--json", "SELECT title, url, author FROM documents"],
    ["sql", "--csv", "SELECT title, url, author FROM documents"],
    ["sql", "SELECT url, detail FROM set_aside"],
    [
        "sql",
        f"SELECT {chr(39)}{HOSTILE.replace(chr(0), '')}{chr(39)} AS {chr(34)}{HOSTILE.replace(chr(0), '')}{chr(34)}",
    ],
    ["status"],
    ["status", "--json"],
    ["doctor"],
    ["release", "list"],
    ["release", "show"],
    ["identify", "http://x.example/\x1b]52;c;x\x07"],
    ["identify", "--json", "http://x.example/\x1b]52;c;x\x07", "--title", HOSTILE.replace("\x00", "")],
]


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments", ANSWERS, ids=lambda one: " ".join(one[:3])[:40].encode("ascii", "replace").decode()
)
def test_the_answers_of_every_command_are_harmless(hostile_home: Path, arguments: list[str]) -> None:
    found = call(hostile_home, *arguments)
    assert not isinstance(found.exception, KeyError | AttributeError | ValueError | TypeError)
    assert found.output.strip()
    assert_harmless(found)
