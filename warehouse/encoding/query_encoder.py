"""The query encoder: the archive's model as an ONNX file, which runs without torch, because torch takes seconds to load.

The file is in the user's cache. A build makes it, or else the first query. If a model cannot run as ONNX, the reason is stored
beside it, and sentence-transformers encodes the questions too.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from platformdirs import user_cache_path

from warehouse.encoding.encoder import Encoder, ReportProgress, open_encoder
from warehouse.encoding.models import ModelFiles, encoder_name, find_model
from warehouse.settings import Settings

if TYPE_CHECKING:
    from tokenizers import Encoding

Vectors = npt.NDArray[np.float32]

FORMAT = 3  # version of the description
_TOGETHER = 16  # texts of like length in one pass, which take two thirds of the time of one by one
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class QueryModel:
    """The paths of a model's ONNX file and of its description `about`, which also holds the reason if there is no ONNX file."""

    files: ModelFiles
    onnx: Path
    about: Path


def query_model(settings: Settings) -> QueryModel:
    """Return the paths of the ONNX file for the settings' model, whether or not it exists."""
    files = find_model(settings)
    stem = "".join(sign if sign.isalnum() or sign in "-." else "_" for sign in files.name)
    base = user_cache_path("kernel-log-archive") / "encoders" / f"{stem}-{files.revision}-{FORMAT}"
    return QueryModel(files, base.with_name(base.name + ".onnx"), base.with_name(base.name + ".json"))


def open_query_encoder(settings: Settings) -> Encoder:
    """Return an encoder for questions: by ONNX if a file exists or can be made, else by sentence-transformers.

    Raises:
        SettingError: the model does not exist or cannot be loaded.
    """
    model = query_model(settings)
    if _read_about(model) is None:
        _LOG.warning("Preparing %s for questions, once: this takes some seconds.", model.files.name)
    about = prepare_query_encoder(settings)
    if about is None or "reason" in about:
        return open_encoder(settings)
    return _OnnxEncoder(model, about, settings)


def prepare_query_encoder(settings: Settings) -> dict[str, str] | None:
    """Make the ONNX file unless it exists; return its description, with a `reason` if the model has no ONNX file.

    Return None if the user's cache cannot be written.
    """
    model = query_model(settings)
    about = _read_about(model)
    if about is None:
        from warehouse.encoding.query_export import export_query_model

        export_query_model(model.files, model.onnx, model.about)
        about = _read_about(model)
    return about


def why_not_onnx(settings: Settings) -> str | None:
    """Return why ONNX is not used to encode questions, or None if it is used or has not been tried."""
    about = _read_about(query_model(settings))
    return None if about is None else about.get("reason")


def _read_about(model: QueryModel) -> dict[str, str] | None:
    try:
        about: dict[str, str] = json.loads(model.about.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    try:
        is_whole = "reason" in about or model.onnx.stat().st_size == int(about["bytes"])
    except (OSError, KeyError, ValueError):
        return None
    return about if is_whole else None


class _OnnxEncoder:
    """Encodes one question at a time, so that its vector does not depend on the others; other texts go together."""

    def __init__(self, model: QueryModel, about: dict[str, str], settings: Settings) -> None:
        import onnxruntime  # takes a tenth of a second, which keyword search need not spend
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = settings.threads
        options.log_severity_level = 3
        # Threads that spin while they wait take processors from the search that runs at the same time.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(str(model.onnx), options, providers=["CPUExecutionProvider"])
        self._inputs = [one.name for one in self._session.get_inputs()]
        self._dimension = int(about["dimension"])
        self._prompts = {True: about["query_prompt"], False: about["document_prompt"]}
        precision = "float32" if settings.precision == "auto" else settings.precision
        self._name = encoder_name(model.files, self._dimension, precision)
        self._tokenizer = Tokenizer.from_file(str(model.files.folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(int(about["most_tokens"]))

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimension(self) -> int:
        return self._dimension

    def encode(self, texts: Sequence[str], *, progress: ReportProgress | None = None, query: bool = False) -> Vectors:
        found = [self._tokenizer.encode(self._prompts[query] + text) for text in texts]
        vectors = np.zeros((len(texts), self._dimension), np.float32)
        order = sorted(range(len(texts)), key=lambda row: len(found[row].ids))
        size = 1 if query else _TOGETHER
        for start in range(0, len(order), size):
            rows = order[start : start + size]
            vectors[rows] = self._session.run(None, self._padded([found[row] for row in rows]))[0]
            if progress is not None:
                progress(start + len(rows))
        return vectors

    def _padded(self, found: Sequence["Encoding"]) -> dict[str, npt.NDArray[np.int64]]:
        """Return the model's inputs for texts, as long as the longest; the mask leaves the padding out."""
        shape = (len(found), max(len(one.ids) for one in found))
        arrays = {name: np.zeros(shape, np.int64) for name in ("input_ids", "attention_mask", "token_type_ids")}
        for row, one in enumerate(found):
            values = (one.ids, one.attention_mask, one.type_ids)
            for array, value in zip(arrays.values(), values, strict=True):
                array[row, : len(value)] = value
        return {name: arrays[name] for name in self._inputs}
