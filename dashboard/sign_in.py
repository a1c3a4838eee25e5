"""Who looks at the app, and what they are told who may not: one question for every page, before it reads anything."""

from __future__ import annotations

import streamlit as st

from dashboard.components import html
from pipelines.principals import Principal, find_principal
from pipelines.settings import Settings
from pipelines.sign_in import Said, by_header, by_token, proxy_secret
from pipelines.texts import say

WHO = "_anlan_principal"


def claims() -> dict:
    """What Streamlit's signed cookie says of the browser; empty where no provider is set up."""
    return dict(st.user.to_dict())


def headers(settings: Settings) -> dict[str, list[str]]:
    """The two headers of the browser's connection that a proxy sets, as often as they came."""
    names = (settings.sign_in.user_header, settings.sign_in.secret_header)
    return {name.lower(): st.context.headers.get_all(name) for name in names}


def asking(settings: Settings) -> Said:
    """What the request of this run says of who sends it."""
    if settings.sign_in.method == "oidc":
        return by_token(settings, claims())
    return by_header(settings, proxy_secret(settings), headers(settings))


def admit(settings: Settings) -> Principal:
    """The principal of this run; whoever is none is told why, and the run ends."""
    if settings.sign_in.method == "none":
        return Principal.everyone()
    said = asking(settings)
    if said.refused:
        _tell(say("sign_in.refused_title"), say(f"sign_in.refused.{said.refused}"), settings, again=True)
    if not said.name:
        _tell(say("sign_in.title"), say("sign_in.words"), settings, again=True)
    principal = find_principal(settings, said.name)
    forget_another(principal)
    if principal.regions is not None and not principal.regions:
        _tell(say("sign_in.no_role_title"), say("sign_in.no_role", name=said.name), settings, again=False)
    return principal


def _tell(title: str, words: str, settings: Settings, *, again: bool) -> None:
    st.html(html.empty(title, words))
    if settings.sign_in.method == "oidc":
        if again:
            st.button(say("sign_in.button"), type="primary", key="sign_in", on_click=st.login)
        else:
            st.button(say("sign_in.out"), key="sign_out", on_click=st.logout)
    st.stop()


def corner(settings: Settings, principal: Principal) -> None:
    """The name of who is signed in, and the way out where the app itself signed them in."""
    if settings.sign_in.method == "none":
        return
    st.html(f'<span class="a-who">{html.esc(say("sign_in.who", name=principal.name))}</span>', width="content")
    if settings.sign_in.method == "oidc":
        st.button(say("sign_in.out"), key="sign_out", on_click=st.logout, type="tertiary")


def forget_another(principal: Principal) -> None:
    """Let go of what this browser session kept for somebody else, such as a page that was drawn for them."""
    mark = (principal.name, principal.key)
    if st.session_state.get(WHO, mark) != mark:
        st.session_state.clear()
    st.session_state[WHO] = mark
