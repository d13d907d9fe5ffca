"""Chinese trade: the levels and keys that other indicators share, and growth on a year earlier.

Values of two currencies never meet: the currency is part of every key. January and February move with the lunar
new year, so growth that compares like with like takes the two months together.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from transforms.areas import membership_changed
from transforms.indicators.declaration import Build, indicator, series
from transforms.indicators.engine import Part, align, emit, one_footing, pick
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

GROWTH = "trade_growth_computed"
TRADE = ("counterpart_area", "flow", "basis", "currency")
GOODS = (*TRADE, "product_code")
"""Dimensions by which series of trade differ."""
VALUES = series(dataset=LEVELS[:2], measure="value")
ALL_VALUES = series(dataset=LEVELS, measure="value")
PUBLISHED_GROWTH = series(dataset=LEVELS, measure="growth_yoy")
IMTS = "United Nations, International Merchandise Trade Statistics: Concepts and Definitions 2010"
OECD = "OECD, Understanding Economic Statistics (2008), chapter 4: growth rates and contributions to growth"


def levels(vintages: pl.DataFrame, **filters: str | tuple[str, ...]) -> pl.DataFrame:
    """Published trade values in base currency units, by month and year to date."""
    chosen: dict[str, str | tuple[str, ...]] = {"dataset": LEVELS, "measure": "value", "unit": CURRENCIES}
    return pick(vintages, **(chosen | filters))


def growth(frame: pl.DataFrame, since: date) -> pl.DataFrame:
    """Percent change on the same period of last year, per series and day from `since` on; both of one state."""
    table = same_members(one_footing(align(KEYS, since, now=Part(frame), then=Part(frame, lag=12)), "then"))
    return table.with_columns(value=pl.when(pl.col("then") > 0).then((pl.col("now") / pl.col("then") - 1) * 100))


def same_members(table: pl.DataFrame) -> pl.DataFrame:
    """Leave out groups whose members are not those of a year earlier: growth across such a change is not growth."""
    cells = table.select("counterpart_area", "period_end").unique()
    changed = [
        area in UNDOCUMENTED_GROUPS or membership_changed(area, shift_months(end, -12), end)
        for area, end in cells.iter_rows()
    ]
    return table.join(cells.filter(pl.Series(changed, dtype=pl.Boolean)), on=cells.columns, how="anti")


FLOWS = ("export", "import", "total")


@indicator(
    id=GROWTH,
    title="Growth on a year earlier, computed from levels",
    unit="percent",
    by=GOODS,
    inputs=(ALL_VALUES,),
    lookback=12,
    formula="100 * (x(t) / x(t - 12 months) - 1)",
    reference=OECD,
    caveat="None from a base that was revised after the figure itself was published, until that is published anew; "
    "obs_status U where the base was not known that day and may be of another state. The publisher's own rate is "
    "another series. Single Januaries and Februaries move with the lunar new year. None for a group whose members are "
    "not those of a year earlier, or not documented (Belt and Road).",
)
def growth_computed(build: Build) -> pl.DataFrame:
    return emit(growth(levels(build.words, flow=FLOWS, basis=("month", "ytd")), build.since), GROWTH, "percent")


@indicator(
    id="trade_growth_holiday_free",
    title="Growth on a year earlier with January and February together",
    unit="percent",
    by=GOODS,
    inputs=(ALL_VALUES,),
    lookback=13,
    formula="March to December: growth of the month; February: of January and February together (printed or summed)",
    reference=OECD,
    caveat="Removes the shift of the lunar new year between January and February, not working-day effects.",
)
def growth_like_with_like(build: Build) -> pl.DataFrame:
    """Monthly growth with January left out and February standing for January and February together."""
    months, ytd = (levels(build.words, flow=FLOWS, basis=basis) for basis in ("month", "ytd"))
    later = months.filter(pl.col("period_end").dt.month() > 2)
    parts = [growth(frame, build.since) for frame in (later, january_february(months, KEYS, ytd))]
    return emit(pl.concat(parts, how="diagonal"), "trade_growth_holiday_free", "percent")


@indicator(
    id="trade_growth_published_minus_computed",
    title="Published minus computed growth on a year earlier",
    unit="percentage_points",
    by=GOODS,
    inputs=(PUBLISHED_GROWTH, growth_computed),
    lookback=12,
    formula="growth_yoy as printed - growth computed from levels known the same day",
    reference=OECD,
    caveat="Not zero when the publisher compares with a base revised since; rounding alone explains 0.05 points.",
)
def published_minus_computed(build: Build) -> pl.DataFrame:
    published = pick(build.vintages, dataset=LEVELS, measure="growth_yoy", currency=CURRENCIES)
    computed = growth_computed(build).with_columns(native_title=pl.lit(None, dtype=pl.String))
    table = align(KEYS, build.since, published=Part(published), computed=Part(computed))
    return emit(
        table.with_columns(value=pl.col("published") - pl.col("computed"), precision=pl.col("published_precision")),
        "trade_growth_published_minus_computed",
        "percentage_points",
    )
