"""A mail that an issue links to on a host that is never asked comes from an archive of mail, then or later."""

from pathlib import Path

import duckdb
import pytest

from flows import sample
from tests.flows.web.steps import run_steps
from warehouse.settings import Settings

pytestmark = pytest.mark.slow

LINKED = "https://lore.kernel.example/lkml/CA+55aFxJ7sample@mail.gmail.example/"
MESSAGE = b"""From: Sample Writer <sample@kernel-log.example>
Date: Sun, 5 May 2013 11:02:03 -0700
Message-ID: <CA+55aFxJ7sample@mail.gmail.example>
Subject: Linux 3.10 and other matters
To: linux-kernel@vger.kernel.example
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

The merge window has closed, and the first release candidate is out for everybody to test.

This message was written for a test of the Kernel Log archive.
"""
STEPS = ("discover", "fetch", "parse", "link", "fetch", "parse", "link")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        limiter=tmp_path / "limiter.sqlite", host_aliases=sample.HOST_ALIASES, wayback_base="http://127.0.0.1:1"
    )


def found(home: Path) -> tuple:
    query = """
        SELECT f.state, f.reason, c.origin, d.title, d.author, l.status
        FROM raw.fetches f JOIN raw.links l ON l.kind = f.kind AND l.key = f.key
        LEFT JOIN raw.captures c USING (capture_id) LEFT JOIN raw.documents d ON d.kind = f.kind AND d.key = f.key
        WHERE f.url = ?
    """
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(query, [LINKED]).fetchone()


ARCHIVED = ("done", None, "mail", "Linux 3.10 and other matters", "Sample Writer", "archived")


def test_a_linked_mail_is_read_out_of_a_mail_archive(settings: Settings, tmp_path: Path) -> None:
    mail = tmp_path / "one.eml"
    mail.write_bytes(MESSAGE)
    run_steps(tmp_path / "home", settings, [str(sample.SAMPLE_WARC)], STEPS, mail=[mail])
    assert found(tmp_path / "home") == ARCHIVED


def test_a_mail_that_was_refused_before_is_looked_up_when_an_archive_is_named(
    settings: Settings, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    run_steps(home, settings, [str(sample.SAMPLE_WARC)], STEPS)
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute("UPDATE raw.fetches SET state = 'refused', reason = 'mail_archive' WHERE url = ?", [LINKED])
    mail = tmp_path / "one.eml"
    mail.write_bytes(MESSAGE)
    run_steps(home, settings, [str(sample.SAMPLE_WARC)], ("fetch", "parse", "link"), mail=[mail])
    assert found(home) == ARCHIVED
