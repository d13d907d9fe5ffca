"""What servicing bank debt costs Russia's borrowers, by the formula of the BIS, from data known up to each quarter.

The BIS publishes a ratio for Russia's private nonfinancial sector alone, two quarters late. Ours has loans of banks
alone, rates of new loans in place of those of the stock, and GDP in place of income: its level is another, its
movement is what counts.
"""

from __future__ import annotations

import polars as pl

from transforms.indicators.banking import CELL, COUNTRY, LOAN, broken, stocks
from transforms.indicators.declaration import Build, indicator, series, step
from transforms.indicators.engine import PROVENANCE, Part, align, compact, each_vintage, emit, pick
from transforms.indicators.sums import total_of
from transforms.indicators.system_credit import (
    AREA,
    BREAK,
    PRIVATE,
    PRIVATE_CREDIT,
    PRODUCTLESS,
    credit,
    yearly_product,
)

HOUSEHOLDS, ORGANISATIONS = "HOUSEHOLD", "NONFINANCIAL"
YEARS = {HOUSEHOLDS: 18, ORGANISATIONS: 13}
"""Remaining maturity in years that the BIS takes for households and for nonfinancial corporations everywhere."""
RATES = {HOUSEHOLDS: "HOUSEHOLD_LOANS", ORGANISATIONS: "ORGANISATION_LOANS"}
WINDOW = 24
"""Months of new loans whose mean rate stands for that of the stock, which follows slowly: about half of the term of a
loan for consumption."""
LEAST = 20
"""Fewest quarters before a ratio is held against its own past: five years."""
MOST = 40
"""Most quarters that it is held against: ten years, beyond which loans were another business."""
_DEBT = series(dataset="loan_portfolio", measure="debt", basis="stock", unit="RUB", ref_area="RUS", adjustment="N")
_RATE = series(dataset="bank_rate", measure="rate", definition="OVER_1_YEAR", product_code=tuple(RATES.values()),
               ref_area="RUS", currency="RUB")  # fmt: skip
_REFERENCE = (
    "Drehmann, Illes, Juselius and Santos (2015), How much income is used for debt payments? BIS Quarterly Review, "
    "September; Drehmann and Juselius (2012), Do debt service costs affect macroeconomic and financial stability? ibid."
)
_CAVEAT = (
    "Loans of banks alone; GDP for income; maturities of the BIS, longer than those of Russian consumer loans: the "
    "level is too low, changes are what counts. The ratio of the BIS is dataset debt_service_ratio. "
)


def annuity(rate: pl.Expr, years: int) -> pl.Expr:
    """Interest and repayment of a year per rouble of debt, in equal quarterly parts; `rate` in percent a year."""
    quarter = rate / 400
    return 4 * quarter / (1 - (1 + quarter).pow(-4 * years))


@step(_RATE)
def rates(build: Build) -> pl.DataFrame:
    """Mean rate of the new loans of WINDOW months, percent, by borrower (product_code) and last month."""
    rows = pick(build.vintages, dataset="bank_rate", definition="OVER_1_YEAR")
    made = []
    for borrower, product in RATES.items():
        own = pick(rows, product_code=product)
        parts = {f"r{lag}": Part(own, lag=lag, on=AREA) for lag in range(WINDOW)}
        mean = total_of(list(parts)) / WINDOW
        made.append(align(AREA, **parts).with_columns(value=mean, product_code=pl.lit(borrower)))
    columns = [*AREA, "product_code", "period_end", "value", "vintage_date", *PROVENANCE]
    return pl.concat([table.select(columns) for table in made]).with_columns(precision=pl.lit(None, pl.Float64))


