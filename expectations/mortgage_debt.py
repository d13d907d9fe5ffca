"""02_14: mortgage debt, overdue debt and acquired claims of resident households by area and currency, in roubles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from expectations.rules import Rule, gap_allowed, identity, part_of, rows
from expectations.workbooks import common, sums

AMOUNTS = ("debt", "overdue", "acquired_claims", "debt_incl_acquired")
PART, WHOLE = "overdue within debt", "debt + acquired = including acquired"


def prepare(frame: pl.DataFrame) -> pl.DataFrame:
    terms = {"debt": 1, "acquired_claims": 1, "debt_incl_acquired": -1}
    frame = part_of(sums(frame, AMOUNTS), "overdue", "debt")
    return identity(frame, WHOLE, terms, dict.fromkeys(terms, "precision"))


def expectations(context: Mapping[str, Any]) -> list[Rule]:
    return [
        *common(dict.fromkeys(AMOUNTS, "float"), AMOUNTS, [PART, WHOLE]),
        rows(9 * 3, None, "Even one month has the country and eight districts in three currencies."),
        gap_allowed(PART, "Overdue debt is part of the debt of the same borrowers."),
        gap_allowed(WHOLE, "The book prints both and their sum, from May 2021 on."),
    ]
