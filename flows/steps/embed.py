"""Embed: encode every passage text that has no vector of this model."""

from collections.abc import Sequence

from flows.policies import step_task
from flows.steps.run import Run, batches
from warehouse.connection import Connection, open_warehouse
from warehouse.encoding.encoder import Encoder, open_encoder
from warehouse.encoding.models import find_model, settings_like
from warehouse.encoding.passages import text_to_encode
from warehouse.encoding.query_encoder import prepare_query_encoder
from warehouse.encoding.vectors import Unencoded, stored_encoder, texts_without_vector
from warehouse.load import load_vectors

TEXTS_AT_ONCE = 1_024  # sorted by length inside a batch; about 20 s of work, which is the most that a kill can lose


def embed(run: Run) -> None:
    """Encode texts without a vector, batch by batch; each batch is stored before the next one is encoded."""
    with open_warehouse(run.home) as connection:
        name, _ = stored_encoder(connection, find_model(run.settings), run.settings.precision)
        texts = texts_without_vector(connection, name)
        run.begin("embed", len(texts))
        if not texts:
            run.counts["vectors_new"] = 0
            return
        encoder = open_encoder(settings_like(run.settings, name))
        done = 0
        for batch in batches(texts, TEXTS_AT_ONCE):
            encode_batch(connection, encoder, batch)
            done += len(batch)
            run.advance("embed", len(batch), done, len(texts))
        run.counts["vectors_new"] = done
    prepare_query_encoder(run.settings)


@step_task("encode a batch")
def encode_batch(connection: Connection, encoder: Encoder, batch: Sequence[Unencoded]) -> None:
    """Encode a batch and store its vectors."""
    vectors = encoder.encode([text_to_encode(one.context, one.text) for one in batch])
    load_vectors(connection, [one.text_hash for one in batch], encoder.name, vectors)
