"""Chinese trade: the levels and keys that other indicators share, and growth on a year earlier.

Values of two currencies never meet: the currency is part of every key. January and February move with the lunar
new year, so growth that compares like with like takes the two months together.
"""

from __future__ import annotations

import polars as pl

from transforms.areas import membership_changed
from transforms.indicators.engine import Indicator, Part, Records, align, emit, pick, remember
from transforms.indicators.sums import january_february
from transforms.model import DIMENSIONS
from transforms.periods import shift_months

KEYS = tuple(d for d in DIMENSIONS if d not in ("dataset", "measure", "unit"))
FLOWLESS = tuple(k for k in KEYS if k != "flow")
GOODLESS = tuple(k for k in KEYS if k != "product_code")
PARTNERLESS = tuple(k for k in KEYS if k != "counterpart_area")
LEVELS = ("trade_total", "trade_by_partner", "trade_by_commodity")
CURRENCIES = ("USD", "CNY")
UNDOCUMENTED_GROUPS = ("BRI",)
"""Groups whose members no source prints: last year's group may be another one."""


def levels(vintages: pl.DataFrame, **filters: str | tuple[str, ...]) -> pl.DataFrame:
    """Published trade values in base currency units, by month and year to date."""
    return pick(vintages, **({"dataset": LEVELS, "measure": "value", "unit": CURRENCIES} | filters))


def growth(frame: pl.DataFrame) -> pl.DataFrame:
    """Percent change on the same period of last year, per series and day."""
    table = same_members(align(KEYS, now=Part(frame), then=Part(frame, lag=12)))
    return table.filter(pl.col("then") > 0).with_columns(value=(pl.col("now") / pl.col("then") - 1) * 100)


def same_members(table: pl.DataFrame) -> pl.DataFrame:
    """Leave out groups whose members are not those of a year earlier: growth across such a change is not growth."""
    cells = table.select("counterpart_area", "period_end").unique()
    changed = [
        area in UNDOCUMENTED_GROUPS or membership_changed(area, shift_months(end, -12), end)
        for area, end in cells.iter_rows()
    ]
    return table.join(cells.filter(pl.Series(changed, dtype=pl.Boolean)), on=cells.columns, how="anti")


FLOWS = ("export", "import", "total")


@remember
def growth_computed(vintages: pl.DataFrame, _records: Records) -> pl.DataFrame:
    return emit(growth(levels(vintages, flow=FLOWS, basis=("month", "ytd"))), GROWTH, "percent")


def growth_like_with_like(vintages: pl.DataFrame, _records: Records) -> pl.DataFrame:
    """Monthly growth with January left out and February standing for January and February together."""
    months, ytd = (levels(vintages, flow=FLOWS, basis=basis) for basis in ("month", "ytd"))
    later = months.filter(pl.col("period_end").dt.month() > 2)
    parts = [growth(frame) for frame in (later, january_february(months, KEYS, ytd))]
    return emit(pl.concat(parts, how="diagonal"), "trade_growth_holiday_free", "percent")


def published_minus_computed(vintages: pl.DataFrame, records: Records) -> pl.DataFrame:
    published = pick(vintages, dataset=LEVELS, measure="growth_yoy", currency=CURRENCIES)
    computed = growth_computed(vintages, records).with_columns(native_title=pl.lit(None, dtype=pl.String))
    table = align(KEYS, published=Part(published), computed=Part(computed))
    return emit(
        table.with_columns(value=pl.col("published") - pl.col("computed"), precision=pl.col("published_precision")),
        "trade_growth_published_minus_computed",
        "percentage_points",
    )


GROWTH = "trade_growth_computed"
VALUES = ({"dataset": "trade_total", "measure": "value"}, {"dataset": "trade_by_partner", "measure": "value"})
IMTS = "United Nations, International Merchandise Trade Statistics: Concepts and Definitions 2010"
OECD = "OECD, Understanding Economic Statistics (2008), chapter 4: growth rates and contributions to growth"

CATALOG = [
    Indicator(
        GROWTH, "Growth on a year earlier, computed from levels", "100 * (x(t) / x(t - 12 months) - 1)", "percent",
        (*VALUES, {"dataset": "trade_by_commodity", "measure": "value"}),
        "From the levels known that day; the publisher's own rate is another series and may use a revised base. "
        "Single Januaries and Februaries move with the lunar new year. None for a group whose "
        "members are not those of a year earlier, or not documented (Belt and Road).", OECD, growth_computed,
    ),
    Indicator(
        "trade_growth_holiday_free", "Growth on a year earlier with January and February together",
        "March to December: growth of the month; February: growth of January and February together (printed or summed)",
        "percent", (*VALUES, {"dataset": "trade_by_commodity", "measure": "value"}),
        "Removes the shift of the lunar new year between January and February, not working-day effects.",
        OECD, growth_like_with_like,
    ),
    Indicator(
        "trade_growth_published_minus_computed", "Published minus computed growth on a year earlier",
        "growth_yoy as printed - growth computed from levels known the same day", "percentage_points",
        ({"measure": "growth_yoy"}, *VALUES),
        "Not zero when the publisher compares with a base revised since; rounding alone explains 0.05 points.",
        OECD, published_minus_computed,
    ),
]  # fmt: skip
