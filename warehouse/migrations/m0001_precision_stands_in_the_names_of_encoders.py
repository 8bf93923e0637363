"""Vectors were stored under `name@revision/dimension`, in whichever precision the machine took.

They get the precision that this machine takes by its settings: a home is upgraded where it was built.
"""

from typing import TYPE_CHECKING

from warehouse.settings import read_settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def migrate(connection: "DuckDBPyConnection") -> None:
    """Put the precision behind the dimension in `raw.vectors.model`."""
    old = "regexp_full_match(model, '.+@[^/]+/\\d+')"
    if connection.execute(f"SELECT count(*) FROM raw.vectors WHERE {old}").fetchone() == (0,):
        return
    connection.execute(f"UPDATE raw.vectors SET model = model || '/' || ? WHERE {old}", [_precision()])


def _precision() -> str:
    chosen = read_settings().precision
    if chosen != "auto":
        return chosen
    import torch

    found = torch.cpu.get_capabilities()
    has_half = any(found.get(name, False) for name in ("avx512_bf16", "amx_bf16", "amx_tile", "bf16"))
    return "bfloat16" if has_half else "float32"
