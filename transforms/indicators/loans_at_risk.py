"""Loans at risk: problem loans and those restructured outside them, as bounds: nobody says how far they overlap."""

from __future__ import annotations

from datetime import date

import polars as pl

from transforms.indicators.declaration import Build, indicator, step
from transforms.indicators.engine import Part, align, each_vintage, emit, pick
from transforms.indicators.reported import KEYS
from transforms.indicators.stated import figures
from transforms.indicators.sums import where_known
from transforms.periods import shift_months

CARRIED = 6
"""Months for which a share of restructured loans stands: it is stated by quarter, and late."""
PLACE = ("ref_area", "product_code")


def standing(panel: pl.DataFrame) -> pl.DataFrame:
    """The panel with each value standing until the next one, CARRIED months at most; any number of products."""
    made = [panel.clear()]
    for own in panel.partition_by(PLACE):
        known = {row["period_end"]: row for row in own.sort("period_end").iter_rows(named=True)}
        filled: dict[date, dict[str, object]] = {}
        for end, row in known.items():
            for later in range(CARRIED + 1):
                filled[shift_months(end, later)] = row | {"period_end": shift_months(end, later)}
        made.append(pl.DataFrame([filled[end] for end in sorted(filled)], schema=panel.schema))
    return pl.concat(made)


@step(figures)
def shares(build: Build) -> pl.DataFrame:
    """Problem share of a product, by who counts it, and the restructured share that stands: columns of align."""
    stated = figures(build).filter(pl.col("unit") == "percent").drop("as_of")
    problem = pick(stated, measure="problem_share")
    restructured = pick(stated, measure="restructured_share", definition="RESTRUCTURED_STOCK")
    table = each_vintage(restructured, PLACE, standing)
    parts = {"problem": Part(problem), "eased": Part(table, on=PLACE, across="outside the problem loans")}
    return align(KEYS, **parts)


_REFERENCE = (
    "Bank of Russia, Review of Financial Stability: problem loans are categories IV and V; European Banking Authority "
    "(2018), Guidelines on management of non-performing and forborne exposures, on restructured performing loans"
)
_CAVEAT = (
    "Stated figures of one product. The restructured share may be up to six months older and counts loans restructured "
    "since 2022, some of them repaid. The definition is that of the problem loans. Read both bounds. "
)


@indicator(
    id="loans_at_risk_least",
    title="Loans at risk, at least: problem or restructured, whichever are more",
    unit="percent",
    by=KEYS,
    inputs=(shares,),
    lookback=CARRIED,
    formula="the larger of problem share and restructured share",
    reference=_REFERENCE,
    caveat=_CAVEAT + "As if all of the smaller group were in the larger one.",
    freq="I",
)
def least(build: Build) -> pl.DataFrame:
    value = where_known(("problem", "eased"), pl.max_horizontal("problem", "eased"))
    return emit(shares(build).with_columns(value=value), "loans_at_risk_least", "percent")


@indicator(
    id="loans_at_risk_most",
    title="Loans at risk, at most: problem and restructured loans together",
    unit="percent",
    by=KEYS,
    inputs=(shares,),
    lookback=CARRIED,
    formula="problem share + restructured share, 100 at most",
    reference=_REFERENCE,
    caveat=_CAVEAT + "As if no restructured loan were a problem loan.",
    freq="I",
)
def most(build: Build) -> pl.DataFrame:
    both = pl.min_horizontal(pl.col("problem") + pl.col("eased"), pl.lit(100.0))
    value = where_known(("problem", "eased"), both)
    return emit(shares(build).with_columns(value=value), "loans_at_risk_most", "percent")
