"""How a page is shown: on a desk, on a wall (`mode=wall`: dark, large, one screen, with a clock), or on paper.

On paper (`mode=print`) charts are still pictures, tables stand open, and nothing that one can only click is left.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import streamlit as st
from plotly.basedatatypes import BaseFigure

from dashboard import data
from dashboard import format as shown
from dashboard.charts.frame import CONFIG, enlarged
from dashboard.charts.picture import picture
from dashboard.components import grid, html
from pipelines import clock
from pipelines.errors import PipelineError
from pipelines.texts import current_language, say

MODES = ("wall", "print")
WALL, PRINT = MODES
GROUNDS = {WALL: "dark", PRINT: "light"}
LARGE = 1.55
AGAIN = "20s"
WAITS = "_anlan_waits"


def mode() -> str:
    """`wall`, `print`, or an empty text, as the address says."""
    said = st.query_params.get("mode", "")
    return said if said in MODES else ""


def ground() -> str:
    """`light` or `dark`: what the mode asks for, else what the browser shows."""
    return GROUNDS.get(mode()) or st.context.theme.type or "light"


def style() -> str:
    """Further CSS of the mode; English words are longer, so that a wall sets them smaller."""
    names = [mode(), *([f"{WALL}-en"] if mode() == WALL and current_language() == "en" else [])]
    return "".join(data.asset(f"{name}.css") for name in names if name)


def head(view) -> None:
    """Where we are, in place of the pickers, which nobody can use on a wall or on paper."""
    mark = f" · {html.synthetic_mark()}" if view.plan["is_synthetic"] else ""
    place = html.esc(f"{shown.named(view.plan, 'title')} · {say('app.data_until', day=shown.day(view.as_of))}")
    with st.container(key="mode_head", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f'<p class="a-brand">{html.esc(say("product.name"))}</p>', width="content")
        st.html(f'<p class="a-where">{place}{mark}</p>', width="content")
        st.space("stretch")
        if mode() == WALL:
            _clock(view.reader.build)
        else:
            st.html(f'<p class="a-where">{html.esc(say("app.build", build=view.reader.build))}</p>', width="content")


@st.fragment(run_every=AGAIN)
def _clock(build: str) -> None:
    """The time; a wall that nobody touches also moves to a new build by itself.

    While there is no build that can be read, as when somebody moves the warehouse, the last one stays on the wall.
    """
    st.html(f'<p class="a-clock">{clock.now():%Y-%m-%d %H:%M}</p>', width="content")
    with contextlib.suppress(PipelineError):
        if data.current_build() != build:
            st.rerun()


@st.fragment(run_every=AGAIN)
def look_again() -> None:
    """On a page that has nothing to show: try again by itself, so that it is back as soon as the build is."""
    if not st.session_state.pop(WAITS, False):
        st.rerun()


def wait() -> None:
    """Begin to look again."""
    st.session_state[WAITS] = True  # what follows at once is no second look yet
    look_again()


class _Ready(BaseFigure):
    """A figure that plotly takes as it is: its check of a plain dict takes longer than the rest of a small page.

    The tests put the figures of every builder through that check instead.
    """

    def __init__(self, figure: Mapping):
        object.__setattr__(self, "_ready", figure)

    def to_dict(self) -> dict:
        """The figure."""
        return dict(self._ready)


def chart(figure: Mapping, alt: str, key: str, *, width: int = 900, larger: float = LARGE, **more: object):
    """A figure as the mode shows it: live, live and large, or as a still picture.

    Args:
        figure: As a builder of `dashboard.charts` returns it.
        alt: What it shows, for those who do not see it.
        key: Name, unique on the page.
        width: Pixels of the still picture, which is then fitted to the paper.
        larger: How many times as large its letters are on a wall.
        more: For `st.plotly_chart`, such as `on_select`.

    Returns:
        What `st.plotly_chart` returns; None on paper.
    """
    if mode() == PRINT:
        st.html(f'<img class="a-still" src="{html.esc(picture(figure, width))}" alt="{html.esc(alt)}">')
        return None
    if mode() == WALL:
        figure = enlarged(figure, larger)
    return st.plotly_chart(_Ready(figure), theme=None, config=CONFIG, alt=alt, key=key, **more)


@contextmanager
def details(label: str, *, is_open: bool = False) -> Iterator[None]:
    """What a reader opens on a screen, unless it `is_open`, and finds open on paper."""
    if mode() == PRINT:
        with st.container(border=True, gap="xxsmall"):
            st.html(f'<h2 class="a-h2">{html.esc(label)}</h2>')
            yield
    else:
        with st.expander(label, expanded=is_open):
            yield


def clickable(key: str, **facts: object) -> str:
    """A heading with, where one can click, what a click does; that stands in texts under the same key and `_hint`."""
    words = say(key, **facts)
    return words if mode() else words + say(f"{key}_hint")


def links(page: str, place) -> str:
    """HTML links to the same view on a wall and on paper; none once one is there. The first page's name is empty."""
    if mode():
        return ""
    return " · ".join(grid.link(page, place, say(f"app.mode.{name}"), mode=name) for name in MODES)
