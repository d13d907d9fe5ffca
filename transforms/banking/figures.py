"""Measures of a statistical table, and its published figures with the place of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self

import polars as pl
from pydantic import BaseModel, ConfigDict, model_validator

from transforms import yaml_file
from transforms.banking import workbook
from transforms.model import ReadError, SetAside
from transforms.units import Unit, half_last_place, to_base

CURRENCIES = ("RUB", "FX", "ALL")
LONG = {"name": pl.String, "currency": pl.String, "row": pl.String, "column": pl.String, "period_end": pl.Date,
        "value": pl.Float64, "precision": pl.Float64, "half": pl.Float64, "where": pl.String}  # fmt: skip
"""Columns of the figures of a book, one figure a row; `name` is that of the measure."""


class Stated(BaseModel):
    """What a layout states, in YAML or in code; an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Measure(Stated):
    """What the figures of a sheet or of a row are. In YAML `unit` and `misprint` are words, with a `factor` beside."""

    name: str = ""  # as in the warehouse: debt, overdue, new_loans ...
    title: str = ""  # of its sheets, or label of its row, without unit and currency
    unit: Unit
    decimals: int = 0
    basis: Literal["stock", "month", "rate"]
    definition: str = ""
    sheets: dict[str, str] = {}  # currency -> sheet name; empty where measures are rows
    measure: str = ""  # "" for `name`, unless two measures differ in definition only
    product_code: str = ""
    code: str = ""  # before its label
    misprint: Unit | None = None  # what the book prints for the unit instead
    computed: bool = False  # cells keep more decimals than they show

    @model_validator(mode="before")
    @classmethod
    def _units(cls, said: dict[str, Any]) -> dict[str, Any]:
        factor = Decimal(said.get("factor", 1))
        made = {key: value for key, value in said.items() if key != "factor"}
        words = {key: made[key] for key in ("unit", "misprint") if isinstance(made.get(key), str)}
        return made | {key: Unit(word, factor if key == "unit" else Decimal(1)) for key, word in words.items()}

    def expect(self, printed: Unit, where: str) -> None:
        """Raise ReadError `unit_mismatch` unless a book prints the measure in its unit."""
        if (printed.base, printed.factor) != (self.unit.base, self.unit.factor):
            raise ReadError("unit_mismatch", expected=f"{self.unit.factor} {self.unit.base}",
                            got=f"{printed.factor} {printed.base}", where=where,
                            hint="If the Bank has changed the unit, the layout must say so; else it is a misprint.",
                            )  # fmt: skip

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
        """The figure in a cell with the decimals of the sheet; None for a sign of "no figure", a zero term or rate,
        NaN for a word that says that the figure is not known."""
        if workbook.text(cell).casefold() in workbook.NOT_KNOWN:
            return Decimal("NaN")
        value = workbook.number(cell, where, decimals=None if self.computed else self.decimals)
        value = round(value, self.decimals) if self.computed and value is not None else value
        return None if self.average and value == 0 else value


def usual(code: str) -> dict[str, Any]:
    """Unit, factor, decimals and basis of a measure by measures.yaml; nothing of one that it does not list."""
    return dict(yaml_file.beside(str(Path(__file__).with_name("measures"))).get(code, {}))


class Sum(Stated):
    total: str
    parts: list[str]


class Layout(Stated):
    """What the figures of a book are, where they stand, and how they hang together."""

    dataset: str
    measures: dict[str, Measure]
    each: dict[str, Any] = {}  # what they share, unless they say otherwise
    title: str = ""  # of the product, for the release
    recognise: str = ""  # start of the first sheet's title: that of the first measure, unless it says another
    header: Literal["reporting_date", "month", ""] = ""
    corner: str = ""  # what column A says beside the periods
    product_code: str = ""  # of the measures that state none
    sums: list[Sum] = []  # measures that add up
    at_most: dict[str, str] = {}  # part -> whole: measures of which one cannot exceed the other
    sheets: dict[str, dict[str, str]] = {}  # currency -> name, title
    renamed: dict[str, str] = {}  # what a sheet is called now -> as in `measures`, plain
    columns: dict[str, tuple[str, str]] = {}  # heading -> measure, currency
    parents: dict[str, str] | None = None  # row -> the row it is a part of; None: as the areas of Russia are
    column_parents: dict[str, str] = {}  # the same of columns
    within: dict[str, str] = {}  # row or column -> one that it cannot exceed
    set_aside: float = 0.0  # share of a sheet's rows that may be set aside; one at least, unless it is 0
    headlines: list[str] = []  # measures whose rows never are: the sums rest on them

    @model_validator(mode="before")
    @classmethod
    def _usual(cls, said: dict[str, Any]) -> dict[str, Any]:
        """Measures are what is usual for their code, then what `each` says of all, then what they say themselves."""
        each, stated = said.get("each", {}), said.get("measures")
        if not isinstance(each, dict) or not isinstance(stated, dict):
            return said  # pydantic tells what is wrong with it
        measures = {name: usual(str(own.get("measure", name))) | each | own if isinstance(own, dict) else own
                    for name, own in stated.items()}  # fmt: skip
        first = next((own["title"] for own in stated.values() if isinstance(own, dict) and "title" in own), "")
        return {"recognise": first} | said | {"measures": measures}

    @model_validator(mode="after")
    def _named(self) -> Self:
        for name, measure in self.measures.items():
            code = measure.product_code or self.product_code
            self.measures[name] = measure.model_copy(update={"name": name, "product_code": code})
        return self


class Key(NamedTuple):
    """What a figure is of."""

    name: str  # of the measure
    currency: str
    row: str  # code of an area, an activity, a line ...
    column: str  # code of what heads its column beside the period, "" where the period alone does
    period_end: date


@dataclass
class Figures:
    """Published numbers and where each stood."""

    cells: dict[Key, tuple[Decimal | None, str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    aside: list[SetAside] = field(default_factory=list)
    lost: set[tuple[str, str, str]] = field(default_factory=set)  # (measure, currency, row) of rows set aside

    def put(
        self, name: str, currency: str, row: str, end: date, value: Decimal | None, where: str, column: str = ""
    ) -> None:
        key = Key(name, currency, row, column, end)
        if key in self.cells:
            raise ReadError("duplicate_row", expected="one row for each area or indicator", got=row, where=where)
        self.cells[key] = value, where

    def long(self, measures: Mapping[str, Measure]) -> pl.DataFrame:
        """One figure a row, in base units, columns LONG. NaN stands for a figure that is not known."""
        rows = []
        for key, (value, where) in self.cells.items():
            measure = measures[key.name]
            half = None if value is None else measure.precision
            rows.append((*key, to_base(value, measure.unit), half, measure.precision, where))
        return pl.DataFrame(rows, schema=LONG, orient="row")
