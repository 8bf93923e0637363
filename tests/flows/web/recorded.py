"""The table of expected results of recorded conversations with web.archive.org.

It was written from the recordings (`../shared/wayback/`, not part of this tree) before the client was; only facts that can be counted
or named are copied here.
"""

from dataclasses import dataclass, field
from typing import Any

from warehouse.errors import FetchFailed, Gone, KlogError, Refused

FWS = "https://www.fws.gov/birds/"
EPA = "http://epa.gov/climatechange"
EOP = "https://www.whitehouse.gov/administration/eop/ostp/about/student/faqs"
VIEW = "{base}/web/{timestamp}/{url}"


@dataclass(frozen=True)
class Ask:
    """One call of `memento`: an address, the requested time, and the options of the call."""

    url: str
    at: str
    options: dict[str, Any] = field(default_factory=dict)
    replay: str | None = None


@dataclass(frozen=True)
class Search:
    """One call of `search`; `take` rows are read, all if it is None."""

    query: dict[str, Any]
    take: int | None = None


@dataclass(frozen=True)
class Captured:
    """A memento: its own address and time, its status, and the length of its body (as sent)."""

    url: str
    at: str
    status: int = 200
    size: int | None = None


@dataclass(frozen=True)
class Found:
    """Index rows: the number of distinct ones, the first and the last time, and the number of requests."""

    rows: int
    first: str
    last: str
    requests: int


@dataclass(frozen=True)
class Failed:
    """Our error, with its reason."""

    error: type[KlogError]
    reason: str


