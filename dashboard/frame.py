"""Around every page: the place from the address, the pinned build, the head with its pickers, and faults in words."""

from __future__ import annotations

import functools
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from dashboard import address, data, export, handing, modes, sign_in, theme
from dashboard import format as shown
from dashboard.components import html
from pipelines.errors import PipelineError
from pipelines.logs import log_to_file
from pipelines.principals import Principal
from pipelines.texts import has, say, set_language

HERE = Path(__file__).resolve().parent
PAGES = ("overview", "indicator", "quarterly", "records", "what_if", "replay", "plans", "data_loads")
NEWEST = "newest"
VIEW, LINKED = "_anlan_view", "_anlan_pages"
CLICKS = "_anlan_month_clicks"
SAID = 40
"""Letters of an address that are repeated in a notice."""


@dataclass(frozen=True)
class View:
    """What a page needs to draw itself.

    Args:
        place: The place as the address says it, settled to plans and dates of this build.
        reader: The pinned build.
        plan: The row of the plan.
        as_of: The as-of date in force.
        dates: As-of dates of the plan, oldest first.
        plans: All plans of the build.
    """

    place: address.Place
    reader: data.Reader
    plan: dict
    as_of: object
    dates: tuple
    plans: tuple

    @property
    def colours(self) -> dict[str, str]:
        """Colours by role for the ground that the browser shows."""
        return theme.palette(modes.ground())

    @property
    def region_name(self) -> str:
        """Name of the plan's region."""
        code = self.plan["region_code"]
        return next((shown.named(row) for row in self.reader.regions() if row["region_code"] == code), code)

    @property
    def mode(self) -> str:
        """`wall`, `print`, or an empty text (`dashboard.modes`)."""
        return modes.mode()


def run() -> None:
    """One run of the app, from the address to the page's last element."""
    language = _language()
    set_language(language)
    st.set_page_config(page_title=say("product.name"), page_icon=str(HERE / "assets/favicon.png"), layout="wide")
    pages = {
        name: st.Page(f"app_pages/{name}.py", title=say(f"app.pages.{name}"), url_path=name, default=name == PAGES[0])
        for name in PAGES
    }
    current = st.navigation(list(pages.values()), position="hidden")
    st.session_state[LINKED] = pages
    st.html(f"<style>{_style()}{modes.style()}</style>")
    try:
        principal = sign_in.admit(data.settings())
        view = _view(language, principal)
        if view.reader.fell_back_from:
            st.html(html.warning(say("cli.fell_back", build=view.reader.build, damaged=view.reader.fell_back_from)))
        if view.mode:
            modes.head(view)
        else:
            _head(view, current, principal)
        tell_otherwise("plan", view.place.plan, shown.named(view.plan, "title"))
        if address.as_date(st.query_params.get("as_of")) != view.as_of:
            tell_otherwise("as_of", "", shown.day(view.as_of))
        st.session_state[VIEW] = view
        current.run()
    except PipelineError as fault:
        trouble(fault)
    except Exception as fault:  # else Streamlit would show a sentence of its own, in English
        log_to_file(data.settings())
        logging.getLogger("anlan").exception("unexpected fault on a page")
        trouble(handing.told(fault), command=handing.LOG)


def view() -> View:
    """The view of this run, for the page that is drawn."""
    return st.session_state[VIEW]


def tell_otherwise(name: str, used: object, words: str = "") -> None:
    """Say that the address asks for something that is not here, or not for whoever asks, and what is shown instead.

    Args:
        name: Key of the address.
        used: The value in force, as the address would write it; empty where none is.
        words: What is shown, as readers see it; empty where what the address asks for is only left out.
    """
    said = st.query_params.get(name, "")
    if said and said.casefold() != str(used).casefold():
        key = "app.trouble.shown_instead" if words else "app.trouble.left_out"
        st.html(html.warning(say(key, what=say(f"app.pick.{name}"), said=said[:SAID], shown=words)))


