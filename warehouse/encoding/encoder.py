"""The only use of sentence-transformers: texts in, unit vectors out.

Four measures make it faster than `SentenceTransformer.encode` without changing the model: weights are held in bfloat16 if the
processor multiplies it natively; texts are sorted by their number of tokens, so that hardly any padding is computed; a batch is
limited by tokens, not by texts, so that it fits the processor's cache; and each processor has its own batch instead of all
sharing one, so that none waits for another (three times as fast beside other work).
"""

import gc
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from warehouse.encoding.models import ModelFiles, encoder_name, find_model
from warehouse.errors import SettingError
from warehouse.settings import Settings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]
ReportProgress = Callable[[int], None]

# Texts whose tokens are in memory at once: enough to sort well by length, some 20 MB.
CHUNK_TEXTS = 4096
# 2,048 tokens of 384 numbers in bfloat16 are 1.5 MB: the fastest of 1,024 to 16,384 with 1 MB of L2 per processor.
BATCH_TOKENS = 2048

# While a model loads, transformers sets torch's default precision for the whole process, so two loads must not overlap.
_LOADING = threading.Lock()


class Encoder(Protocol):
    """Turns texts into vectors; `name` identifies the encoder and is stored beside every vector it makes."""

    @property
    def name(self) -> str:
        """Model, revision, dimension and precision: vectors of different names must never be mixed."""

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""

    def encode(
        self,
        texts: Sequence[str],
        *,
        progress: ReportProgress | None = None,
        query: bool = False,
    ) -> Vectors:
        """Return one vector of length 1 for each text, shape (texts, dimension), in order.

        Encode each distinct text once. Call `progress` with the number of texts done after every batch. With `query`, prepend the
        model's query prompt, if it has one, and return bit-identical vectors whatever else is in the batch, so that an answer does
        not depend on the other questions.
        """


def open_encoder(settings: Settings) -> Encoder:
    """Return the encoder that the settings name, with its weights loaded (about two seconds).

    Raises:
        SettingError: the model does not exist or cannot be loaded.
    """
    return _TorchEncoder(find_model(settings), settings)


def supports_bfloat16() -> bool:
    """Return whether the processor multiplies bfloat16 natively; if it does not, float32 is faster."""
    import torch

    found = torch.cpu.get_capabilities()
    return any(found.get(name, False) for name in ("avx512_bf16", "amx_bf16", "amx_tile", "bf16"))


class _TorchEncoder:
    def __init__(self, files: ModelFiles, settings: Settings) -> None:
        import torch

        self._workers = settings.threads or torch.get_num_threads()
        half = settings.precision == "bfloat16" or (settings.precision == "auto" and supports_bfloat16())
        self._torch = torch
        self._model = _load(files, torch.bfloat16 if half else torch.float32)
        dimension = self._model.get_embedding_dimension()
        if dimension is None:
            raise SettingError(f"model {files.name} does not state the dimension of its vectors")
        self._dimension = int(dimension)
        self._name = encoder_name(files, self._dimension, "bfloat16" if half else "float32")

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimension(self) -> int:
        return self._dimension

    def encode(
        self,
        texts: Sequence[str],
        *,
        progress: ReportProgress | None = None,
        query: bool = False,
    ) -> Vectors:
        prompt = self._prompt(query)
        places: dict[str, int] = {}
        rows = np.array([places.setdefault(prompt + text, len(places)) for text in texts], np.int64)
        shares = np.bincount(rows, minlength=len(places))
        vectors = np.zeros((len(places), self._dimension), np.float32)
        different, done = list(places), 0
        with self._pool() as pool:
            for start in range(0, len(different), CHUNK_TEXTS):
                batches = self._batches(different[start : start + CHUNK_TEXTS], pad=not query)
                for batch, found in pool.map(lambda one: (one[0], self._forward(one[1])), batches):
                    vectors[start + batch] = found
                    done += int(shares[start + batch].sum())
                    if progress is not None:
                        progress(done)
        return vectors[rows]

    @contextmanager
    def _pool(self) -> Iterator[ThreadPoolExecutor]:
        """Yield a pool of workers that use one torch thread each; restore the thread setting afterwards."""
        set_threads, before = self._torch.set_num_threads, self._torch.get_num_threads()
        try:
            with ThreadPoolExecutor(self._workers, initializer=set_threads, initargs=(1,)) as pool:
                yield pool
        finally:
            set_threads(before)

    def _prompt(self, query: bool) -> str:
        prompts: dict[str, str | None] = self._model.prompts
        names = ("query",) if query else ("document", "passage")
        found = [prompts.get(name) for name in (*names, self._model.default_prompt_name or "")]
        return next((prompt for prompt in found if prompt), "")

    def _batches(self, texts: list[str], *, pad: bool) -> Iterator[tuple[npt.NDArray[np.int64], dict[str, Any]]]:
        """Yield the indices and tokens of each batch, longest texts first, so that memory runs out at once or never.

        Padding changes only the last digits of a bfloat16 vector; without it, a batch has texts of one length only.
        """
        tokenizer = self._model.tokenizer
        limit = self._model.get_max_seq_length() or 512
        found = tokenizer(texts, truncation=True, max_length=limit, padding=False, verbose=False)
        lengths = np.array([len(ids) for ids in found["input_ids"]])
        order = np.argsort(-lengths, kind="stable")
        while len(order):
            longest = int(lengths[order[0]])
            size = max(1, BATCH_TOKENS // max(1, longest))
            if not pad:
                size = min(size, int((lengths[order] == longest).sum()))
            batch, order = order[:size], order[size:]
            rows = {name: [values[place] for place in batch] for name, values in found.items()}
            yield batch, dict(tokenizer.pad(rows, return_tensors="pt"))

    def _forward(self, tokens: dict[str, Any]) -> Vectors:
        first, *others = self._model
        with self._torch.inference_mode():
            features = first(tokens)
            # The mean over 200 tokens needs more precision than bfloat16 has.
            features["token_embeddings"] = features["token_embeddings"].float()
            for module in others:
                features = module.float()(features)
            unit: Vectors = self._torch.nn.functional.normalize(features["sentence_embedding"], dim=1).numpy()
        return unit


def _load(files: ModelFiles, dtype: object) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        with _LOADING, warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            model = SentenceTransformer(
                str(files.folder),
                device="cpu",
                local_files_only=True,
                model_kwargs={"dtype": dtype},
            ).eval()
        # The objects that torch and its libraries create are permanent; unfrozen, the garbage collector scans them all now and then,
        # which delayed a timeline by 0.3 s.
        gc.freeze()
        return model
    except (OSError, ValueError, KeyError) as error:
        raise SettingError(f"the model in {files.folder} cannot be loaded: {error}") from error
