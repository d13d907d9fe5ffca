"""Figures that somebody stated: bureaus, reviews, press. Series of their own, never mixed with measured ones.

The two readings of "grew 1.6-fold" are two named indicators, and a dollar amount always names its rate.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

import polars as pl

from transforms.indicators.banking import each_publication
from transforms.indicators.declaration import Build, Record, indicator, series
from transforms.indicators.engine import PROVENANCE, Part, align, each_vintage, emit, pick
from transforms.indicators.rates import in_force
from transforms.indicators.stated import figures
from transforms.periods import span
from transforms.reports.early_warning import threshold

KEYS = ("ref_area", "product_code", "definition", "basis")
BAD = ("bad_loans_90d", "problem_loans", "overdue_90d")
SHARES = ("problem_share", "npl_share", "overdue_90d_share", "bad_loans_share")


_FX = series(dataset="fx_rate", measure="official_rate")
_CAVEAT = (
    "Stated, not measured by a table read here; definitions (bureau 90+, categories IV-V, CMASF) are separate series."
)
_FSR = "Bank of Russia, Financial Stability Review, on problem loans; definitions as the originator states them"
_STORY = "Press reports of 2025-12-05 on the CMASF early-warning report and the Scoring Bureau figure"


def _passed_on(build: Build, name: str, measures: tuple[str, ...], unit: str) -> pl.DataFrame:
    """Stated figures passed on as they are, one series a product and definition."""
    rows = one_word(pick(figures(build), measure=measures, unit=unit), measures)
    return emit(rows.drop("as_of", "native_title").sort("period_end"), name, unit)


def one_word(rows: pl.DataFrame, measures: tuple[str, ...]) -> pl.DataFrame:
    """Figures of several measures as of one, without the measure: where the definition is the same they count the same.
    Of two for one period on one day that of the measure named first stands."""
    order = pl.col("measure").replace_strict(
        {name: -place for place, name in enumerate(measures)}, return_dtype=pl.Int64
    )
    cell = [*KEYS, "unit", "period_end", "vintage_date"]
    return rows.sort(order, maintain_order=True).unique(cell, keep="last", maintain_order=True).drop("measure")


PASSED_ON = [
    indicator(
        id=name, title=title, unit=unit, by=KEYS, inputs=(figures,), lookback=0, formula="as stated", reference=_FSR,
        caveat=_CAVEAT, freq="I",
    )(partial(_passed_on, name=name, measures=measures, unit=unit))
    for name, title, unit, measures in (
        ("reported_bad_loans", "Bad loans as stated, by definition", "RUB", BAD),
        ("reported_problem_share", "Share of bad loans as stated, by definition", "percent", SHARES),
        ("reported_restructured_share", "Restructured share as stated", "percent", ("restructured_share",)),
        ("reported_early_delinquency", "Early delinquency as stated", "percent", ("early_delinquency",)),
    )
]  # fmt: skip


@indicator(
    id="reported_restructured_cumulative",
    title="Loans restructured since 2022 as stated, cumulative",
    unit="RUB",
    by=KEYS,
    inputs=(figures,),
    lookback=0,
    formula="as stated",
    reference=_STORY,
    caveat="Cumulative over four years, not the flow of a year.",
    freq="I",
)
def restructured_cumulative(build: Build) -> pl.DataFrame:
    rows = pick(figures(build), measure="restructured", definition="RESTRUCTURED_STOCK", unit="RUB")
    rows = rows.unique([*KEYS, "period_end", "vintage_date"], keep="first", maintain_order=True)
    return emit(rows.drop("as_of", "measure", "native_title"), "reported_restructured_cumulative", "RUB")


@indicator(
    id="reported_restructured_ytd",
    title="Loans restructured since January by the Bank of Russia's bulletins",
    unit="RUB",
    by=KEYS,
    inputs=(figures,),
    lookback=12,
    formula="sum of the half-years and quarters stated so far, each as stated last",
    reference="Bank of Russia, bulletins on loan restructuring",
    caveat="Each part counts from the day it was published.",
    freq="I",
)
def restructured_flow(build: Build) -> pl.DataFrame:
    rows = pick(figures(build), measure="restructured", definition="RESTRUCTURED_FLOW", unit="RUB")
    first = pl.col("vintage_date").min().over("product_code", "as_of")
    rows = rows.with_columns(first=first, precision=pl.lit(None, pl.Float64)).drop("measure", "native_title")
    summed = each_vintage(rows, ("product_code", "as_of"), since_january).drop("as_of", "first")
    summed = summed.with_columns(first_seen=pl.col("vintage_date").cast(pl.Datetime("us")), basis=pl.lit("ytd"))
    return emit(summed, "reported_restructured_ytd", "RUB")


def since_january(parts: pl.DataFrame) -> pl.DataFrame:
    """Sums since January of stated parts of years, each with the day `first` on which it was first stated: a part that
    begins with January, or one added to the sum up to its own start.

    A part that repeats or overlaps others adds nothing; of two ways to one month the earlier known counts.
    """
    sums: dict[tuple[str, int, int], dict[str, Any]] = {}
    for row in parts.sort("period_end", "first").iter_rows(named=True):
        year, last = (row["product_code"], row["period_end"].year), row["period_end"].month
        period = span(row["as_of"])
        before = sums.get((*year, period[0].month - 1)) if period else None
        if period is None or period[0].year != year[1] or (before is None and period[0].month > 1):
            continue
        value, seen = (before["value"], before["first"]) if before else (0.0, row["first"])
        made = row | {"value": value + row["value"], "first": max(seen, row["first"]), "as_of": ""}
        known = sums.setdefault((*year, last), made)
        if made["first"] < known["first"]:
            sums[*year, last] = made
    return pl.DataFrame(list(sums.values()), schema=parts.schema)


def _bureau(build: Build) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Stock, increase since January, increase of the full year before (dated like the stock it belongs to)."""
    rows = pick(figures(build), unit="RUB")
    increase = pick(rows, measure="bad_loans_increase")
    whole = increase.filter(pl.col("as_of").str.contains(r"^\d{4}$"))
    running = increase.filter(~pl.col("as_of").str.contains(r"^\d{4}$"))
    return pick(rows, measure="bad_loans_90d"), running, whole


