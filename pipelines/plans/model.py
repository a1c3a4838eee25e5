"""What a plan holds: its head, and its targets with the words that make them."""

from __future__ import annotations

import contextlib
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from pipelines.catalogue.model import Display, Entry, Identifier, Text, Words
from pipelines.faults import Said
from pipelines.plans.sense import require_sense

Kind = Literal[
    "end_value",
    "reduction",
    "period_mean",
    "period_total",
    "every_year",
    "events",
    "inherited",
    "milestone",
    "monitored",
]
Operator = Literal["<", "<=", ">", ">="]
Nature = Literal["binding", "anticipatory", "task", "not_printed", "monitored"]
Category = Literal["work_safety", "disaster_prevention", "capability"]
RegionCode = Annotated[str, Field(pattern=r"^\d{6}(\d{3})?$")]
TargetId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]*$")]

UNQUOTED = "（待填）"
PRINTED_FACTORS = {"%": Decimal("0.01"), "‰": Decimal("0.001")}
LOWER = ("<", "<=")


def plain_unit(unit: str) -> str:
    """A unit without the full width that Chinese keyboards give its signs.

    >>> plain_unit(" ％"), plain_unit("人／10万人")
    ('%', '人/10万人')
    """
    return unicodedata.normalize("NFKC", unit).strip()


PrintedUnit = Annotated[str, AfterValidator(plain_unit)]


def in_unit(value: float, unit: str) -> float:
    """A printed number in the indicator's own unit; shares are 0-1, exactly as far as a float can say.

    >>> in_unit(0.7, "%"), in_unit(0.4, "‰"), in_unit(8, "小时")
    (0.007, 0.0004, 8.0)
    """
    return float(Decimal(str(value)) * PRINTED_FACTORS.get(unit, Decimal(1)))


def printed_decimals(value: float) -> int:
    """Digits after the point with which a figure is printed.

    >>> printed_decimals(1.2), printed_decimals(15), printed_decimals(0.026)
    (1, 0, 3)
    """
    return max(-Decimal(str(value)).normalize().as_tuple().exponent, 0)


class WrittenDoubt(Entry):
    """A doubt that only a reader of the document could have: what is unclear, and how we read it."""

    code: Identifier
    zh: Text
    en: Text


class Comparison(Entry):
    """That the publisher compares across a change of definition itself, so that its two sides count as comparable.

    Attributes:
        breaks: Codes of `data/codes/series_breaks.csv`.
        printed_on: Day on which the comparison was printed; before it nothing is compared.
        quote: Its words.
        source: Where they stand.
    """

    breaks: tuple[Identifier, ...]
    printed_on: date
    quote: Text
    source: Text


class Baseline(Entry):
    """What the plan starts from.

    Attributes:
        year: The baseline year, or the last year of a baseline mean.
        first_year: First year of a baseline mean; None for a single year.
        printed: The printed figure; None where the plan prints none (then it comes from the records).
        unit: Unit of the printed figure.
        is_upper_bound: The figure is printed as "no more than".
        quote: The words, where they stand elsewhere than the target's quote.
        compared: Comparisons with the baseline that the publisher has made across a change of definition.
    """

    year: int
    first_year: int | None = None
    printed: float | None = None
    unit: PrintedUnit = ""
    is_upper_bound: bool = False
    quote: str = ""
    compared: tuple[Comparison, ...] = ()

    @property
    def value_in_unit(self) -> float | None:
        """The printed figure in the indicator's own unit."""
        return None if self.printed is None else in_unit(self.printed, self.unit)


class Elsewhere(Entry):
    """The same demand, said again in another place of the document.

    Attributes:
        clause, quote: Where, and the words.
        operator, value: As printed there; None where that place does not say.
        of: What the value is a share of, in the words of that place, where they differ from the target's own.
    """

    clause: Text
    quote: Text
    operator: Operator | None = None
    value: float | None = None
    of: Text | None = None


