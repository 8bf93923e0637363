"""An encoder without a model: a text's vector is made from its words, so that texts with common words are similar."""

import zlib
from functools import lru_cache

import numpy as np

from warehouse.encoding.models import encoder_name, find_model
from warehouse.settings import Settings


@lru_cache(100_000)
def _vector_of(word, dimension):
    seed = zlib.crc32(word.encode("utf-8", "replace"))
    return np.random.default_rng(seed).standard_normal(dimension)


class FakeEncoder:
    """Returns the same unit vector for the same text; `encoded` counts the texts it was given."""

    def __init__(self, dimension: int = 32, name: str | None = None) -> None:
        self.dimension = dimension
        self.name = name or f"fake@1/{dimension}"
        self.encoded = 0

    def encode(self, texts, *, progress=None, query=False):
        self.encoded += len(texts)
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split() or [""]:
                vectors[row] += _vector_of(word.strip(".,;:!?"), self.dimension)
            if progress is not None:
                progress(row + 1)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def open_fake_encoder(settings: Settings) -> FakeEncoder:
    """Return the encoder of builds without a model, named like the real model's."""
    files = find_model(settings)
    return FakeEncoder(32, encoder_name(files, 32, "float32"))
