"""What a layout says of a table with dates down the rows (dated.py): its dates, keys, figures, identities."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from transforms import layout as base
from transforms.banking.figures import Stated
from transforms.identities import Identity
from transforms.model import NONE
from transforms.units import Unit, half_last_place


class Key(Stated):
    """A column that tells rows of one date apart: its value, or what `codes` makes of it, is in the series' code."""

    name: str
    heads: list[str]
    codes: dict[str, str] = {}  # printed value, plain -> code; empty: digits are kept as they are
    suffix: str = ""
    sequence: bool = False  # a time of day: rows that are alike but for it are numbered, 2 for the second


class Column(Stated):
    """A figure: the headings it goes by (patterns for the whole of one, plain), its unit, the series it makes."""

    name: str
    heads: list[str]
    unit: str = "percent"
    factor: int = 1
    decimals: int
    measure: str
    product_code: str = NONE
    basis: str = "rate"
    definition: str = NONE
    currency: str = NONE
    title: str  # as the source prints it
    least: float | None = None
    most: float | None = None
    why: str
    optional: bool = False
    either_sign: bool = False  # one form prints the amount, another its negative: kept positive, the identities tell
    empty: bool = False  # may stay empty
    starts_late: bool = False  # empty up to the first day that has it, and never after
    step: float | None = None  # every figure is a multiple of it

    def half(self, value: Decimal) -> float | None:
        """Half of the last place: of those the column has, or of those the cell prints where it has more.

        Zeros at the end are no places: SOAP prints 1533.70 where the page has 1 533,7.
        """
        exponent = value.normalize().as_tuple().exponent
        assert isinstance(exponent, int)
        return half_last_place(Decimal(1).scaleb(min(exponent, -self.decimals)), Unit(self.unit, Decimal(self.factor)))


class DatedLayout(base.Layout):
    dataset: str
    titles: list[str] = []  # patterns of which one must be found in the title of a page; exports have no title
    names: list[str] = []  # of rows in a SOAP answer
    dates: list[str]  # headings of the column of dates
    period: Literal["day", "month"] = "day"
    freq: Literal["D", "M", "I"] = "D"
    keys: list[Key] = []
    columns: list[Column]
    ignored: list[str] = []  # headings of columns that make no series
    closed: bool = False  # no column may stand beside these: they are known by their numbers alone
    identities: list[Identity] = []
    order: list[str] = []  # columns that never fall from the first to the last
    set_aside: float = 0.1  # share of the rows that may be set aside: more means another layout, not broken rows
    since: date

    @property
    def sums(self) -> list[Identity]:
        """What the figures of each row must satisfy."""
        orders = zip(self.order, self.order[1:], strict=False)
        rising = [Identity(total=high, terms={low: 1}, relation="<=", why="It is never above that.")
                  for low, high in orders]  # fmt: skip
        return [*self.identities, *rising]
