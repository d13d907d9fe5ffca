"""Commodity rows of the customs tables: stable codes, overlapping aggregates and quantity units.

The labels live in commodities.yaml beside this file, in both languages and across catalogue changes, so that one
commodity is one series however a table of some year or language calls it.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from transforms.areas import key
from transforms.model import ReadError
from transforms.units import Unit


@cache
def _book() -> Mapping[str, Any]:
    """The parsed file: `commodities` and `units`."""
    book: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
    return book


@cache
def _labels() -> Mapping[str, str]:
    """Code by key of every label. ValueError if a label stands for two commodities."""
    found: dict[str, str] = {}
    for code, row in _book()["commodities"].items():
        for label in (*row["en"], *row["zh"]):
            if found.setdefault(key(label), code) != code:
                raise ValueError(f"commodities.yaml: {label!r} stands for both {found[key(label)]} and {code}")
    return found


@cache
def _units() -> Mapping[str, Unit]:
    """Base unit and factor by key of every printed quantity unit."""
    return {
        key(label): Unit(base, Decimal(factor))
        for base, factors in _book()["units"].items()
        for factor, labels in factors.items()
        for label in labels
    }


def resolve(label: str, where: str = "") -> str:
    """The code of a printed commodity ("钢材", "Hi-tech products*"). ReadError `unknown_commodity` if not known."""
    if code := _labels().get(key(label)):
        return code
    raise ReadError(
        "unknown_commodity",
        expected="a commodity named in transforms/customs/commodities.yaml",
        got=repr(label),
        where=where,
        hint="If it is a new row of the catalogue, add it there with a code of its own.",
    )


def is_aggregate(code: str) -> bool:
    """Does the row overlap others (starred in the table), so that it must never be added to them?"""
    return bool(_book()["commodities"][code].get("aggregate", False))


def quantity_unit(printed: str, commodity: str, where: str = "") -> Unit:
    """Base unit and factor of a printed quantity unit, mended where an edition misprints it for this commodity.

    Raises ReadError `unknown_unit`; a sign for "no quantity" is not a unit and must be handled before.
    """
    misprints = _book()["commodities"][commodity].get("misprints", {})
    true = next((right for wrong, right in misprints.items() if key(wrong) == key(printed)), printed)
    if unit := _units().get(key(true)):
        return unit
    raise ReadError("unknown_unit", expected="a quantity unit of commodities.yaml", got=repr(printed), where=where)


def names() -> pl.DataFrame:
    """One row per commodity: code, name_en, name_zh, aggregate."""
    rows = [
        {"code": code, "name_en": row["en"][0], "name_zh": row["zh"][0], "aggregate": is_aggregate(code)}
        for code, row in _book()["commodities"].items()
    ]
    return pl.DataFrame(rows)
