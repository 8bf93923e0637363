"""The CDX protocol of web archives: queries, and the three formats of rows.

Source: https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server (2016-04) for the text form,
https://pywb.readthedocs.io/en/latest/manual/cdxserver_api.html for pywb's JSON lines.
"""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from warehouse.errors import FetchFailed

STAMP = "%Y%m%d%H%M%S"
MOST_PAGES = 1000  # of one list; no real list is longer, so a longer one is treated as endless
MOST_ROWS = 200_000


_PYWB_FILTERS = {
    "statuscode": "="
}  # an exact match; web.archive.org reads every filter as a regular expression, pywb only with `~`


@dataclass(frozen=True, slots=True)
class CdxQuery:
    """A query for the captures of an address, or of all below it (`match` is `prefix` or `domain`).

    `start` and `end` are CDX timestamps.
    """

    url: str
    match: str | None = None
    start: str | None = None
    end: str | None = None
    filters: Sequence[str] = ()
    collapse: str | None = None
    limit: int = 1000

    def wayback_parameters(self, resume_key: str | None = None) -> list[tuple[str, str]]:
        """Return the query parameters for web.archive.org."""
        found = [("url", self.url), ("limit", str(self.limit)), ("showResumeKey", "true"), ("resolveRevisits", "true")]
        found += self._shared()
        found += [("filter", one) for one in self.filters]
        if self.collapse:
            found.append(("collapse", self.collapse))
        if resume_key:
            found.append(("resumeKey", resume_key))
        return found

    def pywb_parameters(self) -> list[tuple[str, str]]:
        """Return the query parameters for pywb, which has no resume key and so returns all rows at once."""
        found = [("url", self.url), ("output", "json"), *self._shared()]
        return found + [("filter", _PYWB_FILTERS.get(name, "~") + one) for one, name in self._named_filters()]

    def _named_filters(self) -> Iterator[tuple[str, str]]:
        for one in self.filters:
            name, colon, pattern = one.partition(":")
            yield ("status" if name == "statuscode" else name) + colon + pattern, name

    def _shared(self) -> list[tuple[str, str]]:
        named = (("matchType", self.match), ("from", self.start), ("to", self.end))
        return [(name, value) for name, value in named if value]


@dataclass(frozen=True, slots=True)
class CdxRow:
    """A capture in an index; `warc`, `offset` and `length` are set only if the index gives its location."""

    urlkey: str
    captured_at: dt.datetime
    url: str
    mime: str
    status: int | None
    digest: str
    warc: str | None = None
    offset: int | None = None
    length: int | None = None


def read_page(text: str, place: str) -> tuple[list[CdxRow], str | None]:
    """Return the rows of one response and the resume key of the next page, None on the last page.

    `place` names the response in errors.

    Raises:
        FetchFailed: reason `cdx`, the response is not a list of captures.
    """
    block, _, key = text.rstrip("\n").partition("\n\n") if not text.startswith("\n") else ("", "", text.strip())
    rows = []
    for line in block.splitlines():
        if line:
            try:
                rows.append(_read_json(line) if line.endswith("}") else _read_text(line))
            except (ValueError, KeyError, IndexError) as error:
                raise FetchFailed(f"{place}: {line[:120]!r} is not a line of a CDX response.", reason="cdx") from error
    return rows, key.strip() or None


def without_repeats(rows: Iterator[CdxRow], seen: set[int]) -> Iterator[CdxRow]:
    """Yield each capture once; an archive repeats it for every index that contains it.

    The hashes of the rows yielded so far are kept in `seen`, across pages.
    """
    for row in rows:
        name = hash((row.captured_at, row.url, row.mime, row.status, row.digest))
        if name not in seen:
            seen.add(name)
            yield row


def no_end(place: str) -> FetchFailed:
    """Return the error for a list that exceeds the limits of pages or rows."""
    return FetchFailed(
        f"{place}: more than {MOST_PAGES:,} pages or {MOST_ROWS:,} rows, more than any real list.", reason="cdx"
    )


def _read_text(line: str) -> CdxRow:
    urlkey, stamp, url, mime, status, digest = line.split(" ")[:6]
    return CdxRow(urlkey, _moment(stamp), url, mime, _number(status), digest)


def _read_json(line: str) -> CdxRow:
    head, brace, rest = line.partition("{")
    value = json.loads(brace + rest)
    before = head.split()  # CDXJ lines have the key and the timestamp before the JSON object
    return CdxRow(
        urlkey=value.get("urlkey") or before[0],
        captured_at=_moment(str(value.get("timestamp") or before[1])),
        url=value["url"],
        mime=value.get("mime", ""),
        status=_number(str(value.get("status", "-"))),
        digest=value.get("digest", ""),
        warc=value.get("filename"),
        offset=_number(str(value.get("offset", "-"))),
        length=_number(str(value.get("length", "-"))),
    )


def _moment(stamp: str) -> dt.datetime:
    return dt.datetime.strptime(stamp.ljust(14, "0")[:14], STAMP) if len(stamp) == 14 else _short_moment(stamp)


def _short_moment(stamp: str) -> dt.datetime:
    """Return the earliest moment that a shortened timestamp can mean; months and days count from one."""
    return dt.datetime.strptime((stamp + "00000101000000"[len(stamp) :])[:14], STAMP)


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() else None
