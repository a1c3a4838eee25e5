"""Native office charts: lines, columns, bars and the bands of a fan, with the workbook that carries their values.

A chart is written straight into DrawingML, because python-pptx cannot lay lines over areas. Every value stands twice:
in the chart's cache and in its embedded workbook, where a band's width is a formula over its edges, so that whoever
edits a figure there sees the fan follow.
"""

from __future__ import annotations

import datetime
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

SHEET = "data"
_EMU = 12_700
_NS = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


@dataclass(frozen=True)
class Column:
    """A column of the embedded workbook.

    Args:
        name: Its heading, which is the legend's text too.
        values: One a category; None is a gap, never a zero.
        between: Positions of two other columns (low, high) of which this one is the difference.
    """

    name: str
    values: tuple[float | None, ...]
    between: tuple[int, int] | None = None


@dataclass(frozen=True)
class Series:
    """How a column is drawn.

    Args:
        column: Position among the chart's columns.
        shape: line, area (stacked on the areas before it), column or bar.
        colour: Hex digits; an empty text draws nothing (the invisible foot of a fan).
        alpha: Opacity 0-1 of an area.
        dash: solid, dash or sysDot.
        width: Points of a line.
        marker: full, hollow, or empty for none.
        unmarked: Positions without a marker (where a line only starts from another one's point).
        labelled: Positions whose value is printed beside the point.
        below: Whether those labels stand below the point.
        in_legend: Whether the legend names it.
    """

    column: int
    shape: str
    colour: str
    alpha: float = 1.0
    dash: str = "solid"
    width: float = 2.25
    marker: str = ""
    unmarked: tuple[int, ...] = ()
    labelled: tuple[int, ...] = ()
    below: bool = False
    in_legend: bool = True


@dataclass(frozen=True)
class Chart:
    """A chart with its data.

    Args:
        categories: Texts below the axis; a year is a text too, so that no office program groups its digits.
        columns: Values by column.
        series: What is drawn, from the back to the front; bars do not mix with the other shapes.
        unit: Title of the axis of values.
        decimals: Digits after the point, at the axis and in labels.
        axis: Lowest, highest and step of the axis of values.
        font: Typeface of every text.
        size: Points of every text.
        ink, line: Colours of text and of rules.
    """

    categories: tuple[str, ...]
    columns: tuple[Column, ...]
    series: tuple[Series, ...]
    unit: str
    decimals: int
    axis: tuple[float, float, float]
    font: str
    size: float = 11
    ink: str = "1d2733"
    line: str = "d5dbe2"

    @property
    def number_format(self) -> str:
        """The office format of its values."""
        return "0." + "0" * self.decimals if self.decimals else "0"


def nice_axis(values: Sequence[float], *, from_zero: bool = False, smallest: float = 0.0) -> tuple[float, float, float]:
    """Lowest, highest and step of an axis that holds some values, in round numbers.

    Args:
        values: At least one.
        from_zero: Whether the axis must begin at zero, as bars ask.
        smallest: The step is no smaller (1 for what is counted).

    >>> nice_axis([0.04, 0.103]), nice_axis([3, 17], from_zero=True), nice_axis([0.9, 1.0])
    ((0.0, 0.12, 0.02), (0.0, 20.0, 5.0), (0.88, 1.02, 0.02))
    """
    low, high = min(values), max(values)
    if from_zero or (low >= 0 and low < 0.5 * high):
        low = min(low, 0.0)
    room = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    high += room
    low = low - room if low else 0.0
    raw = max((high - low) / 6.5, smallest)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(n * power for n in (1, 2, 5, 10) if n * power >= raw * 0.999)
    digits = max(0, 3 - math.floor(math.log10(step)))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return round(first * step, digits), round(last * step, digits), round(step, digits)


def axis_decimals(step: float, most: int) -> int:
    """Digits after the point that the ticks of an axis need, no more than the values have.

    >>> axis_decimals(0.02, 4), axis_decimals(0.5, 1), axis_decimals(5, 2)
    (2, 1, 0)
    """
    return next((n for n in range(most) if abs(step * 10**n - round(step * 10**n)) < 1e-9), most)


def workbook(chart: Chart, made: datetime.datetime) -> bytes:
    """The workbook behind a chart; the same chart gives the same bytes.

    Args:
        chart: The chart.
        made: What the workbook says about when it was made.
    """
    import xlsxwriter

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": made})
        sheet = book.add_worksheet(SHEET)
        number = book.add_format({"num_format": chart.number_format})
        for line, name in enumerate(chart.categories, 1):
            sheet.write_string(line, 0, name)
        for place, column in enumerate(chart.columns):
            sheet.write_string(0, place + 1, column.name)
            for line, value in enumerate(column.values, 1):
                if value is None:
                    continue
                if column.between is None:
                    sheet.write_number(line, place + 1, value, number)
                else:
                    low, high = (f"{letter(one + 1)}{line + 1}" for one in column.between)
                    sheet.write_formula(line, place + 1, f"={high}-{low}", number, value)
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(chart.columns), 14)
    return file.getvalue()


