"""The CDX protocol of web archives: our queries, and the three forms of its rows.

Source: https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server (2016-04) for the text form,
https://pywb.readthedocs.io/en/latest/manual/cdxserver_api.html for pywb's JSON lines.
"""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from warehouse.errors import FetchFailed

STAMP = "%Y%m%d%H%M%S"
MOST_PAGES = 1000  # of one list; one that goes on is made to have no end
MOST_ROWS = 200_000


_PYWB_FILTERS = {"statuscode": "="}  # equal; all others are regular expressions, as they all are for web.archive.org


@dataclass(frozen=True, slots=True)
class CdxQuery:
    """What is looked for: an address, or all below it (`match` prefix or domain); `start` and `end` are timestamps."""

    url: str
    match: str | None = None
    start: str | None = None
    end: str | None = None
    filters: Sequence[str] = ()
    collapse: str | None = None
    limit: int = 1000

    def wayback_parameters(self, resume_key: str | None = None) -> list[tuple[str, str]]:
        """Return the query as web.archive.org takes it."""
        found = [("url", self.url), ("limit", str(self.limit)), ("showResumeKey", "true"), ("resolveRevisits", "true")]
        found += self._shared()
        found += [("filter", one) for one in self.filters]
        if self.collapse:
            found.append(("collapse", self.collapse))
        if resume_key:
            found.append(("resumeKey", resume_key))
        return found

    def pywb_parameters(self) -> list[tuple[str, str]]:
        """Return the query as pywb takes it: everything at once, for it has no key to resume with."""
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
    """A capture that an index has; `warc`, `offset` and `length` only where the index says where it lies."""

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
    """Return the rows of one answer and the key to the next one, None at the end.

    Raises:
        FetchFailed: reason `cdx`, the answer is no list of captures.
    """
    block, _, key = text.rstrip("\n").partition("\n\n") if not text.startswith("\n") else ("", "", text.strip())
    rows = []
    for line in block.splitlines():
        if line:
            try:
                rows.append(_read_json(line) if line.endswith("}") else _read_text(line))
            except (ValueError, KeyError, IndexError) as error:
                raise FetchFailed(f"{place}: {line[:120]!r} is not a line of a CDX answer.", reason="cdx") from error
    return rows, key.strip() or None


def without_repeats(rows: Iterator[CdxRow], seen: set[int]) -> Iterator[CdxRow]:
    """Yield rows whose capture has not come yet.

    The archive lists one once for each index that has it. `seen` are their hashes.
    """
    for row in rows:
        name = hash((row.captured_at, row.url, row.mime, row.status, row.digest))
        if name not in seen:
            seen.add(name)
            yield row


def no_end(place: str) -> FetchFailed:
    """Return the error for a list that never ends."""
    return FetchFailed(
        f"{place}: more than {MOST_PAGES:,} pages or {MOST_ROWS:,} rows, more than any list has.", reason="cdx"
    )


def _read_text(line: str) -> CdxRow:
    urlkey, stamp, url, mime, status, digest = line.split(" ")[:6]
    return CdxRow(urlkey, _moment(stamp), url, mime, _number(status), digest)


def _read_json(line: str) -> CdxRow:
    head, brace, rest = line.partition("{")
    value = json.loads(brace + rest)
    before = head.split()  # pywb's own index has key and timestamp in front of the object
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
    """Return the first moment that a timestamp cut short can mean; months and days count from one."""
    return dt.datetime.strptime((stamp + "00000101000000"[len(stamp) :])[:14], STAMP)


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() else None
