"""Questions encoded without torch have the vectors of sentence-transformers, and what cannot be run so falls back."""

import json
import subprocess
import sys

import numpy as np
import pytest

from warehouse.encoding import query_encoder
from warehouse.encoding.encoder import open_encoder
from warehouse.encoding.query_encoder import open_query_encoder, prepare_query_encoder, query_model, why_not_onnx
from warehouse.settings import Settings

FULL = Settings(precision="float32")
QUESTIONS = [
    "xen",
    "when was Xen Dom0 support merged, and what was said against it?",
    "CONFIG_BKL paravirt_ops 2.6.29-rc7",
    "naïve Kernkraft, 日本語のカーネル",
    "the kernel log of all weeks " * 200,
    " ",
]


@pytest.fixture(scope="module")
def encoder():
    prepare_query_encoder(FULL)
    return open_query_encoder(FULL)


def test_a_question_has_the_vector_of_sentence_transformers(encoder):
    expected = open_encoder(FULL).encode(QUESTIONS, query=True)
    found = encoder.encode(QUESTIONS, query=True)
    assert (np.vecdot(found, expected) >= 0.9999).all()
    assert (encoder.name, encoder.dimension) == ("all-MiniLM-L6-v2@53aa5117/384/float32", 384)


def test_passages_have_the_vectors_of_sentence_transformers(encoder):
    passages = [f"{text}. It was merged for 2.6.{number}." for number, text in enumerate(QUESTIONS * 5)]
    expected = open_encoder(FULL).encode(passages)
    assert np.allclose(encoder.encode(passages), expected, rtol=0, atol=1e-5)


def test_a_vector_does_not_depend_on_the_other_questions(encoder):
    together = encoder.encode(QUESTIONS, query=True)
    assert all(
        (encoder.encode([text], query=True)[0] == vector).all()
        for text, vector in zip(QUESTIONS, together, strict=True)
    )


def test_neither_torch_nor_transformers_is_loaded(encoder):
    code = (
        "import sys; from warehouse.encoding.query_encoder import open_query_encoder;"
        "from warehouse.settings import Settings; open_query_encoder(Settings(precision='float32')).encode(['xen']);"
        "assert not {'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_model_that_cannot_be_run_so_is_encoded_by_sentence_transformers(tmp_path, monkeypatch):
    monkeypatch.setattr(query_encoder, "user_cache_path", lambda _: tmp_path)
    about = query_model(FULL).about
    about.parent.mkdir()
    about.write_text(json.dumps({"reason": "it cannot be exported to ONNX (RuntimeError)"}), encoding="utf-8")
    monkeypatch.setattr(query_encoder, "open_encoder", lambda settings: "the other")
    assert open_query_encoder(FULL) == "the other"
    assert why_not_onnx(FULL) == "it cannot be exported to ONNX (RuntimeError)"


def test_a_file_that_was_cut_is_no_encoder(tmp_path, monkeypatch):
    monkeypatch.setattr(query_encoder, "user_cache_path", lambda _: tmp_path)
    model = query_model(FULL)
    model.about.parent.mkdir()
    model.onnx.write_bytes(b"half of it")
    model.about.write_text(json.dumps({"bytes": "90", "dimension": "384"}), encoding="utf-8")
    assert query_encoder._read_about(model) is None


def test_a_cache_that_cannot_be_written_leaves_the_other_encoder(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(query_encoder, "user_cache_path", lambda _: tmp_path / "file")
    assert prepare_query_encoder(FULL) is None
    assert why_not_onnx(FULL) is None
