"""Derived series: every indicator, defined once, computed for every vintage of its inputs."""

from __future__ import annotations

import polars as pl

from transforms.indicators import (
    balances,
    banking,
    banks,
    composite,
    january,
    mirror,
    policy,
    prices,
    reported,
    rerouting,
    restructured,
    revisions,
    seasonal,
    shares,
    spreads,
    surprise,
    trade,
)
from transforms.indicators.engine import DefinitionMix, Indicator, Records
from transforms.model import CLAIM, DIMENSIONS

__all__ = ["CATALOG", "DefinitionMix", "Indicator", "derive"]

TRADE = (balances, trade, january, shares, surprise, seasonal, rerouting, mirror, prices)
BANKING = (banking, banks, policy, spreads, reported, restructured)
MODULES = (*TRADE, *BANKING, revisions, composite)
CATALOG: list[Indicator] = [indicator for module in MODULES for indicator in module.CATALOG]


def derive(vintages: pl.DataFrame, records: Records) -> pl.DataFrame:
    """All indicators for every vintage of their inputs, with the columns of CLAIM.

    `vintages` has the columns of CLAIM and series_id (all resolved vintages), `records` the record tables by name.
    Raises DefinitionMix when an indicator would join two definitions, ValueError when one names a cell twice.
    """
    parts = [pl.DataFrame(schema=dict(CLAIM))]
    for indicator in CATALOG:
        rows = indicator.function(vintages, records).with_columns(
            pl.coalesce("native_title", pl.lit(indicator.title)).alias("native_title")
        )
        if wrong := set(rows["measure"].unique()) - {indicator.id}:
            raise ValueError(f"{indicator.id} made rows of {sorted(wrong)}")
        cell = [*DIMENSIONS, "period_end", "vintage_date"]
        if rows.select(cell).is_duplicated().any():
            twice = rows.filter(rows.select(cell).is_duplicated()).head(2).to_dicts()
            raise ValueError(f"{indicator.id} has two values for one cell: {twice}")
        parts.append(rows)
    return pl.concat(parts)
