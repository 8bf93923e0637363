"""The sentences of the column's real openings by the SHA-256 of their text, so that labels need not contain the text.

The rules (also in README.md): leave out quote marks of Markdown and tags; `[text](address)` becomes `text`; strip `**`; a paragraph
ends at a blank line and at `(...)`; collapse whitespace; cut after `.`, `!` or `?` if white space and then a capital letter or an
opening quotation mark follow, and after `.”`; drop a quotation mark that stands alone at the beginning or the end.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_MARKS = re.compile(r"^\s*>+", re.MULTILINE)
_TAG = re.compile(r"<[^>]*>")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_PARAGRAPH = re.compile(r"\(\.\.+\)|\n\s*\n")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"“])|(?<=\.[”\"])\s+")


@cache
def find_sentences(openings_path: Path) -> dict[str, str]:
    """Return the sentences of the openings by the hex SHA-256 of their UTF-8 text."""
    openings = json.loads(openings_path.read_text(encoding="utf-8"))
    return {
        hashlib.sha256(sentence.encode()).hexdigest(): sentence
        for text in openings.values()
        for sentence in sentences_of(text)
    }


def sentences_of(text: str) -> Iterator[str]:
    """Yield the sentences of one opening, each also without a quotation mark that stands alone at an end."""
    for paragraph in _PARAGRAPH.split(_LINK.sub(r"\1", _TAG.sub(" ", _MARKS.sub("", text))).replace("**", "")):
        for sentence in filter(None, _SENTENCE_END.split(" ".join(paragraph.split()))):
            yield sentence
            yield sentence.strip('"“” ')
            yield sentence.lstrip('"“” ')
            yield sentence.rstrip('"“ ')
