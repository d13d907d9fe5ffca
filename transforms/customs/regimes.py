"""Customs regimes (trade modes): one code for every label of the bulletin, the preliminary tables and the online query.

The labels live in regimes.yaml beside this file.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from transforms import labels, yaml_file
from transforms.labels import key
from transforms.model import ReadError

FILE = "transforms/customs/regimes.yaml"
TOTALS = {key(label) for label in ("TOTAL", "Total Value", "总值", "合计", "总计")}


@cache
def _book() -> Mapping[str, Mapping[str, Any]]:
    book: dict[str, dict[str, Any]] = yaml_file.load(Path(__file__).with_suffix(".yaml"))
    return book


@cache
def _labels() -> Mapping[str, str]:
    """Code by key of every label."""
    return labels.codes(((code, name) for code, row in _book().items() for name in (*row["en"], *row["zh"])), FILE)


def resolve(label: str, where: str = "") -> str:
    """The code of a printed regime ("Duty-free Goods", "一般贸易"). ReadError `unknown_regime` if not known.

    The total of a regime table is no regime: it is the nation's trade (dataset trade_total). See `is_total`.
    """
    return labels.resolve(label, _labels(), "regime", FILE, where)


def from_customs_code(code: str, where: str = "") -> str:
    """The regime of a 2-digit code of the online query: "10" is REGIME_ORDINARY. ReadError `unknown_regime`."""
    for regime, row in _book().items():
        if row.get("customs") == code:
            return regime
    raise ReadError("unknown_regime", expected="a 2-digit regime code", got=repr(code), where=where)


def is_total(label: str) -> bool:
    """Is this the label of a table's total row?"""
    return key(label) in TOTALS


def names() -> pl.DataFrame:
    """One row per regime: code, customs_code (of the online query), name_en, name_zh."""
    rows = [
        {"code": code, "customs_code": row.get("customs"), "name_en": row["en"][0], "name_zh": row["zh"][0]}
        for code, row in _book().items()
    ]
    return pl.DataFrame(rows, schema_overrides={"customs_code": pl.String}, infer_schema_length=None)
