"""Cuts a section's text into passages that end at sentence ends and fit the encoder."""

import itertools
import re
from collections.abc import Callable, Iterator, Sequence

from warehouse.sentences import split_sentences

Range = tuple[int, int]
CountTokens = Callable[[Sequence[str]], list[int]]

# The encoder reads 256 tokens and drops the rest; 16 are reserved for its two special tokens and for tokenizers whose counts
# of pieces do not quite add up to the count of the whole.
PASSAGE_TOKENS = 240
# A longer title is a paragraph by mistake; it would push out the passage itself.
CONTEXT_TOKENS = 60

_WORD = re.compile(r"\S+")


def passage_context(title: str, heading: str | None, *, count_tokens: CountTokens) -> str:
    """Return 'title. heading', cut to `CONTEXT_TOKENS`.

    A heading that repeats the title is left out.
    """
    parts = [" ".join(part.split()) for part in (title, heading or "")]
    if parts[0].casefold() == parts[1].casefold():
        parts.pop()
    context = ". ".join(part.rstrip(".") for part in parts if part)
    if not context or count_tokens([context])[0] <= CONTEXT_TOKENS:
        return context
    start, end = _cut_words(context, (0, len(context)), CONTEXT_TOKENS, count_tokens)[0]
    return context[start:end]


def text_to_encode(context: str, text: str) -> str:
    """Return the text to encode for a passage: its context as a sentence, then the passage."""
    return f"{context}. {text}" if context else text


def split_passages(
    text: str,
    *,
    count_tokens: CountTokens,
    limit: int = PASSAGE_TOKENS,
    context: str = "",
) -> list[Range]:
    """Return the character ranges of the passages of `text`, in order and disjoint.

    Together they cover every visible character. Each passage ends at a sentence end and has at most `limit` tokens, including
    `context`; the passages of a text are about equally long. Only a longer sentence is cut, between words, or inside a word that
    is itself too long. Blank text gives no passages.
    """
    room = limit - 2 - (count_tokens([text_to_encode(context, "")])[0] if context else 0)
    if room < 1:
        raise ValueError(f"a context of {len(context)} characters leaves no room for text within {limit} tokens")
    sentences = split_sentences(text)
    counts = count_tokens([text[start:end] for start, end in sentences]) if sentences else []
    pieces: list[tuple[Range, int]] = []
    for sentence, count in zip(sentences, counts, strict=True):
        if count <= room:
            pieces.append((sentence, count))
        else:
            cut = _cut_words(text, sentence, room, count_tokens)
            pieces.extend(
                zip(
                    cut,
                    count_tokens([text[start:end] for start, end in cut]),
                    strict=True,
                )
            )
    return list(_pack(pieces, room))


def _pack(pieces: Sequence[tuple[Range, int]], room: int) -> Iterator[Range]:
    """Join neighbours up to `room` tokens, stopping early at an even share so that no passage is a short remainder."""
    total = sum(count for _, count in pieces)
    share = total / max(1, -(-total // room))
    start, end, held = -1, -1, 0
    for (first, last), count in pieces:
        if start >= 0 and (held + count > room or held >= share):
            yield start, end
            start, held = -1, 0
        if start < 0:
            start = first
        end, held = last, held + count
    if start >= 0:
        yield start, end


def _cut_words(text: str, sentence: Range, room: int, count_tokens: CountTokens) -> list[Range]:
    words = [found.span() for found in _WORD.finditer(text, *sentence)]
    counts = count_tokens([text[start:end] for start, end in words])
    small = itertools.chain.from_iterable(
        [(word, count)] if count <= room else _halve(text, word, room, count_tokens)
        for word, count in zip(words, counts, strict=True)
    )
    return list(_pack(list(small), room))


def _halve(text: str, word: Range, room: int, count_tokens: CountTokens) -> list[tuple[Range, int]]:
    start, end = word
    count = count_tokens([text[start:end]])[0]
    if count <= room or end - start < 2:
        return [(word, count)]
    middle = (start + end) // 2
    return [
        *_halve(text, (start, middle), room, count_tokens),
        *_halve(text, (middle, end), room, count_tokens),
    ]
