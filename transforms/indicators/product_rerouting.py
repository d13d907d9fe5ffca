"""Rerouting by product and quarter: what may have gone from China through a connector, and what others took over.

Trade statistics name the country of origin or of dispatch, not the way of a good. So each figure is an upper bound, and
the lower one is zero: the smaller of two changes on a year earlier in one product. A coarse product holds goods that
have nothing to do with each other, so the finer the product the more the bound says.
"""

from __future__ import annotations

import polars as pl

from transforms.indicators.declaration import Build, indicator, series, step
from transforms.indicators.engine import PROVENANCE, Part, align, each_vintage, emit, pick
from transforms.indicators.query_rises import QUERY, query_rises
from transforms.indicators.rerouting import connector_sets
from transforms.indicators.sums import sum_of_precisions, total_of, where_known
from transforms.indicators.tariffs import BROAD
from transforms.indicators.trade import KEYS, PARTNERLESS, levels

MARKETS = ("USA", "EU")
"""Whose imports are looked at: the markets that raised barriers against China."""
LEVELS = {"NAICS": r"^NAICS_\w{3}$", "HS6": r"^HS_\d{6}$"}
"""Products that do not overlap, by which shares are made."""
OWN = "CHINA_CUSTOMS"
"""Definition of China's own count of its exports, beside those of the partners."""
BY = ("ref_area", "counterpart_area", "product_code", "currency", "definition")
MONEY = "USD or EUR"
CONNECTORS = tuple(sorted({code for codes in connector_sets().values() for code in codes} | {"TWN"}))
_IMPORTS = series(dataset="mirror_trade", ref_area=MARKETS, flow="import", measure="value", basis="month", freq="M")
_INWARD = series(dataset="mirror_trade", ref_area=CONNECTORS, counterpart_area="CHN", flow="import", measure="value",
                 basis="month", freq="M")  # fmt: skip
_OUTWARD = series(dataset="mirror_trade", ref_area="CHN", counterpart_area=CONNECTORS, flow="export", measure="value",
                  basis="month", freq="M")  # fmt: skip
_CHINESE = series(dataset="trade_by_partner", counterpart_area=CONNECTORS, flow="export", measure="value",
                  basis="month", currency="USD")  # fmt: skip
_REFERENCE = (
    "Freund, Mattoo, Mulabdic and Ruta (2024), Is US trade policy reshaping global supply chains?, Journal of "
    "International Economics 152; Iyoha, Malesky, Wen and Wu (2024), Exports in Disguise?, Harvard Business School "
    "Working Paper 24-072, on the smaller of two flows as a bound"
)
_CAVEAT = "An upper bound, the lower is zero: it does not say that the same goods moved. "


def quarters(months: pl.DataFrame) -> pl.DataFrame:
    """Sums of the three months of calendar quarters, as known each day; only where all three are."""
    months = months.with_columns(basis=pl.lit("quarter"), freq=pl.lit("Q"))
    parts = {f"m{lag}": Part(months, lag=lag) for lag in range(3)}
    table = align(KEYS, **parts).filter(pl.col("period_end").dt.month() % 3 == 0)
    return table.with_columns(value=total_of(list(parts)), precision=sum_of_precisions(list(parts)))


def smaller_of(*rises: pl.Expr) -> pl.Expr:
    """The smallest of several changes, zero where one is none; null where one is not known."""
    known = pl.all_horizontal(rise.is_not_null() for rise in rises)
    return pl.when(known).then(pl.max_horizontal(pl.min_horizontal(*rises), pl.lit(0.0)))


@step(_IMPORTS)
def market_quarters(build: Build) -> pl.DataFrame:
    """Imports of the markets by supplier, product and quarter, in the currency in which they count."""
    months = pick(build.vintages, dataset="mirror_trade", ref_area=MARKETS, flow="import", basis="month")
    return quarters(months.filter(pl.col("product_code").str.contains(BROAD)))


