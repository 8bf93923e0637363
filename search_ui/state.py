"""What a view shows, kept in the address: read at every rerun, written when a widget says something else."""

import datetime as dt
from collections.abc import Container, Iterable, Mapping
from typing import NoReturn

import streamlit as st

LONGEST = 4000  # characters of one value; search reads no more of a query


def read(name: str, default: str = "") -> str:
    """The value of that name in the address, the default where there is none."""
    return st.query_params.get(name, default)[:LONGEST]


def read_all(name: str, allowed: Container[str], most: int = 20) -> tuple[str, ...]:
    """The values of that name that are allowed, each once, in order."""
    found = dict.fromkeys(value for value in st.query_params.get_all(name) if value in allowed)
    return tuple(found)[:most]


def choose(name: str, allowed: Iterable[str], default: str) -> str:
    """The value of that name where it is one of those allowed."""
    value = read(name)
    return value if value in tuple(allowed) else default


def read_number(name: str, lowest: int, highest: int, default: int) -> int:
    """A whole number within its bounds."""
    value = read(name)
    return min(max(int(value), lowest), highest) if value.isascii() and value.isdigit() and len(value) < 9 else default


def read_day(name: str) -> dt.date | None:
    """A day written as 2009-03-12."""
    try:
        return dt.date.fromisoformat(read(name))
    except ValueError:
        return None


def go(view: str, values: Mapping[str, object]) -> NoReturn:
    """Put a view and its state into the address, and run again; empty values are left out."""
    written: dict[str, str | list[str]] = {} if view == "search" else {"view": view}
    for name, value in values.items():
        if value in (None, "", (), False):
            continue
        written[name] = [str(one) for one in value] if isinstance(value, tuple) else str(value)
    st.query_params.from_dict(written)
    st.rerun()
