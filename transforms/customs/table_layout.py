"""What a layout of a customs table says, typed: an error names the file and the field.

One YAML file a product beside this module. `identities` are the sums and comparisons that every row must satisfy
(functions of checks.py by name); rows that break one are set aside, as many as `set_aside` allows.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from transforms.customs.checks import IDENTITIES
from transforms.layout import Layout

Role = str  # total_month, quantity_prior_ytd_yoy ...: see headers.py
Identity = Literal[
    "not_negative", "exports_and_imports_make_total", "balance_is_exports_less_imports", "growth_of_flows_adds_up",
    "month_within_year_to_date", "growth_fits_levels", "enterprises_make_total",
]  # fmt: skip
assert set(Identity.__args__) == set(IDENTITIES)  # type: ignore[attr-defined]


class Bound(BaseModel):
    """How many rows may be left out of a release that loads: `least`, or `share` of its rows where that is more."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    least: int = Field(0, ge=0)
    share: float = Field(0, ge=0, le=0.25)
    why: str


class TableLayout(Layout):
    """A table with a title, a unit, headings over columns, and rows with labels."""

    source: str = "gacc_en"
    extension: str = "html"
    options: dict[str, str] = {"period": "Month, YYYY-MM, of a page whose title does not name it."}
    titles: tuple[str, ...]  # words of the title, in English and Chinese
    labels: tuple[str, ...]  # heading words of the label column
    units: dict[
        str, int | tuple[int, ...]
    ]  # currency: factor in base units, or several: the only scales it is printed in
    columns: dict[str, tuple[Role, ...]]  # the sets of columns the table comes in, by name
    status: Literal["P", "A"]  # preliminary, or normal
    shares_title: bool = False  # with another product: then the unit tells them apart
    decimals: int = 0  # places it prints: restores the zeros a workbook drops
    blank: bool = False  # an empty cell is the table's sign for "none"
    basis: Literal["", "month", "ytd"] = ""  # of a table whose columns name no period
    growth: Literal["", "month", "ytd"] = ""  # basis of growth columns that name no period
    percent_rows: bool = False  # rows of percents without a label may follow a row
    dated_rows: bool = False  # the rows carry the months, so that the title needs none
    paired: bool = False  # every item takes two rows: its values, then (first cell empty) their growth in percent
    identities: tuple[Identity, ...] = ()
    required: tuple[str, ...] = ()  # rows that every issue has
    headline: tuple[str, ...] = ()  # rows that may never be set aside
    always: dict[str, str] = {}  # row: month since which every issue prints it; without it the table may be cut
    issued: dict[int, tuple[str, ...]] = {}  # year: the rows that each of its issues prints
    set_aside: Bound = Bound(why="The table has nothing but headlines.")


class FlowLayout(TableLayout):
    """A table of goods, which holds exports or imports."""

    flow: Literal["export", "import"]
