"""Measures of a statistical table, and its published figures with the place of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from transforms.banking import workbook
from transforms.model import ReadError, SetAside
from transforms.units import Unit, half_last_place

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
