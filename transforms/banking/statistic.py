"""What one workbook of loan statistics says: figures by measure, currency and area, checked and made into a Reading.

The layout (YAML beside the product's module) gives the words, units and definitions; `regional.py` and `national.py`
take the figures off the sheets, `sums.py` holds them against the sums that are printed.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, ValidationError

from transforms import layout as base
from transforms import yaml_file
from transforms.banking.areas import areas
from transforms.banking.figures import Figures, Layout, Measure
from transforms.banking.sums import check
from transforms.model import Reading, Release, observations
from transforms.units import Unit, to_base


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
