"""A build writes the feeds of the home into the release that it publishes, and a changed file is something to publish."""

from pathlib import Path

import pytest

from flows.run_log import LOG
from flows.start import open_run
from flows.steps.publish import write_release_feeds
from flows.steps.transform import feeds_word
from tests.command import writable_copy
from warehouse.errors import UsageError


def test_feeds_stand_in_the_release_and_a_changed_file_changes_the_fingerprint(own_home: Path, tmp_path: Path) -> None:
    with open_run(own_home) as run:
        folder = writable_copy(run.home.release(), tmp_path / "making")
        assert feeds_word(run.home) == ""
        write_release_feeds(run, folder)
        assert not (folder / "feeds").exists()
        run.home.feeds.write_text('[[feed]]\nname = "btrfs"\nquery = "btrfs"\n')
        word = feeds_word(run.home)
        for _ in range(2):  # a run that was stopped left them
            write_release_feeds(run, folder)
        assert run.counts["feeds"] == 1
        assert "127.0.0.1:8501/?view=document" in (folder / "feeds" / "btrfs.xml").read_text()
        run.home.feeds.write_text('[[feed]]\nname = "btrfs"\nquery = "btrfs kind:issue"\n')
        assert feeds_word(run.home) not in ("", word)
        run.home.feeds.write_text("[[feed")
        with pytest.raises(UsageError, match=r"feeds\.toml is not TOML"):
            feeds_word(run.home)


def test_what_a_search_says_of_the_query_of_a_feed_is_logged(
    own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(LOG, "handlers", [caplog.handler])
    with open_run(own_home) as run:
        folder = writable_copy(run.home.release(), tmp_path / "making")
        run.home.feeds.write_text(
            '[[feed]]\nname = "xen"\nquery = "kind:nope xen"\n[[feed]]\nname = "btrfs"\nquery = "btrfs"\n'
        )
        write_release_feeds(run, folder)
    said = [one.getMessage() for one in caplog.records if one.levelname == "WARNING"]
    assert [one.startswith("feed xen: nope is not a kind") for one in said] == [True] + [False] * (len(said) - 1)
    assert not any("btrfs" in one for one in said)
