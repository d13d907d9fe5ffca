"""Real against nominal: unit values and volumes of main goods, the real effective rate, exchange rates, prices.

A unit value is a crude price: it moves with the mix of goods. The real effective rate is re-estimated as a whole with
every download, so each vintage is a series of its own and changes are taken within one vintage day.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from transforms.indicators.coverage import countries
from transforms.indicators.declaration import Build, indicator, series, step
from transforms.indicators.engine import Part, align, each_vintage, emit, one_footing, pick
from transforms.indicators.trade import GOODS, KEYS, PARTNERLESS, levels, same_members

MONTHS = ("month", "ytd")
MONEYLESS = tuple(k for k in KEYS if k != "currency")
WINDOW = 36
"""Months in which a low of the real rate is looked for: three years, about a cycle of the renminbi since 2005."""

RATE = ("ref_area", "product_code", "definition")
_COMMODITY = series(dataset="trade_by_commodity", measure=("value", "quantity"), basis=MONTHS)
_QUANTITY = series(dataset="trade_by_commodity", measure="quantity", basis=MONTHS)
_MARKET = series(dataset="exchange_rate", measure="market_rate", definition="FED_MONTHLY_AVERAGE")
_REER = series(dataset="effective_exchange_rate", measure="index", product_code="REER_BROAD")
_UNITS = "IMF, Export and Import Price Index Manual (2009), chapter 2: unit value indices"
_BIS = "Klau and Fung (2006), The new BIS effective exchange rate indices, BIS Quarterly Review, March"


def quantities(vintages: pl.DataFrame) -> pl.DataFrame:
    return pick(vintages, dataset="trade_by_commodity", measure="quantity", basis=MONTHS)


def each_unit(volumes: pl.DataFrame, function: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
    """`function` of the rows of each unit: customs may count a commodity by pieces one year and weigh it the next, and
    what is counted is not compared with what is weighed."""
    return pl.concat([function(own) for own in volumes.partition_by("unit", maintain_order=True) or [volumes]])


def one_a_day(table: pl.DataFrame) -> pl.DataFrame:
    """One row a series, period and day: where a commodity was told in two units, that of the last one."""
    return table.unique([*KEYS, "period_end", "vintage_date"], keep="last", maintain_order=True)


def yearly_change(frame: pl.DataFrame) -> pl.DataFrame:
    """Percent change on the same period of last year; both of one state of the figures."""
    table = one_footing(align(KEYS, now=Part(frame), then=Part(frame, lag=12)), "then")
    return table.with_columns(value=pl.when(pl.col("then") > 0).then((pl.col("now") / pl.col("then") - 1) * 100))


def unit_values(vintages: pl.DataFrame) -> pl.DataFrame:
    """Value over quantity of a commodity; unit is money per physical unit (CNY/kg)."""
    value = levels(vintages, dataset="trade_by_commodity", basis=MONTHS)

    def of_unit(volume: pl.DataFrame) -> pl.DataFrame:
        physical = pl.lit(volume["unit"].first(), pl.String)
        return align(KEYS, money=Part(value), volume=Part(volume, on=MONEYLESS)).with_columns(
            value=pl.when(pl.col("volume") > 0).then(pl.col("money") / pl.col("volume")),
            precision=pl.lit(None, pl.Float64),
            unit=pl.concat_str("currency", physical, separator="/"),
        )

    return each_unit(quantities(vintages), of_unit)


@indicator(
    id="trade_unit_value",
    title="Unit value of a commodity",
    unit="currency per physical unit",
    by=GOODS,
    inputs=(_COMMODITY,),
    lookback=0,
    formula="value / quantity",
    reference=_UNITS,
    caveat="A crude price: the mix of goods moves it.",
)
def unit_value(build: Build) -> pl.DataFrame:
    return emit(unit_values(build.vintages), "trade_unit_value", None)


@indicator(
    id="trade_unit_value_growth",
    title="Growth of the unit value on a year earlier",
    unit="percent",
    by=GOODS,
    inputs=(_COMMODITY,),
    lookback=12,
    formula="100 * (unit value(t) / unit value(t - 12 months) - 1)",
    reference=_UNITS,
    caveat="A crude price: the mix of goods moves it.",
)
def unit_value_growth(build: Build) -> pl.DataFrame:
    table = one_a_day(each_unit(unit_values(build.words), yearly_change))
    return emit(table, "trade_unit_value_growth", "percent")


@indicator(
    id="trade_unit_value_gap",
    title="Unit value of China's trade in a commodity with a partner against that with all other partners known",
    unit="percent",
    by=GOODS,
    inputs=(_COMMODITY,),
    lookback=0,
    formula="100 * ((value / quantity with the partner) / (value / quantity with all others known that period) - 1)",
    reference=_UNITS,
    caveat="Where the commodity is known by partner (online query) and at least two of them have a quantity. Grades "
    "differ: below zero China buys cheaper from the partner, sells cheaper to it, or trades a plainer mix.",
)
def unit_value_gap(build: Build) -> pl.DataFrame:
    value = levels(build.vintages, dataset="trade_by_commodity", basis=MONTHS)

    def of_unit(volume: pl.DataFrame) -> pl.DataFrame:
        table = align(KEYS, money=Part(value), volume=Part(volume, on=MONEYLESS))
        single = table.filter(pl.col("counterpart_area").is_in(countries()))
        money = pl.when(pl.col("volume") > 0).then("money")
        both = single.with_columns(value=money, precision=pl.col("volume"))  # the quantity travels in its column
        return each_vintage(both, KEYS, _against_others, since=build.since)

    return emit(one_a_day(each_unit(quantities(build.vintages), of_unit)), "trade_unit_value_gap", "percent")


def _against_others(panel: pl.DataFrame) -> pl.DataFrame:
    """Percent of each partner's unit value above that of the others together; only where there are others."""
    cell = [*PARTNERLESS, "period_end"]
    money, volume = pl.col("value"), pl.col("precision")
    others = (money.sum().over(cell) - money) / (volume.sum().over(cell) - volume)
    gap = ((money / volume) / others - 1) * 100
    return panel.filter(pl.len().over(cell) > 1).with_columns(value=gap, precision=pl.lit(None, pl.Float64))


