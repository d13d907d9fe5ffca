"""What the United States charge: duties over imports by supplier, and how much dearer China is than those in its place.

Duty is what the customs declarations give (calculated duty), on imports for consumption, customs value. Both are of
one table, so a rate is of one state of the figures.
"""

from __future__ import annotations

import polars as pl

from transforms.indicators.accounts import newest_of
from transforms.indicators.declaration import Build, indicator, series, step
from transforms.indicators.engine import Part, align, emit, pick
from transforms.indicators.rerouting import connector_sets
from transforms.indicators.sums import total_of, year_to_date
from transforms.indicators.trade import KEYS, PARTNERLESS

SUPPLIER = ("ref_area", "counterpart_area", "product_code", "basis", "currency")
SCOPE = "IMPORTS_FOR_CONSUMPTION"
BROAD = r"^(TOTAL|NAICS_\w{2,3}|HS_\d{2}|HS_\d{4}|HS_\d{6})$"
"""Products of which rates are made: up to six digits, which the world classifies alike; finer ones are for SQL."""
_DUTIES = series(
    dataset="mirror_trade", measure=("value", "calculated_duty"), definition=SCOPE, flow="import", basis="month",
    freq="M", currency="USD", unit="USD",
)  # fmt: skip
_REFERENCE = (
    "Amiti, Redding and Weinstein (2019), The Impact of the 2018 Tariffs on Prices and Welfare, Journal of Economic "
    "Perspectives 33(4); U.S. Census Bureau, Guide to Foreign Trade Statistics: calculated duty, customs value"
)
_CAVEAT = (
    "Duty as declared, before refunds; not the statutory rate: goods that a tariff keeps out drop from duty and "
    "imports alike, so a prohibitive rate lowers it. Freight and insurance are not in the base. "
)


@step(_DUTIES)
def duties_and_imports(build: Build) -> dict[str, pl.DataFrame]:
    """Duty and imports by supplier and product, USD: months, and for the total of goods sums since January."""
    both = {}
    for name, measure in (("duty", "calculated_duty"), ("imports", "value")):
        months = pick(build.vintages, measure=measure, definition=SCOPE, flow="import", basis="month", currency="USD")
        months = newest_of(KEYS, months.filter(pl.col("product_code").str.contains(BROAD)))
        both[name] = pl.concat([months, year_to_date(pick(months, product_code="TOTAL"), KEYS)])
    return both


@indicator(
    id="tariff_effective",
    title="Effective tariff: duty in percent of imports, by supplier",
    unit="percent",
    by=SUPPLIER,
    inputs=(duties_and_imports,),
    lookback=12,
    formula="100 * calculated duty / imports for consumption, months and sums since January; products by month",
    reference=_REFERENCE,
    caveat=_CAVEAT + "Suppliers and products of which both are loaded.",
)
def effective(build: Build) -> pl.DataFrame:
    both = duties_and_imports(build)
    table = align(KEYS, duty=Part(both["duty"]), imports=Part(both["imports"]))
    rate = pl.when(pl.col("imports") > 0).then(pl.col("duty") / pl.col("imports") * 100)
    return emit(table.with_columns(value=rate), "tariff_effective", "percent", definition=SCOPE)


@indicator(
    id="tariff_wedge",
    title="How much higher the effective tariff on goods from China is than on those of another supplier",
    unit="percentage_points",
    by=SUPPLIER,
    inputs=(effective,),
    lookback=12,
    formula="effective tariff on China - that on the supplier named (WORLD: on all goods, those of China included)",
    reference=_REFERENCE,
    caveat=_CAVEAT + "The supplier's goods are not China's: part of the wedge is the mix.",
)
def wedge(build: Build) -> pl.DataFrame:
    rates = effective(build)
    others = rates.filter(pl.col("counterpart_area") != "CHN")
    table = align(KEYS, other=Part(others), china=Part(pick(rates, counterpart_area="CHN"), on=PARTNERLESS))
    return emit(table.with_columns(value=pl.col("china") - pl.col("other")), "tariff_wedge", "percentage_points")


@indicator(
    id="tariff_wedge_connectors",
    title="How much higher the effective tariff on goods from China is than on those of the connector economies",
    unit="percentage_points",
    by=(*(d for d in SUPPLIER if d != "counterpart_area"), "definition"),
    inputs=(duties_and_imports,),
    lookback=12,
    formula="effective tariff on China - 100 * sum of duties / sum of imports over the connectors",
    reference=_REFERENCE + "; sets: connectors.yaml",
    caveat=_CAVEAT + "The set is named by the definition; no value if a member is missing.",
)
def wedge_to_connectors(build: Build) -> pl.DataFrame:
    both = duties_and_imports(build)
    results = []
    for label, codes in connector_sets().items():
        parts: dict[str, Part] = {}
        for code in ["CHN", *codes]:
            parts |= {
                f"{name}_{code}": Part(pick(frame, counterpart_area=code), on=PARTNERLESS)
                for name, frame in both.items()
            }
        table = align(PARTNERLESS, **parts)
        duty, imports = (total_of([f"{name}_{code}" for code in codes]) for name in ("duty", "imports"))
        rate = pl.col("duty_CHN") / pl.col("imports_CHN") - duty / imports
        rate = pl.when((pl.col("imports_CHN") > 0) & (imports > 0)).then(rate * 100)
        table = table.with_columns(value=rate, counterpart_area=pl.lit("CHN"), definition=pl.lit(label))
        results.append(emit(table, "tariff_wedge_connectors", "percentage_points"))
    return pl.concat(results)
