"""Whose definition a banking figure follows: tables for the warehouse, and which amounts may be divided."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from transforms import yaml_file

STOCKS = ("loans", "overdue", "dpd90", "dpd30_90", "problem", "provisions", "restructured")
"""Families of amounts outstanding."""


@cache
def _definitions() -> dict[str, dict[str, Any]]:
    return dict(yaml_file.load(Path(__file__).with_suffix(".yaml"))["definitions"])


def definitions() -> pl.DataFrame:
    """One row a code: definition, family, scope (code of the loans it is a part of), meaning, source, breaks (text)."""
    rows = [
        {
            "definition": code,
            "family": entry["family"],
            "scope": scope(code),
            "meaning": entry["meaning"],
            "source": entry["source"],
            "breaks": "; ".join(f"{day}: {why}" for day, why in entry.get("breaks", {}).items()) or None,
        }
        for code, entry in _definitions().items()
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String))


def scope(code: str) -> str:
    """Code of the loans that `code` is a part of; for a stock of loans, itself. KeyError for an unknown code."""
    entry = _definitions()[code]
    return str(entry.get("scope", code))


def comparable(one: str, other: str) -> bool:
    """May amounts of these definitions meet in one formula: the same, parts of the same loans, or a part and its loans?

    Codes that are not of a stock of loans or a part of one (rates, flows, codes of other tables) are nobody's to judge.
    """
    known = _definitions()
    if any(code not in known or known[code]["family"] not in STOCKS for code in (one, other)):
        return True
    return one == other or scope(one) == scope(other)


def breaks() -> pl.DataFrame:
    """One row a break: definition, period_end (first on the new basis), why."""
    rows = [(code, day, why) for code, entry in _definitions().items() for day, why in entry.get("breaks", {}).items()]
    return pl.DataFrame(rows, schema={"definition": pl.String, "period_end": pl.Date, "why": pl.String}, orient="row")


def straddles(months: int) -> pl.Expr:
    """Does a value at `period_end` compare with one up to `months` earlier across a break of its `definition`?"""
    start = pl.col("period_end").dt.offset_by(f"-{months}mo").dt.month_end()
    return pl.any_horizontal(
        pl.lit(False),
        *((pl.col("definition") == code) & (start < day) & (pl.col("period_end") >= day)
          for code, day, _ in breaks().iter_rows()),
    )  # fmt: skip
