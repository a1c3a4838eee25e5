"""One list of codes: from what a sender writes to the code that lands."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

SHORT, NEAR = 12, 3  # a list of so many codes is told whole, of a longer one so many of the nearest
_LOOSE_ENDS = ("事故", "灾害", "领域", "行业")


def plain(text: str) -> str:
    """The comparable form of a value: NFKC, no spaces, no letter case.

    >>> plain(" 道路　运输 ")
    '道路运输'
    """
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


@dataclass(frozen=True)
class Found:
    """The outcome of a look-up: the code, or why there is none and the nearest name that is known."""

    code: str | None
    fault: str | None = None
    nearest: str | None = None


class CodeList:
    """One list: every spelling of each code.

    Args:
        name: File name below `data/codes`, without `.csv`, or the name of an inner list.
        file: As the user knows it, for messages.
        rows: code, Chinese name, English name, aliases.

    Attributes:
        codes: In the order of the list.
        labels: Code → name by language.
    """

    def __init__(self, name: str, file: str, rows: Iterable[tuple[str, str, str, Iterable[str]]]):
        self.name = name
        self.file = file
        self.codes: list[str] = []
        self.labels: dict[str, dict[str, str]] = {}
        self._spellings: dict[str, set[str]] = {}
        self._shown: dict[str, str] = {}
        weaker: dict[str, set[str]] = {}
        for code, zh, en, aliases in rows:
            self.codes.append(code)
            self.labels[code] = {"zh": zh.strip(), "en": en.strip()}
            self._spell(code, code)
            for text in (zh, en):
                self._spell(text, code)
            for alias in aliases:
                if plain(alias):
                    weaker.setdefault(plain(alias), set()).add(code)
                    self._shown.setdefault(plain(alias), alias.strip())
        for text, codes in weaker.items():  # a name outranks an alias of another code
            self._spellings.setdefault(text, codes)
        self._numeric = {code.lstrip("0") or "0": code for code in self.codes if code.isdigit()}

    def _spell(self, text: str, code: str) -> None:
        if plain(text):
            self._spellings.setdefault(plain(text), set()).add(code)
            self._shown.setdefault(plain(text), text.strip())

    def find(self, text: str) -> Found:
        """The code for a code, a name in either language, or an alias."""
        wanted = plain(text)
        for form in (wanted, wanted.split("(", 1)[0], *(wanted.removesuffix(end) for end in _LOOSE_ENDS)):
            codes = self._spellings.get(form, ())
            if len(codes) == 1:
                return Found(next(iter(codes)))
            if codes:
                return Found(None, "ambiguous_code", ", ".join(sorted(codes)))
        if wanted.removesuffix(".0").isdigit():  # 02 that passed through a spreadsheet as 2
            code = self._numeric.get(wanted.removesuffix(".0").lstrip("0") or "0")
            if code is not None:
                return Found(code)
        return Found(None, "unknown_code", self.nearest(wanted))

    def nearest(self, wanted: str) -> str | None:
        """The known spelling that resembles a text most, as printed in the list."""
        close = difflib.get_close_matches(plain(wanted), self._spellings, n=1, cutoff=0.6)
        if close:
            return self._shown[close[0]]
        inside = [known for known in self._spellings if len(known) > 1 and (known in wanted or wanted in known)]
        return self._shown[max(inside, key=len)] if inside and wanted else None

    def choices(self, wanted: str, nearest: str | None) -> tuple[list[dict[str, str]], list[str]]:
        """What a sender may write instead: the names of all codes, of a short list; and of a long one the nearest.

        Args:
            wanted: What the sender wrote.
            nearest: The spelling that was found to resemble it most; it comes first.

        Returns:
            Names by language of every code, none for a list of more than `SHORT` codes; spellings of up to `NEAR` codes
            (of a short list only `nearest`).
        """
        near = [nearest] if nearest else []
        if len(self.codes) <= SHORT:
            return list(self.labels.values()), near
        seen = [self._spellings[plain(text)] for text in near]
        for close in difflib.get_close_matches(plain(wanted), self._spellings, n=4 * NEAR, cutoff=0.4):
            if self._spellings[close] not in seen and len(near) < NEAR:
                seen.append(self._spellings[close])
                near.append(self._shown[close])
        return [], near