@step(market_quarters)
def replacement(build: Build) -> pl.DataFrame:
    """China and another supplier of a market this quarter and a year earlier: china, china_then, now, then.

    `value` is what the supplier may have taken over.
    """
    rows = market_quarters(build)
    china = pick(rows, counterpart_area="CHN")
    others = rows.filter(~pl.col("counterpart_area").is_in(["CHN", "WORLD", "EU", "EXTRA_EU"]))
    parts = {"now": Part(others), "then": Part(others, lag=12)}
    parts |= {"china": Part(china, on=PARTNERLESS), "china_then": Part(china, lag=12, on=PARTNERLESS)}
    value = smaller_of(pl.col("china_then") - pl.col("china"), pl.col("now") - pl.col("then"))
    return align(KEYS, **parts).with_columns(value=value)


@indicator(
    id="rerouting_replaced",
    title="Imports from China that a supplier may have replaced, by product",
    unit=MONEY,
    by=BY,
    inputs=(replacement,),
    lookback=14,
    formula="the smaller of the fall of the market's imports from China and the rise of those from the supplier, on "
    "the quarter a year earlier; 0 where the one did not fall or the other not rise",
    reference=_REFERENCE,
    caveat=_CAVEAT + "Suppliers are not added up: two may fill one gap. Products of which each month has a value.",
    freq="Q",
)
def replaced(build: Build) -> pl.DataFrame:
    return emit(replacement(build).with_columns(unit="currency"), "rerouting_replaced", None)


@indicator(
    id="rerouting_replaced_share",
    title="Share of the market's lost imports from China that a supplier may have replaced",
    unit="percent",
    by=BY,
    inputs=(replacement, market_quarters),
    lookback=14,
    formula="100 * sum over products of rerouting_replaced / sum over products of the falls of imports from China",
    reference=_REFERENCE,
    caveat=_CAVEAT + "Products of one classification, named by the product: NAICS (three digits) or HS6. A product "
    "that the supplier does not deliver counts with zero. Read it with rerouting_product_coverage.",
    freq="Q",
)
def replaced_share(build: Build) -> pl.DataFrame:
    taken, rows = replacement(build), market_quarters(build)
    china = pick(rows, counterpart_area="CHN")
    falls = align(KEYS, now=Part(china), then=Part(china, lag=12)).with_columns(
        value=where_known(("now", "then"), pl.max_horizontal(pl.col("then") - pl.col("now"), pl.lit(0.0)))
    )
    results = []
    for name, products in LEVELS.items():
        lost = _over_products(falls, name, products)
        part = _over_products(taken, name, products)
        table = align(KEYS, part=Part(part), lost=Part(lost, on=PARTNERLESS))
        results.append(table.with_columns(value=pl.col("part") / pl.col("lost") * 100))
    return emit(pl.concat(results), "rerouting_replaced_share", "percent")


@indicator(
    id="rerouting_product_coverage",
    title="Share of a supplier's deliveries to the market that is known by product",
    unit="percent",
    by=BY,
    inputs=(market_quarters,),
    lookback=2,
    formula="100 * sum over products / imports from the supplier, by classification",
    reference=_REFERENCE,
    caveat="What shares over products rest on: a month of a product that has no value leaves its quarter out.",
    freq="Q",
)
def product_coverage(build: Build) -> pl.DataFrame:
    rows = market_quarters(build)
    goodless = tuple(k for k in KEYS if k != "product_code")
    whole = pick(rows, product_code="TOTAL")
    results = []
    for name, products in LEVELS.items():
        table = align(KEYS, part=Part(_over_products(rows, name, products)), whole=Part(whole, on=goodless))
        results.append(table.with_columns(value=pl.col("part") / pl.col("whole") * 100))
    return emit(pl.concat(results), "rerouting_product_coverage", "percent")