def trouble(fault: PipelineError, command: str = "") -> None:
    """A fault in its own words with the command that helps (or the place of the log); never a traceback."""
    key = f"errors.{fault.code}.command"
    command = command or (say(key) if has(key) else say("app.trouble.command"))
    st.html(html.empty(say("app.trouble.title"), fault.tell(), command))
    modes.wait()


@functools.cache
def _style() -> str:
    return ":root{" + theme.variables() + "}" + (HERE / "assets/app.css").read_text(encoding="utf-8")


def _language() -> str:
    return here().lang


def _view(language: str, principal: Principal) -> View:
    reader = data.pin(principal)
    plans = _ordered(reader.plans(), data.settings().office.regions)
    if not plans:
        raise PipelineError("app_no_plans" if principal.regions is None else "app_no_plan_of_yours")
    asked = address.parse(st.query_params.to_dict(), language)
    place = address.settled(asked, [plan["plan_id"] for plan in plans])
    plan = next(row for row in plans if row["plan_id"] == place.plan)
    dates = tuple(sorted(row["as_of_on"] for row in reader.as_of_dates(place.plan)))
    place = address.settled(place, [place.plan], dates)
    return View(place, reader, plan, place.as_of or max(dates, default=None), dates, plans)


def _ordered(plans: list[dict], own: Collection[str] = ()) -> tuple[dict, ...]:
    """The office's own plans, then those on which another rests, then from the largest region to the smallest.

    Of two plans of one region the one that runs at its newest date comes first, then the newer one.
    """
    parents = {plan["parent_plan_id"] for plan in plans}

    def order(plan: dict) -> tuple:
        start, end = first_year(plan), getattr(plan["period_end"], "year", plan["period_end"])
        runs = plan["newest_as_of"] is not None and start <= plan["newest_as_of"].year <= end
        is_other = plan["region_code"] not in own
        return is_other, plan["plan_id"] not in parents, plan["region_code"], not runs, -start

    return tuple(sorted(plans, key=order))


def first_year(plan: dict) -> int:
    """The first year of a plan, whether its start is kept as a year or as a day."""
    return getattr(plan["period_start"], "year", plan["period_start"])


def _head(view: View, current: st.Page, principal: Principal) -> None:
    """Brand, pages and pickers in one row; each link carries the whole place."""
    with st.container(key="head", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f'<p class="a-brand">{html.esc(say("product.name"))}</p>', width="content")
        for name in PAGES:
            there = view.place.query(part="")  # another page has other parts
            link(name, _page_label(name, current), there)
        st.space("stretch")
        _pickers(view)
        sign_in.corner(data.settings(), principal)


def link(page: str, words: str, query: Mapping[str, str]) -> None:
    """A link to a page of the app; Streamlit would look for its file each time that it is named by its path.

    Args:
        page: One of `PAGES`.
        words: What is printed.
        query: Keys and values of the address.
    """
    st.page_link(st.session_state[LINKED][page], label=words, query_params=query)


def _page_label(name: str, current: st.Page) -> str:
    title = say(f"app.pages.{name}")
    return f"**{title}**" if title == current.title else title


def _pickers(view: View) -> None:
    plans = {row["plan_id"]: shown.named(row, "title") for row in view.plans}
    follow("pick_plan", view.place.plan)
    st.selectbox(
        say("app.pick.plan"),
        list(plans),
        key="pick_plan",
        format_func=plans.get,
        label_visibility="collapsed",
        width=300,
        on_change=picked,
        args=("pick_plan", "plan"),
    )
    days = [NEWEST, *[day.isoformat() for day in reversed(view.dates)]]
    follow("pick_as_of", view.place.as_of.isoformat() if view.place.as_of else NEWEST)
    newest = say("app.pick.newest", day=shown.day(max(view.dates))) if view.dates else say("app.pick.no_date")
    labels = {day: say("app.pick.day", day=day) for day in days} | {NEWEST: newest}
    st.selectbox(
        say("app.pick.as_of"),
        days,
        key="pick_as_of",
        format_func=labels.get,
        label_visibility="collapsed",
        width=190,
        on_change=picked,
        args=("pick_as_of", "as_of"),
    )
    follow("pick_lang", view.place.lang)
    st.segmented_control(
        say("app.pick.language"),
        ["zh", "en"],
        key="pick_lang",
        format_func={"zh": "中", "en": "EN"}.get,
        label_visibility="collapsed",
        on_change=picked,
        args=("pick_lang", "lang"),
        required=True,
        width="content",
    )


