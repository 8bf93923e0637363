"""Writes the archive's model as an ONNX file for questions. Only this module and the encoder need torch."""

import json
import logging
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from warehouse.encoding.models import ModelFiles

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_LOG = logging.getLogger(__name__)
# Least cosine between a question encoded by ONNX and the same question encoded by sentence-transformers.
LEAST_COSINE = 0.9999
_PROBES = ("xen", "when was Xen Dom0 support merged, and what was said against it?", "CONFIG_BKL ", "kernel log " * 300)
_OPSET = 18


def export_query_model(files: ModelFiles, onnx: Path, about: Path) -> None:
    """Write a model as an ONNX file, with its description in `about`; if it cannot be exported, write the reason there.

    Do nothing if the folder is not writable.
    """
    try:
        onnx.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=onnx.parent) as folder:
            made, described = Path(folder) / "model.onnx", Path(folder) / "about.json"
            found = _export(files, made)
            described.write_text(json.dumps(found), encoding="utf-8")
            if "reason" not in found:
                made.replace(onnx)
            described.replace(about)
    except OSError as error:
        _LOG.warning("%s cannot be written (%s); questions are encoded by sentence-transformers", onnx, error)


def _export(files: ModelFiles, path: Path) -> dict[str, str]:
    import torch
    from onnxruntime.capi import onnxruntime_pybind11_state as onnx
    from sentence_transformers import SentenceTransformer

    # The exporter supports only the eager implementation of attention.
    found = SentenceTransformer(
        str(files.folder), device="cpu", local_files_only=True, model_kwargs={"attn_implementation": "eager"}
    ).eval()
    # torch and onnxruntime raise both their own errors and Python's for a model that they cannot handle.
    try:
        _trace(found, path)
        nearest = _least_cosine(found, path)
    except (
        RuntimeError,
        TypeError,
        ValueError,
        AttributeError,
        KeyError,
        torch.onnx.errors.OnnxExporterError,
        onnx.Fail,
        onnx.InvalidArgument,
        onnx.InvalidGraph,
        onnx.NotImplemented,
        onnx.RuntimeException,
    ) as error:
        return {"reason": f"it cannot be exported to ONNX ({type(error).__name__})"}
    if nearest < LEAST_COSINE:
        return {"reason": f"its vectors as ONNX have a cosine of {nearest:.5f}"}
    return {
        "bytes": str(path.stat().st_size),
        "dimension": str(found.get_embedding_dimension()),
        "most_tokens": str(found.get_max_seq_length() or 512),
        "query_prompt": _prompt(found, "query"),
        "document_prompt": _prompt(found, "document"),
    }


def _prompt(found: "SentenceTransformer", name: str) -> str:
    prompts: dict[str, str | None] = found.prompts
    return prompts.get(name) or prompts.get(found.default_prompt_name or "") or ""


def _tokens(found: "SentenceTransformer", text: str, kind: str) -> dict[str, Any]:
    limit = found.get_max_seq_length() or 512
    return dict(found.tokenizer([text], truncation=True, max_length=limit, return_tensors=kind))


def _trace(found: "SentenceTransformer", path: Path) -> None:
    import torch

    tokens = _tokens(found, _PROBES[1], "pt")
    names = list(tokens)

    class OneVector(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = found

        def forward(self, *values: torch.Tensor) -> torch.Tensor:
            vector: torch.Tensor = self.model(dict(zip(names, values, strict=True)))["sentence_embedding"]
            return torch.nn.functional.normalize(vector, dim=1)

    with torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            OneVector(), tuple(tokens.values()), str(path), input_names=names, output_names=["vector"],
            dynamic_axes={name: {0: "texts", 1: "tokens"} for name in names}, opset_version=_OPSET, dynamo=False,
        )  # fmt: skip


def _least_cosine(found: "SentenceTransformer", path: Path) -> float:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_inputs()]
    cosines = []
    for text in _PROBES:
        tokens = _tokens(found, text, "np")
        vector = session.run(None, {name: tokens[name] for name in names})[0][0]
        expected = found.encode([text], normalize_embeddings=True, show_progress_bar=False)[0]
        cosines.append(float(np.dot(vector, expected)))
    return min(cosines)
