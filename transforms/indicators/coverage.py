"""What shares, ranks and contributions of partners rest on: how many countries are known, their share, who is missing.

Groups are left out: they overlap with their members. China as its own partner (goods brought back) is in the total and
counts as a country.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import polars as pl

from transforms.areas import names
from transforms.asof import as_of
from transforms.indicators.declaration import Build, indicator, step
from transforms.indicators.engine import Part, align, compact, emit, with_news
from transforms.indicators.trade import IMTS, KEYS, PARTNERLESS, TRADE, VALUES, levels
from transforms.model import CLAIM

CELL = (*PARTNERLESS, "period_end")
COVERAGE = 95.0
"""Countries must add up to this percentage of the total before concentration is computed."""
HIRSCHMAN = "Hirschman (1964), The Paternity of an Index, American Economic Review 54(5)"
NOTABLE = 0.5
"""A missing country is named from this percentage of the total a year earlier on: about the fortieth partner."""
CAVEAT = (
    "Countries only: groups overlap with their members. Goods that China brings back count as a partner of their own. "
)


@step(VALUES)
def country_shares(build: Build) -> pl.DataFrame:
    """Each country's share in the total, percent, as known each day; columns of align and share."""
    frames = []
    for flow in ("export", "import", "total"):
        partner = levels(build.vintages, dataset="trade_by_partner", flow=flow, basis=("month", "ytd"))
        world = levels(build.vintages, dataset="trade_total", flow=flow, basis=("month", "ytd"))
        single = partner.filter(pl.col("counterpart_area").is_in(countries()))
        world = world.filter(pl.col("counterpart_area") == "WORLD")
        frames.append(align(KEYS, partner=Part(single), world=Part(world, on=PARTNERLESS)))
    share = pl.when(pl.col("world") > 0).then(pl.col("partner") / pl.col("world") * 100)
    return pl.concat(frames).with_columns(share=share)


def countries() -> list[str]:
    """Codes of single countries and territories."""
    return names().filter(pl.col("kind") != "group")["code"].to_list()


def by_cell(shares: pl.DataFrame, since: date) -> Iterator[pl.DataFrame]:
    """The newest share of each country, for each period and each day from `since` on which one of them changed; null
    where it is known no more."""
    for cells in shares.partition_by(list(CELL)):
        for day in cells.filter(pl.col("vintage_date") >= since)["vintage_date"].unique().sort():
            known = as_of(cells, day, ("counterpart_area",)).sort("vintage_date", maintain_order=True)
            yield known.with_columns(pl.lit(day).alias("vintage_date"))


def over_countries(build: Build, name: str, unit: str, value: Callable[[pl.DataFrame], float | None]) -> pl.DataFrame:
    """`value` of the countries known on each day, as one row for the world; None: not known."""
    rows = []
    for panel in by_cell(country_shares(build), build.since):
        known = panel.drop_nulls("share")
        found = pl.lit(None if known.is_empty() else value(known), pl.Float64)
        rows.append(panel.tail(1).with_columns(value=found, counterpart_area=pl.lit("WORLD")))
    table = pl.concat(rows) if rows else pl.DataFrame(schema=dict(CLAIM))
    return emit(table, name, unit)


def _hhi(shares: pl.DataFrame) -> float | None:
    """Sum of squared percentage shares in the countries' own sum: a total restated alone says nothing of them."""
    whole = float(shares["share"].sum())
    return float(((shares["share"] / whole * 100) ** 2).sum()) if whole >= COVERAGE else None


@indicator(
    id="trade_concentration_hhi",
    title="Concentration of trade over partner countries (Herfindahl-Hirschman)",
    unit="index",
    by=TRADE,
    inputs=(country_shares,),
    lookback=0,
    formula="sum of squared percentage shares of countries in the sum of all countries",
    reference=HIRSCHMAN,
    caveat=f"Only where countries add up to {COVERAGE:.0f} % of the total; 10,000 is a single partner. Imports count "
    "goods that China brings back as a partner (trade_concentration_hhi_without_reimports leaves them out).",
)
def concentration(build: Build) -> pl.DataFrame:
    rows = over_countries(build, "trade_concentration_hhi", "index", _hhi)
    return rows.filter(pl.col("flow") != "total")


