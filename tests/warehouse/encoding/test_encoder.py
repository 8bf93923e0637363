"""The encoder gives unit vectors in the order of the texts, and bfloat16 ones that are as good."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from warehouse.encoding.encoder import open_encoder
from warehouse.settings import Settings

pytestmark = pytest.mark.slow

TEXTS = [
    "Ext4 is no longer an experimental file system.",
    "Xen Dom0 support needs changes that some developers do not want. " * 20,
    "Ext4 is no longer an experimental file system.",
    "",
    "日本語のカーネル",
]


@pytest.fixture(scope="module")
def encoder():
    return open_encoder(Settings(precision="float32"))


def test_the_encoder_says_which_model_it_is(encoder):
    assert encoder.name == "all-MiniLM-L6-v2@53aa5117/384/float32"
    assert encoder.dimension == 384


def test_vectors_are_unit_and_in_the_order_of_the_texts(encoder):
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (5, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for text, vector in zip(TEXTS, vectors, strict=True):
        np.testing.assert_allclose(encoder.encode([text])[0], vector, atol=1e-5)


def test_the_vectors_are_those_of_sentence_transformers(encoder):
    sentence_transformers = pytest.importorskip("sentence_transformers")
    from warehouse.encoding.models import find_model

    model = sentence_transformers.SentenceTransformer(str(find_model(Settings()).folder), device="cpu")
    np.testing.assert_allclose(encoder.encode(TEXTS), model.encode(TEXTS), atol=1e-4)


def test_progress_counts_texts_and_ends_at_all(encoder):
    seen = []
    encoder.encode(TEXTS, progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == len(TEXTS)


def test_no_texts_give_no_vectors(encoder):
    assert encoder.encode([]).shape == (0, 384)


def test_bfloat16_turns_no_vector_by_more_than_two_degrees(encoder):
    half = open_encoder(Settings(precision="bfloat16")).encode(TEXTS)
    cosine = (half * encoder.encode(TEXTS)).sum(axis=1)
    assert cosine.min() > np.cos(np.radians(2))


def test_a_question_has_the_same_vector_alone_and_among_others():
    half = open_encoder(Settings(precision="bfloat16"))
    questions = ["xen", "why was Xen slow to get in?", "which file system is right for an SSD", "kvm", "ext4 and btrfs"]
    together = half.encode(questions, query=True)
    alone = np.concatenate([half.encode([question], query=True) for question in questions])
    assert np.array_equal(together, alone)


def test_models_are_loaded_one_at_a_time(monkeypatch):
    import sentence_transformers

    inside = threading.Semaphore(1)

    class Loaded:
        def __init__(self, *_, **__):
            assert inside.acquire(blocking=False), "two loads at once share the library's default precision"
            threading.Event().wait(0.2)
            inside.release()

        def eval(self):
            return self

        def get_embedding_dimension(self):
            return 3

    monkeypatch.setattr(sentence_transformers, "SentenceTransformer", Loaded)
    with ThreadPoolExecutor(2) as pool:
        names = list(pool.map(lambda _: open_encoder(Settings()).name, range(2)))
    assert names[0] == names[1]
