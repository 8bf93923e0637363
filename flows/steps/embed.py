"""Embed: encode every passage text that has no vector of this model."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from flows.policies import step_task
from flows.steps.run import Run
from warehouse.connection import Connection, open_warehouse
from warehouse.encoding.encoder import Encoder, Vectors, open_encoder
from warehouse.encoding.models import find_model, settings_like
from warehouse.encoding.passages import text_to_encode
from warehouse.encoding.query_encoder import open_query_encoder, prepare_query_encoder
from warehouse.encoding.vectors import Unencoded, count_without_vector, stored_encoder, texts_without_vector
from warehouse.load import load_vectors

Encode = Callable[[], tuple[str, Vectors]]
"""Encodes a batch: the name of the encoder and the vectors."""

TEXTS_AT_ONCE = 1_024  # sorted by length inside a batch; about 20 s of work, which is the most that a kill can lose
# Up to so many new texts cost less by ONNX than torch takes to load (9 s of a processor, in which ONNX encodes a thousand).
FEW_TEXTS = 256


def embed(run: Run) -> None:
    """Encode texts without a vector, batch by batch; each batch is stored before the next one is encoded.

    A few texts are encoded as questions are, by ONNX, whose vectors differ from sentence-transformers' by rounding only.
    """
    with open_warehouse(run.home) as connection:
        name, _ = stored_encoder(connection, find_model(run.settings), run.settings.precision)
        total = count_without_vector(connection, name)
        run.begin("embed", total)
        run.counts["vectors_new"] = 0
        if not total:
            return
        batches = texts_without_vector(connection, name, TEXTS_AT_ONCE)
        settings = settings_like(run.settings, name)
        if total <= FEW_TEXTS and name.endswith("/float32"):
            encoded = _encoded(batches, open_query_encoder(settings))
        elif run.cluster:
            encoded = run.cluster.encode(batches, _text, settings)
        else:
            encoded = _encoded(batches, open_encoder(settings))
        for batch, encode in encoded:
            encode_batch(connection, batch, encode)
            run.counts["vectors_new"] += len(batch)
            run.advance("embed", len(batch), run.counts["vectors_new"], total)
    prepare_query_encoder(run.settings)


@step_task("encode a batch")
def encode_batch(connection: Connection, batch: Sequence[Unencoded], encode: Encode) -> None:
    """Encode a batch and store its vectors."""
    name, vectors = encode()
    load_vectors(connection, [one.text_hash for one in batch], name, vectors)


def _encoded(batches: Iterable[Sequence[Unencoded]], encoder: Encoder) -> Iterator[tuple[Sequence[Unencoded], Encode]]:
    """Yield each batch with what encodes it in this process."""
    for batch in batches:
        yield batch, partial(_encode, encoder, batch)


def _encode(encoder: Encoder, batch: Sequence[Unencoded]) -> tuple[str, Vectors]:
    return encoder.name, encoder.encode([_text(one) for one in batch])


def _text(one: Unencoded) -> str:
    return text_to_encode(one.context, one.text)
