"""Overdue loans bank by bank, from the balances of form 101: amounts and ratios by borrower.

Account 458NN holds what is overdue of the loans in account 441 to 457, one number for one kind of borrower: 45815 and
455 are resident households, 45812 and 452 private commercial companies. A bank that lists no account has none of it.
"""

from __future__ import annotations

import polars as pl

from transforms.indicators.declaration import Build, indicator, series, step
from transforms.indicators.engine import PROVENANCE, each_vintage, emit, pick
from transforms.model import CLAIM

BORROWERS = {  # name -> (accounts of loans not overdue, accounts of overdue loans)
    "HOUSEHOLD": (("455", "457"), ("45815", "45817")),
    "ENTREPRENEUR": (("454",), ("45814",)),
    "ORGANISATION": (tuple(str(n) for n in (*range(445, 454), 456)),
                     tuple(str(n) for n in (*range(45805, 45814), 45816))),
    "GOVERNMENT": (tuple(str(n) for n in range(441, 445)), tuple(str(n) for n in range(45801, 45805))),
}  # fmt: skip
BANK = ("ref_area", "counterpart_area", "currency", "basis")
ACCOUNT = (*BANK, "product_code", "measure")
LATE = pl.col("measure") == "overdue"

BY_BANK = (*BANK, "product_code")
_CAVEAT = (
    "Only where form 101 has been ingested, and banks that publish it. Missed payments under Russian accounting, not "
    "the whole loan and not 90+; counterpart_area is the bank's registration number, product the borrower. Forms since "
    "2019 leave adjustments to the value of loans out."
)
_FORM = "Bank of Russia, form 101 and Regulation 579-P, chart of accounts, part A, accounts 441-458"


def _borrowers() -> dict[str, str]:
    return {account: name for name, books in BORROWERS.items() for book in books for account in book}


@step(series(dataset="bank_overdue", measure=("overdue", "debt"), unit="RUB"))
def accounts(build: Build) -> list[pl.DataFrame]:
    """Balances of single accounts of all banks, a frame a month: the days of a month change sums of that month only."""
    rows = pick(build.vintages, dataset="bank_overdue", measure=("overdue", "debt"), unit="RUB")
    names = pl.col("product_code").replace_strict(_borrowers(), default=None, return_dtype=pl.String)
    named = rows.with_columns(borrower=names).drop_nulls("borrower")
    return named.select(
        *ACCOUNT, "borrower", "period_end", "value", "precision", "vintage_date", *PROVENANCE
    ).partition_by("period_end")


def _by_borrower(months: list[pl.DataFrame], value: pl.Expr, name: str, unit: str) -> pl.DataFrame:
    """`value` over the accounts of each bank and borrower, and over all its accounts, on each day."""

    def sums(panel: pl.DataFrame) -> pl.DataFrame:
        both = pl.concat([panel, panel.with_columns(borrower=pl.lit("ALL"))])
        both = both.sort("vintage_date", "product_code", maintain_order=True)
        last = [pl.col(name).last() for name in ("vintage_date", *PROVENANCE)]
        keys = (*BANK, "period_end", pl.col("borrower").alias("product_code"))
        return both.group_by(*keys, maintain_order=True).agg(*last, value=value).with_columns(measure=pl.lit(name))

    parts = [each_vintage(month, ACCOUNT, sums, of_newest=True).drop("borrower") for month in months]
    empty = pl.DataFrame(schema=dict(CLAIM)).drop("dataset", "unit")
    return emit(pl.concat([empty, *parts], how="diagonal"), name, unit, definition="RAS_OVERDUE")


@indicator(
    id="bank_overdue",
    title="Overdue loans of a bank, by borrower",
    unit="RUB",
    by=BY_BANK,
    inputs=(accounts,),
    lookback=0,
    formula="sum of the accounts 458NN of the borrower",
    reference=_FORM,
    caveat=_CAVEAT,
)
def overdue(build: Build) -> pl.DataFrame:
    return _by_borrower(accounts(build), pl.col("value").filter(LATE).sum(), "bank_overdue", "RUB")


@indicator(
    id="bank_overdue_ratio",
    title="Overdue share of the loans of a bank, by borrower",
    unit="percent",
    by=BY_BANK,
    inputs=(accounts,),
    lookback=0,
    formula="100 * overdue (458NN) / (overdue + loans not overdue (441 to 457)) of the same borrower",
    reference=_FORM,
    caveat=_CAVEAT,
)
def overdue_ratio(build: Build) -> pl.DataFrame:
    """Overdue in percent of all loans; none for a bank without loans to that borrower."""
    ratio = pl.col("value").filter(LATE).sum() / pl.col("value").sum() * 100
    return _by_borrower(accounts(build), ratio, "bank_overdue_ratio", "percent")
