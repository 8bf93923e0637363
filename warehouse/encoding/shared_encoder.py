"""An encoder for several threads."""

import threading
from collections.abc import Sequence

from warehouse.encoding.encoder import Encoder, ReportProgress, Vectors


class SharedEncoder:
    """An encoder that several threads can share, one call at a time, because its tokenizer is not thread-safe."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.dimension = encoder.name, encoder.dimension
        self._encoder, self._turn = encoder, threading.Lock()

    def encode(self, texts: Sequence[str], *, progress: ReportProgress | None = None, query: bool = False) -> Vectors:
        """Return the vectors that the encoder gives, as it says."""
        with self._turn:
            return self._encoder.encode(texts, progress=progress, query=query)
