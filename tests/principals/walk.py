"""Go through every page as one person and keep every text, figure and file that the app hands over."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from google.protobuf.json_format import MessageToJson
from streamlit.elements.widgets.button import ButtonMixin
from streamlit.testing.v1 import AppTest

from dashboard import sign_in
from dashboard.frame import PAGES
from pipelines.sign_in import Said
from tests.dashboard.conftest import APP
from tests.principals.office import LONG

# Further states of a page, of which each opens more of it; and addresses that somebody else's link would bring.
STATES = {
    "records": [{"kind": kind} for kind in ("accidents", "disasters", "inspections", "training", "statistics")],
    "plans": [{"part": part} for part in ("side", "inheritance", "doubts", "coverage")],
}
EVERYWHERE = [{}, {"lang": "en"}, {"mode": "print"}, {"mode": "wall"}]
FOREIGN = [
    {"plan": "dongjiang"}, {"plan": "tianjin"}, {"plan": "nation"}, {"region": "120116403"}, {"region": "120000"},
    {"plan": "dongjiang", "region": "120116403", "target": "1", "kind": "accidents", "year": "2023"},
]  # fmt: skip


def text_of(content: bytes) -> str:
    """Everything readable in a file: the parts of an office document, else the text itself."""
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return content.decode("utf-8", "replace")


@contextmanager
def keeping_downloads(kept: list[str]) -> Iterator[None]:
    """Make every file that a button would hand over at once, and keep its text."""
    real = ButtonMixin._download_button
    documents: set[str] = set()  # whole documents take seconds: one of each kind, test_documents makes the others

    def keep(self, label, data, file_name=None, *rest, **more):
        kind = re.search("_(brief|page|slides|workbook)", file_name)
        if kind and kind[0] in documents:
            return real(self, label, data, file_name, *rest, **more)
        documents.update([kind[0]] if kind else [])
        made = data() if callable(data) else data
        made = made.read() if hasattr(made, "read") else made
        kept.append(f"{file_name}\n{text_of(made.encode() if isinstance(made, str) else made)}")
        return real(self, label, data, file_name, *rest, **more)

    with patch.object(ButtonMixin, "_download_button", keep):
        yield


def shown(at: AppTest) -> str:
    """Every element of a page as it is sent to the browser, expanded or not."""
    found = []

    def down(node) -> None:
        for child in node.children.values():
            proto = getattr(child, "proto", None)
            if proto is not None and hasattr(proto, "DESCRIPTOR"):
                found.append(MessageToJson(proto, ensure_ascii=False))
            if hasattr(child, "children"):
                down(child)

    down(at._tree)
    return "\n".join(text for text in found if "<style>" not in text)


def open_as(name: str, root: Path, page: str, query: dict[str, str], monkeypatch) -> AppTest:
    """One page as the proxy would bring a person to it."""
    monkeypatch.setenv("ANLAN_ROOT", str(root))
    monkeypatch.setattr(sign_in, "asking", lambda settings: Said(name))
    at = AppTest.from_file(str(APP), default_timeout=120)
    at.query_params.update(query)
    at.run()
    if page != PAGES[0]:
        at.switch_page(f"app_pages/{page}.py")
        at.query_params.update(query)
        at.run()
    assert not at.exception, at.exception
    return at


def walk(name: str, root: Path, monkeypatch, *, targets: tuple[str, ...] = ()) -> tuple[str, list[str]]:
    """All pages in all their states.

    Returns:
        Everything that was shown, and the text of every file that could be taken away.
    """
    kept: list[str] = []
    seen: list[str] = []
    with keeping_downloads(kept):
        for page in PAGES:
            states = [*EVERYWHERE, *FOREIGN, *STATES.get(page, ())]
            if page == "indicator":
                states += [{"target": target} for target in targets]
            for query in states:
                text = shown(open_as(name, root, page, query, monkeypatch))
                assert "logs/anlan.log" not in text, f"{page} {query}: {text[-2000:]}"
                seen.append(text)
    return "\n".join(seen), kept


def numbers(text: str) -> set[int]:
    """Whole numbers that are long enough to be no chance, with or without separators."""
    found = re.findall(r"(?<![\d.,A-Fa-f])\d[\d,]{5,}(?![\d.A-Fa-f])", text)
    return {number for number in (int(one.replace(",", "")) for one in found) if number >= LONG}
