"""Addresses are cleaned by rules of our own, for a library's lose what the addresses of this archive name."""

import json
from pathlib import Path

from courlan import clean_url, normalize_url

from flows.reading.urls import page_key, read_address
from flows.sources import registry

LABELLED = Path(__file__).parents[2] / "labelled" / "keys.jsonl"


def test_courlan_joins_fewer_forms_of_one_address_than_the_rules_of_any_page() -> None:
    labels = [json.loads(line) for line in LABELLED.read_text(encoding="utf-8").splitlines()]
    pairs = [
        (one["url"], one[name], name == "same_as")
        for one in labels
        for name in ("same_as", "differs_from")
        if one.get(name)
    ]
    ours = sum((page_key(read_address(one)) == page_key(read_address(other))) == same for one, other, same in pairs)
    whole = sum((registry.identify(one).key == registry.identify(other).key) == same for one, other, same in pairs)
    theirs = sum((_by_courlan(one) == _by_courlan(other)) == same for one, other, same in pairs)
    assert theirs < ours < whole
    assert whole >= 0.95 * len(pairs)


def test_courlan_breaks_addresses_that_stand_in_addresses_and_parameters_of_gitweb() -> None:
    stored = "http://web.archive.org/web/20090301000000/http://lwn.net/Articles/1/"
    assert clean_url(stored) == "http://web.archive.org/web/20090301000000/http:/lwn.net/Articles/1"
    assert read_address(stored).url == "http://lwn.net/Articles/1/"
    gitweb = "http://git.kernel.org/?p=linux.git;a=commit;h=abc1234"
    assert clean_url(gitweb) == "http://git.kernel.org/?p=linux.git%3Ba%3Dcommit%3Bh%3Dabc1234"
    assert read_address(gitweb).query == {"p": "linux.git", "a": "commit", "h": "abc1234"}


def _by_courlan(url: str) -> str:
    return normalize_url(clean_url(url) or "")
