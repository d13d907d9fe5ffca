"""02_41: mortgages for one-family houses: what is built and bought makes the whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from expectations.rules import Rule, gap_allowed, identity, one_of, rows, within
from expectations.workbooks import common, sums

PARTS = ("", "_built", "_bought")
COUNTS, MONEY = ([f"{name}{part}" for part in PARTS] for name in ("count", "new_loans"))
OTHERS = [f"{name}{part}" for name in ("share_of_new_loans", "term", "rate") for part in PARTS]
WHOLES = {"count": "counts: built + bought", "new_loans": "amounts: built + bought"}


def prepare(frame: pl.DataFrame) -> pl.DataFrame:
    """`precision` is that of money; loans are counted whole."""
    frame = sums(sums(frame, MONEY).with_columns(whole=pl.lit(0.5)), COUNTS, "whole")
    for name, precision in (("count", "whole"), ("new_loans", "precision")):
        terms = {name: -1, f"{name}_built": 1, f"{name}_bought": 1}
        frame = identity(frame, WHOLES[name], terms, dict.fromkeys(terms, precision))
    return frame.drop("whole")


def expectations(context: Mapping[str, Any]) -> list[Rule]:
    amounts = (*COUNTS, *MONEY)
    return [
        *common(dict.fromkeys((*amounts, *OTHERS), "float"), amounts, list(WHOLES.values())),
        one_of("ref_area", {"RUS"}, "This book has the country alone."),
        rows(3, None, "Even one month has three currencies."),
        *[
            within(column, 0, 600, "Shares and rates are percent, terms months; no mortgage runs longer.")
            for column in OTHERS
        ],
        *[
            gap_allowed(name, "The book prints what is built, what is bought, and both together.")
            for name in WHOLES.values()
        ],
    ]