@indicator(
    id="trade_concentration_hhi_without_reimports",
    title="Concentration of imports over partner countries, goods that China brings back left out",
    unit="index",
    by=TRADE,
    inputs=(country_shares,),
    lookback=0,
    formula="sum of squared percentage shares of countries but China in the sum of all countries but China",
    reference=HIRSCHMAN,
    caveat=f"Only where all countries add up to {COVERAGE:.0f} % of the total; 10,000 is a single partner.",
)
def concentration_without_reimports(build: Build) -> pl.DataFrame:
    def others(panel: pl.DataFrame) -> float | None:
        if _hhi(panel) is None:
            return None
        shares = panel.filter(pl.col("counterpart_area") != "CHN")["share"]
        return float(((shares / shares.sum() * 100) ** 2).sum())

    rows = over_countries(build, "trade_concentration_hhi_without_reimports", "index", others)
    return rows.filter(pl.col("flow") == "import")


@indicator(
    id="trade_partner_coverage",
    title="Share of the total that the known partner countries make",
    unit="percent",
    by=TRADE,
    inputs=(country_shares,),
    lookback=0,
    formula="100 * sum of countries / world",
    reference=IMTS,
    caveat=CAVEAT + "Above 100 only by rounding or where a country was revised before the total.",
)
def partner_coverage(build: Build) -> pl.DataFrame:
    return over_countries(build, "trade_partner_coverage", "percent", lambda panel: float(panel["share"].sum()))


@indicator(
    id="trade_partner_count",
    title="Number of partner countries that are known",
    unit="count",
    by=TRADE,
    inputs=(country_shares,),
    lookback=0,
    formula="number of countries with a value for the period",
    reference=IMTS,
    caveat=CAVEAT + "A rank is one among these, no more.",
)
def partner_count(build: Build) -> pl.DataFrame:
    return over_countries(build, "trade_partner_count", "count", lambda panel: float(panel.height))


@indicator(
    id="trade_partner_missing",
    title="Partner that is not known, by its share of a year earlier",
    unit="percent",
    by=TRADE,
    inputs=(country_shares,),
    lookback=12,
    formula=f"share of a country a year earlier, from {NOTABLE} % on, if it has no value and others do; 0 "
    "from the day on which it has one",
    reference=IMTS,
    caveat=CAVEAT + "A ranking of the period does not speak of it. Only where the year before is known.",
)
def partner_missing(build: Build) -> pl.DataFrame:
    shares = with_news(country_shares(build), build.since, 12, -12)
    newest: dict[tuple[Any, ...], list[pl.DataFrame]] = {}  # cell and day -> shares of the countries known
    for panel in by_cell(shares, date.min):
        newest.setdefault(panel.select(CELL).row(0), []).append(panel)
    made = [pl.DataFrame(schema=dict(CLAIM))]
    for cell, panels in newest.items():
        before = newest.get((*cell[:-1], _a_year_before(cell[-1])), [])
        days = sorted({panel["vintage_date"][0] for panel in [*panels, *before]})
        named: set[str] = set()  # notable ones so far: a revision of the year before may end that
        for day in days:
            now, then = _on(panels, day), _on(before, day)
            if now is None or then is None:
                continue
            notable = then.filter(pl.col("share") >= NOTABLE)["counterpart_area"].to_list()
            named |= set(notable)
            area = pl.col("counterpart_area")
            there = area.is_in(now.drop_nulls("share")["counterpart_area"].to_list())
            others = pl.lit(now["share"].count() > 0)
            value = pl.when(there).then(0.0).when(others).then("share")
            said = then.filter(area.is_in(list(named))).with_columns(
                value=pl.when(area.is_in(notable)).then(value), precision=pl.lit(None, pl.Float64)
            )
            made.append(said.with_columns(period_end=pl.lit(cell[-1]), vintage_date=pl.lit(day)))
    table = compact(pl.concat(made, how="diagonal_relaxed"), KEYS)
    first = pl.col("vintage_date") == pl.col("vintage_date").min().over([*KEYS, "period_end"])
    return emit(table.filter((pl.col("value") > 0) | ~first), "trade_partner_missing", "percent")


def _a_year_before(end: date) -> date:
    month = pl.Series([end]).dt.offset_by("-12mo").dt.month_end()[0]
    assert isinstance(month, date)
    return month


def _on(panels: list[pl.DataFrame], day: date) -> pl.DataFrame | None:
    return next((panel for panel in reversed(panels) if panel["vintage_date"][0] <= day), None)
