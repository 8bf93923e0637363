"""Files of addresses as people write them: what is wrong is one sentence a line, and the rest is done."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from flows.web.addressfile import AddressFile
from tests.flows.web.server import Server
from tests.flows.web.steps import run_steps
from warehouse.errors import UsageError
from warehouse.settings import Settings

TYPOS = [
    "htp://lwn.net/1", "http//lwn.net/1", "http:/lwn.net/1", "http:///lwn.net", "http://", "http://[::bad",
    "ftp://kernel.org/pub", "mailto:a@lwn.net", "javascript:void(0)", "file:///etc/passwd", "hello", "view-source:http://a.org/",
]  # fmt: skip


def found(path: Path) -> tuple[list[tuple], list[str]]:
    listed = list(AddressFile(path).discover(""))
    good = [(one.url, one.captured_at) for one in listed if one.error is None]
    return good, [str(one.error) for one in listed if one.error]


def test_addresses_may_have_days_comments_and_empty_lines_between_them(tmp_path: Path) -> None:
    path = tmp_path / "addresses.txt"
    path.write_text(
        "# comment\n\nhttp://lwn.net/1\n http://lwn.net/2 2009-03-04 \nhttp://lwn.net/3\t2009-03-04T12:00+02:00"
    )
    assert found(path) == (
        [("http://lwn.net/1", None), ("http://lwn.net/2", dt.datetime(2009, 3, 4)), ("http://lwn.net/3", dt.datetime(2009, 3, 4, 10))],
        [],
    )  # fmt: skip


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_marks_of_other_systems_are_read(end: str, tmp_path: Path) -> None:
    path = tmp_path / "addresses.txt"
    path.write_bytes(end.join(["\ufeffhttp://lwn.net/1", "", "lwn.net/2", ""]).encode())
    assert found(path) == ([("http://lwn.net/1", None), ("lwn.net/2", None)], [])


def test_each_bad_line_is_a_sentence_with_its_number(tmp_path: Path) -> None:
    path = tmp_path / "addresses.txt"
    lines = ["http://lwn.net/1", *TYPOS, "http://lwn.net/2 soon", "http://lwn.net/3"]
    path.write_bytes("\n".join(lines).encode() + b"\nhttp://lwn.net/\xe4\n")
    good, broken = found(path)
    assert [url for url, _ in good] == ["http://lwn.net/1", "http://lwn.net/3"]
    numbers = [*range(2, len(TYPOS) + 3), len(lines) + 1]
    assert [one.partition(":")[0] for one in broken] == [f"addresses.txt, line {number}" for number in numbers]
    assert all("expected" in one for one in broken[:-1])
    assert broken[-1].endswith("it is not UTF-8 text.")


@pytest.mark.parametrize("data", [b"PK\0\3", "http://lwn.net/".encode("utf-16")])
def test_what_is_no_text_is_a_wrong_call(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "addresses.txt"
    path.write_bytes(data)
    with pytest.raises(UsageError, match="expected a file with one address per line"):
        found(path)


def test_the_rest_of_a_file_is_done_and_a_mended_line_is_forgotten(
    server: Server, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    path = tmp_path / "addresses.txt"
    good = [f"{server.base}/page/{number}" for number in range(3)]
    path.write_text("\n".join([good[0], *TYPOS, good[1], good[1], good[1] + "#part", f" {good[2]} "]))
    settings = settings_for(server.base)
    run_steps(tmp_path / "home", settings, ["live"], ["discover", "fetch"], addresses=path)
    states = "SELECT url, state FROM raw.fetches ORDER BY url"
    aside = "SELECT url, step, reason, detail FROM raw.set_aside"
    with duckdb.connect(str(tmp_path / "home" / "warehouse.duckdb"), read_only=True) as connection:
        assert connection.execute(states).fetchall() == [(url, "done") for url in good]
        rows = connection.execute(aside).fetchall()
    assert sorted(url for url, *_ in rows) == sorted(
        f"addresses.txt#line={number}" for number in range(2, len(TYPOS) + 2)
    )
    assert {(step, reason) for _, step, reason, _ in rows} == {("discover", "address")}
    path.write_text("\n".join(good))
    run_steps(tmp_path / "home", settings, ["live"], ["discover", "fetch"], addresses=path)
    with duckdb.connect(str(tmp_path / "home" / "warehouse.duckdb"), read_only=True) as connection:
        assert connection.execute(aside).fetchall() == []
