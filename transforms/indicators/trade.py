"""Chinese trade: balances and their records, growth, shares and contributions of partners.

Values of two currencies never meet: the currency is part of every key. January and February move with the lunar
new year, so growth that compares like with like takes the two months together.
"""

from __future__ import annotations

import polars as pl

from transforms.areas import membership_changed
from transforms.indicators.engine import (
    PROVENANCE,
    Indicator,
    Part,
    Records,
    align,
    each_vintage,
    emit,
    newest_of,
    pick,
    remember,
)
from transforms.indicators.sums import sum_of_precisions, year_to_date
from transforms.model import DIMENSIONS
from transforms.periods import shift_months

KEYS = tuple(d for d in DIMENSIONS if d not in ("dataset", "measure", "unit"))
FLOWLESS = tuple(k for k in KEYS if k != "flow")
GOODLESS = tuple(k for k in KEYS if k != "product_code")
PARTNERLESS = tuple(k for k in KEYS if k != "counterpart_area")
LEVELS = ("trade_total", "trade_by_partner", "trade_by_commodity")
CURRENCIES = ("USD", "CNY")
TRILLION = 1e12
UNDOCUMENTED_GROUPS = ("BRI",)
"""Groups whose members no source prints: last year's group may be another one."""


def levels(vintages: pl.DataFrame, **filters: str | tuple[str, ...]) -> pl.DataFrame:
    """Published trade values in base currency units, by month and year to date."""
    return pick(vintages, **({"dataset": LEVELS, "measure": "value", "unit": CURRENCIES} | filters))


def computed_balance(vintages: pl.DataFrame, basis: tuple[str, ...]) -> pl.DataFrame:
    """Exports minus imports wherever both are known; precision is the sum of the two roundings."""
    parts = {
        flow: Part(levels(vintages, dataset=("trade_total", "trade_by_partner"), flow=flow, basis=basis))
        for flow in ("export", "import")
    }
    return align(FLOWLESS, **parts).with_columns(
        flow=pl.lit("balance"),
        value=pl.col("export") - pl.col("import"),
        precision=pl.col("export_precision") + pl.col("import_precision"),
    )


def printed_balance(vintages: pl.DataFrame, basis: tuple[str, ...]) -> pl.DataFrame:
    return levels(vintages, dataset="trade_total", flow="balance", basis=basis)


@remember
def monthly_balance(vintages: pl.DataFrame) -> pl.DataFrame:
    """China's balance by month as known each day, printed or computed, whichever is newer."""
    computed = computed_balance(vintages, ("month",)).filter(pl.col("counterpart_area") == "WORLD")
    return newest_of(KEYS, printed_balance(vintages, ("month",)), computed)


@remember
def ytd_balance(vintages: pl.DataFrame) -> pl.DataFrame:
    """China's balance from January on as known each day: printed, from printed flows, or summed over months.

    A full year counts as the year to date of December.
    """
    as_ytd = pl.lit("ytd").alias("basis")
    printed = pl.concat([printed_balance(vintages, (b,)).with_columns(as_ytd) for b in ("ytd", "year")])
    flows = computed_balance(vintages, ("ytd",)).filter(pl.col("counterpart_area") == "WORLD")
    known = newest_of(KEYS, printed, flows)
    return newest_of(KEYS, known, year_to_date(monthly_balance(vintages), KEYS, known))


@remember
def rolling_balance(vintages: pl.DataFrame) -> pl.DataFrame:
    """Balance of twelve months: year to date + last full year - last year to date (so January-February may be one)."""
    ytd = ytd_balance(vintages)
    december = ytd.filter(pl.col("period_end").dt.month() == 12)
    years = pl.concat([december.with_columns(pl.col("period_end").dt.offset_by(f"{m}mo").dt.month_end())
                       for m in range(1, 12)])  # fmt: skip
    table = align(KEYS, now=Part(ytd), last_year=Part(years), a_year_ago=Part(ytd, lag=12))
    names = ["now", "last_year", "a_year_ago"]
    partial = table.with_columns(
        value=pl.col("now") + pl.col("last_year") - pl.col("a_year_ago"), precision=sum_of_precisions(names)
    )
    columns = [*KEYS, "period_end", "value", "precision", "vintage_date", *PROVENANCE]
    return pl.concat([partial.select(columns), december.select(columns)]).with_columns(basis=pl.lit("year"))


def balance(vintages: pl.DataFrame, _records: Records) -> pl.DataFrame:
    return emit(computed_balance(vintages, ("month", "ytd")), "trade_balance", "_").with_columns(
        unit=pl.col("currency")
    )


def balance_12m(vintages: pl.DataFrame, _records: Records) -> pl.DataFrame:
    return emit(rolling_balance(vintages), "trade_balance_12m", "_").with_columns(unit=pl.col("currency"))


