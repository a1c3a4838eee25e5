"""What a speaker can answer when somebody asks where a number comes from: the notes below a slide."""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.briefing.blocks import Passage, Quoted, fill, passage
from pipelines.briefing.facts import Fact
from pipelines.texts import say

MOST = 30


def sources(facts: Iterable[Fact], as_of: Passage) -> list[Passage]:
    """Every source of a slide once, with the addresses of its facts.

    Args:
        facts: What the slide shows.
        as_of: The data's date.
    """
    found: dict[str, list[str]] = {}
    for fact in facts:
        found.setdefault(fact.source.words, []).append(fact.address)
    lines = [fill("slides.sources", day=as_of)]
    for words, addresses in list(found.items())[:MOST]:
        shown = addresses[0] if len(addresses) == 1 else f"{_common(addresses)}…"
        lines.append(fill("slides.source", words=Quoted(words, "text"), address=Quoted(shown, "name")))
    if len(found) > MOST:
        lines.append(passage(say("slides.sources_more")))
    return lines


def _common(addresses: list[str]) -> str:
    """The beginning that addresses share, up to a slash."""
    low, high = min(addresses), max(addresses)
    n = next((n for n, pair in enumerate(zip(low, high, strict=False)) if pair[0] != pair[1]), len(low))
    return low[: low.rfind("/", 0, n) + 1]
