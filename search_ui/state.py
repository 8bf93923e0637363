"""The state of a view, kept in the address: read at every rerun, written when a widget changes."""

import datetime as dt
from collections.abc import Callable, Container, Iterable, Mapping
from typing import NoReturn, TypeVar

import streamlit as st

Word = TypeVar("Word", bound=str)
Submit = Callable[[], None]  # reads the widgets and writes the address
FIRST_DAY, LAST_DAY = dt.date(1991, 1, 1), dt.date(2099, 12, 31)  # from the year Linux began
LONGEST = 4000  # characters of one value; search reads no more of a query


def read(name: str, default: str = "") -> str:
    """Return the value of a parameter in the address, cut to `LONGEST` characters; `default` if it is absent."""
    return st.query_params.get(name, default)[:LONGEST]


def read_all(name: str, allowed: Container[str], most: int = 20) -> tuple[str, ...]:
    """Return the allowed values of a parameter in the address, in order and without repeats."""
    found = dict.fromkeys(value for value in st.query_params.get_all(name) if value in allowed)
    return tuple(found)[:most]


def read_any(name: str, most: int = 20) -> tuple[str, ...]:
    """Return the values of a parameter in the address, in order and without repeats."""
    return tuple(dict.fromkeys(value[:LONGEST] for value in st.query_params.get_all(name) if value.strip()))[:most]


def choose(name: str, allowed: Iterable[Word], default: Word) -> Word:
    """Return the value of a parameter if it is one of `allowed`, else `default`."""
    value = read(name)
    return next((one for one in allowed if one == value), default)


def read_number(name: str, lowest: int, highest: int, default: int) -> int:
    """Return a parameter as a whole number, clamped to `lowest` and `highest`; `default` if it is not a number."""
    value = read(name)
    return min(max(int(value), lowest), highest) if value.isascii() and value.isdigit() and len(value) < 9 else default


def read_day(name: str) -> dt.date | None:
    """Return a parameter written as 2009-03-12; None if it is not a date from `FIRST_DAY` to `LAST_DAY`."""
    try:
        day = dt.date.fromisoformat(read(name))
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def follow(name: str, value: object) -> str:
    """Return the key of a widget that follows the address, also after back, forward and reload.

    The reader's choice is kept until it is read; once the value in the address changes, the widget takes the new value. (A key
    made of the value does the same, but then the old and the new widget are both shown during a slow run. A widget that has the
    value already is left alone: setting it would erase what the reader has typed since.)
    """
    shown = f"{name} in the address"
    if name not in st.session_state or st.session_state.get(shown) != value:
        st.session_state[shown] = value
        wanted = list(value) if isinstance(value, tuple) else value
        if name not in st.session_state or st.session_state[name] != wanted:
            st.session_state[name] = wanted
    return name


def ask_one(
    label: str, names: Mapping[Word, str], chosen: Word, name: str, submit: Submit, *, labelled: bool = False
) -> None:
    """Show a widget that offers a few values by name; `submit` is called at a change."""
    st.segmented_control(
        label, list(names), required=True, format_func=lambda one: names[one], key=follow(name, chosen),
        label_visibility="visible" if labelled else "collapsed", on_change=submit,
    )  # fmt: skip


def ask_day(label: str, chosen: dt.date | None, name: str, submit: Submit) -> None:
    """Show a widget for an optional day; `submit` is called at a change."""
    st.date_input(label, None, FIRST_DAY, LAST_DAY, key=follow(name, chosen), format="YYYY-MM-DD", on_change=submit)


def write(view: str, values: Mapping[str, object]) -> None:
    """Write a view and its state to the address; empty values are left out."""
    written: dict[str, str | list[str]] = {} if view == "search" else {"view": view}
    for name, value in values.items():
        if value in (None, "", (), False):
            continue
        written[name] = [str(one) for one in value] if isinstance(value, tuple) else str(value)
    st.query_params.from_dict(written)


def go(view: str, values: Mapping[str, object]) -> NoReturn:
    """Write a view and its state to the address, and rerun."""
    write(view, values)
    st.rerun()
