"""Parse the captures of one thing into rows. Runs in the worker processes of the parse step."""

import re
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import dbt_models
from flows.parser_versions import reading_version, tagging_version
from flows.reading.audit import shown_text
from flows.reading.decoding import decode
from flows.reading.html import without_frames
from flows.sources import registry
from flows.sources.the_h.issue import page_group
from warehouse.captures.files import Stored, read_capture
from warehouse.encoding.models import TokenCounter, find_model
from warehouse.errors import KlogError, StoreFailed
from warehouse.frontier.parse_queue import Thing
from warehouse.records import Capture, Document, Identity, Row, WordCount
from warehouse.rows import ParserContext, Provenance, assemble, rows_of
from warehouse.settings import Settings
from warehouse.store import open_store
from warehouse.tagging import Tagger, load_tagger, tag_rows

# A parser's bug on one unusual page must not end the run; the page is set aside with the line of the error.
_FAULTS = (
    KlogError, ValueError, LookupError, AttributeError, TypeError, RecursionError, ArithmeticError, AssertionError, MemoryError,
)  # fmt: skip
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Parsed:
    """The result for one thing: its rows (empty if it could not be read), and a row for each capture set aside.

    `version` is the version of its parser.
    """

    rows: Mapping[str, list[Row]]
    set_aside: tuple[Row, ...]
    version: str = ""


@dataclass(frozen=True, slots=True)
class DocumentParser:
    """A parser of captures; it stores only their folder and the settings, so it is cheap to pickle."""

    captures: Path
    settings: Settings

    def read(self, thing: Thing) -> Parsed:
        """Parse one thing; report errors in the result instead of raising them."""
        pages: list[Capture] = []
        refused: list[Row] = []
        seen: set[int] = set()
        for page, stored in thing.captures:
            if page in seen:
                continue
            try:
                pages.append(self.open(stored))
                seen.add(page)
            except StoreFailed:
                raise  # no fault of the page: the run ends, and the next one reads it
            except KlogError as error:
                refused.append(_set_aside(stored, error))
        if not pages:
            return Parsed({}, tuple(refused), self.version_of(thing))
        identity = registry.stored_as(thing.kind, thing.key, pages[0].url, aliases=self.settings.host_aliases)
        version = reading_version(registry.source_of(identity, pages), self.settings)
        try:
            document = read_document(identity, pages, self.settings.host_aliases)
            source = Provenance(
                tuple(page.capture_id for page in pages),
                min(page.captured_at for page in pages),
                pages[0].memento_url,
            )
            context = ParserContext(token_counter(self.settings), version)
            rows = add_tags(rows_of(document, identity.number, source, context))
        except _FAULTS as error:
            return Parsed({}, (*refused, _set_aside(thing.captures[0][1], error)), version)
        return Parsed(rows, tuple(refused), version)

    def version_of(self, thing: Thing) -> str:
        """Return the version of the parser that the thing's address selects."""
        url = thing.captures[0][1].url
        identity = registry.stored_as(thing.kind, thing.key, url, aliases=self.settings.host_aliases)
        return reading_version(registry.readers_of(identity)[0], self.settings)

    def open(self, stored: Stored) -> Capture:
        """Return a capture with its body decompressed; raises as `warehouse.captures.files.read_capture`."""
        store = open_store(self.settings.capture_store)
        return read_capture(self.captures, stored, limit=self.settings.max_body_bytes, store=store)

    def pages_of(self, stored: Stored) -> tuple[Identity, ...]:
        """Return all pages of the feature that this capture belongs to, in order; empty if it belongs to none."""
        try:
            group = page_group(self.open(stored))
        except StoreFailed:
            raise
        except _FAULTS:
            return ()  # `read` will report the error
        return tuple(registry.identify(url, aliases=self.settings.host_aliases) for url in group)


def read_document(identity: Identity, pages: Sequence[Capture], aliases: Mapping[str, str]) -> Document:
    """Return the document in the captures of one thing, with its word count.

    Raises:
        PageSetAside: no parser can read the page; `reason` is one word.
    """
    document = registry.parse(identity, pages, aliases=aliases)
    if any(page.is_cut for page in pages):
        document = replace(document, facts={**document.facts, "is_cut": True})
    return replace(document, words=count_page_words(document, pages))


def count_page_words(document: Document, pages: Sequence[Capture]) -> WordCount | None:
    """Count the words on the document's HTML pages independently of the parser, and how many of them it kept.

    A parser that lists the boilerplate it removed (issues) has counted the words itself, so a lost word can be found.
    For other documents every word that was not kept counts as boilerplate; without HTML the count is None.
    """
    if document.words is not None or not all("html" in page.mime for page in pages):
        return document.words
    visible = sum(
        len(_WORD.findall(shown_text(without_frames(decode(page.body, page.charset).text)))) for page in pages
    )
    text, _ = assemble(document.sections)
    kept = min(visible, len(_WORD.findall(f"{document.title} {text}")))
    return WordCount(visible=visible, kept=kept, boilerplate=visible - kept)


@cache
def token_counter(settings: Settings) -> TokenCounter:
    """Return the encoder's tokenizer, loaded once per process."""
    return TokenCounter(find_model(settings))


@cache
def tagger() -> Tagger:
    """Return the taxonomy and the kernels' release dates, loaded once per process."""
    return load_tagger(dbt_models.SEEDS, tagging_version())


def add_tags(rows: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """Return the rows of one document with its mentions and dated statements, which are extracted again."""
    (document,) = rows["documents"]
    named = tag_rows(document, rows["passages"], tagger())
    return {**rows, **named, "documents": [{**document, "tagged_with": tagger().version}]}


def _set_aside(stored: Stored, error: Exception) -> Row:
    if isinstance(error, KlogError):
        reason, detail = getattr(error, "reason", "error"), str(error)
    elif isinstance(error, MemoryError):
        reason, detail = "memory", "parsing it takes more memory than a page may use"
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
        "tries": None,
    }
