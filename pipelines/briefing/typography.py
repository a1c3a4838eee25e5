"""How Chinese is set in documents: no gap between signs and figures, no pause mark between quoted words.

Pages on a screen keep a gap around figures, where it helps the eye; official documents have none.
"""

from __future__ import annotations

import re

from pipelines.texts import current_language

_SIGN = "\u4e00-\u9fff，。；：、（）“”《》"
_GAP = re.compile(rf"(?<=[{_SIGN}%‰]) +(?=[0-9{{])|(?<=[0-9}}%‰]) +(?=[{_SIGN}])|(?<=[≤≥＜＞])[ \u00a0](?=[0-9{{])")


def closed_up(text: str) -> str:
    """A Chinese text without the gaps around its figures; other languages stay as they are.

    >>> from pipelines.texts import in_language
    >>> with in_language("zh"):
    ...     closed_up("至少需要 8 个（≤ 10 小时）")
    '至少需要8个（≤10小时）'
    """
    return _GAP.sub("", text) if current_language() == "zh" else text


def pause(before: str, after: str, between: str) -> str:
    """What stands between two parts of a list: nothing between two that stand in quotation marks (GB/T 15834, 4.5.3.5).

    >>> pause("“甲”", "“乙”", "、"), pause("“甲”（一）", "“乙”", "、")
    ('', '、')
    """
    return "" if between == "、" and before.endswith("”") and after.startswith("“") else between
