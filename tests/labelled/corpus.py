"""The sentences of the LWN corpus by the SHA-256 of their text, so that labels need not contain the text.

The rules (also in README.md): leave out fenced code; a paragraph ends at a blank line and where a line starts a list item or a
heading; drop list, heading and quote marks; `[text](<url>)` becomes `text`, a picture is removed; remove the backslash of an escaped
sign; strip `**`, `_.._`, `*..*` and backticks; collapse whitespace; cut after `.`, `!` or `?` if white space and then a capital letter
or an opening quotation mark follow.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_PARAGRAPH = re.compile(r"\n\s*\n|\n(?=[> ]*(?:\* |#+ |\d+\. ))")
_MARKS = re.compile(r"^[> ]*(?:(?:\* |#+ |\d+\. )\s*)*", re.MULTILINE)
_PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[((?:[^\[\]\\]|\\.)*)\]\((?:<[^>]*>|[^)\s]*)[^)]*\)")
_EMPHASIS = re.compile(r"(?<![\w*])([_*])(?=\S)([^_*\n]+)(?<=\S)\1(?![\w*])")
_ESCAPE = re.compile(r"\\([^\w\s])")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"“])")


@cache
def find_sentences(corpus_path: Path) -> dict[str, str]:
    """Return the sentences of the corpus by the hex SHA-256 of their UTF-8 text; equal sentences share an entry."""
    found: dict[str, str] = {}
    with gzip.open(corpus_path, "rt", encoding="utf-8") as lines:
        for line in lines:
            for sentence in sentences_of(json.loads(line)["markdown"]):
                found[hashlib.sha256(sentence.encode()).hexdigest()] = sentence
    return found


def sentences_of(markdown: str) -> Iterator[str]:
    """Yield the sentences of one article in the order of its text."""
    for paragraph in _PARAGRAPH.split(_FENCE.sub("\n\n", markdown)):
        text = _LINK.sub(r"\1", _PICTURE.sub("", _MARKS.sub("", paragraph)))
        text = _EMPHASIS.sub(r"\2", text.replace("**", ""))
        text = " ".join(_ESCAPE.sub(r"\1", text).replace("`", "").split())
        yield from filter(None, _SENTENCE_END.split(text))
