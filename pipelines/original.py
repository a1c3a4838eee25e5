"""Words that stand as their document has them: a plan's clauses are Chinese in every language of ours."""

from __future__ import annotations

import re

from pipelines.texts import say

_CHINESE = re.compile("[㐀-鿿]")


def original(words: str) -> str:
    """Words of a document; on an English page those in Chinese are marked as the original."""
    return say("app.original", words=words) if _CHINESE.search(words) else words