@indicator(
    id="trade_volume_growth",
    title="Growth of the quantity of a commodity on a year earlier",
    unit="percent",
    by=GOODS,
    inputs=(_QUANTITY,),
    lookback=12,
    formula="100 * (quantity(t) / quantity(t - 12 months) - 1)",
    reference=_UNITS,
    caveat="Physical units; quality does not count.",
)
def volume_growth(build: Build) -> pl.DataFrame:
    table = one_a_day(each_unit(quantities(build.words), yearly_change))
    return emit(same_members(table), "trade_volume_growth", "percent")


def real_rate(vintages: pl.DataFrame) -> pl.DataFrame:
    return pick(vintages, dataset="effective_exchange_rate", measure="index", product_code="REER_BROAD")


@indicator(
    id="reer_change_12m",
    title="Real effective exchange rate on a year earlier",
    unit="percent",
    by=RATE,
    inputs=(_REER,),
    lookback=12,
    formula=("100 * (reer(t) / reer(t - 12) - 1), both of one vintage"),
    reference=_BIS,
    caveat=("Up is dearer for foreign buyers. The whole history is re-estimated with every vintage."),
)
def real_rate_change(build: Build) -> pl.DataFrame:
    rates = real_rate(build.vintages)
    table = each_vintage(rates.select([*KEYS, "period_end", "value", "precision", "vintage_date", "vintage_kind",
                                       "release_id", "first_seen"]), KEYS, _change_within,
                         since=build.since)  # fmt: skip
    return emit(table, "reer_change_12m", "percent")


def _change_within(panel: pl.DataFrame) -> pl.DataFrame:
    then = panel.select(*KEYS, pl.col("period_end").dt.offset_by("12mo").dt.month_end(), then="value")
    table = panel.join(then, on=[*KEYS, "period_end"]).with_columns(value=(pl.col("value") / pl.col("then") - 1) * 100)
    return table.drop("then")


