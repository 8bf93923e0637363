"""Read the text files of the sample: YAML front matter, then the body, page by page."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from flows.sample.moments import Moment, read_moment

TEXTS = Path(__file__).with_name("texts")
SAMPLE_NOTE = "This is a sample page written for the Kernel Log archive."
GERMAN_SAMPLE_NOTE = "Dies ist eine Beispielseite, geschrieben für das Kernel-Log-Archiv."

KINDS = frozenset(
    [
        "issue",
        "mail",
        "commit",
        "lwn",
        "kernelnewbies",
        "blog",
        "release_note",
        "bug",
        "pdf",
        "page",
    ]
)
DAMAGES = frozenset(
    [
        "mojibake",
        "stray-bracket",
        "glued-pdf",
        "logo-in-byline",
        "title-twice",
        "lost-words",
        "truncated",
        "not-html",
        "no-space",
    ]
)
LISTS = frozenset(["also", "damage", "files", "index", "comments"])
FIELDS = LISTS | frozenset(
    [
        "url",
        "kind",
        "markup",
        "title",
        "author",
        "published",
        "captured",
        "facts",
        "lead",
        "language",
        "expected",
        "message_id",
        "in_reply_to",
        "list",
        "to",
        "sha",
        "repo",
        "committer",
        "committed",
        "parent",
        "bug",
        "product",
        "component",
        "status",
        "resolution",
        "version",
        "severity",
        "site",
        "charset",
    ]
)
REQUIRED = ("url", "kind", "markup", "title", "captured", "facts")
REQUIRED_BY_KIND = {
    "mail": ("message_id", "author"),
    "commit": ("sha", "author", "repo"),
    "bug": ("bug", "author"),
}
UNDATED_KINDS = frozenset({"page", "pdf"})
_PAGE_BREAK = re.compile(r"^=== page (\d+)(?: +(\S+))?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class SampleCapture:
    """One address to capture: the page of the text, its markup, and the capture time."""

    url: str
    captured: dt.datetime
    markup: str
    page: int
    is_print: bool


@dataclass(frozen=True, slots=True)
class SampleText:
    """The contents of a text file; ``pages`` are pairs of address and body, in order."""

    name: str
    fields: Mapping[str, Any]
    pages: tuple[tuple[str, str], ...]

    def __getitem__(self, field: str) -> str:
        """Return the text of a field, or an empty one if it is missing."""
        return str(self.fields.get(field, ""))

    def items(self, field: str) -> list[str]:
        """Return the entries of a list field."""
        return [str(item) for item in self.fields.get(field, [])]

    def has_damage(self, flag: str) -> bool:
        """Return whether the page should have this damage."""
        return flag in self.fields.get("damage", [])

    @property
    def published(self) -> Moment | None:
        """The publication date in the text, or None."""
        return read_moment(self["published"]) if self["published"] else None

    @property
    def dated(self) -> Moment:
        """The publication date, or the capture date if the text has none."""
        return self.published or Moment(_utc(self["captured"]), "day")

    @property
    def author_name(self) -> str:
        """The author's name: ``Sample Writer`` for ``Sample Writer <sample@kernel-log.example>``."""
        return self["author"].partition("<")[0].strip()

    @property
    def author_mail(self) -> str:
        """The author's mail address, or a stock one if the text has none."""
        return self["author"].partition("<")[2].rstrip(">") or "sample@kernel-log.example"

    def captures(self) -> Iterator[SampleCapture]:
        """Yield a capture for every address of this text: its pages (a PDF is one file), then those under ``also``."""
        when = _utc(self["captured"])
        pages = self.pages[:1] if self["kind"] == "pdf" else self.pages
        for number, (url, _) in enumerate(pages, start=1):
            yield SampleCapture(
                url,
                when + dt.timedelta(minutes=number - 1),
                self["markup"],
                number,
                is_print=False,
            )
        for other in self.fields.get("also", []):
            at = _utc(other["captured"]) if "captured" in other else when + dt.timedelta(days=1)
            page, is_print = int(other.get("page", 1)), other.get("view") == "print"
            yield SampleCapture(other["url"], at, other.get("markup", self["markup"]), page, is_print)


def read_texts(folder: Path = TEXTS) -> list[SampleText]:
    """Return all texts of a folder in the order of their names.

    Raises:
        ValueError: a text does not follow the format; the message names the file and the field.
    """
    return [read_text(path) for path in sorted(folder.glob("*.md"))]


def read_text(path: Path) -> SampleText:
    """Return the contents of one file.

    Raises:
        ValueError: as in ``read_texts``.
    """
    source = path.read_text(encoding="utf-8")
    match = re.match(r"---\n(.*?)\n---\n(.*)\Z", source, re.DOTALL)
    if not match:
        raise ValueError(f"{path.name}: no front matter between two --- lines")
    try:
        fields = yaml.load(match[1], Loader=yaml.BaseLoader)  # noqa: S506 - it creates only strings
    except yaml.YAMLError as error:
        raise ValueError(f"{path.name}: front matter is not YAML: {error}") from error
    text = SampleText(path.name, fields, tuple(_pages(fields.get("url", ""), match[2])))
    for fault in _faults(text):
        raise ValueError(f"{path.name}: {fault}")
    return text


def _pages(url: str, body: str) -> Iterator[tuple[str, str]]:
    breaks = list(_PAGE_BREAK.finditer(body))
    yield url, body[: breaks[0].start() if breaks else len(body)].strip("\n")
    for here, after in zip(breaks, [*breaks, None][1:], strict=True):
        end = after.start() if after else len(body)
        yield here[2] or f"{url}?page={here[1]}", body[here.end() : end].strip("\n")


def _faults(text: SampleText) -> Iterator[str]:
    fields = text.fields
    yield from (f"field {name!r} is missing" for name in REQUIRED if not text[name])
    yield from (f"field {name!r} is not known" for name in fields if name not in FIELDS)
    yield from (f"field {name!r} is not a list" for name in LISTS if not isinstance(fields.get(name, []), list))
    kind = text["kind"]
    if kind not in KINDS:
        yield f"kind {kind!r} is not one of {' '.join(sorted(KINDS))}"
    yield from (f"a {kind} needs {name!r}" for name in REQUIRED_BY_KIND.get(kind, ()) if not text[name])
    if not text["published"] and kind not in UNDATED_KINDS:
        yield f"a {kind} needs 'published'"
    yield from (f"damage {flag!r} is not known" for flag in text.items("damage") if flag not in DAMAGES)
    for other in fields.get("also", []):
        if not isinstance(other, dict) or "url" not in other:
            yield "an entry of 'also' needs 'url'"
    try:
        hosts = [urlsplit(capture.url).hostname or "" for capture in text.captures()]
        _ = text.published
    except (ValueError, KeyError) as error:
        yield f"a time or page number cannot be read: {error}"
    else:
        yield from (f"host {host!r} is not under .example" for host in hosts if not host.endswith(".example"))


def _utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)