def _over_products(rows: pl.DataFrame, name: str, products: str) -> pl.DataFrame:
    """Sums over the products of one classification as known each day, under its name."""
    columns = [*KEYS, "period_end", "value", "vintage_date", *PROVENANCE]
    chosen = rows.filter(pl.col("product_code").str.contains(products)).select(columns)

    def sums(panel: pl.DataFrame) -> pl.DataFrame:
        cell = [*(k for k in KEYS if k != "product_code"), "period_end"]
        last = [pl.col(column).last() for column in ("vintage_date", *PROVENANCE)]
        made = panel.sort("vintage_date", "product_code").group_by(cell, maintain_order=True)
        return made.agg(pl.col("value").sum(), *last).with_columns(product_code=pl.lit(name)).select(columns)

    return each_vintage(chosen, KEYS, sums).with_columns(precision=pl.lit(None, pl.Float64))


@step(_INWARD, _OUTWARD, _CHINESE, query_rises)
def deliveries(build: Build) -> dict[str, pl.DataFrame]:
    """Rises of China's deliveries to each connector on the quarter a year earlier, by product, USD, by whose count.

    The connector is the counterpart, whoever counted.
    """
    rows = build.vintages
    theirs = pick(
        rows, dataset="mirror_trade", counterpart_area="CHN", flow="import", basis="month", currency="USD"
    ).with_columns(counterpart_area=pl.col("ref_area"), ref_area=pl.lit("CHN"))
    ours = pick(rows, dataset="mirror_trade", ref_area="CHN", flow="export", basis="month", currency="USD")
    customs = levels(rows, dataset="trade_by_partner", flow="export", currency="USD").with_columns(
        definition=pl.lit(OWN)
    )
    every = pl.concat([theirs, ours, customs]).filter(
        pl.col("counterpart_area").is_in(CONNECTORS), pl.col("product_code").str.contains(BROAD)
    )
    found = {QUERY: query_rises(build)}
    for own in every.partition_by("definition"):
        made = quarters(own.with_columns(flow=pl.lit("export"))).drop("m0", "m1", "m2")
        rise = align(KEYS, now=Part(made), then=Part(made, lag=12))
        found[str(own["definition"][0])] = rise.with_columns(
            value=pl.col("now") - pl.col("then"), precision=pl.lit(None, pl.Float64)
        )
    return found


@indicator(
    id="rerouting_bound",
    title="Upper bound of what went from China through a connector to a market, by product",
    unit="USD",
    by=BY,
    inputs=(deliveries, market_quarters),
    lookback=14,
    formula="the smaller of the rise of China's deliveries to the connector and the rise of the market's imports from "
    "it, on the quarter a year earlier; 0 where one did not rise",
    reference=_REFERENCE,
    caveat=_CAVEAT + "Both ends in dollars, by product where both are loaded (Comtrade, or six digits of HS from "
    "partners), otherwise of all goods. The definition says who counted the way in and the way out; "
    f"{QUERY}: six digits added up from eight in downloads of the online query, rows by regime or region left out, "
    "where both quarters hold the same codes of eight digits.",
    freq="Q",
)
def bound(build: Build) -> pl.DataFrame:
    market = pick(market_quarters(build), currency="USD")
    way = ("counterpart_area", "product_code", "currency")
    empty = emit(market.clear(), "rerouting_bound", "USD")
    results = [empty]
    for counted, inward in deliveries(build).items():
        for out in market.partition_by("definition"):
            parts = {"out": Part(out), "out_then": Part(out, lag=12), "rise": Part(inward, on=way, across="the way in")}
            label = f"{counted}_TO_{out['definition'][0]}"
            value = smaller_of(pl.col("rise"), pl.col("out") - pl.col("out_then"))
            table = align(KEYS, **parts).with_columns(value=value, definition=pl.lit(label))
            results.append(emit(table, "rerouting_bound", "USD"))
    return pl.concat(results)
