"""Texts that need a vector, and the encoder that made the stored vectors."""

from dataclasses import dataclass

from warehouse.connection import Connection
from warehouse.encoding.models import ModelFiles, dimension_of, encoder_name

EMPTY_DIMENSION = 384  # of a warehouse without passages, so that its marts have a type


@dataclass(frozen=True, slots=True)
class Unencoded:
    """A passage's text and context for which a model has no vector yet."""

    text_hash: str
    context: str
    text: str


def texts_without_vector(connection: Connection, model: str) -> list[Unencoded]:
    """Return each distinct passage text without a vector of `model`, ordered by length."""
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
    """Return the name and dimension of the encoder that made the stored vectors of this model, without loading it.

    With precision `auto`, the encoder that made most of them. If the model has no vectors yet, the name matches no vector.
    """
    rows = connection.execute(
        "SELECT model FROM raw.vectors WHERE starts_with(model, ?) GROUP BY model ORDER BY count(*) DESC, model",
        [f"{files.name}@{files.revision}/"],
    ).fetchall()
    names = [name for (name,) in rows if precision == "auto" or name.endswith(f"/{precision}")]
    name = names[0] if names else encoder_name(files, EMPTY_DIMENSION, "none")
    return name, dimension_of(name)
