"""Commodity rows of the customs tables: stable codes, overlapping aggregates and quantity units.

The labels live in commodities.yaml beside this file, in both languages and across catalogue changes, so that one
commodity is one series however a table of some year or language calls it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from transforms import labels, yaml_file
from transforms.labels import key
from transforms.model import ReadError
from transforms.units import Unit

FILE = "transforms/customs/commodities.yaml"
LABEL = "LABEL_"
"""Begins a code that is made from a label, in tables whose catalogue is longer than the file's."""


@cache
def _book() -> Mapping[str, Any]:
    """The parsed file: `commodities` and `units`."""
    book: dict[str, Any] = yaml_file.load(Path(__file__).with_suffix(".yaml"))
    return book


@cache
def _labels() -> Mapping[str, str]:
    """Code by key of every label."""
    rows = _book()["commodities"].items()
    return labels.codes(((code, name) for code, row in rows for name in (*row["en"], *row["zh"])), FILE)


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
    return labels.resolve(label, _labels(), "commodity", FILE, where)


def by_label(label: str) -> str | None:
    """The code of a row that the file does not name, made from its label: LABEL_SOLAR_HEATERS, LABEL_太阳能热水器.

    None where the label is no plain name of one commodity: no word, a quantity unit, or broken ("?", a replaced byte).
    """
    words = re.findall(r"[^\W_]+", label.removeprefix("'").upper())
    plain_name = any(len(word) > 1 and word.isalpha() for word in words) and not set("?\ufffd") & set(label)
    if not plain_name or key(label) in _units():
        return None
    return LABEL + "_".join(words)


def is_aggregate(code: str) -> bool:
    """Does the row overlap others (starred in the table), so that it must never be added to them?"""
    return bool(_book()["commodities"].get(code, {}).get("aggregate", False))


def may_be_starred(code: str) -> bool:
    """Starred rows overlap others. A code that is made from a label is taken as the table stars it."""
    return is_aggregate(code) or code.startswith(LABEL)


def quantity_unit(printed: str, where: str = "") -> Unit:
    """Base unit and factor of a printed quantity unit. ReadError `unknown_unit`; "-" is not a unit."""
    if unit := _units().get(key(printed)):
        return unit
    raise ReadError("unknown_unit", expected="a quantity unit of commodities.yaml", got=repr(printed), where=where)


def true_units(printed: str, commodity: str) -> list[Unit]:
    """The units that an edition is known to mean where it prints this one for this commodity."""
    misprints = _book()["commodities"].get(commodity, {}).get("misprints", {})
    return [_units()[key(right)] for wrong, right in misprints.items() if key(wrong) == key(printed)]


def usual_prices(code: str, flow: str) -> Mapping[str, float | None]:
    """CNY for one base unit of the commodity, by base unit; None where only the unit is known. Empty if neither is.

    Exports and imports of one name are different goods: steel at 5 and at 12 yuan a kilogram.
    """
    return {base: prices[code] for base, prices in _book()["prices"][flow].items() if code in prices}


def named_by_label(vintages: pl.DataFrame) -> pl.DataFrame:
    """Rows of table commodity for the codes that were made from labels: code, name_en or name_zh, aggregate."""
    chinese = pl.col("native_title").str.contains("[\u4e00-\u9fff]")
    return (
        vintages.filter(pl.col("product_code").str.starts_with(LABEL))
        .group_by(code="product_code")
        .agg(
            name_en=pl.col("native_title").filter(~chinese).min(),
            name_zh=pl.col("native_title").filter(chinese).min(),
            aggregate=pl.col("native_title").str.contains("*", literal=True).any(),
        )
        .sort("code")
    )


def names() -> pl.DataFrame:
    """One row per commodity: code, name_en, name_zh, aggregate."""
    rows = [
        {"code": code, "name_en": row["en"][0], "name_zh": row["zh"][0], "aggregate": is_aggregate(code)}
        for code, row in _book()["commodities"].items()
    ]
    return pl.DataFrame(rows)
