"""One thing read from its captures into rows: what the processes of the parse step do, batch by batch."""

import csv
import datetime as dt
import hashlib
import re
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from dbt_models import SEEDS
from flows.reading.audit import shown_text
from flows.reading.charset import decode
from flows.reading.html import without_frames
from flows.sources import registry
from flows.sources.the_h.issue import page_group
from warehouse.captures.files import Stored, read_capture
from warehouse.encoding.models import TokenCounter, find_model
from warehouse.errors import KlogError
from warehouse.frontier.parse_queue import Thing
from warehouse.mentions import load_taxonomy
from warehouse.records import Capture, Document, Identity, Row, WordCount
from warehouse.rows import ParserContext, Provenance, assemble, rows_of
from warehouse.settings import Settings

ROOT = Path(__file__).parent.parent
_WORD = re.compile(r"\w+")
_READING_CODE = (
    "flows/reading", "flows/sources", "flows/document_parser.py", "warehouse/rows.py", "warehouse/encoding/passages.py", "warehouse/text.py",
    "warehouse/mentions", "warehouse/dates", "warehouse/records.py",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parsed:
    """What came of one thing: its rows (empty if it could not be read), and a row for each capture set aside."""

    rows: Mapping[str, list[Row]]
    set_aside: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class DocumentParser:
    """Where captures lie and how they are to be read; cheap to hand to another process."""

    captures: Path
    settings: Settings

    def read(self, thing: Thing) -> Parsed:
        """Read one thing; whatever is wrong with it is told, never raised."""
        pages: list[Capture] = []
        refused: list[Row] = []
        seen: set[int] = set()
        for page, stored in thing.captures:
            if page in seen:
                continue
            try:
                pages.append(self.open(stored))
                seen.add(page)
            except KlogError as error:
                refused.append(_set_aside(stored, error))
        if not pages:
            return Parsed({}, tuple(refused))
        identity = registry.identify(pages[0].url, aliases=self.settings.host_aliases)
        identity = Identity(thing.kind, thing.key, identity.url, 1, identity.number)
        try:
            document = read_document(identity, pages, self.settings.host_aliases)
            source = Provenance(
                tuple(page.capture_id for page in pages),
                min(page.captured_at for page in pages),
                pages[0].memento_url,
            )
            rows = rows_of(document, identity.number, source, parser_context(self.settings))
        except (
            KlogError,
            ValueError,
            LookupError,
            AttributeError,
            TypeError,
            RecursionError,
            MemoryError,
        ) as error:
            # A parser's own fault on one odd page must not end the run; it is listed with its place instead.
            return Parsed({}, (*refused, _set_aside(thing.captures[0][1], error)))
        return Parsed(rows, tuple(refused))

    def open(self, stored: Stored) -> Capture:
        """The capture as stored, unpacked; raises as `warehouse.captures.files.read_capture`."""
        return read_capture(self.captures, stored, limit=self.settings.max_body_bytes)

    def pages_of(self, stored: Stored) -> tuple[Identity, ...]:
        """All pages of the feature that this capture is a page of, in order; empty where it stands alone."""
        try:
            group = page_group(self.open(stored))
        except KlogError:
            return ()  # the read that follows will say what is wrong with it
        return tuple(registry.identify(url, aliases=self.settings.host_aliases) for url in group)


def read_document(identity: Identity, pages: Sequence[Capture], aliases: Mapping[str, str]) -> Document:
    """The document that the captures of one thing hold, its words counted.

    Raises:
        PageSetAside: the page was had and cannot be read; `reason` says why in one word.
    """
    document = registry.parse(identity, pages, aliases=aliases)
    return replace(document, words=count_page_words(document, pages))


def count_page_words(document: Document, pages: Sequence[Capture]) -> WordCount | None:
    """The words of the document's HTML pages, counted apart from their reading, against what was kept of them.

    A reader that lists the furniture it left out (issues) has counted them itself and is held to every word; elsewhere what
    was not kept counts as furniture.
    """
    if document.words is not None or not all("html" in page.mime for page in pages):
        return document.words
    visible = sum(
        len(_WORD.findall(shown_text(without_frames(decode(page.body, page.charset).text)))) for page in pages
    )
    text, _ = assemble(document.sections)
    kept = min(visible, len(_WORD.findall(f"{document.title} {text}")))
    return WordCount(visible=visible, kept=kept, furniture=visible - kept)


@cache
def parser_context(settings: Settings) -> ParserContext:
    """The taxonomy, release dates and tokenizer of these settings, loaded once a process."""
    return ParserContext(
        taxonomy=load_taxonomy(SEEDS),
        releases=_release_dates(SEEDS / "kernel_releases.csv"),
        count_tokens=TokenCounter(find_model(settings)),
        version=parser_version(settings),
    )


@cache
def parser_version(settings: Settings) -> str:
    """Changes whenever reading could give something else: its code, the taxonomy, the tokenizer, the host aliases."""
    digest = hashlib.sha256(f"{settings.model} {sorted(settings.host_aliases.items())}".encode())
    paths = [path for name in _READING_CODE for path in _files(ROOT / name, "*.py")]
    for path in sorted([*paths, *SEEDS.glob("*.csv")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def parse_things(shelf: DocumentParser, things: Sequence[Thing]) -> list[Parsed]:
    """Read a piece of a batch: the function that runs in other processes."""
    return [shelf.read(thing) for thing in things]


def _files(path: Path, pattern: str) -> list[Path]:
    return [path] if path.is_file() else list(path.rglob(pattern))


def _release_dates(path: Path) -> dict[str, dt.date]:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {row["version"]: dt.date.fromisoformat(row["released_on"]) for row in rows if row["released_on"]}


def _set_aside(stored: Stored, error: Exception) -> Row:
    if isinstance(error, KlogError):
        reason, detail = getattr(error, "reason", "error"), str(error)
    else:
        place = traceback.extract_tb(error.__traceback__)[-1]
        reason, detail = (
            "parser",
            f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})",
        )
    return {
        "url": stored.url,
        "step": "parse",
        "reason": reason,
        "detail": detail[:500],
        "capture_id": stored.capture_id,
    }