class Source(Entry):
    """Where a target was read, for a plan whose document itself was not."""

    title: Text
    url: str = ""


class Target(Entry):
    """One demand of a plan on one indicator.

    Attributes:
        id: Name inside the plan; the row of the ledger.
        ledger_row: Row of the ledger of printed targets; None for a plan that has none.
        section, category: Part of the document, and field of work.
        name: As printed, and in English.
        indicator: Id in the catalogue.
        kind: Which arithmetic decides (see docs/plans.md).
        operator: Strictness as printed.
        operator_printed: False where the plan prints a bare figure; it is then read as "at least" (or, for a time
            or a ban, "at most"), and the app says so.
        value: The printed figure, in `unit`. For a reduction, the reduction itself.
        unit, unit_printed: The printed unit; False where the unit is our reading.
        value_in_unit: The bound in the indicator's unit; follows from `value` and `unit` unless `measured_as` is given.
        measured_as: How a demand is measured that cannot be measured as printed.
        printed: The words that carry the figure.
        baseline: Start of a reduction or of the path.
        due_year, due_year_printed: Year by which it must hold; False where the year is our reading.
        nature: As printed: binding, anticipatory; a task stands in the text outside the table.
        clause, quote: Where in the document, and its words.
        elsewhere: Other places that say the same.
        doubts: What the document leaves open.
        path: `linear`, or by year what is required by then, as printed: the value, the reduction, or the total so far.
        gdp_basis: Prices of a GDP rate: `current`, `constant`, `unconfirmed` (both are computed), None = no GDP in it.
        required_share: Share (0-1) of the events that must meet the bound, where the text says "mostly".
        each_region: Bound (or reduction) of each region, in the printed unit, where every one must meet its own.
        display: How this plan shows the indicator, where it differs from the catalogue.
        source: For targets read in a secondary source.
        is_draft: The document has not been read into it yet: the value may be missing (the target is then not set), and
            clause and quote are empty. Follows from the plan's `draft` unless given.
    """

    id: TargetId
    ledger_row: str | None = None
    section: Text
    category: Category
    name: Words
    indicator: Identifier
    kind: Kind
    operator: Operator | None = None
    operator_printed: bool = True
    value: float | None = None
    unit: PrintedUnit = ""
    unit_printed: bool = True
    value_in_unit: float | None = None
    measured_as: Words | None = None
    printed: str = ""
    baseline: Baseline | None = None
    due_year: int
    due_year_printed: bool = True
    nature: Nature
    clause: Text
    quote: Text
    elsewhere: tuple[Elsewhere, ...] = ()
    doubts: tuple[WrittenDoubt, ...] = ()
    path: Literal["linear"] | dict[int, float] = "linear"
    gdp_basis: Literal["current", "constant", "unconfirmed"] | None = None
    required_share: float | None = Field(None, gt=0, le=1)
    each_region: dict[RegionCode, float] | None = None
    display: Display | None = None
    source: Source | None = None
    is_draft: bool = False

    @model_validator(mode="before")
    @classmethod
    def _mark_what_is_unquoted(cls, said: object) -> object:
        if not isinstance(said, dict) or said.get("is_draft") is not True:
            return said
        return {**said, **{name: said.get(name) or UNQUOTED for name in ("clause", "quote")}}

    @model_validator(mode="before")
    @classmethod
    def _fill_value_in_unit(cls, said: object) -> object:
        value = said.get("value") if isinstance(said, dict) else None
        if isinstance(value, str):  # "33" in quotation marks is a number all the same
            with contextlib.suppress(ValueError):
                value = float(value)
        if isinstance(value, int | float) and "value_in_unit" not in said:
            unit = plain_unit(str(said.get("unit", "")))
            return {**said, "value": value, "value_in_unit": in_unit(value, unit)}
        return said

    @model_validator(mode="after")
    def _kind_fits(self) -> Target:
        bare = self.kind in ("monitored", "inherited")
        if bare and self.value is not None:
            raise Said("no_bound_allowed")
        if not bare and (self.operator is None or (self.value is None and not self.is_draft)):
            raise Said("operator_needed")
        if (self.kind == "monitored") != (self.nature == "monitored"):
            raise Said("monitored_nature")
        if self.kind == "reduction" and self.operator not in LOWER:
            raise Said("reduction_operator")
        if self.kind == "reduction" and self.value is not None and not 0 < self.value_in_unit < 1:
            raise Said("reduction_value")
        if self.required_share is not None and self.kind != "events":
            raise Said("required_share_events")
        if self.value is not None and self.measured_as is None and self.value_in_unit != in_unit(self.value, self.unit):
            raise Said("value_in_unit_measured_as")
        require_sense(self)
        return self

    @property
    def is_set(self) -> bool:
        """Whether it says what must be met; what is inherited or only watched does so without a value of its own."""
        return self.value is not None or self.kind in ("monitored", "inherited")

    @property
    def reduction(self) -> float | None:
        """The reduction asked for, as a share of the baseline (0.33); None for every other kind."""
        return self.value_in_unit if self.kind == "reduction" else None

    @property
    def printed_path(self) -> dict[int, float]:
        """The value that the plan prints for each year, in the printed unit; empty where it prints none."""
        return {} if self.path == "linear" else self.path

    @property
    def region_bounds(self) -> dict[str, float] | None:
        """Bound (or reduction) of each region in the indicator's unit, where each must meet its own."""
        if self.each_region is None:
            return None
        return {code: in_unit(value, self.unit) for code, value in self.each_region.items()}