@indicator(
    id="reer_months_since_low",
    title=f"Months since the lowest real effective rate of {WINDOW} months",
    unit="months",
    by=RATE,
    inputs=(_REER,),
    lookback=WINDOW,
    formula=f"age of the minimum in the last {WINDOW} months of one vintage",
    reference=_BIS,
    caveat="0 while the rate is at its low; says when it turned, not how far.",
)
def months_since_low(build: Build) -> pl.DataFrame:
    return emit(
        each_vintage(real_rate(build.vintages), KEYS, _since_low, since=build.since), "reer_months_since_low", "months"
    )


def _since_low(panel: pl.DataFrame) -> pl.DataFrame:
    """Months since the lowest of the last WINDOW months, all of them known: 0 while the rate is making the low."""
    panel = panel.sort("period_end")
    values, months = panel["value"].to_list(), [end.year * 12 + end.month for end in panel["period_end"]]
    ages = []
    for i in range(len(values)):
        window = values[max(0, i + 1 - WINDOW) : i + 1]
        whole = len(window) == WINDOW and months[i] - months[i + 1 - WINDOW] == WINDOW - 1
        ages.append(float(WINDOW - 1 - window.index(min(window))) if whole else None)
    return panel.with_columns(value=pl.Series(ages, dtype=pl.Float64)).drop_nulls("value")


@indicator(
    id="reer_above_low",
    title=f"Real effective rate above its lowest of {WINDOW} months",
    unit="percent",
    by=RATE,
    inputs=(_REER,),
    lookback=WINDOW,
    formula=f"100 * (reer(t) / minimum of the last {WINDOW} months of one vintage - 1)",
    reference=_BIS,
    caveat="Up is dearer for foreign buyers.",
)
def above_low(build: Build) -> pl.DataFrame:
    def share(panel: pl.DataFrame) -> pl.DataFrame:
        month = pl.col("period_end").dt.year() * 12 + pl.col("period_end").dt.month()
        whole = month - month.shift(WINDOW - 1) == WINDOW - 1  # a low over months that are not known is none
        low = pl.when(whole).then(pl.col("value").rolling_min(WINDOW))
        return panel.sort("period_end").with_columns(value=(pl.col("value") / low - 1) * 100).drop_nulls("value")

    return emit(each_vintage(real_rate(build.vintages), KEYS, share, since=build.since), "reer_above_low", "percent")


@indicator(
    id="exchange_rate_change_12m",
    title="Exchange rate on a year earlier",
    unit="percent",
    by=RATE,
    inputs=(_MARKET,),
    lookback=12,
    formula="100 * (rate(t) / rate(t - 12) - 1)",
    reference="Federal Reserve Board, Foreign Exchange Rates G.5",
    caveat="Monthly averages of the Federal Reserve; CNY for a dollar: up is a weaker yuan.",
)
def exchange_rate_change(build: Build) -> pl.DataFrame:
    rates = pick(build.words, dataset="exchange_rate", measure="market_rate", definition="FED_MONTHLY_AVERAGE")
    return emit(yearly_change(rates), "exchange_rate_change_12m", "percent")


@step(series(dataset="price_index", product_code="CPI", definition="PREVIOUS_MONTH_100"))
def consumer_prices(build: Build) -> pl.DataFrame:
    """Consumer prices on a year earlier, chained from twelve monthly indices."""
    monthly = pick(build.vintages, dataset="price_index", product_code="CPI", definition="PREVIOUS_MONTH_100")
    parts = {f"m{lag}": Part(monthly, lag=lag) for lag in range(12)}
    product = pl.lit(100.0)
    for name in parts:
        product = product * pl.col(name) / 100
    table = align(KEYS, **parts).with_columns(value=product - 100, definition=pl.lit("CHAINED_12_MONTHS"))
    return table.with_columns(precision=pl.lit(None, pl.Float64))


@indicator(
    id="price_growth_computed",
    title="Consumer prices on a year earlier, chained",
    unit="percent",
    by=RATE,
    inputs=(consumer_prices,),
    lookback=12,
    formula="product of twelve monthly indices - 100",
    reference="ILO and others, Consumer Price Index Manual (2020), chapter 9",
    caveat="Monthly indices are rounded, so the chain differs from the official rate by a few hundredths.",
)
def inflation(build: Build) -> pl.DataFrame:
    return emit(consumer_prices(build), "price_growth_computed", "percent")
