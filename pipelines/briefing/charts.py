"""Charts whose every value is a fact."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.briefing.blocks import Passage
from pipelines.briefing.chart_xml import Chart, Column, Series, drawing_order, nice_axis
from pipelines.briefing.facts import Fact, FactBook
from pipelines.briefing.forms import Form


@dataclass(frozen=True)
class FactColumn:
    """A column of a chart's data.

    Args:
        name: Its heading, which the legend prints.
        facts: One a category; None is a gap.
        between: Positions of two other columns (low, high) of which this one is the difference; it has no facts.
    """

    name: Passage
    facts: tuple[Fact | None, ...] = ()
    between: tuple[int, int] | None = None


@dataclass(frozen=True)
class FactChart:
    """A chart of facts.

    Args:
        key: Stable name, unique in the document.
        categories: Texts below the axis.
        columns: Its data.
        series: How they are drawn.
        unit: Title of the axis of values.
        factor: From the facts' own unit to that of the axis.
        decimals: Digits after the point.
        from_zero: Whether the axis begins at zero.
    """

    key: str
    categories: tuple[Passage, ...]
    columns: tuple[FactColumn, ...]
    series: tuple[Series, ...]
    unit: str
    factor: float = 1.0
    decimals: int = 0
    from_zero: bool = False

    @property
    def in_order(self) -> tuple[Series, ...]:
        """The series in the order of the file."""
        return tuple(drawing_order(self.series))

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts that it shows, without what is worked out of them."""
        return tuple(fact for column in self.columns for fact in column.facts if fact is not None)

    def printed(self, book: FactBook) -> list[tuple[Fact | None, ...]]:
        """The facts of every column as the chart holds them: in the unit of its axis, with all their digits.

        Args:
            book: Where the differences are written down.
        """
        form = Form("plain", factor=self.factor)
        suffix = "chart" if self.factor == 1 else f"chart-times-{self.factor:g}"
        found: list[tuple[Fact | None, ...]] = []
        for column in self.columns:
            if column.between is None:
                known = [fact if fact is not None and fact.value is not None else None for fact in column.facts]
                found.append(tuple(fact and book.as_printed(fact, form, suffix) for fact in known))
                continue
            pairs = zip(*(self.columns[place].facts for place in column.between), strict=True)
            found.append(tuple(_width(book, low, high, form) for low, high in pairs))
        return found

    def drawn(self, book: FactBook, face: str, size: float) -> Chart:
        """The chart as an office program draws it.

        Args:
            book: The facts.
            face: Typeface.
            size: Points of its letters.
        """
        facts = self.printed(book)
        values = [tuple(None if fact is None else fact.value * self.factor for fact in column) for column in facts]
        shown = [one for place, column in enumerate(values) if self.columns[place].between is None for one in column]
        heights = [one for one in shown if one is not None] or [0.0]
        return Chart(
            tuple(str(category) for category in self.categories),
            tuple(Column(str(column.name), values[place], column.between) for place, column in enumerate(self.columns)),
            self.series,
            self.unit,
            self.decimals,
            nice_axis(
                heights if any(heights) else [*heights, 1.0],
                from_zero=self.from_zero,
                smallest=0.0 if self.decimals else 1.0,
            ),
            face,
            size,
        )


def _width(book: FactBook, low: Fact | None, high: Fact | None, form: Form) -> Fact | None:
    if low is None or high is None or low.value is None or high.value is None:
        return None
    return book.work(f"{high.address}/above/{low.address.rsplit('/', 1)[-1]}", "difference", (high, low), form)