class Period(Entry):
    """First and last year of a plan."""

    start: int
    end: int


class Plan(Entry):
    """One plan.

    Attributes:
        id: Permanent name, equal to the file's name.
        title: Of the document; document_number and issued_on only where they are known.
        source_note: Where the document was read and what is missing from it.
        region_code: Region whose figures are judged.
        parent: Id of the plan above, whose targets are inherited; None with `parent_note` saying why.
        period, baseline_year: Years.
        figures: `records`, or `published` where the region's figures are published totals, not records.
        draft: The document is not out yet, or not read: targets may wait for their values.
        targets: In the order of the document.
    """

    id: Identifier
    title: Words
    document_number: str | None = None
    issued_on: date | None = None
    source_note: Words | None = None
    region_code: RegionCode
    parent: Identifier | None = None
    parent_note: Words | None = None
    period: Period
    baseline_year: int
    figures: Literal["records", "published"] = "records"
    draft: bool = False
    targets: tuple[Target, ...]

    @model_validator(mode="before")
    @classmethod
    def _drafts_hold_drafts(cls, said: object) -> object:
        if not isinstance(said, dict) or said.get("draft") is not True or not isinstance(said.get("targets"), list):
            return said
        marked = [{"is_draft": True, **entry} if isinstance(entry, dict) else entry for entry in said["targets"]]
        return {**said, "targets": marked}

    @model_validator(mode="after")
    def _consistent(self) -> Plan:
        if self.period.start > self.period.end or self.baseline_year >= self.period.start:
            raise Said("period_order")
        if self.parent == self.id:
            raise Said("parent_itself")
        if not self.targets:
            raise Said("no_targets")
        seen: set[str] = set()
        for target in self.targets:
            if target.due_year < self.period.start:
                raise Said("due_before_period", id=target.id, due=target.due_year, start=self.period.start)
            outside = sorted(year for year in target.printed_path if not self.baseline_year < year <= target.due_year)
            if outside:
                raise Said("path_years", id=target.id, years=", ".join(map(str, outside)))
            if target.id in seen:
                raise Said("target_twice", id=target.id)
            seen.add(target.id)
        return self

    def target(self, target_id: str) -> Target:
        """The target of that id.

        Raises:
            KeyError: The plan has no such target.
        """
        for target in self.targets:
            if target.id == target_id:
                return target
        raise KeyError(target_id)