@indicator(
    id="reported_bad_loans_stock_multiple",
    title="Bad loans: stock as a multiple of the stock in January",
    unit="ratio",
    by=KEYS,
    inputs=(figures,),
    lookback=12,
    formula="stock / (stock - increase since January)",
    reference=_STORY,
    caveat="One of two readings of a stated growth; the other compares increases.",
    freq="I",
)
def stock_multiple(build: Build) -> pl.DataFrame:
    stock, running, _ = _bureau(build)
    table = align(KEYS, stock=Part(stock), rise=Part(running))
    value = pl.col("stock") / (pl.col("stock") - pl.col("rise"))
    return emit(table.with_columns(value=value), "reported_bad_loans_stock_multiple", "ratio")


@indicator(
    id="reported_bad_loans_increment_multiple",
    title="Bad loans: increase since January as a multiple of last year's",
    unit="ratio",
    by=KEYS,
    inputs=(figures,),
    lookback=24,
    formula="increase since January / increase of all last year",
    reference=_STORY,
    caveat="One of two readings of a stated growth; the periods differ in length.",
    freq="I",
)
def increment_multiple(build: Build) -> pl.DataFrame:
    _, running, whole = _bureau(build)
    months = running["period_end"].dt.month().unique().to_list()
    parts = [align(KEYS, rise=Part(running), before=Part(whole, lag=month)) for month in months]
    table = pl.concat(parts) if parts else align(KEYS, rise=Part(running), before=Part(whole))
    value = pl.when(pl.col("before") > 0).then(pl.col("rise") / pl.col("before"))
    return emit(table.with_columns(value=value), "reported_bad_loans_increment_multiple", "ratio")


SYSTEM = {"measure": "problem_share", "product_code": "ALL", "definition": "PROBLEM_CMASF", "unit": "percent"}
"""Stated figures that are a share of the assets of the banking system."""


@indicator(
    id="reported_crisis_criterion_gap",
    title="Problem assets of the banking system less CMASF's criterion of a crisis",
    unit="percentage_points",
    by=KEYS,
    inputs=(figures,),
    lookback=0,
    formula=f"share of problem assets - {threshold('problem_assets', 'banking_system_assets')} %",
    reference="CMASF, system of early warning: formal criteria of a systemic banking crisis",
    caveat="Zero or more meets one of CMASF's formal criteria; stated as just over or under: read the sign with care. "
    "Household and product shares are not comparable with it.",
    freq="I",
)
def crisis_gap(build: Build) -> pl.DataFrame:
    """Problem assets of the whole system less CMASF's criterion; no other share may be held against it."""
    rows = pick(figures(build), **SYSTEM).unique([*KEYS, "period_end", "vintage_date"], maintain_order=True)
    gap = pl.col("value") - threshold("problem_assets", "banking_system_assets")
    rows = rows.drop("as_of", "measure", "native_title").with_columns(value=gap)
    return emit(rows, "reported_crisis_criterion_gap", "percentage_points")


