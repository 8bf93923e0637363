"""Which texts wait for a vector, and which encoder the stored vectors are from."""

from dataclasses import dataclass

from warehouse.connection import Connection
from warehouse.encoding.models import ModelFiles

EMPTY_DIMENSION = 384  # of a warehouse without any passage, so that its marts have a type


@dataclass(frozen=True, slots=True)
class Unencoded:
    """A text, with its context, that a model has no vector for."""

    text_hash: str
    context: str
    text: str


def texts_without_vector(connection: Connection, model: str) -> list[Unencoded]:
    """Each distinct passage text without a vector of `model`, similar lengths side by side."""
    rows = connection.execute(
        """
        SELECT p.text_hash, any_value(p.context), any_value(p.text)
        FROM raw.passages p ANTI JOIN (SELECT text_hash FROM raw.vectors WHERE model = ?) v USING (text_hash)
        GROUP BY p.text_hash ORDER BY max(p.words), p.text_hash
        """,
        [model],
    ).fetchall()
    return [Unencoded(*row) for row in rows]


def stored_encoder(connection: Connection, files: ModelFiles) -> tuple[str, int]:
    """Name and dimension of the encoder that made the vectors of this model; known without loading it.

    Where the model has made none yet, a name that no vector has comes back.
    """
    prefix = f"{files.name}@{files.revision}/"
    row = connection.execute("SELECT max(model) FROM raw.vectors WHERE starts_with(model, ?)", [prefix]).fetchone()
    name = row[0] if row and row[0] else f"{prefix}{EMPTY_DIMENSION}"
    return name, int(name.rsplit("/", 1)[1])
