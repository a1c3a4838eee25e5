"""The small pieces: verdict badges, tags, bars, dots, tiles, cards, trust lines. Each returns HTML text."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence

from dashboard import format as shown
from dashboard.theme import mark
from pipelines.assessment.verdict import displayed_tenths, probability_words
from pipelines.texts import current_language, say

SHORT = 22  # characters of a cell that is never broken


def esc(text: object) -> str:
    """Text of any origin, safe inside an element and inside a quoted attribute."""
    return html.escape(str(text), quote=True)


def badge(verdict: str | None, *, large: bool = False) -> str:
    """A verdict as shape, word and colour."""
    sign = mark(verdict)
    word = say(f"verdicts.{verdict or 'no_data'}")
    size = " a-large" if large else ""
    return f'<span class="a-verdict a-c-{sign.role}{size}"><i>{sign.shape}</i>{esc(word)}</span>'


def turn(before: str, now: str) -> str:
    """From one verdict to another by their shapes; one shape when it stayed."""
    old, new = mark(before), mark(now)
    if before == now:
        return f'<span class="a-c-{new.role}">{new.shape}</span>'
    return f'<span class="a-c-{old.role}">{old.shape}</span>→<span class="a-c-{new.role}">{new.shape}</span>'


def nature_tag(nature: str) -> str:
    """约束性 and its kin; a binding target's tag is filled."""
    filled = " a-filled" if nature == "binding" else ""
    return f'<span class="a-tag{filled}">{esc(say(f"app.nature.{nature}"))}</span>'


def progress(done: float | None, elapsed: float | None, words: str, *, is_used: bool = False) -> str:
    """A bar of the targeted change that has been made, or of what is used up, with a tick at the time that has passed.

    Args:
        done: Share 0-1; clipped to the bar, because the number beside it says what lies beyond. None = no bar.
        elapsed: Share 0-1 of the plan's time.
        words: What the bar says, for those who do not see it.
        is_used: Whether it shows what is used up, of which less is better: a striped bar.
    """
    if done is None:
        return f'<span class="a-bar a-none" role="img" aria-label="{esc(words)}"></span>'
    wide = min(max(done, 0.0), 1.0) * 100
    tick = "" if elapsed is None else f'<u style="left:{min(max(elapsed, 0.0), 1.0) * 100:.0f}%"></u>'
    kind = "a-bar a-used" if is_used else "a-bar"
    return f'<span class="{kind}" role="img" aria-label="{esc(words)}"><b style="width:{wide:.0f}%"></b>{tick}</span>'


def chance(probability: float) -> str:
    """Ten dots and the words for a probability; never finer than tens of per cent."""
    tenths = displayed_tenths(probability)
    words = probability_words(probability)
    row = f'<span class="a-dots" aria-hidden="true"><b style="width:{tenths * 10}%"></b></span>'
    return f"{row}<small>{esc(shown.capital(words))}</small>"


def image(source: str, words: str, *, width: int, height: int) -> str:
    """A picture with its text; without a picture, only the text."""
    if not source:
        return f"<small>{esc(words)}</small>"
    return f'<img src="{esc(source)}" width="{width}" height="{height}" alt="{esc(words)}">'


def card(title: str, body: str, *, extra: str = "") -> str:
    """A framed block with a small heading; `body` and `extra` are HTML."""
    return f'<section class="a-card {extra}"><h2>{esc(title)}</h2>{body}</section>'


def lines(items: Iterable[tuple[str, str]]) -> str:
    """A mark (HTML) and a sentence (HTML) per line."""
    return "".join(f'<div class="a-line"><span>{first}</span><span>{second}</span></div>' for first, second in items)


def verdict_bar(counts: Mapping[str, int]) -> str:
    """How many targets have which verdict, as one bar in the order of risk, each part named below it."""
    parts = sorted(((v, n) for v, n in counts.items() if n), key=lambda item: mark(item[0]).risk)
    bars = "".join(f'<b class="a-b-{mark(v).role}" style="flex:{n}">{n}</b>' for v, n in parts)
    names = "".join(f"<span>{badge(v)} {n}</span>" for v, n in parts)
    return f'<div class="a-verdicts" aria-hidden="true">{bars}</div><div class="a-legend">{names}</div>'