BIRDS = Captured(FWS, "20171124151315", 200, 24428)
PROPOSED = (
    "https://www.epa.gov/ghgreporting/proposed-rule-fact-sheet-greenhouse-gas-reporting-program-addition-global-warming"
)
SPRINGER = "https://link.springer.com/article/10.1007/s00382-012-1331-2"
NASA = {"url": "nasa.gov/", "match": "prefix", "start": "20220101000000", "end": "20220201000000", "limit": 10}
TABLE: dict[str, list[tuple[Ask | Search, Captured | Found | Failed]]] = {
    # Replay: the exact time, another time (the archive redirects to the nearest), the same with other spellings of the address.
    "test_get_memento": [(Ask(FWS, "20171124151315"), BIRDS)],
    "test_get_memento_handles_non_utc_datetime": [(Ask(FWS, "20171124151315"), BIRDS)],
    "test_get_memento_with_archive_url": [(Ask(FWS, "20171124151315"), BIRDS)],
    "test_get_memento_with_cdx_record": [(Ask(FWS, "20171124151315", {"exact": True}), BIRDS)],
    "test_get_memento_with_mode_string": [(Ask(FWS, "20171124151315"), BIRDS)],
    "test_get_memento_with_string_datetime": [(Ask(FWS, "20171124151315"), BIRDS)],
    "test_get_memento_with_date_datetime": [(Ask(FWS, "20171124000000"), BIRDS)],
    "test_get_memento_with_inexact_string_datetime": [(Ask(FWS, "20171124151310"), BIRDS)],
    "test_get_memento_target_window": [(Ask(FWS, "20171101000000", {"window_days": 60}), BIRDS)],
    # The first conversation of this one requests the rewritten form instead of the raw one, as a setting can.
    "test_get_memento_with_mode": [
        (Ask(FWS, "20171124151315"), BIRDS),
        (Ask(FWS, "20171124151315", replay=VIEW), Captured(FWS, "20171124151315", 200, 30340)),
    ],
    # The archive returns the address that was captured, which differs slightly from the requested one.
    "test_get_memento_returns_memento_with_accurate_url": [
        (Ask("http://fws.gov/", "20171124143728"), Captured("https://www.fws.gov/", "20171124143728", 200, 16612))
    ],
    # Archived redirects: followed, or returned as they are; the archive's own redirects between them are always followed.
    "test_get_memento_follows_historical_redirects": [
        (
            Ask(EPA, "20200201020357"),
            Captured("https://www.epa.gov/sites/production/files/signpost/cc.html", "20200201024405", 200, 4408),
        )
    ],
    "test_get_memento_follow_redirects_does_not_follow_historical_redirects": [
        (
            Ask(EPA, "20200201020357", {"follow": False}),
            Captured("https://www.epa.gov/climatechange", "20200201023757", 301, 267),
        )
    ],
    "test_get_memento_with_redirects": [
        (
            Ask("https://www.epa.gov/ghgreporting/san5779-factsheet", "20180808094144"),
            Captured(PROPOSED, "20180808104500", 200, 13319),
        )
    ],
    # Redirects to a path and to an address without a scheme; both end at an archived 404.
    "test_get_memento_with_path_based_redirects": [(Ask(EOP, "20201027215555"), Failed(Gone, "archived_404"))],
    "test_get_memento_with_schemeless_redirects": [
        (Ask("https://www.census.gov/geography/gss-initiative.html", "20201102232816"), Failed(Gone, "archived_404"))
    ],
    "test_get_memento_raises_for_mementos_that_redirect_in_a_loop": [
        (Ask(SPRINGER, "20200925075402"), Failed(FetchFailed, "redirect_loop"))
    ],
    # A page of the archive itself, with status 200 and no sign that it is a memento.
    "test_get_memento_with_redirect_in_view_mode": [
        (Ask(EOP, "20201027215555", replay=VIEW), Failed(FetchFailed, "no_memento"))
    ],
    "test_get_memento_raises_blocked_error": [
        (Ask("https://nationalpost.com/health/", "20170929002712"), Failed(Refused, "blocked"))
    ],
    "test_get_memento_raises_no_memento_error": [
        (Ask("https://this-is-not-real-url.whatever/", "20170929002712"), Failed(Gone, "not_archived"))
    ],
    "test_get_memento_raises_when_memento_is_outside_target_window": [
        (Ask(FWS, "20171101000000", {"window_days": 1}), Failed(Gone, "outside_window"))
    ],
    # The index has this capture, but the archive redirects to another one.
    "test_get_memento_should_fail_for_non_playbackable_mementos": [
        (Ask(FWS, "20150509080314", {"exact": True}), Failed(FetchFailed, "not_playable"))
    ],
    # The archived page is a 429; the archive itself does not ask us to wait.
    "test_get_memento_works_on_archived_rate_limit_responses": [
        (Ask("http://www.reddit.com/r/PokemonGiveaway", "20150129034904"), Failed(Gone, "archived_429"))
    ],
    "test_memento_rate_limits": [
        (Search({"url": "zew.de", "limit": 1000}, take=1), Found(1, "19970427191925", "19970427191925", 1)),
        *[
            (Ask("http://www.zew.de/", "19970427191925"), Captured("http://www.zew.de:80/", "19970427191925", 200, 837))
            for _ in range(20)
        ],
    ],
    # Search: rows that differ only in the length of their record are one capture.
    "test_search": [
        (
            Search({"url": "nasa.gov", "start": "19961001000000", "end": "19970201000000", "limit": 1000}),
            Found(1, "19961231235847", "19961231235847", 1),
        )
    ],
    "test_search_does_not_repeat_results": [
        (
            Search({"url": "energystar.gov/", "start": "20200612000000", "end": "20200613000000", "limit": 1000}),
            Found(15, "20200612014007", "20200612232323", 1),
        )
    ],
    # Fourteen pages of 25 rows, one resume key per page, and an empty page at the end.
    "test_search_multipage": [
        (
            Search({"url": "cnn.com", "start": "20010410000000", "end": "20010510000000", "limit": 25}),
            Found(96, "20010410213930", "20010509235544", 15),
        )
    ],
    "test_search_with_date": [
        (
            Search({"url": "dw.com", "start": "20191001000000", "end": "20200301000000", "limit": 1000}),
            Found(2205, "20191001012455", "20200229222023", 3),
        )
    ],
    "test_search_with_filter": [
        (Search(NASA, take=10), Found(10, "20220101003924", "20220101013952", 1)),
        (
            Search({**NASA, "filters": ("statuscode:404",)}, take=10),
            Found(10, "20220119090122", "20220119182336", 1),
        ),
    ],
    "test_search_with_filter_list": [
        (Search(NASA, take=10), Found(10, "20220101003924", "20220101013952", 1)),
        (
            Search({**NASA, "filters": ("statuscode:404", "urlkey:.*feature.*")}),
            Found(6, "20220119141446", "20220113133259", 1),
        ),
    ],
    "test_search_with_filter_tuple": [
        (
            Search({**NASA, "filters": ("statuscode:404", "urlkey:.*feature.*")}),
            Found(6, "20220119141446", "20220113133259", 1),
        ),
    ],
    "test_search_with_timezone": [
        (
            Search({"url": "nasa.gov", "start": "19961231235847", "limit": 1000}, take=1),
            Found(1, "19961231235847", "19961231235847", 1),
        ),
        (
            Search({"url": "nasa.gov", "start": "19970101045847", "limit": 1000}, take=1),
            Found(1, "19970605230559", "19970605230559", 1),
        ),
    ],
    "test_search_raises_for_blocked_urls": [
        (
            Search({"url": "https://nationalpost.com/health", "start": "20191001000000", "end": "20191002000000"}),
            Failed(Refused, "blocked"),
        )
    ],
}
