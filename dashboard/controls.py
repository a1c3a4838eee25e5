"""Controls whose value stands in the address: one choice in a row, a slider over named stops."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from dashboard import format as shown
from dashboard import frame


def choice(name: str, label: str, options: Sequence[str], value: str, words: Callable[[str], str]) -> None:
    """A row of choices of which one holds.

    Args:
        name: Key of the address.
        label: What is chosen, for those who do not see the row.
        options: Values as the address writes them.
        value: The value in force.
        words: An option as readers see it.
    """
    key = f"pick_{name}"
    labels = {option: shown.capital(words(option)) for option in options}
    frame.follow(key, value)
    st.segmented_control(
        label,
        list(labels),
        key=key,
        format_func=labels.get,
        label_visibility="collapsed",
        on_change=frame.picked,
        args=(key, name),
        required=True,
        width="content",
    )


def stops(
    name: str, label: str, options: Sequence[str], value: str, words: Callable[[str], str], *, key: str = ""
) -> None:
    """A slider over named stops; an option of "" is what holds when the address says nothing.

    Args:
        name: Key of the address.
        label: What is moved; printed above the slider.
        options: Values as the address writes them, in their order.
        value: The value in force.
        words: An option as readers see it.
        key: Name of the widget, where the head of the page has one for the same part of the address.
    """
    key = key or f"pick_{name}"
    labels = {option: shown.capital(words(option)) for option in options}
    frame.follow(key, value)
    st.select_slider(label, list(labels), key=key, format_func=labels.get, on_change=frame.picked, args=(key, name))


def asked(view, name: str, options: Sequence[str], otherwise: str = "") -> str:
    """The value of the address where it is one of the options, else `otherwise`, which the page then tells."""
    said = view.place.filters.get(name, "")
    value = said if said in options else otherwise
    frame.tell_otherwise(name, value)
    return value


def pick(name: str, label: str, options: Sequence[str], value: str, words: Callable[[str], str]) -> None:
    """A list of which one entry holds, with its label above.

    Args:
        name: Key of the address.
        label: What is chosen.
        options: Values as the address writes them.
        value: The value in force.
        words: An option as readers see it.
    """
    key = f"pick_{name}"
    labels = {option: shown.capital(words(option)) for option in options}
    frame.follow(key, value)
    st.selectbox(label, list(labels), key=key, format_func=labels.get, on_change=frame.picked, args=(key, name))