@indicator(
    id="debt_service_own",
    title="Debt service on bank loans in percent of the gross domestic product, our own estimate",
    unit="percent",
    by=LOAN,
    inputs=(_DEBT, credit, rates, yearly_product),
    lookback=0,
    formula="100 * 4 * i * D / ((1 - (1 + i)^(-4 * s)) * GDP of four quarters); D: loans at the end of the quarter, "
    f"i: a quarter of the mean rate of new loans over one year of the last {WINDOW} months, s: years to run, "
    f"{YEARS[HOUSEHOLDS]} of households, {YEARS[ORGANISATIONS]} of organisations and entrepreneurs; {PRIVATE_CREDIT} "
    "is the sum of the payments of both",
    reference=_REFERENCE,
    caveat=_CAVEAT,
    freq="Q",
)
def debt_service(build: Build) -> pl.DataFrame:
    known, product = rates(build), Part(yearly_product(build), on=AREA)
    book = stocks(build.vintages, **(COUNTRY | {"measure": "debt", "dataset": "loan_portfolio"}))
    rated = {f"rate_{name}": Part(pick(known, product_code=name).drop("product_code"), on=AREA) for name in YEARS}
    households, organisations = (annuity(pl.col(f"rate_{name}"), years) for name, years in YEARS.items())
    made = []
    for name, stock, cost in (
        (HOUSEHOLDS, pick(credit(build), product_code=HOUSEHOLDS), households),
        (ORGANISATIONS, pick(book, product_code=ORGANISATIONS), organisations),
    ):
        table = align(CELL, loans=Part(stock), product=product, **{f"rate_{name}": rated[f"rate_{name}"]})
        made.append(table.with_columns(value=pl.col("loans") * cost / pl.col("product") * 100))
    parts = {name: Part(pick(book, product_code=name), on=PRODUCTLESS) for name in PRIVATE}
    table = align(PRODUCTLESS, **parts, product=product, **rated)
    paid = pl.col(HOUSEHOLDS) * households + (pl.col("ENTREPRENEUR") + pl.col(ORGANISATIONS)) * organisations
    total = table.with_columns(value=paid / pl.col("product") * 100, product_code=pl.lit(PRIVATE_CREDIT))
    columns = [*CELL, "period_end", "value", "vintage_date", *PROVENANCE]
    both = pl.concat([one.select(columns) for one in (*made, total)]).with_columns(precision=pl.lit(None, pl.Float64))
    return emit(both, "debt_service_own", "percent", freq="Q")


@indicator(
    id="debt_service_own_excess",
    title="Our own debt service ratio less its mean of up to ten years",
    unit="percentage_points",
    by=LOAN,
    inputs=(debt_service,),
    lookback=3 * MOST,
    formula=f"debt_service_own - mean of its last {MOST} quarters up to and with that one, or of those there are, from "
    f"{LEAST} without a gap on",
    reference=_REFERENCE,
    caveat="One-sided: no later quarter is in the mean, as who stood there could not know it. " + _CAVEAT + BREAK,
    freq="Q",
)
def debt_service_excess(build: Build) -> pl.DataFrame:
    own = debt_service(build).select(*CELL, "period_end", "value", "precision", "vintage_date", *PROVENANCE)
    table = compact(each_vintage(own, CELL, excess), CELL)
    return broken(emit(table, "debt_service_own_excess", "percentage_points", freq="Q"), 3 * MOST)


def excess(panel: pl.DataFrame) -> pl.DataFrame:
    """Each quarter less the mean of the last MOST up to it, from LEAST without a gap on; any number of series."""
    made = [panel.clear()]
    for own in panel.partition_by(CELL):
        own = own.sort("period_end")
        months = (own["period_end"].dt.year() * 12 + own["period_end"].dt.month()).to_list()
        values, found = own["value"].to_list(), list[float | None]()
        start = 0
        for at, value in enumerate(values):
            if at and months[at] - months[at - 1] != 3:
                start = at
            span = values[max(start, at + 1 - MOST) : at + 1]
            found.append(value - sum(span) / len(span) if len(span) >= LEAST else None)
        made.append(own.with_columns(value=pl.Series(found, dtype=pl.Float64)).drop_nulls("value"))
    return pl.concat(made)
