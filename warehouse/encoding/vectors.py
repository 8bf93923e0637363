"""Texts that need a vector, and the encoder that made the stored vectors."""

from collections.abc import Collection, Iterator
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


_UNENCODED = "raw.passages p ANTI JOIN (SELECT text_hash FROM raw.vectors WHERE model = ?) v USING (text_hash)"


def count_without_vector(connection: Connection, model: str) -> int:
    """Return how many distinct passage texts have no vector of `model`."""
    (number,) = connection.execute(f"SELECT count(DISTINCT text_hash) FROM {_UNENCODED}", [model]).fetchone() or (0,)
    return int(number)


def texts_without_vector(connection: Connection, model: str, at_once: int) -> Iterator[list[Unencoded]]:
    """Yield each distinct passage text that has no vector of `model` now, ordered by length, in batches of `at_once`.

    Vectors may be loaded meanwhile.
    """
    found = connection.cursor().execute(
        f"""
        SELECT p.text_hash, any_value(p.context), any_value(p.text) FROM {_UNENCODED}
        GROUP BY p.text_hash ORDER BY max(p.words), p.text_hash
        """,
        [model],
    )
    while rows := found.fetchmany(at_once):
        yield [Unencoded(*row) for row in rows]


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


_BROKEN = "len(vector) <> $dimension OR coalesce(abs(list_dot_product(vector, vector) - 1) > 0.01, true)"


def count_broken_vectors(connection: Connection, model: str) -> int:
    """Return how many vectors of `model` have another dimension than its name says, or a length other than 1."""
    values = {"model": model, "dimension": dimension_of(model)}
    query = f"SELECT count(*) FROM raw.vectors WHERE model = $model AND ({_BROKEN})"
    (number,) = connection.execute(query, values).fetchone() or (0,)
    return int(number)


def drop_broken_vectors(connection: Connection, model: str) -> None:
    """Delete the vectors that `count_broken_vectors` counts, so that their texts are encoded again."""
    values = {"model": model, "dimension": dimension_of(model)}
    connection.execute(f"DELETE FROM raw.vectors WHERE model = $model AND ({_BROKEN})", values)


def encoders_with_vectors(connection: Connection) -> set[str]:
    """Return the names of the encoders that made the stored vectors."""
    return {name for (name,) in connection.execute("SELECT DISTINCT model FROM raw.vectors").fetchall()}


def drop_unused_vectors(connection: Connection, encoders: Collection[str]) -> int:
    """Delete vectors of texts that no passage has, and all of some encoders; return how many."""
    unused = "WHERE list_contains(?, model) OR text_hash NOT IN (SELECT text_hash FROM raw.passages)"
    (number,) = connection.execute(f"SELECT count(*) FROM raw.vectors {unused}", [list(encoders)]).fetchone() or (0,)
    if number:
        connection.execute(f"DELETE FROM raw.vectors {unused}", [list(encoders)])
    return int(number)
