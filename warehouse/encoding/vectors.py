"""Which texts wait for a vector, and which encoder the stored vectors are from."""

from dataclasses import dataclass

from warehouse.connection import Connection
from warehouse.encoding.models import ModelFiles, dimension_of, encoder_name

EMPTY_DIMENSION = 384  # of a warehouse without any passage, so that its marts have a type


@dataclass(frozen=True, slots=True)
class Unencoded:
    """A text, with its context, that a model has no vector for."""

    text_hash: str
    context: str
    text: str


def texts_without_vector(connection: Connection, model: str) -> list[Unencoded]:
    """Return each distinct passage text without a vector of `model`, similar lengths side by side."""
    rows = connection.execute(
        """
        SELECT p.text_hash, any_value(p.context), any_value(p.text)
        FROM raw.passages p ANTI JOIN (SELECT text_hash FROM raw.vectors WHERE model = ?) v USING (text_hash)
        GROUP BY p.text_hash ORDER BY max(p.words), p.text_hash
        """,
        [model],
    ).fetchall()
    return [Unencoded(*row) for row in rows]


def stored_encoder(connection: Connection, files: ModelFiles, precision: str = "auto") -> tuple[str, int]:
    """Return name and dimension of the encoder that made the vectors of this model; known without loading it.

    With precision `auto` it is the one that made most of them. Where the model has made none yet, the name is one that no
    vector has.
    """
    rows = connection.execute(
        "SELECT model FROM raw.vectors WHERE starts_with(model, ?) GROUP BY model ORDER BY count(*) DESC, model",
        [f"{files.name}@{files.revision}/"],
    ).fetchall()
    names = [name for (name,) in rows if precision == "auto" or name.endswith(f"/{precision}")]
    name = names[0] if names else encoder_name(files, EMPTY_DIMENSION, "none")
    return name, dimension_of(name)
