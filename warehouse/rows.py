"""Converts a document into rows of the raw tables; pure, so that it can run in any process."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from warehouse.encoding.passages import CountTokens, passage_context, split_passages, text_to_encode
from warehouse.records import DOCUMENT_TABLES, Document, Passage, Row, Section
from warehouse.sites import site_of


@dataclass(frozen=True, slots=True)
class ParserContext:
    """What a parser needs besides the page: the encoder's tokenizer, and the parser's version."""

    count_tokens: CountTokens
    version: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """The captures that a document was read from, first page first."""

    capture_ids: tuple[str, ...]
    captured_at: dt.datetime
    memento_url: str | None


def document_id(kind: str, key: str, number: str | None = None) -> str:
    """Return the id of a document: kind and key if the key is a number (`de:` for German issues), else kind and a hash."""
    if number and re.fullmatch(r"(?:de:)?\d{1,12}", key):
        return f"{kind}-{key.replace(':', '-')}"
    return f"{kind}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"


def assemble(sections: Sequence[Section]) -> tuple[str, list[tuple[int, int]]]:
    """Return the document's text, including headings, and the range of each section's own text in it."""
    pieces: list[str] = []
    ranges: list[tuple[int, int]] = []
    length = 0
    for section in sections:
        for piece, is_text in ((section.heading, False), (section.text, True)):
            if is_text or piece:
                if pieces and piece:
                    pieces.append("\n\n")
                    length += 2
                if is_text:
                    ranges.append((length, length + len(section.text)))
                pieces.append(piece or "")
                length += len(piece or "")
    return "".join(pieces), ranges


def rows_of(document: Document, number: str | None, source: Provenance, reader: ParserContext) -> dict[str, list[Row]]:
    """Return the rows of one document by raw table, except mentions and events (`warehouse.tagging`).

    All ranges count in the document's assembled text.
    """
    name = document_id(document.kind, document.key, number)
    text, ranges = assemble(document.sections)
    rows: dict[str, list[Row]] = {table: [] for table in DOCUMENT_TABLES}
    rows["documents"].append(_document_row(document, name, text, source, reader.version))
    if document.issue is not None:
        facts = document.issue
        rows["issues"].append(
            {
                "document_id": name,
                "series": facts.series,
                "kernel_version": facts.kernel_version,
                "part": facts.part,
                "area": facts.area,
                "lead": facts.lead,
                "pages": facts.pages,
            }
        )
    if document.words is not None:
        rows["quality"].append(_quality_row(document, name))
    position = 0
    for section, (start, end) in zip(document.sections, ranges, strict=True):
        rows["sections"].append(_section_row(section, name, start, end))
        rows["items"].extend(_item_rows(section, name, start))
        for passage in _passages(document, section, name, start, position, reader):
            position += 1
            rows["passages"].append(_passage_row(passage))
    rows["links"].extend(_link_rows(document, name))
    return rows


def _document_row(document: Document, name: str, text: str, source: Provenance, version: str) -> Row:
    return {
        "document_id": name,
        "kind": document.kind,
        "key": document.key,
        "url": document.url,
        "aliases": list(document.aliases),
        "memento_url": source.memento_url,
        "site": site_of(document.url),
        "title": document.title,
        "author": document.author,
        "published_at": document.published_at,
        "utc_offset_min": document.utc_offset_min,
        "published_precision": document.published_precision,
        "published_from": document.published_from,
        "captured_at": source.captured_at,
        "language": document.language,
        "words": len(text.split()),
        "text": text,
        "facts": json.dumps(dict(document.facts), default=str, ensure_ascii=False, sort_keys=True),
        "parser_version": version,
        "capture_ids": list(source.capture_ids),
    }


def _quality_row(document: Document, name: str) -> Row:
    words = document.words
    assert words is not None
    return {
        "document_id": name,
        "words_visible": words.visible,
        "words_kept": words.kept,
        "words_boilerplate": words.boilerplate,
        "words_lost": list(words.lost),
        "damage_made": words.damage_made,
        "damage_found": words.damage_found,
    }


def _section_row(section: Section, name: str, start: int, end: int) -> Row:
    return {
        "section_id": f"{name}.{section.position}",
        "document_id": name,
        "position": section.position,
        "heading": section.heading,
        "role": section.role,
        "char_start": start,
        "char_end": end,
        "text": section.text,
    }


def _item_rows(section: Section, name: str, start: int) -> Iterator[Row]:
    for item in section.items:
        yield {
            "item_id": f"{name}.{section.position}.{item.group_position}.{item.position}",
            "section_id": f"{name}.{section.position}",
            "document_id": name,
            "group_position": item.group_position,
            "position": item.position,
            "char_start": start + item.char_start,
            "char_end": start + item.char_end,
            "text": item.text,
        }


def _passages(
    document: Document, section: Section, name: str, start: int, position: int, reader: ParserContext
) -> Iterator[Passage]:
    context = passage_context(document.title, section.heading, count_tokens=reader.count_tokens)
    ranges: list[tuple[int, int]] = []
    for low, high in _own_words(section):
        pieces = split_passages(section.text[low:high], count_tokens=reader.count_tokens, context=context)
        ranges.extend((low + piece_start, low + piece_end) for piece_start, piece_end in pieces)
    for count, (low, high) in enumerate(ranges):
        yield Passage(
            passage_id=f"{name}:{position + count}",
            document_id=name,
            section_id=f"{name}.{section.position}",
            position=position + count,
            char_start=start + low,
            char_end=start + high,
            text=section.text[low:high],
            context=context,
        )


def _own_words(section: Section) -> Iterator[tuple[int, int]]:
    """Yield the ranges of the section between its quoted parts, from which passages are made."""
    low = 0
    for start, end in sorted(section.quoted):
        if section.text[low:start].strip():
            yield low, start
        low = max(low, end)
    if section.text[low:].strip():
        yield low, len(section.text)


def _passage_row(passage: Passage) -> Row:
    encoded = text_to_encode(passage.context, passage.text)
    return {
        "passage_id": passage.passage_id,
        "document_id": passage.document_id,
        "section_id": passage.section_id,
        "position": passage.position,
        "char_start": passage.char_start,
        "char_end": passage.char_end,
        "text": passage.text,
        "context": passage.context,
        "words": len(passage.text.split()),
        "text_hash": hashlib.sha256(encoded.encode()).hexdigest()[:32],
    }


def _link_rows(document: Document, name: str) -> Iterator[Row]:
    for link in document.links:
        yield {
            "link_id": f"{name}.l{link.position}",
            "document_id": name,
            "section_id": f"{name}.{link.section_position}",
            "position": link.position,
            "anchor": link.anchor,
            "clause": link.clause,
            "sentence": link.sentence,
            "href": link.href,
            "kind": link.kind,
            "key": link.key,
            "status": "not_tried",
            "target_document_id": None,
        }