def target_picker(view: View, rows: list[dict], target: str) -> None:
    """Choose another target of the plan without leaving the page."""
    names = {row["target_id"]: shown.named(row) for row in rows}
    follow("pick_target", target)
    st.selectbox(
        say("app.pick.target"),
        list(names),
        key="pick_target",
        format_func=names.get,
        label_visibility="collapsed",
        on_change=picked,
        args=("pick_target", "target"),
    )


def picker(name: str, options, value: str, words, *, width: int) -> None:
    """A choice that stands in the address under `name`; an empty value means all."""
    follow(f"pick_{name}", value)
    labels = {option: shown.capital(words(option)) for option in options}
    st.selectbox(
        say(f"app.pick.{name}"),
        list(labels),
        key=f"pick_{name}",
        format_func=labels.get,
        label_visibility="collapsed",
        width=width,
        on_change=picked,
        args=(f"pick_{name}", name),
    )


def month_clicks() -> int:
    """How many bars were clicked; part of the chart's key, so that no click is taken for a second one."""
    return st.session_state.get(CLICKS, 0)


def take_month(event, chosen: str) -> None:
    """Choose the month of a bar that was clicked; the same bar again lets go of it."""
    points = event.selection.points if event else []
    if points:
        month = str(points[0]["x"])
        st.session_state[CLICKS] = month_clicks() + 1
        st.query_params.from_dict(here().query(month="" if month == chosen else month, page="", record=""))
        st.rerun()


def downloads(name: str, table, view) -> None:
    """Buttons for CSV and workbook; the file is made only when somebody asks for it.

    The name ends in the build: Streamlit takes two files above 1 MiB of one name, length, beginning, middle and end for
    the same, and would hand out the older one where a later build revised a figure between these.

    Args:
        name: Beginning of the file name.
        table: A function that returns headings and rows.
        view: The view of this run: its build, and whether the file must say that its rows are simulated.
    """
    is_synthetic = view.plan["is_synthetic"]
    for ending, make in (("csv", export.csv), ("xlsx", export.workbook)):
        handing.button(
            say(f"app.records.download_{ending}"),
            lambda make=make: make(table(), is_synthetic=is_synthetic),
            f"{name}_{view.reader.build}.{ending}",
            key=f"download_{name}_{ending}",
        )


def here() -> address.Place:
    """The place as the address says it now."""
    return address.parse(st.query_params.to_dict(), data.settings().app.language)


def follow(key: str, value: object) -> None:
    """The address leads, the picker follows."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value


def picked(key: str, name: str) -> None:
    """Write what was picked into the address; another plan has other targets and regions."""
    value = st.session_state[key]
    place = here()
    if name == "plan":
        query = address.Place(plan=value, as_of=place.as_of, lang=place.lang).query()
    elif name == "as_of":
        query = place.query(as_of=address.as_date(value))
    elif name == "lang":
        query = place.query(lang=value)
    elif name == "target":
        query = place.query(target=value, year="")
    elif name in address.FILTERS and "pick_kind" in st.session_state:
        query = place.query(**{"target": "", "month": "", "page": "", "record": "", name: value})
    else:
        query = place.query(**{name: value})
    st.query_params.from_dict(query)
