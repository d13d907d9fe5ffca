"""What one workbook of loan statistics says: figures by measure, currency and area, checked and made into a Reading.

The layout (YAML beside the product's module) gives the words, units and definitions; `regional.py` and `national.py`
take the figures off the sheets; the identities that the publisher's own sums obey are checked here, in published
units, with the rounding as tolerance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, ValidationError

from transforms import layout as base
from transforms import yaml_file
from transforms.banking import workbook
from transforms.banking.areas import areas
from transforms.model import ReadError, Reading, Release, SetAside, observations
from transforms.units import Unit, half_last_place, to_base

CURRENCIES = ("RUB", "FX", "ALL")


@dataclass(frozen=True)
class Measure:
    name: str  # as in the warehouse: debt, overdue, new_loans ...
    title: str  # title of its sheets, or label of its row, without unit and currency
    unit: Unit
    decimals: int
    basis: str  # stock, month or rate
    definition: str
    sheets: Mapping[str, str]  # currency -> sheet name; empty where measures are rows
    measure: str  # `name` unless two measures differ in definition only
    product_code: str
    misprint: Unit | None = None  # what the book prints for the unit instead
    computed: bool = False  # cells keep more decimals than they show

    @property
    def precision(self) -> float | None:
        """Half of the last published place in base units."""
        return half_last_place(Decimal(1).scaleb(-self.decimals), self.unit)

    @property
    def additive(self) -> bool:
        """Money and counts add up over areas and currencies; terms and rates do not."""
        return self.unit.base in ("RUB", "count")

    @property
    def average(self) -> bool:
        """Terms and rates are those of the loans granted: of none there is none."""
        return self.unit.base == "months" or self.basis == "rate"

    def number(self, cell: workbook.Cell, where: str) -> Decimal | None:
        """The figure in a cell with the decimals of the sheet; None for a sign of "no figure", a zero term or rate."""
        value = workbook.number(cell, where, decimals=None if self.computed else self.decimals)
        value = round(value, self.decimals) if self.computed and value is not None else value
        return None if self.average and value == 0 else value


@dataclass(frozen=True)
class Layout:
    dataset: str
    title: str  # of the product, for the release
    recognise: str  # start of the first sheet's title
    header: str  # reporting_date or month
    corner: str  # what column A says beside the periods
    measures: Mapping[str, Measure]
    sums: Sequence[tuple[str, Sequence[str]]]  # (total, parts): measures that add up
    at_most: Sequence[tuple[str, str]]  # (part, whole): measures of which one cannot exceed the other
    sheets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # national: currency -> name, title
    renamed: Mapping[str, str] = field(default_factory=dict)  # what a sheet is called now -> as in `measures`, plain
    parents: Mapping[str, str] | None = None  # row -> the row it is a part of, where rows are no areas
    set_aside: float = 0.0  # share of a sheet's rows that may be set aside
    headlines: Sequence[str] = ()  # measures whose rows never are


@dataclass
class Figures:
    """Published numbers by (measure, currency) and (area code, period end), and where each stood."""

    values: dict[tuple[str, str], dict[tuple[str, date], Decimal | None]] = field(default_factory=dict)
    where: dict[tuple[str, str, str, date], str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    aside: list[SetAside] = field(default_factory=list)
    lost: set[tuple[str, str, str]] = field(default_factory=set)  # (measure, currency, area) of rows set aside

    def put(self, key: tuple[str, str], area: str, end: date, value: Decimal | None, where: str) -> None:
        cells = self.values.setdefault(key, {})
        if (area, end) in cells:
            raise ReadError("duplicate_row", expected="one row for each area or indicator", got=area, where=where)
        cells[area, end] = value
        self.where[*key, area, end] = where


class MeasureWords(BaseModel):
    """A measure as a layout states it; see Measure for what each field is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    unit: str
    factor: int = 1
    decimals: int = 0
    basis: Literal["stock", "month", "rate"]
    definition: str
    sheets: dict[str, str] = {}
    measure: str = ""
    product_code: str = ""
    misprint: str = ""
    computed: bool = False


