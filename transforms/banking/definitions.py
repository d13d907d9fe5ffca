"""Whose definition a banking figure follows: tables for the warehouse, and which amounts may be divided."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml


@cache
def _definitions() -> dict[str, dict[str, Any]]:
    return dict(yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))["definitions"])


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


def breaks() -> pl.DataFrame:
    """One row a break: definition, period_end (first on the new basis), why."""
    rows = [(code, day, why) for code, entry in _definitions().items() for day, why in entry.get("breaks", {}).items()]
    return pl.DataFrame(rows, schema={"definition": pl.String, "period_end": pl.Date, "why": pl.String}, orient="row")


def broken_between(code: str, start: date, end: date) -> list[str]:
    """Why levels of `start` and `end` (start < end) do not compare under this definition; empty if they do."""
    return [why for day, why in _definitions()[code].get("breaks", {}).items() if start < day <= end]