def years_beaten(panel: pl.DataFrame) -> pl.DataFrame:
    """Number of earlier years whose value for the same month is lower, if all known ones are; otherwise 0."""
    month = [*KEYS, pl.col("period_end").dt.month().alias("month")]
    earlier = pl.col("value").shift(1).cum_max().over(month, order_by="period_end")
    count = (pl.col("period_end").cum_count() - 1).over(month, order_by="period_end").cast(pl.Float64)
    record = pl.when(pl.col("value") > earlier).then(count).otherwise(0.0)
    return panel.with_columns(value=record).filter(earlier.is_not_null()).drop("month", strict=False)


def first_above(panel: pl.DataFrame, threshold: float) -> pl.DataFrame:
    """1 in the first period above the threshold, 0 in all others."""
    above = pl.col("value") > threshold
    first = above & (above.cum_sum() == 1)
    return panel.with_columns(value=first.over(KEYS, order_by="period_end").cast(pl.Float64))


def ytd_record(vintages: pl.DataFrame, _records: Records) -> pl.DataFrame:
    return emit(each_vintage(ytd_balance(vintages), KEYS, years_beaten), "trade_balance_ytd_record", "years")


def all_time(panel: pl.DataFrame) -> pl.DataFrame:
    """Number of earlier periods known when all are lower; otherwise 0."""
    earlier = pl.col("value").shift(1).cum_max().over(KEYS, order_by="period_end")
    count = (pl.col("period_end").cum_count() - 1).over(KEYS, order_by="period_end").cast(pl.Float64)
    record = pl.when(pl.col("value") > earlier).then(count).otherwise(0.0)
    return panel.with_columns(value=record).filter(earlier.is_not_null())


def balance_record(vintages: pl.DataFrame, _records: Records) -> pl.DataFrame:
    parts = [each_vintage(frame, KEYS, all_time) for frame in (monthly_balance(vintages), rolling_balance(vintages))]
    return emit(pl.concat(parts, how="diagonal"), "trade_balance_record", "periods")


def ytd_first_trillion(vintages: pl.DataFrame, _records: Records) -> pl.DataFrame:
    dollars = ytd_balance(vintages).filter(pl.col("currency") == "USD")
    flags = each_vintage(dollars, KEYS, lambda panel: first_above(panel, TRILLION))
    return emit(flags, "trade_balance_ytd_first_above_1trn", "flag")


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


@remember
def growth_computed(vintages: pl.DataFrame, _records: Records) -> pl.DataFrame:
    frame = levels(vintages, flow=("export", "import", "total"), basis=("month", "ytd"))
    return emit(growth(frame), GROWTH, "percent")


def growth_like_with_like(vintages: pl.DataFrame, records: Records) -> pl.DataFrame:
    """Monthly growth with January left out and February standing for January and February together."""
    computed = growth_computed(vintages, records)
    month = pl.col("period_end").dt.month()
    single = computed.filter((pl.col("basis") == "month") & (month > 2))
    both = computed.filter((pl.col("basis") == "ytd") & (month == 2)).with_columns(basis=pl.lit("month"))
    return pl.concat([single, both]).with_columns(
        measure=pl.lit("trade_growth_holiday_free"), native_title=pl.lit(None, dtype=pl.String)
    )


def published_minus_computed(vintages: pl.DataFrame, records: Records) -> pl.DataFrame:
    published = pick(vintages, dataset=LEVELS, measure="growth_yoy", currency=CURRENCIES)
    computed = growth_computed(vintages, records).with_columns(native_title=pl.lit(None, dtype=pl.String))
    table = align(KEYS, published=Part(published), computed=Part(computed))
    return emit(
        table.with_columns(value=pl.col("published") - pl.col("computed"), precision=pl.col("published_precision")),
        "trade_growth_published_minus_computed",
        "percentage_points",
    )