def letter(place: int) -> str:
    """The letter of a column, from 0.

    >>> letter(0), letter(26)
    ('A', 'AA')
    """
    return (letter(place // 26 - 1) if place >= 26 else "") + chr(65 + place % 26)


def xml(chart: Chart) -> bytes:
    """The chart part, without its relation to the workbook."""
    plots = "".join(_plot(chart, shape) for shape in ("area", "column", "bar", "line") if _of(chart, shape))
    hidden = "".join(
        f'<c:legendEntry><c:idx val="{n}"/><c:delete val="1"/></c:legendEntry>'
        for n, one in enumerate(drawing_order(chart.series))
        if not one.in_legend
    )
    shown = sum(one.in_legend for one in chart.series)
    legend = (
        f'<c:legend><c:legendPos val="t"/>{hidden}<c:overlay val="0"/>{_text(chart)}</c:legend>' if shown > 1 else ""
    )
    text = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><c:chartSpace {_NS}><c:date1904 val="0"/>'
        f'<c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>{plots}{_axes(chart)}'
        f'<c:spPr><a:noFill/></c:spPr></c:plotArea>{legend}<c:plotVisOnly val="1"/>'
        '<c:dispBlanksAs val="gap"/></c:chart>'
        f"<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>{_text(chart)}"
        "</c:chartSpace>"
    )
    return text.encode()


def drawing_order(series: Sequence[Series]) -> list[Series]:
    """In the order in which the plots are written, which is the order of the legend too."""
    return [one for shape in ("area", "column", "bar", "line") for one in series if one.shape == shape]


def _of(chart: Chart, shape: str) -> list[Series]:
    return [one for one in chart.series if one.shape == shape]


def _plot(chart: Chart, shape: str) -> str:
    order = drawing_order(chart.series)
    series = "".join(_series(chart, one, order.index(one)) for one in _of(chart, shape))
    axes = '<c:axId val="111"/><c:axId val="112"/>'
    if shape == "area":
        return f'<c:areaChart><c:grouping val="stacked"/><c:varyColors val="0"/>{series}{axes}</c:areaChart>'
    if shape == "line":
        head = '<c:grouping val="standard"/><c:varyColors val="0"/>'
        return f'<c:lineChart>{head}{series}<c:marker val="1"/>{axes}</c:lineChart>'
    head = f'<c:barDir val="{"col" if shape == "column" else "bar"}"/><c:grouping val="clustered"/>'
    return (
        f'<c:barChart>{head}<c:varyColors val="0"/>{series}<c:gapWidth val="60"/><c:overlap val="-5"/>{axes}'
        "</c:barChart>"
    )


def _series(chart: Chart, one: Series, order: int) -> str:
    column = chart.columns[one.column]
    place = letter(one.column + 1)
    last = len(chart.categories) + 1
    name = f'<c:tx><c:strRef><c:f>{SHEET}!${place}$1</c:f><c:strCache><c:ptCount val="1"/>'
    name += f'<c:pt idx="0"><c:v>{escape(column.name)}</c:v></c:pt></c:strCache></c:strRef></c:tx>'
    texts = "".join(f'<c:pt idx="{n}"><c:v>{escape(text)}</c:v></c:pt>' for n, text in enumerate(chart.categories))
    points = "".join(
        f'<c:pt idx="{n}"><c:v>{value!r}</c:v></c:pt>' for n, value in enumerate(column.values) if value is not None
    )
    count = f'<c:ptCount val="{len(chart.categories)}"/>'
    data = (
        f"<c:cat><c:strRef><c:f>{SHEET}!$A$2:$A${last}</c:f><c:strCache>{count}{texts}</c:strCache></c:strRef></c:cat>"
        f"<c:val><c:numRef><c:f>{SHEET}!${place}$2:${place}${last}</c:f><c:numCache>"
        f"<c:formatCode>{chart.number_format}</c:formatCode>{count}{points}</c:numCache></c:numRef></c:val>"
    )
    head = f'<c:ser><c:idx val="{order}"/><c:order val="{order}"/>{name}{_look(one)}'
    if one.shape == "line":
        return f'{head}{_markers(one)}{_labels(chart, one)}{data}<c:smooth val="0"/></c:ser>'
    if one.shape == "area":
        return f"{head}{data}</c:ser>"
    return f'{head}<c:invertIfNegative val="0"/>{_labels(chart, one)}{data}</c:ser>'


def _look(one: Series) -> str:
    if not one.colour:
        return "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"
    if one.shape == "line":
        return (
            f'<c:spPr><a:ln w="{round(one.width * _EMU)}" cap="rnd">{_fill(one.colour)}<a:prstDash val="{one.dash}"/>'
            "<a:round/></a:ln></c:spPr>"
        )
    return f"<c:spPr>{_fill(one.colour, one.alpha)}<a:ln><a:noFill/></a:ln></c:spPr>"


def _fill(colour: str, alpha: float = 1.0) -> str:
    inner = f'<a:alpha val="{round(alpha * 100_000)}"/>' if alpha < 1 else ""
    return f'<a:solidFill><a:srgbClr val="{colour}">{inner}</a:srgbClr></a:solidFill>'


def _markers(one: Series) -> str:
    none = '<c:marker><c:symbol val="none"/></c:marker>'
    if not one.marker:
        return none
    inside = "FFFFFF" if one.marker == "hollow" else one.colour
    drawn = (
        f'<c:marker><c:symbol val="circle"/><c:size val="{8 if one.marker == "hollow" else 7}"/><c:spPr>{_fill(inside)}'
        f'<a:ln w="{round(1.75 * _EMU)}">{_fill(one.colour)}</a:ln></c:spPr></c:marker>'
    )
    return drawn + "".join(
        f'<c:dPt><c:idx val="{n}"/>{none}<c:bubble3D val="0"/>{_look(one)}</c:dPt>' for n in one.unmarked
    )


def _labels(chart: Chart, one: Series) -> str:
    shown = '<c:showLegendKey val="0"/><c:showVal val="{}"/><c:showCatName val="0"/><c:showSerName val="0"/>'
    shown += '<c:showPercent val="0"/><c:showBubbleSize val="0"/>'
    if not one.labelled:
        return f"<c:dLbls>{shown.format(0)}</c:dLbls>"
    place = ("b" if one.below else "t") if one.shape == "line" else "outEnd"
    form = f'<c:numFmt formatCode="{chart.number_format}" sourceLinked="0"/><c:spPr><a:noFill/></c:spPr>'
    text = _text(chart, colour=one.colour if one.shape == "line" else chart.ink)
    if len(one.labelled) == len(chart.categories):
        return f'<c:dLbls>{form}{text}<c:dLblPos val="{place}"/>{shown.format(1)}</c:dLbls>'
    each = "".join(
        f'<c:dLbl><c:idx val="{n}"/>{form}{text}<c:dLblPos val="{place}"/>{shown.format(1)}</c:dLbl>'
        for n in one.labelled
    )
    return f"<c:dLbls>{each}{shown.format(0)}</c:dLbls>"


def _axes(chart: Chart) -> str:
    is_lying = bool(_of(chart, "bar"))
    low, high, step = chart.axis
    decimals = axis_decimals(step, max(chart.decimals, 4))
    ticks = "0." + "0" * decimals if decimals else "0"
    rule = f'<c:spPr><a:ln w="9525">{_fill(chart.line)}</a:ln></c:spPr>'
    grid = f"<c:majorGridlines>{rule}</c:majorGridlines>"
    turned = "maxMin" if is_lying else "minMax"  # bars are read from the top
    title = (
        f'<c:title><c:tx><c:rich><a:bodyPr rot="0" vert="horz"/><a:p><a:pPr><a:defRPr sz="{round(chart.size * 100)}" '
        f'b="0"/></a:pPr><a:r><a:rPr lang="zh-CN" sz="{round(chart.size * 100)}" b="0">{_fill(chart.ink)}'
        f"{_face(chart.font)}</a:rPr><a:t>{escape(chart.unit)}</a:t></a:r></a:p></c:rich></c:tx>"
        '<c:overlay val="0"/></c:title>'
        if chart.unit
        else ""
    )
    return (
        f'<c:catAx><c:axId val="111"/><c:scaling><c:orientation val="{turned}"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{"l" if is_lying else "b"}"/><c:numFmt formatCode="@" sourceLinked="0"/>'
        f'<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>{rule}{_text(chart)}'
        '<c:crossAx val="112"/><c:crosses val="min"/><c:auto val="0"/><c:lblAlgn val="ctr"/>'
        '<c:lblOffset val="100"/><c:noMultiLvlLbl val="1"/></c:catAx>'
        '<c:valAx><c:axId val="112"/><c:scaling><c:orientation val="minMax"/>'
        f'<c:max val="{high!r}"/><c:min val="{low!r}"/></c:scaling><c:delete val="{int(is_lying)}"/>'
        f'<c:axPos val="{"b" if is_lying else "l"}"/>{"" if is_lying else grid}{title}'
        f'<c:numFmt formatCode="{ticks}" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        f'<c:tickLblPos val="nextTo"/><c:spPr><a:ln><a:noFill/></a:ln></c:spPr>{_text(chart)}<c:crossAx val="111"/>'
        f'<c:crosses val="min"/><c:crossBetween val="between"/><c:majorUnit val="{step!r}"/></c:valAx>'
    )


def _text(chart: Chart, colour: str = "") -> str:
    return (
        "<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr>"
        f'<a:defRPr sz="{round(chart.size * 100)}" b="0">{_fill(colour or chart.ink)}{_face(chart.font)}</a:defRPr>'
        '</a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
    )


def _face(font: str) -> str:
    name = escape(font, {'"': "&quot;"})
    return f'<a:latin typeface="{name}"/><a:ea typeface="{name}"/><a:cs typeface="{name}"/>'