def amount(value: str, unit: str) -> str:
    """A number that stands out, with its unit; per cent and per mille signs right behind it."""
    if value == shown.NOTHING:
        return f"<b>{esc(value)}</b>"
    if unit in ("%", "‰"):
        return f'<b>{esc(value)}</b><small class="a-sign">{esc(unit)}</small>'
    return f"<b>{esc(value)}</b> <small>{esc(unit)}</small>"


def tile(label: str, value: str, unit: str = "", below: str = "") -> str:
    """A number with its label and one line of context; no arrow and no colour of its own."""
    under = f"<small>{esc(shown.capital(below))}</small>" if below else ""
    return f'<div class="a-tile"><span>{esc(label)}</span><p>{amount(value, unit)}</p>{under}</div>'


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Names and values, one pair a line; values are HTML."""
    rows = "".join(f"<tr><th scope=row>{esc(name)}</th><td>{value}</td></tr>" for name, value in pairs)
    wide = " a-en" if current_language() == "en" else ""
    return f'<table class="a-facts{wide}"><tbody>{rows}</tbody></table>'


def _look(cell: object, is_right: bool) -> str:
    """Numbers flush right; short cells on one line."""
    names = [name for name, applies in (("a-n", is_right), ("a-s", len(str(cell)) <= SHORT)) if applies]
    return f' class="{" ".join(names)}"' if names else ""


def table(
    heads: Iterable[str],
    rows: Iterable[Iterable[object]],
    *,
    numbers: Iterable[int] = (),
    caption: str = "",
    leads: Sequence[str] = (),
) -> str:
    """A plain table; every cell is escaped.

    Args:
        heads: Column headings.
        rows: Cells as text.
        numbers: Places of the columns that are set flush right.
        caption: What the table shows, for those who do not see it.
        leads: HTML that stands in the first cell of each row instead, such as a link.
    """
    right = set(numbers)

    def cells(row: Iterable[object], tag: str, lead: str = "") -> str:
        inside = [esc(cell) for cell in row]
        if lead:
            inside[0] = lead
        looks = [_look(cell, i in right) for i, cell in enumerate(row)]
        return "".join(f"<{tag}{look}>{cell}</{tag}>" for look, cell in zip(looks, inside, strict=True))

    lines = [list(row) for row in rows]
    first = leads or [""] * len(lines)
    body = "".join(f"<tr>{cells(row, 'td', lead)}</tr>" for row, lead in zip(lines, first, strict=True))
    said = f"<caption>{esc(caption)}</caption>" if caption else ""
    head = f"<thead><tr>{cells(list(heads), 'th')}</tr></thead>"
    return f'<div class="a-scroll"><table class="a-table">{said}{head}<tbody>{body}</tbody></table></div>'


def trust_line(parts: Iterable[str], links: str = "") -> str:
    """Source, data date, scope, clause, formula under a figure; empty parts are left out. `links` is HTML."""
    said = [*(esc(part) for part in parts if part), *([links] if links else [])]
    return f'<p class="a-trust">{" · ".join(said)}</p>'


def page_head(above: str, sentence: str, *, below: str = "") -> str:
    """The grey line of facts (HTML), the one sentence that a page says (HTML), and what follows it (HTML)."""
    return f'<div class="a-data">{above}</div><h1 class="a-h1">{sentence}</h1>{below}'


def synthetic_mark() -> str:
    """模拟数据, wherever figures are shown that no real place reported."""
    return f"<em>{esc(say('product.synthetic'))}</em>"


def warning(words: str) -> str:
    """What everybody must know who reads this page, above its head."""
    return f'<p class="a-warning" role="alert">▲ {esc(words)}</p>'


def empty(title: str, what: str, command: str = "") -> str:
    """A page or figure without data: why, and what to do next."""
    todo = f"<pre>{esc(command)}</pre>" if command else ""
    return f'<section class="a-card a-empty"><h2>{esc(title)}</h2><p>{esc(what)}</p>{todo}</section>'