def _in_dollars(build: Build, day: str) -> pl.DataFrame:
    frame = one_word(pick(figures(build), measure=BAD, unit="RUB"), BAD)
    dated = frame.with_columns(end="period_end", published="vintage_date").with_columns(period_end=pl.col(day))
    rate = in_force(pick(build.vintages, dataset="fx_rate", product_code="USD", unit="RUB"), dated["period_end"])
    return each_publication(dated, rate, KEYS)


@indicator(
    id="reported_bad_loans_usd_at_period_end",
    title="Bad loans in US dollars at the official rate of the period end",
    unit="USD",
    by=KEYS,
    inputs=(figures, _FX),
    lookback=0,
    formula="RUB / official rate in force on the last day of the period",
    reference="Bank of Russia, official exchange rates",
    caveat=_CAVEAT,
    freq="I",
)
def usd_at_period_end(build: Build) -> pl.DataFrame:
    return emit(_in_dollars(build, "end"), "reported_bad_loans_usd_at_period_end", "USD")


@indicator(
    id="reported_bad_loans_usd_at_publication",
    title="Bad loans in US dollars at the official rate of the publication day",
    unit="USD",
    by=KEYS,
    inputs=(figures, _FX),
    lookback=0,
    formula="RUB / official rate in force on the day of publication",
    reference="Bank of Russia, official exchange rates",
    caveat=_CAVEAT,
    freq="I",
)
def usd_at_publication(build: Build) -> pl.DataFrame:
    return emit(_in_dollars(build, "published"), "reported_bad_loans_usd_at_publication", "USD")


def _story(records: Mapping[str, pl.DataFrame], item: str, unit: str) -> float | None:
    """An amount of the story in base units: "about 2.3 trn RUB", "about 27 bn USD"; None where it does not say it."""
    evidence = records.get("story_evidence")
    rows = [] if evidence is None else evidence.filter(pl.col("item") == item)["figure"].to_list()
    match = next((found for text in rows if (found := re.search(rf"([\d.]+) (bn|trn) {unit}", text or ""))), None)
    return round(float(match[1]) * {"bn": 1e9, "trn": 1e12}[match[2]]) if match else None


@indicator(
    id="reported_implied_usd_rate",
    title="Roubles per dollar implied by a reporter's own conversion",
    unit="RUB",
    by=KEYS,
    inputs=(figures, Record("story_evidence")),
    lookback=0,
    formula="RUB figure / USD figure of the same reporter",
    reference=_STORY,
    caveat="Not an official rate: it shows with what a press figure was converted.",
    freq="I",
)
def implied_rate(build: Build) -> pl.DataFrame:
    """Roubles per dollar that reporters used: their RUB figure over their USD figure of the same thing.

    The story of December 2025 converts one figure of the bureau, the one it names in roubles, no later or earlier one.
    """
    rows = figures(build)
    roubles, dollars = (one_word(pick(rows, measure=BAD, unit=unit), BAD) for unit in ("RUB", "USD"))
    stated = align(KEYS, roubles=Part(roubles), dollars=Part(dollars))
    stated = stated.with_columns(value=pl.col("roubles") / pl.col("dollars"))
    named, converted = (_story(build.records, f"bad_household_loans_{unit.lower()}", unit) for unit in ("RUB", "USD"))
    told = pick(roubles, definition="BUREAU_DPD90", product_code="HOUSEHOLD").filter(pl.col("value") == (named or 0))
    told = told.sort("vintage_date").unique([*KEYS, "period_end"], keep="first", maintain_order=True)
    told = told.with_columns(value=pl.col("value") / pl.lit(converted, pl.Float64))
    both = [frame.select(*KEYS, "period_end", "vintage_date", *PROVENANCE, "value") for frame in (stated, told)]
    cell = [*KEYS, "period_end", "vintage_date"]
    table = pl.concat(both).unique(cell, keep="first", maintain_order=True)
    return emit(table, "reported_implied_usd_rate", "RUB")