class Sum(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    total: str
    parts: list[str]


class Words(BaseModel):
    """What the YAML of a statistical table holds, whoever reads it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    dataset: str
    recognise: str  # start of the first sheet's title
    header: Literal["reporting_date", "month"]
    corner: str = ""  # what column A says beside the periods
    product_code: str = ""
    measures: dict[str, MeasureWords]
    sums: list[Sum] = []
    at_most: dict[str, str] = {}  # part -> whole
    sheets: dict[str, dict[str, str]] = {}
    renamed: dict[str, str] = {}
    codes: dict[str, str] = {}
    known_sheets: list[str] = []
    columns: dict[str, list[str]] = {}
    set_aside: float = 0.0  # share of a sheet's rows that may be set aside; one at least, unless it is 0
    headlines: list[str] = []  # measures whose rows never are: the sums rest on them

    @cached_property
    def scheme(self) -> Layout:
        """The layout with its units as numbers."""
        measures = {
            name: Measure(
                name, m.title, Unit(m.unit, Decimal(m.factor)), m.decimals, m.basis, m.definition, m.sheets,
                m.measure or name, m.product_code or self.product_code, Unit(m.misprint) if m.misprint else None,
                m.computed,
            )
            for name, m in self.measures.items()
        }  # fmt: skip
        return Layout(
            self.dataset, self.title, self.recognise, self.header, self.corner, measures,
            [(s.total, s.parts) for s in self.sums], list(self.at_most.items()), self.sheets, self.renamed,
            set_aside=self.set_aside, headlines=self.headlines,
        )  # fmt: skip


class Book(Words, base.Layout):
    """The layout of a workbook that `regional` or `national` reads."""

    unit_in: Literal["rows", "title"] = "rows"  # national: where the unit stands
    since: date = date(2017, 12, 31)  # first period of the book: an earlier date was mistyped
    set_aside: float = 0.025  # share of a sheet's rows that may be set aside: two of some 96 areas


@cache
def load_layout(path: Path) -> Layout:
    """The layout in the .yaml beside a module that is a product of its own. BadLayout names the file and the field."""
    try:
        return Words.model_validate(yaml_file.load(path)).scheme
    except ValidationError as error:
        raise base.BadLayout(f"{path.name}: {error}") from error


def reading(product: str, layout: Layout, figures: Figures) -> Reading:
    """Check the figures against each other and shape them. Table: one row a period, area and currency."""
    check(layout, figures)
    long = tall(layout, figures).rename({"row": "ref_area"})
    last = long["period_end"].max()
    assert isinstance(last, date)
    return Reading(
        release=Release(product, f"{last:%Y-%m}", title=layout.title, language="ru", currency="RUB"),
        table=_table(layout, long),
        observations=with_dimensions(layout, long),
        notes=tuple(figures.notes),
        set_aside=tuple(figures.aside),
    )


def tall(layout: Layout, figures: Figures) -> pl.DataFrame:
    """One figure a row, in base units: period_end, row (an area), currency, name (of the measure), value, precision."""
    rows = []
    for (name, currency), cells in figures.values.items():
        measure = layout.measures[name]
        for (row, end), value in cells.items():
            rows.append((end, row, currency, name, to_base(value, measure.unit), measure.precision))
    schema = {"period_end": pl.Date, "row": pl.String, "currency": pl.String, "name": pl.String,
              "value": pl.Float64, "precision": pl.Float64}  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _table(layout: Layout, long: pl.DataFrame) -> pl.DataFrame:
    known = pl.DataFrame([(a.code, a.level, a.name) for a in areas().values()],
                         schema=["ref_area", "area_level", "area_name"], orient="row")  # fmt: skip
    sums = sorted((m for m in layout.measures.values() if m.additive), key=lambda m: m.unit.base != "RUB")
    half = sums[0].precision if sums else None  # of the money, else of the counts
    wide = long.pivot("name", index=["period_end", "ref_area", "currency"], values="value")
    missing = [pl.lit(None, pl.Float64).alias(name) for name in layout.measures if name not in wide.columns]
    return (
        wide.with_columns(*missing, reporting_date=pl.col("period_end") + timedelta(days=1))
        .with_columns(precision=pl.lit(half, pl.Float64))
        .join(known, on="ref_area", how="left")
        .select("period_end", "reporting_date", "area_level", "ref_area", "area_name", "currency",
                *layout.measures, "precision")
        .sort("period_end", "ref_area", "currency")
    )  # fmt: skip


def with_dimensions(layout: Layout, long: pl.DataFrame) -> pl.DataFrame:
    """Observations of tall figures that name their `ref_area`; a `product_code` of their own comes first."""
    facts = pl.DataFrame(
        [(m.name, m.measure, m.product_code, m.basis, m.definition, m.unit.base, m.title)
         for m in layout.measures.values()],
        schema=["name", "measure", "product_code", "basis", "definition", "unit", "native_title"], orient="row",
    )  # fmt: skip
    keep = [column for column in facts.columns if column == "name" or column not in long.columns]
    return observations(long.join(facts.select(keep), on="name").drop("name"), dataset=layout.dataset)


def check(layout: Layout, figures: Figures) -> None:
    """Raise ReadError `sum_mismatch` or `part_exceeds_whole` naming sheet, row and cell of the first contradiction."""
    parents = {area.code: area.parent for area in areas().values()} if layout.parents is None else layout.parents
    for name, measure in layout.measures.items():
        by_currency = {c: figures.values[name, c] for c in CURRENCIES if (name, c) in figures.values}
        if measure.additive:
            for cells in by_currency.values():
                _rows_add_up(name, measure, cells, figures, parents)
            if len(by_currency) == 3:
                _add_up(figures, (name, "ALL"), [(name, "RUB"), (name, "FX")], measure.decimals)
    for total, parts in layout.sums:
        for currency in CURRENCIES:
            if (total, currency) in figures.values:
                decimals = layout.measures[total].decimals
                _add_up(figures, (total, currency), [(part, currency) for part in parts], decimals)
    for part, whole in layout.at_most:
        for currency in CURRENCIES:
            _at_most(figures, (part, currency), (whole, currency))


def _tolerance(terms: int, decimals: int) -> Decimal:
    """Rounding of a printed total and its `terms` printed parts, half a last place each."""
    return (terms + 1) * Decimal(5).scaleb(-decimals - 1)


def _rows_add_up(
    name: str, measure: Measure, cells: Mapping[tuple[str, date], Decimal | None], figures: Figures,
    parents: Mapping[str, str],
) -> None:  # fmt: skip
    """Districts make up the country, regions their district, parts their region; branches all activities."""
    ends = dict.fromkeys(end for _, end in cells)
    currency = next(c for c in CURRENCIES if figures.values.get((name, c)) is cells)
    present = {row for row, _ in cells} | {area for m, c, area in figures.lost if (m, c) == (name, currency)}
    parts: dict[str, list[str]] = {}
    for row, parent in parents.items():
        if parent in present and row in present:
            parts.setdefault(parent, []).append(row)
    for whole, codes in parts.items():
        if any((name, currency, code) in figures.lost for code in (whole, *codes)):
            continue  # what was set aside is missing in the sum
        for end in ends:
            _sum(cells.get((whole, end)), [cells.get((code, end)) for code in codes], measure.decimals,
                 f"{name}: {whole} = sum of its {len(codes)} parts at {end}",
                 figures.where.get((name, currency, whole, end), ""))  # fmt: skip


def _add_up(figures: Figures, total: tuple[str, str], parts: Iterable[tuple[str, str]], decimals: int) -> None:
    parts = list(parts)
    for (area, end), value in figures.values[total].items():
        places = [figures.values.get(part, {}) for part in parts]
        if any((area, end) not in place for place in places):
            continue  # sheets of one book start on different dates
        what = f"{' + '.join(':'.join(p) for p in parts)} = {':'.join(total)} for {area} at {end}"
        _sum(value, [place[area, end] for place in places], decimals, what, figures.where[*total, area, end])


def _sum(total: Decimal | None, parts: Sequence[Decimal | None], decimals: int, what: str, where: str) -> None:
    """A sign for "no figure" counts as nothing in a sum; a total may lack a figure where a part does, or all are 0."""
    known = [part for part in parts if part is not None]
    if not known or (total is None and (len(known) < len(parts) or not any(known))):
        return  # no part with a figure: the parts are not printed (x), or there is nothing to add up
    if total is None or abs(total - sum(known)) > _tolerance(len(parts), decimals):
        raise ReadError("sum_mismatch", expected=what, got=f"{sum(known)} against {total}", where=where,
                        hint="The file contradicts itself: download it again.")  # fmt: skip


def _at_most(figures: Figures, part: tuple[str, str], whole: tuple[str, str]) -> None:
    for (area, end), value in figures.values.get(part, {}).items():
        limit = figures.values.get(whole, {}).get((area, end))
        if value is not None and limit is not None and value > limit:
            raise ReadError("part_exceeds_whole", expected=f"{part[0]} of {area} at {end} up to {limit}",
                            got=str(value), where=figures.where[*part, area, end])  # fmt: skip
