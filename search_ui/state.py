"""The state of a view, kept in the address: read at every rerun, written when a widget changes."""

import datetime as dt
from collections.abc import Container, Iterable, Mapping
from typing import NoReturn, TypeVar

import streamlit as st

Word = TypeVar("Word", bound=str)
FIRST_DAY, LAST_DAY = dt.date(1991, 1, 1), dt.date(2099, 12, 31)  # from Linux' first year on
LONGEST = 4000  # characters of one value; search reads no more of a query


def read(name: str, default: str = "") -> str:
    """Return the value of that name in the address, the default where there is none."""
    return st.query_params.get(name, default)[:LONGEST]


def read_all(name: str, allowed: Container[str], most: int = 20) -> tuple[str, ...]:
    """Return the values of that name that are allowed, each once, in order."""
    found = dict.fromkeys(value for value in st.query_params.get_all(name) if value in allowed)
    return tuple(found)[:most]


def read_any(name: str, most: int = 20) -> tuple[str, ...]:
    """Return the values of that name, each once, in order."""
    return tuple(dict.fromkeys(value[:LONGEST] for value in st.query_params.get_all(name) if value.strip()))[:most]


def choose(name: str, allowed: Iterable[Word], default: Word) -> Word:
    """Return the value of that name where it is one of those allowed."""
    value = read(name)
    return next((one for one in allowed if one == value), default)


def read_number(name: str, lowest: int, highest: int, default: int) -> int:
    """Return a whole number within its bounds."""
    value = read(name)
    return min(max(int(value), lowest), highest) if value.isascii() and value.isdigit() and len(value) < 9 else default


def read_day(name: str) -> dt.date | None:
    """Return a day written as 2009-03-12, within the days that can be chosen."""
    try:
        day = dt.date.fromisoformat(read(name))
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def follow(name: str, value: object) -> str:
    """Return the key of a widget that follows the address, also after back, forward and reload.

    The reader's last choice is kept until it is read; as soon as the address says something new, the widget says it too. (A key
    made of the value does that as well, but then old and new widget stand beside each other while a slow run lasts.)
    """
    shown = f"{name} in the address"
    if name not in st.session_state or st.session_state.get(shown) != value:
        st.session_state[shown] = value
        st.session_state[name] = list(value) if isinstance(value, tuple) else value
    return name


def ask_one(label: str, names: Mapping[Word, str], chosen: Word, name: str, *, labelled: bool = False) -> Word:
    """Show a widget for one of a few words, each by its name, and return the choice."""
    picked = st.segmented_control(
        label, list(names), required=True, format_func=lambda one: names[one], key=follow(name, chosen),
        label_visibility="visible" if labelled else "collapsed",
    )  # fmt: skip
    return picked or chosen


def ask_day(label: str, chosen: dt.date | None, name: str) -> dt.date | None:
    """Show a widget for a day, which may stay empty, and return the choice."""
    picked: dt.date | None = st.date_input(
        label, None, FIRST_DAY, LAST_DAY, key=follow(name, chosen), format="YYYY-MM-DD"
    )
    return picked


def go(view: str, values: Mapping[str, object]) -> NoReturn:
    """Put a view and its state into the address, and run again; empty values are left out."""
    written: dict[str, str | list[str]] = {} if view == "search" else {"view": view}
    for name, value in values.items():
        if value in (None, "", (), False):
            continue
        written[name] = [str(one) for one in value] if isinstance(value, tuple) else str(value)
    st.query_params.from_dict(written)
    st.rerun()
