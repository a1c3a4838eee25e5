"""Names of persons in free text: what a label introduces (死者王某某, 联系人：…) is blotted out before anything lands.

Nobody can tell every name: what begins with one of the common surnames behind a label is taken for one, and the words
that only look so are listed (`contracts/_names.yml`). Where a name ends is told by what follows; behind a label that
always introduces a person three signs are taken where nothing tells it, so that rather a sign too many is lost than a
name kept. `docs/security.md` states what is not found.

The patterns mean the same to `re` and to RE2, which DuckDB uses; so neither looks ahead nor behind.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

import yaml

from pipelines.sources.contract import FOLDER, LOADER

FILE = FOLDER / "_names.yml"
BLOT = "＊＊＊"
_HAN = "[\u3400-\u4dbf\u4e00-\u67cf\u67d1-\u9fff]"  # without 某, which stands for a name that was taken out before
_OTHER = "[^\u3400-\u4dbf\u4e00-\u9fff]"
_END = f"($|{_OTHER})"
_NAMED, _KEPT = "\ufdd0", "\ufdd1"  # signs that no text holds: a name that was found, a word that stays
_WHOSE = "(?:及其?(?:联系)?(?:电话|方式))?[0-9０-９甲乙丙]{0,2}(?:姓名)?"
_SPACE = "[ \u3000]{0,4}"
_COLON = f'{_WHOSE}{_SPACE}(?:[:：（(“"]|名叫|叫做){_SPACE}'
_NEXT = f"{_NAMED}(?:（[^（）]{{0,40}}）|\\([^()]{{0,40}}\\))?[、和与及]{_SPACE}"
_CHAINED = 4  # names after the first one of a list


class Step(NamedTuple):
    """One replacement: a pattern, and what takes its place (groups by number)."""

    pattern: str
    groups: str


@functools.cache
def _lists() -> dict[str, str]:
    """The lists of the file as patterns: signs as a class, words as alternatives, the longest first."""
    said = yaml.load(FILE.read_text(encoding="utf-8"), LOADER)
    signs = {name: "[" + "".join(said[name].split()) + "]" for name in ("surnames", "doubtful")}
    words = {name: _any(said[name].split()) for name in said if name not in signs}
    return signs | words | {"every_label": _any([*said["labels"].split(), *said["loose_labels"].split()])}


def _any(words: list[str]) -> str:
    return "(?:" + "|".join(sorted(dict.fromkeys(words), key=lambda word: (-len(word), word))) + ")"


@functools.cache
def steps() -> tuple[Step, ...]:
    """The replacements in their order; the last ones put the blot and the words that stay where they belong."""
    is_ = _lists()
    name, han = f"(?:{is_['compound']}|{is_['surnames']})", _HAN
    gap = f"(?:{_COLON}|{_WHOSE}{_SPACE}(?:是|为|系)?)"
    strict, loose = f"({is_['labels']}{gap})", f"({is_['every_label']}{gap})"
    place = f"{is_['surnames']}{han}?{is_['places']}"
    told = (
        f"(?:{name}{han}{{1,2}}{_END}|{name}{han}{{1,2}}?({is_['after']})"
        f"|{name}{han}({is_['weak_after']})|{name}{han}{{2}}({is_['weak_after']}))"
    )
    ends = "\\2\\3\\4\\5"
    sure = f"({is_['every_label']}{_COLON}){is_['doubtful']}{han}{{1,2}}?({is_['after']}|{_OTHER}|$)"
    sexed = f"{loose}{is_['doubtful']}{han}{{1,2}}([，,、（( ]?[男女])"
    found = [
        Step(f"{loose}({is_['words']}|{place})", f"\\1{_KEPT}\\2"),
        *[Step(f"{loose}{told}", f"\\1{_NAMED}{ends}")] * 2,  # what ends one name may be the label of the next
        Step(sure, f"\\1{_NAMED}\\2"),
        Step(sexed, f"\\1{_NAMED}\\2"),
        Step(f"{strict}(?:{name}{han}{{3}}{_END}|{name}{han}{{2}})", f"\\1{_NAMED}\\2"),
    ]
    for _ in range(_CHAINED):
        found.append(Step(f"({_NEXT})({is_['words']}|{place})", f"\\1{_KEPT}\\2"))
        found.append(Step(f"({_NEXT}){told}", f"\\1{_NAMED}{ends}"))
    return (*found, Step(_KEPT, ""), Step(_NAMED, BLOT))


@functools.cache
def label_pattern() -> str:
    """What a text must hold before it is looked at any closer."""
    return _lists()["every_label"]


def names_sql(column: str) -> str:
    """The text of `column` without the names that a label introduces."""
    for step in steps():
        column = f"regexp_replace({column}, '{step.pattern}', '{step.groups}', 'g')"
    return column


@functools.cache
def _compiled() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(step.pattern), step.groups) for step in steps())


def mask_names(text: str) -> str:
    """The same in Python.

    >>> mask_names("死者张三丰，男；伤者李四（女，38岁）送医，负责人到场")
    '死者＊＊＊，男；伤者＊＊＊（女，38岁）送医，负责人到场'
    """
    for pattern, groups in _compiled():
        text = pattern.sub(groups, text)
    return text
