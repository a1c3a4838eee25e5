"""What an entry of the catalogue holds: one indicator, computed, explained and bounded in one place."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipelines.faults import Said

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1)]
EventColumn = Literal["hours_to_first_supplies", "hours_to_basic_relief", "warning_delay_seconds"]


class Entry(BaseModel):
    """Base of everything that users write: unknown fields are refused, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Entry):
    """One text in both languages."""

    zh: Text
    en: Text

    def of(self, language: str) -> str:
        """The text in `zh` or `en`."""
        return self.en if language == "en" else self.zh


class Operand(Entry):
    """Where a number comes from: exactly one of the three sources.

    Attributes:
        measure: A measure counted from records (`data/codes/measures.csv`). Money is in 分.
        statistic: A measure of the statistical returns (`data/codes/statistics_measures.csv`), in its canonical unit.
        event: A column of the disaster events; only for `worst_event`.
        published: The statistic that stands for `measure` in a plan whose figures are published totals, not records.
        hazards: Hazard codes that count; None means every hazard. Only with `event`.
    """

    measure: Identifier | None = None
    statistic: Identifier | None = None
    event: EventColumn | None = None
    published: Identifier | None = None
    hazards: tuple[Identifier, ...] | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Operand:
        if sum(source is not None for source in (self.measure, self.statistic, self.event)) != 1:
            raise Said("one_source")
        if self.published and not self.measure:
            raise Said("published_without_measure")
        if self.hazards is not None and not self.event:
            raise Said("hazards_without_event")
        return self

    def source(self, figures: str = "records") -> tuple[str, str]:
        """Kind (`measure`, `statistic`, `event`) and name of what is read.

        Args:
            figures: `records`, or `published` for a plan that rests on published totals.
        """
        if self.measure and figures == "published" and self.published:
            return "statistic", self.published
        if self.measure:
            return "measure", self.measure
        return ("statistic", self.statistic) if self.statistic else ("event", self.event)


class Denominator(Operand):
    """What a ratio is divided by.

    Attributes:
        at: `same_year` (a flow of the year, such as GDP), `mean_of_year_ends` (the mean of the stock at the end of
            the year before and of the year), or `year_end` (the stock at the end of the year).
        constant_prices: The statistic that replaces it where a target means constant prices; None = no such choice.
    """

    at: Literal["same_year", "mean_of_year_ends", "year_end"]
    constant_prices: Identifier | None = None


class Display(Entry):
    """How a value is shown: multiplied by `factor`, rounded to `decimals`, followed by `unit`."""

    unit: Words
    factor: float = Field(gt=0)
    decimals: int = Field(ge=0, le=8)


class Bounds(Entry):
    """What is possible, for `out of reach` and `secured`; nothing outside is considered.

    Attributes:
        denominator_growth: Lowest and highest change of the denominator in one year, as shares (-0.1 = -10 %).
        value: Lowest and highest value of the indicator, in its own unit; None = no limit. Without a lowest one a
            year can take away from what the others brought (titles are withdrawn), so no total is ever secured early.
    """

    denominator_growth: tuple[float, float] | None = None
    value: tuple[float | None, float | None] = (0.0, None)

    @model_validator(mode="after")
    def _in_order(self) -> Bounds:
        growth = self.denominator_growth
        if growth and not -1 < growth[0] <= growth[1]:
            raise Said("growth_bounds")
        low, high = self.value
        if low is not None and high is not None and low > high:
            raise Said("value_bounds")
        return self


class Minimum(Entry):
    """Below this there is no rate and no forecast, and the app says so.

    Attributes:
        denominator: Smallest denominator, in the denominator's canonical unit.
        years: Fewest final yearly values for a forecast.
    """

    denominator: float | None = Field(None, gt=0)
    years: int = Field(8, ge=1)


class Revise(Entry):
    """How long late reports change a year: the newest `years` are marked provisional."""

    years: int = Field(ge=0)


class Explain(Entry):
    """The three things a reader must know before quoting a figure."""

    what: Words
    how_we_compute: Words
    do_not_use_for: Words


class Indicator(Entry):
    """One indicator of the catalogue.

    Attributes:
        id: Permanent name, equal to the file's name; never used again for something else.
        title: Name on every figure.
        unit: Unit of the values after `scale`. Shares are 0-1.
        display: How values are shown.
        form: `count` (sum in the year), `ratio` (numerator / denominator x scale), `stock` (a return at the year's
            end), `worst_event` (largest value among the year's events), `milestone` (a dated return says so).
        kind: Nature of the series for the forecaster; None = not forecast.
        numerator: What is counted.
        denominator: What it is divided by; only and always for a ratio.
        scale: Factor of a ratio: 100000 for "per 100,000". Money is in 分 on both sides.
        better: Which direction is good.
        bounds, minimum, revise: See those classes.
        breaks: Codes of `data/codes/series_breaks.csv` that apply.
        caveats: Codes of texts below `catalogue.caveats`.
        owner: Who answers for the definition.
        formula: The formula in words, shown under the figure.
        explain: What it is, how it is computed, what it must not be used for.
    """

    id: Identifier
    title: Words
    unit: Words
    display: Display
    form: Literal["count", "ratio", "stock", "worst_event", "milestone"]
    kind: Literal["count", "rate", "amount", "share"] | None
    numerator: Operand
    denominator: Denominator | None = None
    scale: float = Field(1.0, gt=0)
    better: Literal["lower", "higher"]
    bounds: Bounds
    minimum: Minimum
    revise: Revise
    breaks: tuple[Identifier, ...] = ()
    caveats: tuple[Identifier, ...] = ()
    owner: Words
    formula: Words
    explain: Explain

    @model_validator(mode="after")
    def _form_fits(self) -> Indicator:
        if (self.form == "ratio") != (self.denominator is not None):
            raise Said("denominator_and_ratio")
        if (self.form == "worst_event") != (self.numerator.event is not None):
            raise Said("event_and_worst_event")
        if self.form in ("stock", "milestone") and self.numerator.statistic is None:
            raise Said("return_needed", form=self.form)
        if self.form != "ratio" and self.scale != 1:
            raise Said("scale_without_ratio")
        if self.kind == "share" and self.bounds.value[1] != 1:
            raise Said("share_without_bound")
        return self

    @property
    def is_intensive(self) -> bool:
        """Whether a district's value can be held against its city's: rates, shares and times, but not amounts."""
        return self.form in ("ratio", "worst_event") or self.kind == "share"