def _partner_and_world(vintages: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    flows = ("export", "import", "total")
    partner = levels(vintages, dataset="trade_by_partner", flow=flows, basis=("month", "ytd"))
    world = levels(vintages, dataset="trade_total", flow=flows, basis=("month", "ytd"))
    return partner.filter(pl.col("counterpart_area") != "WORLD"), world.filter(pl.col("counterpart_area") == "WORLD")


def partner_share(vintages: pl.DataFrame, _records: Records) -> pl.DataFrame:
    partner, world = _partner_and_world(vintages)
    table = align(KEYS, partner=Part(partner), world=Part(world, on=PARTNERLESS))
    return emit(table.with_columns(value=pl.col("partner") / pl.col("world") * 100), "trade_partner_share", "percent")


def commodity_contribution(vintages: pl.DataFrame, _records: Records) -> pl.DataFrame:
    """Contribution of a commodity to the growth of exports or imports with the world."""
    goods = levels(vintages, dataset="trade_by_commodity", counterpart_area="WORLD", basis=("month", "ytd"))
    world = levels(vintages, dataset="trade_total", counterpart_area="WORLD", basis=("month", "ytd"))
    parts = {"now": Part(goods), "then": Part(goods, lag=12), "world": Part(world, lag=12, on=GOODLESS)}
    points = (pl.col("now") - pl.col("then")) / pl.col("world") * 100
    return emit(align(KEYS, **parts).with_columns(value=points), "trade_commodity_contribution", "percentage_points")


def partner_contribution(vintages: pl.DataFrame, _records: Records) -> pl.DataFrame:
    partner, world = _partner_and_world(vintages)
    parts = {"now": Part(partner), "then": Part(partner, lag=12), "world": Part(world, lag=12, on=PARTNERLESS)}
    points = (pl.col("now") - pl.col("then")) / pl.col("world") * 100
    table = same_members(align(KEYS, **parts))
    return emit(table.with_columns(value=points), "trade_partner_contribution", "percentage_points")


GROWTH = "trade_growth_computed"
_VALUES = ({"dataset": "trade_total", "measure": "value"}, {"dataset": "trade_by_partner", "measure": "value"})
_BALANCES = (*_VALUES[:1], {"dataset": "trade_total", "measure": "value", "flow": "balance"})
_SDDS = "IMF, Balance of Payments and International Investment Position Manual (BPM6), chapter 10"
_IMTS = "United Nations, International Merchandise Trade Statistics: Concepts and Definitions 2010"
_OECD = "OECD, Understanding Economic Statistics (2008), chapter 4: growth rates and contributions to growth"

CATALOG = [
    Indicator(
        "trade_balance", "Trade balance, exports minus imports", "export - import", "USD or CNY", _VALUES,
        "Exports FOB, imports CIF, as customs count them; roundings of both sides add up.", _SDDS, balance,
    ),
    Indicator(
        "trade_balance_12m", "Trade balance of twelve months",
        "ytd(t) + full last year - ytd(t - 12 months); printed balance, exports - imports, or sum of months, "
        "whichever is newest", "USD or CNY", _BALANCES,
        "Needs no single January: the combined January-February release is enough.", _SDDS, balance_12m,
    ),
    Indicator(
        "trade_balance_ytd_record", "Year-to-date trade balance is the highest for that month",
        "number of earlier years with a value for the same month when all are lower, otherwise 0", "years", _BALANCES,
        "Only years known on that day count; nominal values, so growth of prices makes records.", _IMTS, ytd_record,
    ),
    Indicator(
        "trade_balance_record", "Trade balance is the highest of all months, or of all twelve-month sums",
        "number of earlier periods when all are lower, otherwise 0; basis month or year (twelve months)", "periods",
        _BALANCES, "Only periods known on that day count; months are not seasonally adjusted.", _IMTS, balance_record,
    ),
    Indicator(
        "trade_balance_ytd_first_above_1trn", "First year-to-date trade balance above 1 trillion USD",
        "1 in the first period whose year-to-date balance exceeds 1e12 USD, otherwise 0", "flag", _BALANCES,
        "A round threshold that the press uses; no economic meaning.", _IMTS, ytd_first_trillion,
    ),
    Indicator(
        GROWTH, "Growth on a year earlier, computed from levels", "100 * (x(t) / x(t - 12 months) - 1)", "percent",
        (*_VALUES, {"dataset": "trade_by_commodity", "measure": "value"}),
        "From the levels known that day; the publisher's own rate is another series and may use a revised base. "
        "Single Januaries and Februaries move with the lunar new year. None for a group whose "
        "members are not those of a year earlier, or not documented (Belt and Road).", _OECD, growth_computed,
    ),
    Indicator(
        "trade_growth_holiday_free", "Growth on a year earlier with January and February together",
        "March to December: growth of the month; February: growth of January and February together; no January",
        "percent", (*_VALUES, {"dataset": "trade_by_commodity", "measure": "value"}),
        "Removes the shift of the lunar new year between January and February, not working-day effects.",
        _OECD, growth_like_with_like,
    ),
    Indicator(
        "trade_growth_published_minus_computed", "Published minus computed growth on a year earlier",
        "growth_yoy as printed - growth computed from levels known the same day", "percentage_points",
        ({"measure": "growth_yoy"}, *_VALUES),
        "Not zero when the publisher compares with a base revised since; rounding alone explains 0.05 points.",
        _OECD, published_minus_computed,
    ),
    Indicator(
        "trade_partner_share", "Share of a partner in China's trade", "100 * partner / world", "percent", _VALUES,
        "World includes goods re-imported from China itself; groups overlap with their members.", _IMTS, partner_share,
    ),
    Indicator(
        "trade_partner_contribution", "Contribution of a partner to growth on a year earlier",
        "100 * (partner(t) - partner(t - 12 months)) / world(t - 12 months)", "percentage_points", _VALUES,
        "Countries add up to the growth of the total; groups overlap with their members and are left out where "
        "these are not those of a year earlier.", _OECD, partner_contribution,
    ),
    Indicator(
        "trade_commodity_contribution", "Contribution of a commodity to growth on a year earlier",
        "100 * (commodity(t) - commodity(t - 12 months)) / world(t - 12 months)", "percentage_points",
        (*_VALUES[:1], {"dataset": "trade_by_commodity", "measure": "value"}),
        "Starred commodities (mechanical and electrical, hi-tech, agricultural) overlap others: never add them up.",
        _OECD, commodity_contribution,
    ),
]  # fmt: skip
