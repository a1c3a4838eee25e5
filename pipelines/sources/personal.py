"""Persons in free text: identity cards, telephones and names are blotted out before anything lands.

Columns of their own are dropped by the contracts; what people type into a description is found by its pattern, names
by what introduces them (`person_names`). A number of fifteen or eighteen digits with a valid date in it counts as an
identity card whether or not its check digit is right: a mistyped one still points to a person. What has a pattern of
its own is kept: dates, amounts, record numbers, region codes.
"""

from __future__ import annotations

import re
import unicodedata

from pipelines.sources.person_names import BLOT, label_pattern, mask_names, names_sql

_GAP = r"[ \-－—·]?"
_D = r"[0-9０-９]"
_NOT_BEHIND, _NOT_BEFORE = r"(^|[^0-9０-９A-Za-z])", r"($|[^0-9０-９A-Za-z])"
_MONTH, _DAY = r"(?:[0０][1-9１-９]|[1１][0-2０-２])", r"(?:[0０][1-9１-９]|[12１２][0-9０-９]|[3３][01０１])"
_YEAR = r"(?:[1１][89８９]|[2２][0０])[0-9０-９]{2}"
_CARD_18 = rf"[1-9１-９]{_D}{{5}}{_GAP}{_YEAR}{_GAP}{_MONTH}{_GAP}{_DAY}{_GAP}{_D}{{3}}[0-9０-９XxＸｘ]"
_CARD_15 = rf"[1-9１-９]{_D}{{5}}{_D}{{2}}{_MONTH}{_DAY}{_D}{{3}}"
_MOBILE = rf"(?:(?:\+|00)?86{_GAP})?[1１][3-9３-９]{_D}{_GAP}{_D}{{4}}{_GAP}{_D}{{4}}"
_LANDLINE = rf"[(（]?[0０][1-9１-９]{_D}{{1,2}}[)）]?{_GAP}[2-9２-９]{_D}{{2,3}}{_GAP}{_D}{{4}}"
_SERVICE = r"[48]00[ \-]?[0-9]{3,4}[ \-]?[0-9]{3,4}"
_CALLED = r"(电话|手机|联系方式|致电|拨打|tel|phone|mobile)([:：\s号码为是]{0,6})"
_NUMBERS = "|".join((_CARD_18, _CARD_15, _MOBILE, _LANDLINE, _SERVICE))
PATTERN = rf"{_NOT_BEHIND}(?:{_NUMBERS}){_NOT_BEFORE}"
CALLED_PATTERN = rf"(?i){_CALLED}[0-9０-９]{{3,4}}{_GAP}[0-9０-９]{{3,4}}"
_PERSONS = rf"(?i){_CALLED}|{label_pattern()}"
SUSPECT = r"[0-9０-９][0-9０-９ \-－—·()（）]{5,}[0-9０-９Xx]"
MARKS = f"{SUSPECT}|{label_pattern()}"  # what a text must hold before it is looked at any closer
_suspicious = re.compile(SUSPECT).search
_labelled = re.compile(label_pattern()).search


def mask_sql(column: str) -> str:
    """The text of `column` without persons; one without seven digits and without a label of names passes untouched."""
    once = f"regexp_replace({column}, '{PATTERN}', '\\1{BLOT}\\2', 'g')"
    twice = f"regexp_replace({once}, '{PATTERN}', '\\1{BLOT}\\2', 'g')"  # two numbers may share the sign between them
    called = f"regexp_replace({twice}, '{CALLED_PATTERN}', '\\1\\2{BLOT}', 'g')"
    numberless = f"CASE WHEN regexp_matches({column}, '{SUSPECT}') THEN {called} ELSE {column} END"
    nameless = f"CASE WHEN regexp_matches({column}, '{label_pattern()}') THEN {names_sql(numberless)} ELSE {called} END"
    return f"CASE WHEN regexp_matches({column}, '{MARKS}') THEN {nameless} ELSE {column} END"


def mask(text: str, keep: str = "") -> str:
    """The same in Python, for lines that are kept beside a reason; `keep` (a record's own number) stays.

    >>> mask("联系人王强，电话13800138000，身份证11010519491231002X。")
    '联系人＊＊＊，电话＊＊＊，身份证＊＊＊。'
    """
    if _suspicious(text):
        text = _numberless(text, keep.strip())
    return mask_names(text) if _labelled(text) else text


def _numberless(text: str, own: str) -> str:
    if _suspicious(own) and not _in_words(own):
        parts = re.split(rf"(?<![0-9０-９A-Za-z]){re.escape(own)}(?![0-9０-９A-Za-z])", text)
        return own.join(_numberless(part, "") if _suspicious(part) else part for part in parts)
    for _ in range(2):
        text = re.sub(PATTERN, rf"\1{BLOT}\2", text)
    return re.sub(CALLED_PATTERN, rf"\1\2{BLOT}", text)


def _in_words(own: str) -> bool:
    """Whether a record's own number says of a number in it that it is a person's: such a text is kept for nobody."""
    return re.search(_PERSONS, own) is not None and re.search(PATTERN, own) is not None


def is_identity_number(text: str) -> bool:
    """Whether a text is an identity number of eighteen signs whose check digit is right (GB 11643).

    >>> is_identity_number("11010519491231002X")
    True
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    if not re.fullmatch(r"\d{17}[\dX]", plain):
        return False
    total = sum(int(digit) * pow(2, 17 - i, 11) for i, digit in enumerate(plain[:17]))
    return plain[17] == "10X98765432"[total % 11]
